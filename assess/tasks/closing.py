"""What the clock asks of the host with the keys: count once a day, close in time, destroy what nobody opened."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.jobs.models import Queue
from assess.jobs.wanting import Wanted
from assess.surveys.clock import latest
from assess.surveys.cycles import cycle_status
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.envelopes.opening import holders_waited_for, open_envelopes
from assess.surveys.errors import StorageBusyError
from assess.surveys.expiry import destroy_at, destroy_what_nobody_opened
from assess.surveys.models import Cycle, State
from assess.surveys.participation import due_on, known_participation
from assess.tasks.running import TryLaterError, Work

CLOSE, COUNT, EXPIRE = "close", "count", "expire"


def overdue(session: Session, *, now: datetime) -> list[Wanted]:
    """List what is due by the dates in our tables: a minute, or a week, that was missed while nothing ran is caught up.

    A closing that was interrupted is overdue as well.
    """
    unfinished = (State.OPEN, State.CLOSING)
    late = session.scalars(select(Cycle).where(Cycle.state.in_(unfinished), Cycle.closes_at <= now))
    running = session.scalars(select(Cycle).where(Cycle.state == State.OPEN, Cycle.closes_at > now))
    sealed = session.scalars(select(Cycle).where(Cycle.state == State.SEALED, Cycle.unreadable.is_(None)))
    return [
        *(_wanted(CLOSE, cycle) for cycle in late),
        *(_counting(cycle, now) for cycle in running if known_participation(cycle, now=now)[1]),
        *(_wanted(EXPIRE, cycle) for cycle in sealed if destroy_at(cycle) <= now),
    ]


def close(work: Work) -> Mapping[str, Any]:
    """Close a survey, and open its envelopes where no key holder is waited for; publishing is left to a person."""
    quarter = str(work.claim.arguments["quarter"])
    database, settings = work.database, work.settings
    try:
        state = close_cycle(database, settings, quarter, now=datetime.now(UTC))
        if state != State.ABORTED and not holders_waited_for(database, quarter):
            open_envelopes(database, settings, quarter)
    except StorageBusyError as error:
        raise TryLaterError(str(error)) from error
    return {"state": str(state)}


def count(work: Work) -> Mapping[str, Any]:
    """Count the figure of the day, so that its moment is the fixed hour and not the moment somebody looks."""
    status = cycle_status(work.database, str(work.claim.arguments["quarter"]), now=datetime.now(UTC))
    return {"counted": status.participation is not None}


def expire(work: Work) -> Mapping[str, Any]:
    """Destroy unopened what nobody opened in time."""
    try:
        destroyed = destroy_what_nobody_opened(work.database, work.settings, now=datetime.now(UTC))
    except StorageBusyError as error:
        raise TryLaterError(str(error)) from error
    return {"destroyed": list(destroyed)}


def _wanted(kind: str, cycle: Cycle) -> Wanted:
    """Ask once per cycle and date of closing: an extended survey is closed at its new date."""
    key = f"{cycle.id.hex()} {cycle.closes_at:%Y-%m-%dT%H:%M:%S}"
    return Wanted(kind, key, {"quarter": cycle.quarter}, Queue.KEEPER)


def _counting(cycle: Cycle, now: datetime) -> Wanted:
    """Ask once per cycle and day."""
    day = due_on(cycle, latest(cycle, now))
    return Wanted(COUNT, f"{cycle.id.hex()} {day}", {"quarter": cycle.quarter}, Queue.KEEPER)
