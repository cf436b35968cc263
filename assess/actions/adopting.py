"""What a leader does with proposals: adopt one, adapt it, add an own action, give one up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.actions.catalogue import PracticeTexts, practice_by_code
from assess.actions.errors import BoardFullError, NoActionError
from assess.actions.frozen import frozen_actions
from assess.actions.models import MOST_ACTIONS, Action, ActionStep
from assess.actions.running import Standing, find_running, running_actions, standing_of
from assess.actions.texts import check_due, clean_owner, clean_steps, clean_title
from assess.audit.recording import record
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.scoring.advice import Recommendation
from assess.surveys.contract import frozen_instrument
from assess.surveys.models import Cycle
from assess.tables.labels import listed
from assess.teams.history import teams_by_any_name
from assess.teams.models import Person


@dataclass(frozen=True)
class Done:
    """What a use case leaves behind: the place of the action, and what its leader should know."""

    place: int
    notices: tuple[str, ...] = ()


def adopt_practice(
    database: Database,
    node: str,
    practice: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    owner: str = "",
    due_on: date | None = None,
    dimension: str | None = None,
) -> Done:
    """Adopt a proposed practice, or any other of the catalogue, for the coming quarter.

    It aims at the dimension it was proposed for; by hand at `dimension`, or at the first of its own that was asked.
    Errors: InputError for an unknown node, practice, dimension or a date that is over; BoardFullError for a third one;
    RefusalError where the team is gone or the practice is another's to decide.
    """
    texts = _practice(practice)
    with database.writing() as session:
        standing = _standing_to_adopt(session, node)
        document = frozen_actions(session, standing.cycle, now=now)
        proposed = next((p for p in document.proposals(node) if p.practice == texts.code), None)
        _refuse_another_scope(texts, document.settings(node).scopes)
        action = Action(
            practice=texts.code,
            basis=None if proposed is None else str(proposed.basis),
            dimension=_aim(standing, texts, proposed, dimension),
            steps=[ActionStep(place=n) for n in range(1, len(texts.steps["en"]) + 1)],
        )
        return _add(session, standing, action, now=now, owner=owner, due_on=check_due(due_on, _today(now, zone)))


def add_own_action(
    database: Database,
    node: str,
    title: str,
    steps: Sequence[str],
    *,
    now: datetime,
    zone: ZoneInfo,
    owner: str = "",
    due_on: date | None = None,
    dimension: str | None = None,
) -> Done:
    """Add an action in the leader's own words; without `dimension` there is nothing to read it by.

    Errors: as for a practice, and InputError for a title or steps that are missing or too long.
    """
    with database.writing() as session:
        standing = _standing_to_adopt(session, node)
        action = Action(
            title=clean_title(title),
            dimension=None if dimension is None else _asked(standing, dimension),
            steps=[ActionStep(place=n, text=text) for n, text in enumerate(clean_steps(steps), start=1)],
        )
        return _add(session, standing, action, now=now, owner=owner, due_on=check_due(due_on, _today(now, zone)))


def adapt_action(
    database: Database,
    node: str,
    place: int,
    *,
    now: datetime,
    title: str | None = None,
    steps: Sequence[str] | None = None,
) -> Done:
    """Put an action into the leader's own words. Steps may be reworded, added or left out while none is ticked off.

    Errors: InputError for texts that do not fit, RefusalError for other steps than those already ticked off.
    """
    with database.writing() as session:
        action = find_running(session, standing_of(session, node), place, now=now)
        if title is not None:
            action.title = clean_title(title)
        if steps is not None:
            texts = clean_steps(steps)
            if any(step.done_at is not None for step in action.steps):
                raise RefusalError(
                    _("Steps of this action are ticked off already, so its steps can no longer be changed.")
                )
            action.steps.clear()
            session.flush()
            action.steps = [ActionStep(place=n, text=text) for n, text in enumerate(texts, start=1)]
        record(session, "action.changed", action.node, place=action.place, what="words")
        return Done(action.place)


def drop_action(database: Database, node: str, place: int, *, now: datetime) -> Done:
    """Give an action up; its place is free again, and nothing is said about it next quarter."""
    with database.writing() as session:
        action = find_running(session, standing_of(session, node), place, now=now)
        action.dropped_at, action.is_shared = now, False
        record(session, "action.dropped", action.node, place=action.place)
        return Done(action.place)


def is_on_roster(session: Session, owner: str) -> bool:
    """Whether somebody of exactly this name works here now."""
    return bool(owner) and session.scalar(select(Person.id).where(Person.name == owner).limit(1)) is not None


def _add(
    session: Session, standing: Standing, action: Action, *, now: datetime, owner: str, due_on: date | None
) -> Done:
    # Two who adopt at once wait for each other; SQLite has taken its lock already.
    session.execute(select(Cycle.id).where(Cycle.id == standing.cycle.id).with_for_update())
    running = running_actions(session, standing, now=now)
    if action.practice is not None and action.practice in {each.practice for each in running}:
        raise RefusalError(_("%(node)s has adopted this practice already.", node=standing.place.name))
    if action.practice is None and action.title in {each.title for each in running}:
        raise RefusalError(_("“%(title)s” stands on the board already.", title=action.title))
    taken = {each.place for each in running}
    free = [place for place in range(1, MOST_ACTIONS + 1) if place not in taken]
    if not free:
        raise BoardFullError(
            _(
                "%(node)s has two actions already; finish one or give it up before adopting another.",
                node=standing.place.name,
            )
        )
    action.cycle_id, action.base_cycle_id = standing.cycle.id, standing.base.id
    action.node, action.line, action.place = standing.place.name, standing.place.line, free[0]
    action.owner, action.due_on, action.adopted_at = clean_owner(owner), due_on, now
    action.owner_was_on_roster = is_on_roster(session, action.owner)
    session.add(action)
    record(session, "action.adopted", action.node, place=action.place, practice=action.practice or "")
    return Done(action.place, tuple(_notices(standing, action, running)))


def _notices(standing: Standing, action: Action, running: Sequence[Action]) -> list[str]:
    found = []
    if action.dimension is None:
        found.append(_("It aims at no dimension of the survey, so next quarter nobody will judge whether it helped."))
    elif any(each.dimension == action.dimension for each in running):
        found.append(_("Both actions aim at the same dimension; next quarter they can only be judged together."))
    if standing.asked_since is not None:
        found.append(
            _(
                "The survey of %(quarter)s is open already, so this action is judged one quarter later.",
                quarter=format_quarter(standing.asked_since.quarter),
            )
        )
    return found


def _standing_to_adopt(session: Session, node: str) -> Standing:
    """Find where a node stands; refuse one whose teams have all been dissolved since."""
    standing = standing_of(session, node)
    teams = standing.place.teams
    known = teams_by_any_name(session)
    if not standing.place.is_unit and not any(name in known and known[name].is_current for name in teams):
        raise RefusalError(
            _(
                "%(node)s has been dissolved since %(quarter)s; adopt actions for the team its people work in now.",
                node=node,
                quarter=format_quarter(standing.cycle.quarter),
            )
        )
    return standing


def _practice(code: str) -> PracticeTexts:
    try:
        return practice_by_code(code.strip().upper())
    except KeyError:
        raise NoActionError(_("There is no practice “%(code)s”; the catalogue has P01 to P85.", code=code)) from None


def _refuse_another_scope(texts: PracticeTexts, scopes: Sequence[str]) -> None:
    if texts.scope not in scopes:
        raise RefusalError(
            _(
                "%(practice)s is not for a team lead to decide: hand it to the business head or to the other lead.",
                practice=texts.code,
            )
        )


def _aim(standing: Standing, texts: PracticeTexts, proposed: Recommendation | None, wanted: str | None) -> str | None:
    if wanted is not None:
        return _asked(standing, wanted)
    if proposed is not None:
        return proposed.dimension
    asked = {d.code for d in frozen_instrument(standing.cycle).dimensions}
    return next((code for code in texts.practice.belongs_to if code in asked), None)


def _asked(standing: Standing, dimension: str) -> str:
    known = [d.code for d in frozen_instrument(standing.cycle).dimensions]
    if dimension not in known:
        raise InputError(
            _(
                "%(quarter)s did not ask about “%(dimension)s”; choose one of: %(known)s.",
                quarter=format_quarter(standing.cycle.quarter),
                dimension=dimension,
                known=listed(known),
            )
        )
    return dimension


def _today(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()
