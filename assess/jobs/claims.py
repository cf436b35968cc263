"""Taking a job, saying that one is alive, and ending it; each is one short transaction.

Every statement names the claim: a worker that was given up, and wakes up later, changes nothing any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from assess.extensions import Database
from assess.jobs.models import Job, JobState, Queue

_LONGEST_ERROR = 500


@dataclass(frozen=True)
class Claim:
    """A job in the hands of one worker."""

    job_id: bytes
    token: bytes
    kind: str
    key: str
    arguments: Mapping[str, Any]
    attempt: int


def take_next(
    database: Database,
    *,
    queue: Queue,
    worker: str,
    now: datetime,
    version: str | None = None,
    kind: str | None = None,
) -> Claim | None:
    """Take what is due next; of two who ask at once each gets another job. None when nothing is due.

    `version` is that of the worker: what needs another one is left for others.
    """
    next_job = _due(queue, now, version, kind).order_by(Job.priority, Job.due_at, Job.id).limit(1)
    with database.reading() as session:  # an idle worker must not hold the one lock for writing that SQLite has
        if session.scalar(next_job) is None:
            return None
    with database.writing() as session:
        job = session.scalar(next_job.with_for_update(skip_locked=True))
        if job is None:
            return None
        token = token_bytes(16)
        job.state, job.claim, job.worker, job.heartbeat_at = JobState.RUNNING, token, worker, now
        job.attempts += 1
        return Claim(job.id, token, job.kind, job.key, job.arguments, job.attempts)


def is_anything_due(database: Database, *, queue: Queue, now: datetime, version: str | None = None) -> bool:
    """Say whether somebody else could take a job as well."""
    with database.reading() as session:
        return session.scalar(_due(queue, now, version).limit(1)) is not None


def beat(database: Database, claim: Claim, *, now: datetime) -> bool:
    """Say that the worker lives; False when the job is somebody else's by now."""
    with database.writing() as session:
        return _change(session, claim, heartbeat_at=now)


def report_progress(database: Database, claim: Claim, *, done: int, total: int, now: datetime) -> bool:
    """Say how far the job is; False when it is somebody else's by now."""
    with database.writing() as session:
        return _change(session, claim, heartbeat_at=now, done=done, total=total)


def finish(database: Database, claim: Claim, result: Mapping[str, Any] | None, *, now: datetime) -> bool:
    """Record the result; False when the job is somebody else's by now."""
    with database.writing() as session:
        kept = dict(result) if result is not None else None
        return _end(session, claim, JobState.DONE, result=kept, error=None, finished_at=now)


def fail(database: Database, claim: Claim, error: str, *, now: datetime) -> bool:
    """Give the job up until somebody wants it again; `error` is for people."""
    with database.writing() as session:
        return _end(session, claim, JobState.FAILED, error=error[:_LONGEST_ERROR], finished_at=now)


def postpone(database: Database, claim: Claim, error: str, *, until: datetime) -> bool:
    """Let anybody try again later."""
    with database.writing() as session:
        return _end(session, claim, JobState.WAITING, error=error[:_LONGEST_ERROR], due_at=until)


def give_back(database: Database, claim: Claim) -> bool:
    """Hand back a job that was interrupted through no fault of its own."""
    with database.writing() as session:
        return _end(session, claim, JobState.WAITING, attempts=claim.attempt - 1)


def _due(queue: Queue, now: datetime, version: str | None, kind: str | None = None) -> Select[Job]:
    due = select(Job).where(Job.queue == queue, Job.state == JobState.WAITING, Job.due_at <= now)
    due = due.where(Job.version.is_(None) | (Job.version == version))
    return due if kind is None else due.where(Job.kind == kind)


def _end(session: Session, held: Claim, state: JobState, **values: object) -> bool:
    return _change(session, held, state=state, claim=None, heartbeat_at=None, **values)


def _change(session: Session, held: Claim, /, **values: object) -> bool:
    changed = session.execute(update(Job).where(Job.id == held.job_id, Job.claim == held.token).values(**values))
    return isinstance(changed, CursorResult) and changed.rowcount == 1
