"""Asking for work: a job is there once per kind and key, however many ask and however often."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.jobs.models import Job, JobState, Queue

_AT_ONCE = 500  # keys in one statement


@dataclass(frozen=True)
class Wanted:
    """A job as it is asked for; kind and key say whether it is the same as another one."""

    kind: str
    key: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    queue: Queue = Queue.DEFAULT
    priority: int = 0
    version: str | None = None


def want(
    session: Session,
    jobs: Sequence[Wanted],
    *,
    now: datetime,
    again: bool = False,
    after_failure: bool = True,
) -> None:
    """Ask for jobs in the caller's transaction; what waits or runs already stays as it is.

    A failed job waits anew, unless `after_failure` is off (a clock asks every minute, a person asks knowingly). One
    that is done waits anew only with `again`: its result is gone.
    """
    ended = [*([JobState.DONE] if again else []), *([JobState.FAILED] if after_failure else [])]
    for some in _pieces(jobs):
        _insert_new(session, some, now)
        for kind in sorted({job.kind for job in some}):
            keys = [job.key for job in some if job.kind == kind]
            session.execute(
                update(Job)
                .where(Job.kind == kind, Job.key.in_(keys), Job.state.in_(ended))
                .values(
                    state=JobState.WAITING,
                    attempts=0,
                    done=0,
                    total=None,
                    result=None,
                    error=None,
                    finished_at=None,
                    due_at=now,
                )
            )


def _insert_new(session: Session, jobs: Sequence[Wanted], now: datetime) -> None:
    """Insert what is not there yet; the database settles who of two was first."""
    insert = _insert_of(session.get_bind().dialect.name)
    rows = [
        {
            "id": token_bytes(16),
            "kind": job.kind,
            "key": job.key,
            "queue": job.queue,
            "version": job.version,
            "arguments": dict(job.arguments),
            "state": JobState.WAITING,
            "priority": job.priority,
            "due_at": now,
            "attempts": 0,
            "done": 0,
        }
        for job in {(job.kind, job.key): job for job in jobs}.values()
    ]
    session.execute(insert(Job).on_conflict_do_nothing(index_elements=["kind", "key"]), rows)


def _insert_of(dialect: str) -> Callable[[type[Job]], Any]:
    """Return the INSERT that knows ON CONFLICT; each dialect has its own, and only one is loaded."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as of_postgresql

        return of_postgresql
    from sqlalchemy.dialects.sqlite import insert as of_sqlite

    return of_sqlite


def find_job(session: Session, kind: str, key: str) -> Job | None:
    """Find a job by what it is."""
    return session.scalar(select(Job).where(Job.kind == kind, Job.key == key))


def jobs_of(session: Session, kind: str, keys: Sequence[str]) -> Iterator[Job]:
    """Find many jobs of one kind."""
    for place in range(0, len(keys), _AT_ONCE):
        yield from session.scalars(select(Job).where(Job.kind == kind, Job.key.in_(keys[place : place + _AT_ONCE])))


def _pieces(jobs: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    for place in range(0, len(jobs), _AT_ONCE):
        yield jobs[place : place + _AT_ONCE]
