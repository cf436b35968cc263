"""From the scores of a cycle to the records that later cycles compare with (measurement, section 6.0)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assess.scoring.cycle_statistics import (
    DimensionRecords,
    OrganisationRecord,
    recorded_histograms,
    recorded_summary,
)
from assess.scoring.disclosure import BoolArray
from assess.scoring.engine import CycleScores
from assess.scoring.key import ItemKey, ScoringKey
from assess.scoring.measures import Measure
from assess.scoring.moments import IntArray


def records_of(scores: CycleScores, members: Mapping[str, Sequence[str]]) -> dict[str, DimensionRecords]:
    """Build one set of records per dimension and, under `overall`, for the overall score.

    `members` names the leaf teams a node consists of, where it is a merged group; units and single teams need none:
    they are who they are called, whoever joins or leaves.
    """
    measures = [*scores.dimensions, *([] if scores.overall is None else [scores.overall])]
    shared: dict[bytes, _Columns] = {}
    return {measure.code: _records(scores, measure, _columns(scores, measure, members, shared)) for measure in measures}


def item_set(key: ScoringKey, code: str) -> tuple[str, ...]:
    """List the items behind a dimension, or behind the overall score: where they differ, the line breaks."""
    chosen = [d for d in key.dimensions if d.code == code] or [
        key.dimensions[place] for place in key.overall_dimensions
    ]
    return tuple(f"{dimension.code}/{_item(key.items[place])}" for dimension in chosen for place in dimension.items)


def _item(item: ItemKey) -> str:
    """Name all of an item that a score depends on: code, scale, direction."""
    return f"{item.code}:{item.scale.lo}..{item.scale.hi}{'-' if item.reverse_keyed else ''}"


def items_key(items: Sequence[str]) -> str:
    """Name a set of items: equal in two cycles exactly when the items are."""
    return hashlib.sha256("\n".join(sorted(items)).encode()).hexdigest()[:24]


def lines_of(names: Sequence[str], is_team: BoolArray, members: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Name the line of each node: a merged group with its members, a unit as a unit, a team by its name alone."""
    return tuple(
        line_key(name, members[name]) if name in members else name if team else f"{name}\n"
        for name, team in zip(names, is_team.tolist(), strict=True)
    )


def line_key(node: str, members: Sequence[str]) -> str:
    """Name the line of a merged group: equal in two cycles exactly when node and members are; no node is called so."""
    return "\n".join([node, *sorted(members)])


@dataclass(frozen=True)
class _Columns:
    """What records say of their nodes whatever is measured."""

    places: IntArray
    nodes: tuple[str, ...]
    lines: tuple[str, ...]
    is_team: BoolArray
    headcount: IntArray


def _columns(
    scores: CycleScores, measure: Measure, members: Mapping[str, Sequence[str]], shared: dict[bytes, _Columns]
) -> _Columns:
    """Build the columns of a measure, once for all measures shown in the same nodes, as nearly all are."""
    known = np.packbits(measure.pattern.published).tobytes()
    if known not in shared:
        places = np.flatnonzero(measure.pattern.published)
        names = tuple(scores.tree.names[place] for place in places.tolist())
        is_team = ~scores.tree.is_unit[places]
        lines = lines_of(names, is_team, members)
        shared[known] = _Columns(places, names, lines, is_team, scores.headcounts[places])
    return shared[known]


def _records(scores: CycleScores, measure: Measure, columns: _Columns) -> DimensionRecords:
    exact = scores.minimum < 2
    groups = measure.total.at(columns.places)
    count = len(scores.tree.names)
    return DimensionRecords(
        nodes=columns.nodes,
        lines=columns.lines,
        items=items_key(item_set(scores.key, measure.code)),
        is_team=columns.is_team,
        headcount=columns.headcount,
        summary=recorded_summary(groups, exact=exact),
        histograms=recorded_histograms(measure.histograms.at(columns.places, count), groups.n, exact=exact),
        numbers=measure.numbers.shown[columns.places],
        organisation=_organisation(scores, measure),
    )


def _organisation(scores: CycleScores, measure: Measure) -> OrganisationRecord:
    whole = scores.whole(measure)
    compared = scores.comparison.measures.get(measure.code)
    fit = None if compared is None else compared.fit
    return OrganisationRecord(
        teams=0 if compared is None else compared.teams,
        mean_100=float(whole.mean[0]) if whole.n[0] else None,
        mu_100=None if fit is None else fit.mu,
        tau2=None if fit is None else fit.tau2,
        sigma2=None if fit is None else fit.sigma2,
        alpha_within=measure.reliability,
    )
