"""The frozen document of a quarter's actions: what was proposed to every node, and how earlier actions turned out.

Frozen when the quarter is published, or when somebody first asks, so that report, board and one-pager say the same; a
later tick, a new function or a vacancy changes nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.actions.catalogue import practice_by_code
from assess.actions.facts import settings_by_node
from assess.actions.judging import ActedOn, Reading, readings
from assess.actions.models import Action
from assess.actions.past import PastAction, read_past
from assess.actions.proposing import Past, proposals_of, read_back, written
from assess.actions.quarters import QuarterView, places_of, quarters_until
from assess.extensions import Database
from assess.releases.document import Document
from assess.releases.models import Withdrawal
from assess.releases.store import freeze, has_published, publish, read_frozen
from assess.scoring.advice import AdviceSettings, Recommendation
from assess.scoring.advice.track_record import DoneAction, TrackRecord, track_record
from assess.scoring.verdict import Effect
from assess.surveys.cycles import find_cycle
from assess.surveys.earlier import published_before
from assess.surveys.models import Cycle, State
from assess.surveys.same_nodes import same_nodes

KIND = "actions"
FORMAT = "assess/actions/1"
REMEMBERED = 8  # quarters whose proposals and adoptions are looked at for variety
READ_BACK = 4  # quarters a reading looks at: the last, two to compare with, and the one before those


@dataclass(frozen=True)
class FrozenActions:
    """What the document of one quarter says. Nothing that compares with a quarter in `withdrawn` is told any more."""

    content: Mapping[str, Any]
    sha256: str
    withdrawn: frozenset[str] = frozenset()

    def proposals(self, node: str) -> tuple[Recommendation, ...]:
        """Give what was proposed to a node, in its order."""
        return tuple(read_back(entry) for entry in self.content["proposals"].get(node, ()))

    def readings(self, node: str) -> tuple[PastAction, ...]:
        """Give how earlier actions of a node turned out, in the order of their places."""
        entries = self.content["readings"].get(node, ())
        return tuple(read_past(entry) for entry in entries if entry["since"] not in self.withdrawn)

    def settings(self, node: str) -> AdviceSettings:
        """Give what was known of a node when its proposals were made."""
        entry = self.content["settings"][node]
        return AdviceSettings(entry["function"], entry["age_months"], frozenset(entry["has"]), tuple(entry["scopes"]))

    @property
    def left_open(self) -> frozenset[bytes]:
        """Name the actions that are to be read once more."""
        entries = (entry for each in self.content["readings"].values() for entry in each)
        return frozenset(bytes.fromhex(entry["action"]) for entry in entries if not entry["final"])

    @property
    def done_actions(self) -> tuple[DoneAction, ...]:
        """Give what single actions contribute to the track record of their practices."""
        return tuple(
            DoneAction(e["practice"], e["group"], Effect(e["points"], e["own"], e["shared"]))
            for e in self.content["effects"]
            if e["group"].partition(" ")[0] not in self.withdrawn
        )


def freeze_actions(database: Database, quarter: str, *, now: datetime) -> FrozenActions:
    """Read the document of a published quarter, freezing it and those before it if nobody has asked yet.

    RefusalError before publication.
    """
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        if has_published(session, cycle_id=cycle.id, kind=KIND):
            return _read(session, cycle)
    with database.writing() as session:
        # The lock makes two who ask at once wait for each other; SQLite has taken its own already.
        cycle = session.scalars(
            select(Cycle).where(Cycle.id == find_cycle(session, quarter).id).with_for_update()
        ).one()
        return frozen_actions(session, cycle, now=now)


def frozen_actions(session: Session, cycle: Cycle, *, now: datetime) -> FrozenActions:
    """Do the same inside a writing transaction."""
    earlier = published_before(session, cycle, most=REMEMBERED - 1)
    for each in [*earlier, cycle]:
        if not has_published(session, cycle_id=each.id, kind=KIND):
            _freeze(session, each, now)
    return _read(session, cycle)


def actions_if_frozen(session: Session, cycle: Cycle) -> FrozenActions | None:
    """Read the document of a published quarter; None while nobody has asked for it."""
    return _read(session, cycle) if has_published(session, cycle_id=cycle.id, kind=KIND) else None


def track_record_until(session: Session, cycle: Cycle) -> TrackRecord:
    """Pool what all quarters up to a published one say about practices; those not frozen yet say nothing."""
    chosen = select(Cycle).where(Cycle.state == State.PUBLISHED, Cycle.quarter <= cycle.quarter)
    found: list[DoneAction] = []
    for each in session.scalars(chosen.order_by(Cycle.quarter)):
        if has_published(session, cycle_id=each.id, kind=KIND):
            found += _read(session, each).done_actions
    return track_record(found)


def _read(session: Session, cycle: Cycle) -> FrozenActions:
    withdrawn = frozenset(session.scalars(select(Withdrawal.quarter)))
    return FrozenActions(*read_frozen(session, cycle_id=cycle.id, kind=KIND), withdrawn)


def _freeze(session: Session, cycle: Cycle, now: datetime) -> None:
    document = _document(session, cycle)
    freeze(session, cycle_id=cycle.id, quarter=cycle.quarter, kind=KIND, document=document, now=now)
    publish(session, cycle_id=cycle.id)


def _document(session: Session, cycle: Cycle) -> Document:
    _call_as_now(session, cycle)
    quarters = quarters_until(session, cycle, most=READ_BACK)
    view = quarters[-1]
    settings = settings_by_node(session, view)
    proposals = proposals_of(view, settings, _past(session, cycle))
    actions = _actions_to_read(session, quarters)
    acted = {action.id: _acted_on(action, base, view) for action, base in actions}
    found = readings(quarters, list(acted.values()), _left_open(session, cycle))
    by_id = {action.id: action for action, _base in actions}
    adopted_in = {each.id: each.quarter for each in session.scalars(select(Cycle))}
    return {
        "format": FORMAT,
        "cycle": cycle.quarter,
        "settings": {node: _written_settings(each) for node, each in settings.items()},
        "proposals": {node: [written(each) for each in chosen] for node, chosen in proposals.items()},
        "readings": _written_readings(found, by_id, adopted_in, view.closes_at),
        "effects": [e for each in found if (e := _effect(each, by_id[each.action])) is not None],
    }


def _call_as_now(session: Session, cycle: Cycle) -> None:
    """Let actions follow nodes that have another name since the quarter before; this runs once for a quarter."""
    earlier = published_before(session, cycle, most=1)
    if not earlier:
        return
    same = same_nodes(earlier[0], cycle)
    now = {place.line: place.name for place in places_of(cycle)}
    called = {then: line for then, line in same.lines.items() if line != then and line in now}
    for action in session.scalars(select(Action).where(Action.line.in_(called))).all():
        action.line = called[action.line]
        action.node = now[action.line]


def _past(session: Session, cycle: Cycle) -> dict[str, Past]:
    """List by line what was proposed or adopted in each earlier quarter, oldest first."""
    earlier = published_before(session, cycle, most=REMEMBERED - 1)
    past: dict[str, list[list[str]]] = {}
    for place, each in enumerate(earlier):
        document = _read(session, each).content
        rows = session.execute(select(Action.line, Action.practice).where(Action.cycle_id == each.id)).all()
        lines = same_nodes(each, cycle).lines
        seen = [
            (lines.get(line, line), entry["practice"]) for line, chosen in _by_line(each, document) for entry in chosen
        ]
        for line, practice in [*seen, *((line, practice) for line, practice in rows if practice is not None)]:
            past.setdefault(line, [[] for _ in earlier])[place].append(practice)
    return {line: tuple(tuple(codes) for codes in quarters) for line, quarters in past.items()}


def _by_line(cycle: Cycle, document: Mapping[str, Any]) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    return [(place.line, document["proposals"].get(place.name, ())) for place in places_of(cycle)]


def _left_open(session: Session, cycle: Cycle) -> frozenset[bytes]:
    earlier = published_before(session, cycle, most=1)
    return _read(session, earlier[0]).left_open if earlier else frozenset()


def _actions_to_read(session: Session, quarters: Sequence[QuarterView]) -> list[tuple[Action, str]]:
    """Load the actions that ran before the last of these quarters, with the quarter each is compared with."""
    chosen = (
        select(Action, Cycle.quarter)
        .join(Cycle, Cycle.id == Action.base_cycle_id)
        .where(Cycle.quarter >= quarters[0].quarter, Cycle.quarter < quarters[-1].quarter)
        .order_by(Action.node, Cycle.quarter, Action.place, Action.id)
    )
    return [(action, base) for action, base in session.execute(chosen)]


def _acted_on(action: Action, base: str, view: QuarterView) -> ActedOn:
    return ActedOn(
        id=action.id,
        line=action.line,
        is_unit=action.line.endswith("\n"),
        dimension=action.dimension,
        base=base,
        span=None if action.practice is None else practice_by_code(action.practice).span,
        steps_done=action.steps_done_by(view.closes_at),
        begun=any(step.done_at is not None for step in action.steps),
        dropped=action.dropped_at is not None,
    )


def _written_settings(settings: AdviceSettings) -> Document:
    return {
        "function": settings.function,
        "age_months": settings.age_months,
        "has": sorted(settings.has),
        "scopes": list(settings.scopes),
    }


def _written_readings(
    found: Sequence[Reading], actions: Mapping[bytes, Action], adopted_in: Mapping[bytes, str], closing: datetime
) -> dict[str, list[Document]]:
    result: dict[str, list[Document]] = {}
    for reading in found:
        action = actions[reading.action]
        entry = {"adopted_in": adopted_in[action.cycle_id], **_written_reading(reading, action, closing)}
        result.setdefault(action.node, []).append(entry)
    return result


def _written_reading(reading: Reading, action: Action, closing: datetime) -> Document:
    """Write down what is said of an action, and what it was when it was read: later changes change no report."""
    steps = [{"text": step.text, "done": _is_done(step.done_at, closing)} for step in action.steps]
    return {
        "since": reading.base,
        "action": reading.action.hex(),
        "practice": action.practice,
        "title": action.title,
        "owner": action.owner,
        "noted": action.note,
        "dimension": action.dimension,
        "basis": action.basis,
        "steps": steps,
        "steps_done": sum(step["done"] is True for step in steps),
        "verdict": str(reading.verdict.verdict),
        "reason": None if reading.verdict.reason is None else str(reading.verdict.reason),
        "visible_change_100": reading.verdict.visible_change_100,
        "final": reading.is_final,
    }


def _is_done(done_at: datetime | None, closing: datetime) -> bool:
    return done_at is not None and done_at <= closing


def _effect(reading: Reading, action: Action) -> Document | None:
    if reading.effect is None or action.practice is None:
        return None
    return {
        "practice": action.practice,
        "group": f"{reading.base} {action.dimension}",
        "points": round(reading.effect.points, 2),
        "own": round(reading.effect.own, 2),
        "shared": round(reading.effect.shared, 2),
    }
