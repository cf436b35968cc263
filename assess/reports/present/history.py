"""The line of one node through the quarters: what was shown when, and where quarters may not be joined.

A line breaks where the node is made of other teams than before, or where a dimension has other items. A cycle of an
installation says both (`groups`, `item_sets`); a cycle of a file has one instrument and teams by name alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Suppressed
from assess.reports.present.figures import OVERALL, Score, path_of, score_in
from assess.scoring.release import Reason
from assess.surveys.instruments import Instrument


class Break(Enum):
    """Why a line begins anew."""

    TEAMS = "teams"
    ITEMS = "items"


@dataclass(frozen=True)
class Moment:
    """One quarter of a line: a score, or the reason why there is none; neither where the node was not asked by itself.

    `broken` says why this quarter may not be joined to the one shown before it. `minimum` held when it was asked.
    """

    quarter: str
    score: Score | None
    reason: Suppressed | None
    broken: Break | None
    minimum: int | None


def line_of(
    history: Sequence[Register], cycle: Register, name: str, code: str, instrument: Instrument
) -> tuple[Moment, ...]:
    """Follow one dimension (or `overall`) of a node, oldest first, from the first quarter that knows its name."""
    cycles = [*history, cycle]
    first = next(place for place, each in enumerate(cycles) if each.node(name) is not None)
    moments: list[Moment] = []
    shown: Register | None = None
    for each in cycles[first:]:
        node = each.node(name)
        score = None if node is None else score_in(node, code)
        broken = None
        if score is not None:
            broken = None if shown is None else break_between(shown, each, name, code, instrument)
            shown = each
        moments.append(Moment(each.label or "", score, _reason(node, code, score), broken, each.minimum))
    return tuple(moments)


def _reason(node: Entry | None, code: str, score: Score | None) -> Suppressed | None:
    if score is not None or node is None:
        return None
    return node.why_not(*path_of(code)) or Suppressed(Reason.NOT_AVAILABLE)


def break_between(earlier: Register, later: Register, name: str, code: str, instrument: Instrument) -> Break | None:
    """Say why two quarters of a node may not be compared; None where they may."""
    if earlier.groups.get(name) != later.groups.get(name):
        return Break.TEAMS
    before, after = item_set(earlier, code, instrument), item_set(later, code, instrument)
    return None if before is not None and before == after else Break.ITEMS


def item_set(cycle: Register, code: str, instrument: Instrument) -> frozenset[str] | None:
    """Return the codes of the items behind a dimension or the overall score in a cycle; None where nobody knows."""
    if cycle.item_sets is not None:
        return cycle.item_sets.get(code)
    items = cycle.organisation.part("items")
    asked = {item for item in items.codes if items.why_not(item) != Suppressed(Reason.NOT_ASKED)}
    return frozenset(asked & item_sets(instrument).get(code, frozenset()))


def item_sets(instrument: Instrument) -> dict[str, frozenset[str]]:
    """List the items of every dimension of an instrument and of the overall score."""
    sets = {d.code: frozenset(item.code for item in instrument.items_of(d.code)) for d in instrument.dimensions}
    sets[OVERALL] = frozenset().union(*(sets[d.code] for d in instrument.dimensions if d.overall))
    return sets
