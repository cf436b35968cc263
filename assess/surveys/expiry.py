"""What nobody opens within thirty days of closing is destroyed unopened (anonymity.md, Closing, 4)."""

from datetime import datetime, timedelta

from sqlalchemy import select

from assess.config import Settings
from assess.extensions import Database
from assess.surveys.cycles import abort_cycle
from assess.surveys.models import Cycle, State

OPENED_WITHIN = timedelta(days=30)


def destroy_at(cycle: Cycle) -> datetime:
    """Say from when on a sealed cycle is destroyed."""
    return cycle.closes_at + OPENED_WITHIN


def destroy_what_nobody_opened(database: Database, settings: Settings, *, now: datetime) -> tuple[str, ...]:
    """Destroy cycles that were sealed and not opened in time; return their quarters."""
    with database.reading() as session:
        sealed = session.scalars(select(Cycle).where(Cycle.state == State.SEALED, Cycle.unreadable.is_(None))).all()
    late = tuple(cycle.quarter for cycle in sealed if now >= destroy_at(cycle))
    for quarter in late:
        abort_cycle(database, settings, quarter)
    return late
