"""What the views of surveys share: finding the survey an address names, and instants in words."""

from datetime import date, datetime

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.app.site import moment, settings
from assess.localisation import format_day, format_moment
from assess.surveys.models import Cycle, State
from assess.tables.labels import is_quarter

CANNOT_BE_TAKEN, CONFLICT = 422, 409


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
