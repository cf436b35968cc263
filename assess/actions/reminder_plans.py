"""From what is stored to what reminders need: one plan for every node of the newest results."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.actions.board import ActionView, action_view, newest_document
from assess.actions.quarters import places_of
from assess.actions.reminders import Plan, RemindedAction
from assess.actions.running import newest_published, running_by_line
from assess.extensions import Database
from assess.releases.models import ResultDocument
from assess.surveys.models import RUNNING, Cycle, State


def reminder_plans(database: Database, *, now: datetime, zone: ZoneInfo) -> tuple[Plan, ...]:
    """Read the plans of all nodes of the newest results, in the order of the tree."""
    document = newest_document(database, now=now)
    with database.reading() as session:
        cycle = newest_published(session)
        published_on = _published_on(session, cycle, zone)
        opens_on = _next_opening(session, cycle, zone)
        running = running_by_line(session, cycle, document.left_open)
        return tuple(
            Plan(
                place.name,
                published_on,
                tuple(_reminded(action_view(session, action), zone) for action in running.get(place.line, ())),
                opens_on,
            )
            for place in places_of(cycle)
        )


def _reminded(view: ActionView, zone: ZoneInfo) -> RemindedAction:
    return RemindedAction(
        place=view.place,
        title=view.title,
        adopted_on=view.adopted_at.astimezone(zone).date(),
        steps=len(view.steps),
        steps_done=view.steps_done,
        owner=view.owner,
        due_on=view.due_on,
        owner_left=view.owner_left,
    )


def _published_on(session: Session, cycle: Cycle, zone: ZoneInfo) -> date:
    """Take the day on which the result was frozen; it is published in the same run."""
    chosen = select(ResultDocument.frozen_at).where(
        ResultDocument.cycle_id == cycle.id, ResultDocument.kind == "result"
    )
    return session.scalars(chosen).one().astimezone(zone).date()


def _next_opening(session: Session, cycle: Cycle, zone: ZoneInfo) -> date | None:
    states = (State.CREATED, *RUNNING)
    chosen = select(Cycle.opens_at).where(Cycle.state.in_(states), Cycle.quarter > cycle.quarter)
    opens_at = session.scalar(chosen.order_by(Cycle.quarter).limit(1))
    return None if opens_at is None else opens_at.astimezone(zone).date()
