"""What a leader does while an action runs: name an owner and a date, tick steps off, note, show it to members."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assess.actions.adopting import Done, is_on_roster
from assess.actions.errors import NoActionError
from assess.actions.models import Action, ActionStep
from assess.actions.running import Standing, find_running, standing_of
from assess.actions.texts import check_due, clean_note, clean_owner
from assess.audit.recording import record
from assess.extensions import Database
from assess.localisation import format_quarter
from assess.localisation import gettext as _


def assign_action(
    database: Database,
    node: str,
    place: int,
    *,
    now: datetime,
    zone: ZoneInfo,
    owner: str | None = None,
    due_on: date | None = None,
    no_date: bool = False,
) -> Done:
    """Say who looks after an action and by when; what is None stays, `no_date` takes the date away.

    InputError for a date that is over.
    """
    with database.writing() as session:
        action = _running(session, node, place, now)[0]
        if owner is not None:
            action.owner = clean_owner(owner)
            action.owner_was_on_roster = is_on_roster(session, action.owner)
        if due_on is not None:
            action.due_on = check_due(due_on, now.astimezone(zone).date())
        elif no_date:
            action.due_on = None
        _record_change(session, action, "owner")
        return Done(action.place)


def tick_step(database: Database, node: str, place: int, step: int, *, now: datetime, done: bool = True) -> Done:
    """Tick a step off, or take the tick back. A second click changes nothing. NoActionError for an unknown step."""
    with database.writing() as session:
        action, standing = _running(session, node, place, now)
        found = _step(action.steps, step)
        if done and found.done_at is None:
            found.done_at = now
        elif not done:
            found.done_at = None
        _record_change(session, action, "steps")
        return Done(action.place, tuple(_tick_notices(standing, action, now)))


def note_on(database: Database, node: str, place: int, text: str, *, now: datetime) -> Done:
    """Keep a note for the leader and HR; members never see it. InputError for one that is too long."""
    with database.writing() as session:
        action = _running(session, node, place, now)[0]
        action.note = clean_note(text)
        _record_change(session, action, "note")
        return Done(action.place)


def share_action(database: Database, node: str, place: int, *, now: datetime, shown: bool = True) -> Done:
    """Show an action to the members of the unit in their one-pager, or stop showing it."""
    with database.writing() as session:
        action = _running(session, node, place, now)[0]
        action.is_shared = shown
        _record_change(session, action, "shown" if shown else "hidden")
        return Done(action.place)


def _record_change(session: Session, action: Action, what: str) -> None:
    """Leave an entry in the audit log: which action, and what of it; never the words themselves."""
    record(session, "action.changed", action.node, place=action.place, what=what)


def _running(session: Session, node: str, place: int, now: datetime) -> tuple[Action, Standing]:
    standing = standing_of(session, node)
    return find_running(session, standing, place, now=now), standing


def _step(steps: Sequence[ActionStep], number: int) -> ActionStep:
    found = next((step for step in steps if step.place == number), None)
    if found is None:
        raise NoActionError(
            _("This action has no step %(number)d; its steps are 1 to %(most)d.", number=number, most=len(steps))
        )
    return found


def _tick_notices(standing: Standing, action: Action, now: datetime) -> list[str]:
    """Say when a tick comes too late for the verdict of a quarter whose survey has closed."""
    asked = standing.asked_since
    if asked is None or asked.closes_at >= now or action.base_cycle_id == asked.id:
        return []
    return [
        _(
            "The survey of %(quarter)s has closed; for its verdict only steps count that were ticked off before.",
            quarter=format_quarter(asked.quarter),
        )
    ]
