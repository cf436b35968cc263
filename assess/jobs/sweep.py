"""What runs every minute: jobs of dead workers wait again, old ones are forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from assess.extensions import Database
from assess.jobs.models import Job, JobState
from assess.jobs.workers import is_certainly_dead
from assess.localisation import gettext as _

BEAT_EVERY = timedelta(seconds=10)
GIVEN_UP_AFTER = timedelta(seconds=60)
KEPT_FOR = timedelta(days=30)
MOST_ATTEMPTS = 5


def sweep(database: Database, *, now: datetime) -> int:
    """Take jobs from workers that are dead or silent and forget old ones; returns how many wait again."""
    with database.reading() as session:
        lost = [job.id for job in session.scalars(_running()) if _is_lost(job, now)]
        old = session.scalar(_old(now).limit(1)) is not None
    if not lost and not old:
        return 0
    with database.writing() as session:
        session.execute(delete(Job).where(Job.id.in_(_old(now))))
        return _release(session, lost, now)


def _release(session: Session, lost: Sequence[bytes], now: datetime) -> int:
    """Look again under the lock: a worker may have spoken since."""
    released = 0
    for job in session.scalars(_running().where(Job.id.in_(lost)).with_for_update(skip_locked=True)):
        if not _is_lost(job, now):
            continue
        job.claim = job.heartbeat_at = None
        if job.attempts >= MOST_ATTEMPTS:
            job.state, job.finished_at = JobState.FAILED, now
            job.error = _("The worker died %(times)d times over this job.", times=job.attempts)
        else:
            job.state, job.due_at = JobState.WAITING, now
            released += 1
    return released


def _is_lost(job: Job, now: datetime) -> bool:
    silent = job.heartbeat_at is None or job.heartbeat_at < now - GIVEN_UP_AFTER
    return silent or (job.worker is not None and is_certainly_dead(job.worker))


def _running() -> Select[Job]:
    return select(Job).where(Job.state == JobState.RUNNING)


def _old(now: datetime) -> Select[bytes]:
    """Choose what ended long ago, and what has waited as long for a version that runs nowhere any more."""
    long_ago = now - KEPT_FOR
    abandoned = (Job.state == JobState.WAITING) & Job.version.is_not(None) & (Job.due_at < long_ago)
    return select(Job.id).where((Job.finished_at < long_ago) | abandoned)
