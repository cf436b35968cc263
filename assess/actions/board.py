"""The board of one node: what is proposed, what runs, how earlier actions turned out; and what members see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from assess.actions.adopting import is_on_roster
from assess.actions.frozen import FrozenActions, actions_if_frozen, freeze_actions
from assess.actions.models import MOST_ACTIONS, Action
from assess.actions.past import PastAction, step_texts, title_of
from assess.actions.quarters import places_of, quarter_view
from assess.actions.running import newest_published, running_actions, running_by_line, standing_of
from assess.actions.start_up import NEW_TEAM_MONTHS, OfferedStep, offered_steps
from assess.extensions import Database
from assess.scoring.advice import Recommendation, is_younger
from assess.surveys.models import Cycle


@dataclass(frozen=True)
class Step:
    """One step in the reader's language, or in the leader's own words."""

    number: int
    text: str
    done: bool


@dataclass(frozen=True)
class ActionView:
    """A running action as its leader sees it; `owner_left` when its owner is no longer on the roster."""

    place: int
    practice: str | None
    title: str
    dimension: str | None
    basis: str | None
    steps: tuple[Step, ...]
    owner: str
    owner_left: bool
    due_on: date | None
    note: str
    is_shared: bool
    adopted_at: datetime
    since: str

    @property
    def steps_done(self) -> int:
        """How many steps are ticked off."""
        return sum(step.done for step in self.steps)

    @property
    def is_done(self) -> bool:
        """Whether all of them are."""
        return self.steps_done == len(self.steps)


@dataclass(frozen=True)
class Board:
    """Everything of one node; `start_up` is empty unless the team is new.

    `asked_since` is a survey that has opened since these results and is not published; `asked_closed` whether it is
    closed.
    """

    node: str
    quarter: str
    proposals: tuple[Recommendation, ...]
    running: tuple[ActionView, ...]
    earlier: tuple[PastAction, ...]
    start_up: tuple[OfferedStep, ...]
    asked_since: str | None
    asked_closed: bool

    @property
    def is_full(self) -> bool:
        """Whether no further action fits."""
        return len(self.running) >= MOST_ACTIONS


@dataclass(frozen=True)
class Commitment:
    """An action as members see it: no note, no basis, no figure."""

    title: str
    steps: tuple[Step, ...]
    owner: str
    due_on: date | None


def board_of(database: Database, node: str, *, now: datetime) -> Board:
    """Put together what the leader of a node sees, from the newest results on. InputError for an unknown node."""
    document = newest_document(database, now=now)
    with database.reading() as session:
        return _board(session, document, node, now=now)


def board_if_ready(database: Database, node: str, *, now: datetime) -> Board | None:
    """Read the same without freezing anything; None while nobody has worked the proposals out."""
    with database.reading() as session:
        document = actions_if_frozen(session, newest_published(session))
        return None if document is None else _board(session, document, node, now=now)


def running_on_boards(session: Session) -> Mapping[str, tuple[ActionView, ...]]:
    """Read what runs on every board of the newest results, by node; nodes without an action are left out."""
    cycle = newest_published(session)
    document = actions_if_frozen(session, cycle)
    by_line = {} if document is None else running_by_line(session, cycle, document.left_open)
    return {
        place.name: tuple(action_view(session, action) for action in by_line[place.line])
        for place in places_of(cycle)
        if place.line in by_line
    }


def _board(session: Session, document: FrozenActions, node: str, *, now: datetime) -> Board:
    standing = standing_of(session, node)
    running = tuple(action_view(session, action) for action in running_actions(session, standing, now=now))
    settings = document.settings(node)
    is_new = is_younger(settings, NEW_TEAM_MONTHS)
    entry = quarter_view(session, standing.cycle).entries.get(node, {}) if is_new else {}
    asked = standing.asked_since
    finished = frozenset(each.practice for each in running if each.practice is not None and each.is_done)
    return Board(
        node=node,
        quarter=standing.cycle.quarter,
        proposals=document.proposals(node),
        running=running,
        earlier=document.readings(node),
        start_up=offered_steps(settings, entry, finished),
        asked_since=None if asked is None else asked.quarter,
        asked_closed=asked is not None and asked.closes_at < now,
    )


def commitments_of(database: Database, node: str, *, now: datetime) -> tuple[Commitment, ...]:
    """List what the leader of a unit shows to its members, for the one-pager."""
    newest_document(database, now=now)
    with database.reading() as session:
        actions = running_actions(session, standing_of(session, node), now=now)
        views = [action_view(session, action) for action in actions if action.is_shared]
    return tuple(Commitment(view.title, view.steps, view.owner, view.due_on) for view in views)


def newest_document(database: Database, *, now: datetime) -> FrozenActions:
    """Freeze what nobody has asked for yet, so that everything after it only reads."""
    with database.reading() as session:
        quarter = newest_published(session).quarter
    return freeze_actions(database, quarter, now=now)


def action_view(session: Session, action: Action) -> ActionView:
    """Look at a running action in the reader's language."""
    base = session.get_one(Cycle, action.base_cycle_id)
    texts = step_texts(action.practice, tuple(step.text for step in action.steps))
    return ActionView(
        place=action.place,
        practice=action.practice,
        title=title_of(action.practice, action.title),
        dimension=action.dimension,
        basis=action.basis,
        steps=tuple(
            Step(step.place, text, step.done_at is not None) for step, text in zip(action.steps, texts, strict=True)
        ),
        owner=action.owner,
        owner_left=action.owner_was_on_roster and not is_on_roster(session, action.owner),
        due_on=action.due_on,
        note=action.note,
        is_shared=action.is_shared,
        adopted_at=action.adopted_at,
        since=base.quarter,
    )
