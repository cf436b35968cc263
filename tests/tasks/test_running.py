"""A job ends as it must: done, failed with a sentence, tried again later, or handed back when its worker must go."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.jobs.models import Job, JobState, Queue
from assess.jobs.sweep import MOST_ATTEMPTS
from assess.jobs.wanting import Wanted, want
from assess.tasks.running import AGAIN_AFTER, Body, TryLaterError, Work, work_once

VERSION = "this one"


def ask(database: Database, *keys: str, version: str | None = None) -> None:
    with database.writing() as session:
        want(session, [Wanted("paint", key, version=version) for key in keys], now=datetime.now(UTC))


def do(database: Database, settings: Settings, body: Body, *, call_next: Callable[[], object] | None = None) -> bool:
    return work_once(database, settings, {"paint": body}, version=VERSION, call_next=call_next)


def the_job(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


def due_now(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Job).values(due_at=datetime.now(UTC)))


def nothing(work: Work) -> None:
    pass


def raising(error: BaseException) -> Body:
    def body(work: Work) -> Mapping[str, Any] | None:
        raise error

    return body


def test_a_job_is_done_once_and_its_result_recorded(database: Database, settings: Settings) -> None:
    ask(database, "red")
    assert do(database, settings, lambda work: {"colour": work.claim.key})
    assert not do(database, settings, raising(AssertionError("again")))
    job = the_job(database)
    assert (job.state, job.result, job.attempts) == (JobState.DONE, {"colour": "red"}, 1)


@pytest.mark.parametrize("error", [RefusalError("The pot is empty."), InputError("The pot is empty.")])
def test_a_refusal_is_final_and_its_sentence_is_kept(database: Database, settings: Settings, error: Exception) -> None:
    ask(database, "red")
    do(database, settings, raising(error))
    job = the_job(database)
    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "The pot is empty.", 1)


def test_a_mistake_of_ours_is_tried_again_later_and_its_message_is_kept_nowhere(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ask(database, "red")
    with caplog.at_level(logging.DEBUG):
        do(database, settings, raising(ValueError("Ada said 5")))
    job = the_job(database)
    assert (job.state, job.claim) == (JobState.WAITING, None)
    assert job.due_at > datetime.now(UTC)
    assert job.error is not None
    assert job.error.startswith("ValueError at test_running.py:")
    assert "Ada" not in job.error + caplog.text


def test_it_waits_longer_each_time_and_then_fails(database: Database, settings: Settings) -> None:
    ask(database, "red")
    for attempt in range(MOST_ATTEMPTS - 1):
        due_now(database)
        before = datetime.now(UTC)
        do(database, settings, raising(TryLaterError("The brush is wet.")))
        assert the_job(database).due_at >= before + AGAIN_AFTER * 2**attempt
    assert the_job(database).state == JobState.WAITING
    due_now(database)
    do(database, settings, raising(TryLaterError("The brush is wet.")))
    assert (the_job(database).state, the_job(database).error) == (JobState.FAILED, "The brush is wet.")


@pytest.mark.parametrize("signal", [KeyboardInterrupt(), SystemExit(1)])
def test_an_interrupted_job_is_handed_back_and_the_interruption_goes_on(
    database: Database, settings: Settings, signal: BaseException
) -> None:
    ask(database, "red")
    with pytest.raises(type(signal)):
        do(database, settings, raising(signal))
    job = the_job(database)
    assert (job.state, job.attempts, job.heartbeat_at) == (JobState.WAITING, 0, None)


def test_who_was_given_up_stops_at_the_next_word_and_changes_nothing(database: Database, settings: Settings) -> None:
    ask(database, "red")

    def too_slow(work: Work) -> Mapping[str, Any] | None:
        work.say(1, 3)
        with database.writing() as session:
            session.execute(update(Job).values(claim=b"1" * 16, worker="elsewhere:1:1"))
        work.say(2, 3)
        raise AssertionError("went on")

    do(database, settings, too_slow)
    job = the_job(database)
    assert (job.state, job.done, job.total, job.claim) == (JobState.RUNNING, 1, 3, b"1" * 16)


def test_a_job_that_needs_another_version_is_left_to_others(database: Database, settings: Settings) -> None:
    ask(database, "red", version="the next one")
    assert not do(database, settings, raising(AssertionError("taken")))
    ask(database, "blue", version=VERSION)
    assert do(database, settings, lambda work: {"key": work.claim.key})
    with database.reading() as session:
        states = {job.key: (job.state, job.attempts) for job in session.scalars(select(Job))}
    assert states == {"red": (JobState.WAITING, 0), "blue": (JobState.DONE, 1)}


def test_a_kind_that_is_unknown_here_waits_for_a_worker_that_knows_it(database: Database, settings: Settings) -> None:
    ask(database, "red")
    work_once(database, settings, {}, version=VERSION)
    job = the_job(database)
    assert (job.state, job.error) == (
        JobState.WAITING,
        "This worker does not know the job “paint”; it runs another version of Assess.",
    )


def test_who_takes_a_job_calls_the_next_worker_only_when_there_is_more(database: Database, settings: Settings) -> None:
    ask(database, "red", "blue")
    calls: list[int] = []
    for expected in (1, 1):
        do(database, settings, nothing, call_next=lambda: calls.append(1))
        assert len(calls) == expected


def test_every_kind_of_job_stands_in_the_queue_its_body_serves() -> None:
    from assess.tasks.batch_job import wanted_batch
    from assess.tasks.bodies import BODIES

    assert wanted_batch("2025Q1").kind in BODIES[wanted_batch("2025Q1").queue]
    assert not set(BODIES[Queue.DEFAULT]) & set(BODIES[Queue.KEEPER])
