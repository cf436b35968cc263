"""What leaders show to their members: shared actions as they stand, in no language yet, and without note or verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.actions.frozen import actions_if_frozen
from assess.actions.models import Action
from assess.actions.past import step_texts, title_of
from assess.actions.quarters import places_of
from assess.actions.running import running_by_line
from assess.releases.models import Withdrawal
from assess.surveys.models import Cycle, State


@dataclass(frozen=True)
class SharedAction:
    """One action as members see it; `own_title` and `own_steps` are the leader's words where there are any."""

    practice: str | None
    own_title: str | None
    own_steps: tuple[str | None, ...]
    ticked: tuple[bool, ...]
    owner: str
    due_on: date | None

    @property
    def title(self) -> str:
        """What it is called, in the reader's language or in the leader's words."""
        return title_of(self.practice, self.own_title)

    @property
    def steps(self) -> tuple[str, ...]:
        """Its steps, likewise."""
        return step_texts(self.practice, self.own_steps)


def shared_actions(session: Session, cycle: Cycle) -> Mapping[str, tuple[SharedAction, ...]]:
    """List by node what runs after a published cycle and is shared, in the order of the board; reads only.

    What was adopted on the board of a later quarter belongs to the page of that quarter.
    """
    frozen = actions_if_frozen(session, cycle)
    running = running_by_line(session, cycle, frozenset() if frozen is None else frozen.left_open)
    if not running:
        return {}
    later = _published_later(session, cycle)
    found = {place.name: running.get(place.line, ()) for place in places_of(cycle)}
    return {
        node: tuple(_shared(action) for action in actions if action.is_shared and action.cycle_id not in later)
        for node, actions in found.items()
        if any(action.is_shared for action in actions)
    }


def _published_later(session: Session, cycle: Cycle) -> Sequence[bytes]:
    withdrawn = select(Withdrawal.cycle_id)
    return session.scalars(
        select(Cycle.id).where(
            Cycle.state == State.PUBLISHED, Cycle.quarter > cycle.quarter, Cycle.id.not_in(withdrawn)
        )
    ).all()


def _shared(action: Action) -> SharedAction:
    return SharedAction(
        practice=action.practice,
        own_title=action.title,
        own_steps=tuple(step.text for step in action.steps),
        ticked=tuple(step.done_at is not None for step in action.steps),
        owner=action.owner,
        due_on=action.due_on,
    )
