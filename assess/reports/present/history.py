"""The line of one node through the quarters: what was shown when, and where quarters may not be joined.

A line breaks where the node is made of other teams than before, or where a dimension has other items. A cycle of an
installation says both (`groups`, `item_sets`); a cycle of a file has one instrument and teams by name alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from assess.reports.present.figures import (
    OVERALL,
    Node,
    Score,
    figure_in,
    node_named,
    number,
    part,
    score_in,
    withheld_reason,
)
from assess.surveys.instruments import Instrument

ABSENT = "absent"  # the reason of a quarter that did not ask this node as one of its own


class Break(Enum):
    """Why a line begins anew."""

    TEAMS = "teams"
    ITEMS = "items"


@dataclass(frozen=True)
class Moment:
    """One quarter of a line: a score, or the reason why there is none.

    `broken` says why this quarter may not be joined to the one shown before it. `minimum` held when it was asked.
    """

    quarter: str
    score: Score | None
    reason: str
    broken: Break | None
    minimum: int | None


def line_of(history: Sequence[Node], cycle: Node, name: str, code: str, instrument: Instrument) -> tuple[Moment, ...]:
    """Follow one dimension (or `overall`) of a node, oldest first, from the first quarter that knows its name."""
    cycles = [*history, cycle]
    first = next(place for place, each in enumerate(cycles) if node_named(each, name) is not None)
    moments: list[Moment] = []
    shown: Node | None = None
    for each in cycles[first:]:
        node = node_named(each, name)
        score = None if node is None else score_in(node, code)
        broken = None
        if score is not None:
            broken = None if shown is None else break_between(shown, each, name, code, instrument)
            shown = each
        moments.append(Moment(str(each.get("cycle")), score, _reason(node, code, score), broken, _minimum(each)))
    return tuple(moments)


def _reason(node: Node | None, code: str, score: Score | None) -> str:
    if score is not None:
        return ""
    if node is None:
        return ABSENT
    return withheld_reason(node) or withheld_reason(figure_in(node, code)) or "not_available"


def _minimum(cycle: Node) -> int | None:
    value = number(cycle, "minimum")
    return None if value is None else int(value)


def break_between(earlier: Node, later: Node, name: str, code: str, instrument: Instrument) -> Break | None:
    """Say why two quarters of a node may not be compared; None where they may."""
    if teams_of(earlier, name) != teams_of(later, name):
        return Break.TEAMS
    before, after = item_set(earlier, code, instrument), item_set(later, code, instrument)
    return None if before is not None and before == after else Break.ITEMS


def teams_of(cycle: Node, name: str) -> frozenset[str] | None:
    """Return the leaf teams a node is made of; None where the cycle does not say."""
    groups: Sequence[Node] = cycle.get("groups", ())
    return next((frozenset(group["teams"]) for group in groups if group["name"] == name), None)


def item_set(cycle: Node, code: str, instrument: Instrument) -> frozenset[str] | None:
    """Return the codes of the items behind a dimension or the overall score in a cycle; None where nobody knows."""
    known = cycle.get("item_sets")
    if isinstance(known, Mapping):
        return frozenset(known[code]) if code in known else None
    asked = {
        item
        for item, figure in part(part(cycle, "organisation"), "items").items()
        if withheld_reason(figure) != "not_asked"
    }
    return frozenset(asked & item_sets(instrument).get(code, frozenset()))


def item_sets(instrument: Instrument) -> dict[str, frozenset[str]]:
    """List the items of every dimension of an instrument and of the overall score."""
    sets = {d.code: frozenset(item.code for item in instrument.items_of(d.code)) for d in instrument.dimensions}
    sets[OVERALL] = frozenset().union(*(sets[d.code] for d in instrument.dimensions if d.overall))
    return sets
