"""Workers as an operator starts them: woken by every queue, ended by a signal, gone with their supervisor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assess.config import Settings
from assess.extensions import Database
from assess.jobs.models import Job, JobState, Queue
from assess.jobs.queue import WorkQueue
from assess.jobs.sweep import sweep
from assess.jobs.wanting import want
from assess.tasks.reading import read_once
from assess.tasks.reports import wanted_report
from assess.tasks.worker import Worker
from tests.jobs.engines import queue_engine
from tests.tasks.processes import environment, living

QUARTER = "2025Q2"


@contextmanager
def working(settings: Settings, code: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `assess worker` in a session of its own; whatever is left of it at the end is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assess", "worker", *options],
        env=environment(settings, code),
        cwd=code,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        for pid in living(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    _out, errors = process.communicate()
    return process.returncode, errors.decode()


def ask(database: Database, settings: Settings, code: Path, *, languages: tuple[str, ...] = ("en",)) -> None:
    """Ask for all reports as the copy of the program would, and wake a worker."""
    program = (
        "import sys; from assess.config import load_settings; from assess.extensions import open_database\n"
        "from assess.jobs.wanting import want; from assess.tasks.reading import read_once\n"
        "from assess.tasks.reports import wanted_report\n"
        "from assess.jobs.queue import WorkQueue; from assess.jobs.models import Queue\n"
        "from datetime import UTC, datetime\n"
        "settings = load_settings(); database = open_database(settings); reported = read_once(database, sys.argv[1])\n"
        "jobs = [wanted_report(reported, team, language=each) for team in reported.nodes for each in sys.argv[2:]]\n"
        "with database.writing() as session: want(session, jobs, now=datetime.now(UTC))\n"
        "WorkQueue(settings, Queue.DEFAULT).wake()"
    )
    subprocess.run(
        [sys.executable, "-c", program, QUARTER, *languages], env=environment(settings, code), cwd=code, check=True
    )


def jobs(database: Database) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job)))


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.02)


def all_done(database: Database) -> bool:
    return all(job.state == JobState.DONE for job in jobs(database))


@pytest.mark.parametrize("engine", ["sqlite", "redis", "postgresql"])
@pytest.mark.only_on("sqlite", "the database under PostgreSQL is tested below with two workers")
def test_a_worker_is_woken_by_any_queue_and_ends_when_it_is_told_to(
    settings: Settings, database: Database, code: Path, tmp_path: Path, engine: str
) -> None:
    with queue_engine(engine, tmp_path) as url:
        chosen = replace(settings, queue_url=url)
        with working(chosen, code, "--processes", "1") as process:
            ask(database, chosen, code)
            wait_until(lambda: all_done(database))
            code_and_words = ended(process)
            assert code_and_words == (0, "")
            assert list(living(process.pid)) == []
    assert {job.attempts for job in jobs(database)} == {1}


def test_two_hosts_share_the_work_and_no_report_is_drawn_twice(
    settings: Settings, database: Database, code: Path
) -> None:
    with working(settings, code, "--processes", "1") as one, working(settings, code, "--processes", "1") as other:
        ask(database, settings, code, languages=("en", "zh"))
        wait_until(lambda: all_done(database))
        assert {job.attempts for job in jobs(database)} == {1}
        assert (ended(one)[0], ended(other)[0]) == (0, 0)


@pytest.mark.only_on("sqlite", "processes die alike whatever the database is")
def test_a_worker_process_that_is_killed_costs_no_report(settings: Settings, database: Database, code: Path) -> None:
    with working(settings, code, "--processes", "1") as process:
        ask(database, settings, code)
        wait_until(lambda: any(job.state == JobState.RUNNING for job in jobs(database)))
        (victim,) = {int(job.worker.split(":")[1]) for job in jobs(database) if job.worker}
        os.kill(victim, signal.SIGKILL)

        def swept_and_done() -> bool:
            if sweep(database, now=datetime.now(UTC)):
                queue = WorkQueue(settings, Queue.DEFAULT)
                queue.wake()
                queue.close()
            return all_done(database)

        wait_until(swept_and_done)
        assert ended(process)[0] == 0


@pytest.mark.only_on("sqlite", "processes die alike whatever the database is")
def test_with_the_supervisor_everything_is_gone(settings: Settings, database: Database, code: Path) -> None:
    with working(settings, code, "--processes", "2") as process:
        ask(database, settings, code)
        wait_until(lambda: any(job.state == JobState.DONE for job in jobs(database)))
        assert len(list(living(process.pid))) >= 4
        process.kill()
        wait_until(lambda: list(living(process.pid)) == [])


@pytest.mark.only_on("sqlite", "processes die alike whatever the database is")
def test_a_second_signal_is_not_needed_while_a_report_is_drawn(
    settings: Settings, database: Database, code: Path
) -> None:
    with working(settings, code, "--processes", "1") as process:
        ask(database, settings, code)
        wait_until(lambda: any(job.state == JobState.RUNNING for job in jobs(database)))
        assert ended(process)[0] == 0
        assert JobState.RUNNING not in {job.state for job in jobs(database)}
        assert {job.error for job in jobs(database)} == {None}


def test_every_minute_what_was_lost_is_taken_up_again(settings: Settings, database: Database) -> None:
    reported = read_once(database, QUARTER)
    with database.writing() as session:
        want(session, [wanted_report(reported, reported.nodes[0], language="en")], now=datetime.now(UTC))
    worker = Worker(settings, Queue.DEFAULT)
    assert not worker._calls._huey.pending_count()
    worker.look_around()
    assert worker._calls._huey.pending_count() == 1
    with database.writing() as session:
        session.execute(
            update(Job).values(state=JobState.RUNNING, claim=b"1" * 16, heartbeat_at=datetime(2020, 1, 1, tzinfo=UTC))
        )
    worker.look_around()
    assert [job.state for job in jobs(database)] == [JobState.WAITING]
    worker.work()
    assert [job.state for job in jobs(database)] == [JobState.DONE]
    worker.database.close()
    worker._calls.close()
