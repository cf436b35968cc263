"""When the schedule opens a planned survey by itself, and what keeps it from doing so (design.md, Settled: time)."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.errors import AssessError
from assess.surveys.contract import roster_minimum
from assess.surveys.envelopes.seal import MOST_RECIPIENTS
from assess.surveys.holders.ready import FEWEST_HOLDERS, ready_holders
from assess.surveys.inviting import plan_cycle
from assess.surveys.models import Cycle, Level, State
from assess.teams.confirming import confirmation

CONFIRMED_WITHIN = timedelta(days=14)


class Wanting(StrEnum):
    """What is missing."""

    MAIL = "mail"
    ROSTER = "roster"
    PLANNED_LATE = "planned_late"
    OTHER_RUNS = "other_runs"
    HOLDERS = "holders"
    PEOPLE = "people"


def what_is_missing(session: Session, settings: Settings, cycle: Cycle, *, at: datetime) -> tuple[Wanting, ...]:
    """Say what would keep the schedule from opening a plan at a moment; empty where nothing does.

    A plan that was made or changed after its own opening time waits for a person: nobody has had time to look at it.
    """
    missing = []
    if settings.mail is None:
        missing.append(Wanting.MAIL)
    confirmed = confirmation(session)
    if confirmed is None or at - confirmed.at > CONFIRMED_WITHIN:
        missing.append(Wanting.ROSTER)
    if cycle.planned_at is None or cycle.planned_at > cycle.opens_at:
        missing.append(Wanting.PLANNED_LATE)
    if session.scalar(select(Cycle.id).where(Cycle.running.is_(True))) is not None:
        missing.append(Wanting.OTHER_RUNS)
    if cycle.level == Level.ANONYMOUS and not FEWEST_HOLDERS <= len(ready_holders(session)) <= MOST_RECIPIENTS:
        missing.append(Wanting.HOLDERS)
    if not missing and not _can_be_asked(session, settings):
        missing.append(Wanting.PEOPLE)
    return tuple(missing)


def _can_be_asked(session: Session, settings: Settings) -> bool:
    """Whether groups can be made of teams and roster as they stand."""
    try:
        plan = plan_cycle(session, settings)
    except AssessError:
        return False
    return sum(len(group.members) for group in plan.groups) >= roster_minimum(settings)


def due_to_open(session: Session, settings: Settings, *, now: datetime) -> list[Cycle]:
    """List the plans whose time has come and that nothing keeps from opening."""
    late = session.scalars(
        select(Cycle).where(Cycle.state == State.CREATED, Cycle.opens_at <= now, Cycle.closes_at > now)
    )
    return [cycle for cycle in late if not what_is_missing(session, settings, cycle, at=now)]
