"""A worker that died or fell silent loses its job to others; one that speaks keeps it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from assess.extensions import Database
from assess.jobs.claims import beat, finish
from assess.jobs.heartbeat import heartbeat
from assess.jobs.models import JobState
from assess.jobs.sweep import GIVEN_UP_AFTER, KEPT_FOR, MOST_ATTEMPTS, sweep
from assess.jobs.workers import is_certainly_dead, worker_name
from tests.jobs.job_cast import NOON, after, ask, rows, take

SILENCE = GIVEN_UP_AFTER.total_seconds()


@pytest.fixture
def dead_worker() -> str:
    """Name a process that was there and is gone."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        name = worker_name(process.pid)
        assert not is_certainly_dead(name)
    return name


def test_a_silent_worker_loses_its_job(database: Database) -> None:
    ask(database, "red")
    take(database)
    assert sweep(database, now=after(SILENCE)) == 0
    assert sweep(database, now=after(SILENCE + 1)) == 1
    assert rows(database)["red"].state == JobState.WAITING
    assert take(database, seconds=SILENCE + 1).attempt == 2


def test_a_worker_that_beats_keeps_it(database: Database) -> None:
    ask(database, "red")
    claim = take(database)
    assert beat(database, claim, now=after(SILENCE))
    assert sweep(database, now=after(SILENCE + 1)) == 0
    assert finish(database, claim, None, now=after(SILENCE + 2))


def test_a_worker_that_is_dead_on_this_machine_loses_it_at_once(database: Database, dead_worker: str) -> None:
    ask(database, "red", "blue")
    take(database, worker=dead_worker)
    take(database, worker=worker_name())
    assert sweep(database, now=NOON) == 1
    assert sorted(job.state for job in rows(database).values()) == [JobState.RUNNING, JobState.WAITING]


def test_a_process_number_that_is_used_again_is_not_the_worker(dead_worker: str) -> None:
    machine, number, started = worker_name().split(":")
    assert is_certainly_dead(f"{machine}:{number}:{int(started) - 1}")
    assert is_certainly_dead(dead_worker)
    assert not is_certainly_dead(f"0123456789abcdef:{number}:{int(started) - 1}")


@pytest.mark.parametrize("name", ["", "::", "a:b:c", ":1:1", "no colon"])
def test_a_name_that_says_nothing_proves_no_death(name: str) -> None:
    assert not is_certainly_dead(name)


def test_what_kills_its_workers_again_and_again_fails_and_says_so(database: Database) -> None:
    ask(database, "red")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert take(database, seconds=attempt * 100).attempt == attempt
        sweep(database, now=after(attempt * 100 + SILENCE + 1))
    job = rows(database)["red"]
    assert (job.state, job.error) == (JobState.FAILED, "The worker died 5 times over this job.")


def test_what_ended_long_ago_is_forgotten(database: Database) -> None:
    ask(database, "red", "blue")
    finish(database, take(database), None, now=NOON)
    sweep(database, now=NOON + KEPT_FOR)
    assert len(rows(database)) == 2
    sweep(database, now=NOON + KEPT_FOR + timedelta(seconds=1))
    assert [job.state for job in rows(database).values()] == [JobState.WAITING]


def test_a_heartbeat_ends_with_its_block_and_with_its_claim(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assess.jobs.heartbeat.BEAT_EVERY", timedelta(milliseconds=1))
    ask(database, "red")
    claim = take(database)
    before = datetime.now(UTC)
    with heartbeat(database, claim):
        while (rows(database)["red"].heartbeat_at or NOON) < before:
            pass
    finish(database, claim, None, now=NOON)
    with heartbeat(database, claim):
        pass
    assert rows(database)["red"].heartbeat_at is None
