"""The quarters before one: what is remembered, compared and shown beside it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.releases.models import Withdrawal
from assess.surveys.models import Cycle, State


def published_before(session: Session, cycle: Cycle, *, most: int) -> list[Cycle]:
    """List the last `most` published cycles of earlier quarters that did not close later, oldest first.

    A quarter that was asked late changes nothing of what had been made without it. One that was withdrawn is compared
    with nothing any more.
    """
    found = session.scalars(
        select(Cycle)
        .where(Cycle.state == State.PUBLISHED, Cycle.quarter < cycle.quarter, Cycle.closes_at <= cycle.closes_at)
        .where(Cycle.id.not_in(select(Withdrawal.cycle_id)))
        .order_by(Cycle.quarter.desc())
        .limit(most)
    )
    return list(found)[::-1]


def all_published(session: Session) -> list[Cycle]:
    """List every published cycle that was not withdrawn, the oldest quarter first."""
    found = session.scalars(
        select(Cycle)
        .where(Cycle.state == State.PUBLISHED, Cycle.id.not_in(select(Withdrawal.cycle_id)))
        .order_by(Cycle.quarter)
    )
    return list(found)
