"""Moments, and short ways to ask for jobs and to look at them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from assess.extensions import Database
from assess.jobs.claims import Claim, take_next
from assess.jobs.models import Job, Queue
from assess.jobs.wanting import Wanted, want

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
ELSEWHERE = "elsewhere:1:1"  # a worker of another machine, of which nothing certain is known


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ask(database: Database, *keys: str, priority: int = 0, queue: Queue = Queue.DEFAULT, again: bool = False) -> None:
    with database.writing() as session:
        jobs = [Wanted("paint", key, {"colour": key}, queue=queue, priority=priority) for key in keys]
        want(session, jobs, now=NOON, again=again)


def take(database: Database, *, seconds: float = 0, worker: str = ELSEWHERE, queue: Queue = Queue.DEFAULT) -> Claim:
    claim = take_next(database, queue=queue, worker=worker, now=after(seconds))
    assert claim is not None
    return claim


def rows(database: Database) -> dict[str, Job]:
    with database.reading() as session:
        return {job.key: job for job in session.scalars(select(Job))}
