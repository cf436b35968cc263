"""The survey after a published one, as far as it is planned."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.surveys.contract import contract_of
from assess.surveys.models import Cycle, State


@dataclass(frozen=True)
class Coming:
    """When the next survey runs: its first and its last day, in the time zone of the survey before it."""

    quarter: str
    opens_on: date
    closes_on: date


def coming_after(session: Session, cycle: Cycle) -> Coming | None:
    """Find the next survey that is planned or open; None while there is none, or once it has closed."""
    planned = select(Cycle).where(Cycle.state.in_((State.CREATED, State.OPEN)), Cycle.quarter > cycle.quarter)
    found = session.scalar(planned.order_by(Cycle.quarter).limit(1))
    if found is None:
        return None
    zone = ZoneInfo(str(contract_of(cycle).get("time_zone", "UTC")))
    return Coming(found.quarter, found.opens_at.astimezone(zone).date(), found.closes_at.astimezone(zone).date())
