"""A job is done once, whoever asks, however many workers there are, and whatever a dead one says later."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from assess.extensions import Database
from assess.jobs.claims import (
    beat,
    fail,
    finish,
    give_back,
    is_anything_due,
    postpone,
    report_progress,
    take_next,
)
from assess.jobs.models import Job, JobState, Queue
from assess.jobs.wanting import Wanted, find_job, jobs_of, want
from tests.jobs.job_cast import ELSEWHERE, NOON, after, ask, rows, take


def test_a_job_that_is_asked_for_many_times_is_there_once(database: Database) -> None:
    ask(database, "red", "red")
    ask(database, "red", "blue")
    assert {key: job.state for key, job in rows(database).items()} == {
        "red": JobState.WAITING,
        "blue": JobState.WAITING,
    }


def test_twenty_who_ask_at_once_get_one_job(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: ask(database, "red", "blue"), range(20)))
    assert len(rows(database)) == 2


def test_asking_again_changes_nothing_of_a_job_at_work(database: Database) -> None:
    ask(database, "red")
    claim = take(database)
    ask(database, "red", again=True)
    assert finish(database, claim, {"sha256": "1"}, now=NOON)
    assert rows(database)["red"].state == JobState.DONE


def test_what_is_done_stays_done_unless_its_result_is_gone(database: Database) -> None:
    ask(database, "red")
    finish(database, take(database), {"sha256": "1"}, now=NOON)
    ask(database, "red")
    assert rows(database)["red"].result == {"sha256": "1"}
    ask(database, "red", again=True)
    job = rows(database)["red"]
    assert (job.state, job.result, job.attempts, job.finished_at) == (JobState.WAITING, None, 0, None)


def test_a_person_who_asks_again_revives_a_failed_job_and_a_clock_does_not(database: Database) -> None:
    ask(database, "red")
    fail(database, take(database), "The pot is empty.", now=NOON)
    with database.writing() as session:
        want(session, [Wanted("paint", "red")], now=NOON, after_failure=False)
    assert rows(database)["red"].error == "The pot is empty."
    ask(database, "red")
    assert (rows(database)["red"].state, rows(database)["red"].error) == (JobState.WAITING, None)


def test_the_more_urgent_and_then_the_older_comes_first(database: Database) -> None:
    ask(database, "batch", priority=10)
    ask(database, "asked by a person")
    assert [take(database).key, take(database).key] == ["asked by a person", "batch"]
    assert take_next(database, queue=Queue.DEFAULT, worker=ELSEWHERE, now=NOON) is None


def test_nobody_takes_what_needs_the_keys_without_having_them(database: Database) -> None:
    ask(database, "close", queue=Queue.KEEPER)
    assert take_next(database, queue=Queue.DEFAULT, worker=ELSEWHERE, now=NOON) is None
    assert not is_anything_due(database, queue=Queue.DEFAULT, now=NOON)
    assert take(database, queue=Queue.KEEPER).key == "close"


def test_a_worker_may_ask_for_one_kind_only(database: Database) -> None:
    ask(database, "red")
    assert take_next(database, queue=Queue.DEFAULT, worker=ELSEWHERE, now=NOON, kind="print") is None
    assert take_next(database, queue=Queue.DEFAULT, worker=ELSEWHERE, now=NOON, kind="paint") is not None


def test_a_hundred_jobs_and_eight_workers_make_a_hundred_claims(database: Database) -> None:
    ask(database, *map(str, range(100)))

    def drain(number: int) -> list[str]:
        taken = []
        while claim := take_next(database, queue=Queue.DEFAULT, worker=f"elsewhere:{number}:1", now=NOON):
            taken.append(claim.key)
            assert finish(database, claim, None, now=NOON)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [key for keys in pool.map(drain, range(8)) for key in keys]
    assert sorted(taken, key=int) == [str(number) for number in range(100)]
    assert {job.attempts for job in rows(database).values()} == {1}


def test_a_postponed_job_waits_until_then(database: Database) -> None:
    ask(database, "red")
    assert postpone(database, take(database), "KeyError at paint.py:1", until=after(60))
    assert take_next(database, queue=Queue.DEFAULT, worker=ELSEWHERE, now=after(59)) is None
    assert take(database, seconds=60).attempt == 2


def test_an_interrupted_job_has_lost_no_attempt(database: Database) -> None:
    ask(database, "red")
    assert give_back(database, take(database))
    assert take(database).attempt == 1


def test_who_was_given_up_can_neither_beat_nor_finish_nor_fail(database: Database) -> None:
    ask(database, "red")
    late = take(database)
    with database.writing() as session:
        session.execute(update(Job).values(state=JobState.WAITING, claim=None, heartbeat_at=None))
    now_at_work = take(database)
    assert not beat(database, late, now=NOON)
    assert not report_progress(database, late, done=1, total=2, now=NOON)
    assert not finish(database, late, {"sha256": "wrong"}, now=NOON)
    assert not fail(database, late, "late", now=NOON)
    assert not give_back(database, late)
    assert finish(database, now_at_work, {"sha256": "right"}, now=NOON)
    assert rows(database)["red"].result == {"sha256": "right"}


def test_a_job_that_ended_cannot_end_twice(database: Database) -> None:
    ask(database, "red")
    claim = take(database)
    assert finish(database, claim, None, now=NOON)
    assert not fail(database, claim, "too late", now=NOON)


def test_progress_is_kept_with_the_job(database: Database) -> None:
    ask(database, "red")
    assert report_progress(database, take(database), done=3, total=14, now=after(5))
    job = rows(database)["red"]
    assert (job.done, job.total, job.heartbeat_at) == (3, 14, after(5))


def test_a_long_error_is_cut_and_not_refused(database: Database) -> None:
    ask(database, "red")
    assert fail(database, take(database), "x" * 10_000, now=NOON)
    assert len(rows(database)["red"].error or "") == 500


def test_jobs_are_found_by_what_they_are(database: Database) -> None:
    ask(database, *map(str, range(1200)))
    with database.reading() as session:
        assert find_job(session, "paint", "7") is not None
        assert find_job(session, "print", "7") is None
        assert len(list(jobs_of(session, "paint", [str(number) for number in range(600, 1300)]))) == 600


@pytest.mark.parametrize(
    "values",
    [
        {"state": "resting"},
        {"queue": "other"},
        {"state": "running"},
        {"state": "done"},
        {"state": "failed", "finished_at": NOON},
        {"claim": b"0" * 16},
        {"done": 2, "total": 1},
    ],
)
def test_the_database_refuses_a_job_that_contradicts_itself(database: Database, values: dict[str, object]) -> None:
    ask(database, "red")
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(update(Job).values(**values))
