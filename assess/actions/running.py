"""Which actions a node has now: those of its newest results, and older ones that are to be read once more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from assess.actions.errors import ActionClosedError, NoActionError
from assess.actions.frozen import frozen_actions
from assess.actions.models import Action
from assess.actions.quarters import Place, places_of
from assess.errors import InputError, RefusalError
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.releases.models import Withdrawal
from assess.surveys.models import RUNNING, Cycle, State
from assess.tables.labels import listed, some


@dataclass(frozen=True)
class Standing:
    """Where a leader stands: the newest published cycle, its node, and a cycle that has opened since, if any."""

    cycle: Cycle
    place: Place
    asked_since: Cycle | None

    @property
    def base(self) -> Cycle:
        """The quarter that an action adopted now is compared with: nobody has answered it under the action."""
        return self.asked_since or self.cycle


def newest_published(session: Session) -> Cycle:
    """Find the cycle whose results are the newest and were not withdrawn. RefusalError while there is none."""
    chosen = select(Cycle).where(Cycle.state == State.PUBLISHED, Cycle.id.not_in(select(Withdrawal.cycle_id)))
    cycle = session.scalar(chosen.order_by(Cycle.quarter.desc()).limit(1))
    if cycle is None:
        raise RefusalError(_("There are no results yet; actions follow from the first published quarter."))
    return cycle


def standing_of(session: Session, node: str) -> Standing:
    """Find where a node stands in the newest results. InputError names the nodes there are."""
    cycle = newest_published(session)
    places = places_of(cycle)
    place = next((place for place in places if place.name == node), None)
    if place is None:
        raise InputError(
            _(
                "%(quarter)s has no team or unit “%(node)s”. Known: %(known)s.",
                quarter=format_quarter(cycle.quarter),
                node=node,
                known=some([place.name for place in places]),
            )
        )
    return Standing(cycle, place, asked_since(session, cycle))


def asked_since(session: Session, cycle: Cycle) -> Cycle | None:
    """Find the cycle that has opened since a published one and is not published yet."""
    return session.scalar(select(Cycle).where(Cycle.state.in_(RUNNING), Cycle.quarter > cycle.quarter))


def running_actions(session: Session, standing: Standing, *, now: datetime) -> list[Action]:
    """List the actions of a node that run, by their place: the newest, and older ones that are left open."""
    left_open = frozen_actions(session, standing.cycle, now=now).left_open
    chosen = select(Action).where(Action.line == standing.place.line)
    return _still_running(session, chosen, standing.cycle, left_open)


def running_by_line(session: Session, cycle: Cycle, left_open: frozenset[bytes]) -> dict[str, list[Action]]:
    """List the running actions of all nodes at once."""
    found: dict[str, list[Action]] = {}
    for action in _still_running(session, select(Action), cycle, left_open):
        found.setdefault(action.line, []).append(action)
    return found


def _still_running(session: Session, chosen: Select[Action], cycle: Cycle, left_open: frozenset[bytes]) -> list[Action]:
    """Keep what stands on the newest board, what was adopted late and is compared with it, and what was left open.

    The board of a quarter that was withdrawn since is not the newest any more, but what stands on it still runs.
    """
    newest = select(Cycle.id).where(Cycle.quarter >= cycle.quarter)
    recent = or_(Action.cycle_id.in_(newest), Action.base_cycle_id == cycle.id, Action.id.in_(left_open))
    rows = session.scalars(chosen.where(Action.dropped_at.is_(None), recent).order_by(Action.place, Action.adopted_at))
    return list(rows)


def find_running(session: Session, standing: Standing, place: int, *, now: datetime) -> Action:
    """Find the running action at a place. NoActionError names those there are, ActionClosedError one that is over."""
    running = running_actions(session, standing, now=now)
    found = next((action for action in running if action.place == place), None)
    if found is not None:
        return found
    over = select(Action.id).where(Action.line == standing.place.line, Action.place == place)
    if session.scalar(over) is not None:
        raise ActionClosedError(
            _(
                "Action %(place)d of %(node)s is over: the results of %(quarter)s have been published.",
                place=place,
                node=standing.place.name,
                quarter=format_quarter(standing.cycle.quarter),
            )
        )
    raise NoActionError(
        _(
            "%(node)s has no action %(place)d. Running: %(known)s.",
            node=standing.place.name,
            place=place,
            known=listed(str(action.place) for action in running) or "–",
        )
    )
