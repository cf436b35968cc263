"""What the views of surveys share: database, settings, clock, and finding the survey an address names."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import abort, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.extensions import Database
from assess.localisation import format_day, format_moment
from assess.surveys.models import Cycle, State
from assess.tables.labels import is_quarter

CANNOT_BE_TAKEN, CONFLICT = 422, 409
CLOCK = "assess.clock"


def database() -> Database:
    """Return the database of this site."""
    found: Database = current_app.extensions["assess.database"]
    return found


def settings() -> Settings:
    """Return the settings of this site."""
    found: Settings = current_app.extensions["assess.settings"]
    return found


def moment() -> datetime:
    """Return this instant; a test may say what it is."""
    clock: Callable[[], datetime] = current_app.extensions[CLOCK]
    return clock()


def real_clock() -> datetime:
    """Return the instant it really is."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is where HR works."""
    return moment().astimezone(settings().zone).date()


def cycle_or_404(session: Session, quarter: str) -> Cycle:
    """Find the survey of a quarter, unless it was aborted."""
    if not is_quarter(quarter):
        abort(404)
    found = session.scalar(select(Cycle).where(Cycle.quarter == quarter, Cycle.state != State.ABORTED))
    return found or abort(404)


def shown_moment(instant: datetime) -> str:
    """Write an instant for HR, in their own zone."""
    return format_moment(instant.astimezone(settings().zone))


def shown_day(instant: datetime) -> str:
    """Write the day of an instant for HR."""
    return format_day(instant.astimezone(settings().zone).date())


def keys_are_here() -> bool:
    """Whether this host is the one with the key directory: only there a survey is opened, closed, or links written."""
    return settings().key_dir.is_dir()
