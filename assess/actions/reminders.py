"""Who is to be reminded of what, and when: a pure function of dates and of how far the actions are.

The owner of an action is a name, not an address; so all reminders go to the leader, who passes them on. Nobody is
reminded more than once of the same thing, and nothing is said about anybody's answers. Sending is elsewhere.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assess.localisation import format_day
from assess.localisation import gettext as _

CHOOSE_AFTER = timedelta(days=14)  # the practice of following up says: within two weeks
BEGIN_AFTER = timedelta(days=28)
DUE_AHEAD = timedelta(days=7)
SURVEY_AHEAD = timedelta(days=14)


class Kind(StrEnum):
    """What a reminder is about."""

    CHOOSE = "choose"
    BEGIN = "begin"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    NEW_OWNER = "new_owner"
    TELL_TEAM = "tell_team"


@dataclass(frozen=True)
class RemindedAction:
    """What reminders need of one action; `owner_left` when its owner is no longer on the roster."""

    place: int
    title: str
    adopted_on: date
    steps: int
    steps_done: int
    owner: str = ""
    due_on: date | None = None
    owner_left: bool = False


@dataclass(frozen=True)
class Plan:
    """The dates of one node: when its results came out, when the next survey opens (if that is known)."""

    node: str
    published_on: date
    actions: tuple[RemindedAction, ...] = ()
    next_opens_on: date | None = None


@dataclass(frozen=True)
class Reminder:
    """One message to the leader of a node, due on a day; `place` is None where it is about no single action."""

    on: date
    node: str
    kind: Kind
    place: int | None
    text: str


def reminders(plan: Plan) -> tuple[Reminder, ...]:
    """List all reminders of one quarter as things stand, by day; a step ticked off or a date moved changes them.

    Nothing chosen after two weeks; nothing begun after four; a week before the agreed date and the day after it; an
    owner who has left; two weeks before the next survey opens, to tell the team what was done. What would come after
    that survey has opened is left out.
    """
    found = [_choose(plan)] if not plan.actions else [each for a in plan.actions for each in _of_action(plan, a)]
    found += [] if plan.next_opens_on is None else [_tell_team(plan, plan.next_opens_on)]
    kept = [each for each in found if plan.next_opens_on is None or each.on < plan.next_opens_on]
    return tuple(sorted(kept, key=lambda each: (each.on, each.place or 0, each.kind)))


def due(plan: Plan, *, after: date, until: date) -> tuple[Reminder, ...]:
    """List the reminders that fall due after the day of the last run and up to another."""
    return tuple(each for each in reminders(plan) if after < each.on <= until)


def _choose(plan: Plan) -> Reminder:
    text = _(
        "The results of %(node)s have been out for two weeks. Choose one or two things to do with the team; "
        "answers count when something visibly follows.",
        node=plan.node,
    )
    return Reminder(plan.published_on + CHOOSE_AFTER, plan.node, Kind.CHOOSE, None, text)


def _of_action(plan: Plan, action: RemindedAction) -> list[Reminder]:
    """List what may have to be said about one action; nothing once all its steps are done."""
    if action.steps_done >= action.steps:
        return []
    found = []
    if action.steps_done == 0:
        found.append((action.adopted_on + BEGIN_AFTER, Kind.BEGIN, _begin(action)))
    if action.due_on is not None:
        if action.due_on - DUE_AHEAD > action.adopted_on:
            found.append((action.due_on - DUE_AHEAD, Kind.DUE_SOON, _due_soon(action, action.due_on)))
        found.append((action.due_on + timedelta(days=1), Kind.OVERDUE, _overdue(action, action.due_on)))
    if action.owner_left:  # the first occasion is used for it, whatever else it was for
        first = min((on for on, _kind, _text in found), default=action.adopted_on + BEGIN_AFTER)
        found = [(first, Kind.NEW_OWNER, _new_owner(action)), *(each for each in found if each[0] > first)]
    return [Reminder(on, plan.node, kind, action.place, text) for on, kind, text in found]


def _begin(action: RemindedAction) -> str:
    return _(
        "“%(title)s” was adopted four weeks ago and no step is ticked off. The first step is meant to be small; "
        "if it does not fit, adapt it or give it up.",
        title=action.title,
    )


def _due_soon(action: RemindedAction, due_on: date) -> str:
    left = action.steps - action.steps_done
    if not action.owner:
        return _(
            "“%(title)s” is due on %(day)s; open steps: %(left)d.",
            title=action.title,
            day=format_day(due_on),
            left=left,
        )
    return _(
        "“%(title)s” is due on %(day)s; open steps: %(left)d. Looked after by %(owner)s.",
        title=action.title,
        day=format_day(due_on),
        left=left,
        owner=action.owner,
    )


def _overdue(action: RemindedAction, due_on: date) -> str:
    return _(
        "“%(title)s” was to be finished by %(day)s; open steps: %(left)d. Tick off what is done or agree a new date.",
        title=action.title,
        day=format_day(due_on),
        left=action.steps - action.steps_done,
    )


def _new_owner(action: RemindedAction) -> str:
    return _(
        "%(owner)s, who looked after “%(title)s”, is no longer on the roster; name somebody else.",
        owner=action.owner,
        title=action.title,
    )


def _tell_team(plan: Plan, opens_on: date) -> Reminder:
    if plan.actions:
        text = _(
            "The next survey opens on %(day)s. Tell the team before then what was done, and tick off the steps: "
            "only what is ticked off before it closes counts.",
            day=format_day(opens_on),
        )
    else:
        text = _(
            "The next survey opens on %(day)s. Tell the team before then what became of the last results.",
            day=format_day(opens_on),
        )
    return Reminder(opens_on - SURVEY_AHEAD, plan.node, Kind.TELL_TEAM, None, text)
