"""Doing one job: take it, beat while it runs, record how it ended.

A body may be run twice, by two workers at once even, and must come to the same: everything here rests on that.
"""

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assess.audit.acting import SCHEDULE, Actor, acting
from assess.config import Settings
from assess.errors import AssessError
from assess.extensions import Database
from assess.jobs.claims import (
    Claim,
    fail,
    finish,
    give_back,
    is_anything_due,
    postpone,
    report_progress,
    take_next,
)
from assess.jobs.heartbeat import heartbeat
from assess.jobs.models import Queue
from assess.jobs.sweep import MOST_ATTEMPTS
from assess.jobs.workers import worker_name
from assess.localisation import gettext as _
from assess.organisation.in_force import in_force

AGAIN_AFTER = timedelta(seconds=5)  # doubled at each attempt
_log = logging.getLogger(__name__)


class TryLaterError(AssessError):
    """The job cannot be done now, through no fault of its own; its text says why."""


class GivenUpError(AssessError):
    """The worker was thought dead and the job is somebody else's by now."""


@dataclass(frozen=True)
class Work:
    """What a body is handed."""

    database: Database
    settings: Settings
    claim: Claim

    def say(self, done: int, total: int) -> None:
        """Say how far it is. GivenUpError when there is no sense in going on."""
        if not report_progress(self.database, self.claim, done=done, total=total, now=_now()):
            raise GivenUpError


Body = Callable[[Work], Mapping[str, Any] | None]
Bodies = Mapping[str, Body]


def work_once(
    database: Database,
    settings: Settings,
    bodies: Bodies,
    *,
    version: str,
    queue: Queue = Queue.DEFAULT,
    kind: str | None = None,
    call_next: Callable[[], object] | None = None,
) -> bool:
    """Do the next job; False when there was none. `call_next` wakes somebody else when more is due."""
    claim = take_next(database, queue=queue, worker=worker_name(), now=_now(), version=version, kind=kind)
    if claim is None:
        return False
    if call_next is not None and is_anything_due(database, queue=queue, now=_now(), version=version):
        call_next()
    _do(Work(database, settings, claim), bodies.get(claim.kind, _unknown))
    return True


def _do(work: Work, body: Body) -> None:
    database, claim = work.database, work.claim
    try:
        with acting(Actor(SCHEDULE)), heartbeat(database, claim):
            result = body(_as_set_now(work))
    except GivenUpError:
        _log.warning("%s was taken over by another worker", claim.kind)
    except TryLaterError as error:
        _try_again(work, str(error))
    except AssessError as error:
        fail(database, claim, str(error), now=_now())
    except Exception as error:
        place = _place(error)  # without its message, which may carry values of the database
        _log.error("%s failed: %s", claim.kind, place)
        _try_again(work, place)
    except BaseException:  # an interruption from outside
        give_back(database, claim)
        raise
    else:
        finish(database, claim, result, now=_now())


def _as_set_now(work: Work) -> Work:
    """Hand over the settings in force: a worker may have been started long before they were set."""
    with work.database.reading() as session:
        return replace(work, settings=in_force(session, work.settings))


def _try_again(work: Work, reason: str) -> None:
    if work.claim.attempt >= MOST_ATTEMPTS:
        fail(work.database, work.claim, reason, now=_now())
        return
    postpone(work.database, work.claim, reason, until=_now() + AGAIN_AFTER * 2 ** (work.claim.attempt - 1))


def _place(error: Exception) -> str:
    """Name the kind of error and the line of code."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def _unknown(work: Work) -> None:
    raise TryLaterError(
        _(
            "This worker does not know the job “%(kind)s”; it runs another version of Assess.",
            kind=work.claim.kind,
        )
    )


def _now() -> datetime:
    return datetime.now(UTC)
