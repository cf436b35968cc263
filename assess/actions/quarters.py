"""One published quarter as actions see it: displayed figures from the frozen result, lines from its statistics.

The statistics say which teams may be compared (their line and the items behind a dimension are the same); every figure
that enters a verdict is the displayed one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from assess.releases.register import open_register
from assess.releases.statistics import read_statistics
from assess.releases.store import has_published, read_frozen
from assess.scoring.advice import AdviceDimension
from assess.scoring.cycle_statistics import DimensionRecords
from assess.scoring.records import line_key
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.earlier import published_before
from assess.surveys.instruments import Instrument
from assess.surveys.models import Cycle
from assess.surveys.same_nodes import records_as_now, same_nodes

Node = Mapping[str, Any]
NOTHING: Node = {}
_FIVE_OPTIONS = range(3, 7)  # width of scales on which “half of the answers agree” means something


@dataclass(frozen=True)
class Place:
    """A node of the contract: what it is called, who it is (`line`), the teams in it, and where it stands."""

    name: str
    line: str
    teams: tuple[str, ...]
    is_unit: bool
    is_top: bool


@dataclass(frozen=True)
class QuarterView:
    """What was released in one quarter, and what it was asked about."""

    cycle_id: bytes
    quarter: str
    closes_at: datetime
    places: tuple[Place, ...]
    instrument: Instrument
    entries: Mapping[str, Node]
    organisation: Node
    records: Mapping[str, DimensionRecords]

    @cached_property
    def lines(self) -> frozenset[str]:
        """Who is who in this quarter, whether anything of it is shown or not."""
        return frozenset(place.line for place in self.places)

    def place(self, name: str) -> Place | None:
        """Find a node by its name."""
        return next((place for place in self.places if place.name == name), None)

    def dimension(self, line: str, code: str) -> Node:
        """Give the displayed figures of a dimension; nothing where they are withheld or the node is another one."""
        name = line.partition("\n")[0]
        figures = self.entries.get(name, NOTHING).get("dimensions", NOTHING).get(code, NOTHING)
        return NOTHING if line not in self.lines or "suppressed" in figures else figures


def advice_dimensions(instrument: Instrument, codes: Sequence[str]) -> tuple[AdviceDimension, ...]:
    """Give the matching what it needs of the dimensions a node was asked about, in instrument order."""
    return tuple(
        AdviceDimension(
            code=d.code,
            items=tuple(item.code for item in instrument.items_of(d.code)),
            higher_is_better=d.higher_is_better,
            range_raw=d.scale.hi - d.scale.lo,
        )
        for d in instrument.dimensions
        if d.code in codes
    )


def advice_outcomes(instrument: Instrument, *, sensitive: bool) -> tuple[str, ...]:
    """List the outcomes that may choose a practice: rated on about five options, sensitive ones for the top only."""
    return tuple(
        outcome.code
        for outcome in instrument.outcomes
        if outcome.scale.hi - outcome.scale.lo in _FIVE_OPTIONS and (sensitive or not outcome.sensitive)
    )


def quarter_view(session: Session, cycle: Cycle, *, as_in: Cycle | None = None) -> QuarterView:
    """Read a published cycle, its nodes called as in a later one, whatever they were called then.

    RefusalError before publication or where a document was tampered with.
    """
    register = open_register(session, cycle_id=cycle.id)
    records: Mapping[str, DimensionRecords] = {}
    if has_published(session, cycle_id=cycle.id, kind="statistics"):
        records = read_statistics(read_frozen(session, cycle_id=cycle.id, kind="statistics")[0])
    names: Mapping[str, str] = {}
    places = places_of(cycle)
    if as_in is not None and as_in.id != cycle.id:
        same = same_nodes(cycle, as_in)
        names, records = same.names, records_as_now(records, same)
        called = {place.name: names.get(place.name, place.name) for place in places}
        places = tuple(
            replace(place, name=called[place.name], line=same.lines.get(place.line, place.line)) for place in places
        )
    return QuarterView(
        cycle_id=cycle.id,
        quarter=cycle.quarter,
        closes_at=cycle.closes_at,
        places=places,
        instrument=frozen_instrument(cycle),
        entries={names.get(node.name, node.name): node.displayed() for node in register.nodes},
        organisation=register.organisation.part().displayed(),
        records=records,
    )


def quarters_until(session: Session, cycle: Cycle, *, most: int) -> tuple[QuarterView, ...]:
    """Read a published cycle and up to `most` - 1 before it, oldest first, under the names of the last."""
    earlier = published_before(session, cycle, most=most - 1)
    return tuple(quarter_view(session, each, as_in=cycle) for each in [*earlier, cycle])


def places_of(cycle: Cycle) -> tuple[Place, ...]:
    """List the nodes of a cycle's contract: its units, then its groups; a unit's own members stand in the unit."""
    contract = contract_of(cycle)
    groups = [group for group in contract["groups"] if not group["own_members"]]
    units = [
        Place(unit["name"], f"{unit['name']}\n", _teams_below(contract, unit["id"]), True, unit["parent"] is None)
        for unit in contract["units"]
    ]
    return (
        *units,
        *(Place(g["name"], line_key(g["name"], g["teams"]), tuple(g["teams"]), False, False) for g in groups),
    )


def _teams_below(contract: Mapping[str, Any], unit: str) -> tuple[str, ...]:
    inside = {unit}
    for below in contract["units"]:  # parents stand before their children
        if below["parent"] in inside:
            inside.add(below["id"])
    found = {team for g in contract["groups"] if g["unit"] in inside and not g["own_members"] for team in g["teams"]}
    return tuple(sorted(found))
