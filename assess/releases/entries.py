"""The entries of one cycle in the Score JSON, node by node; only displayed figures come out of here."""

from collections.abc import Iterator, Mapping

import numpy as np

from assess.scoring.between import Between
from assess.scoring.display import (
    Figures,
    ScoreBlock,
    figure_reason,
    item_for,
    node_reason,
    plain,
    show_organisation,
    show_score,
    withheld,
)
from assess.scoring.display_between import BetweenFigures
from assess.scoring.display_comparison import (
    show_agreement,
    show_bottom_k,
    show_comparison,
    show_drivers,
    show_instrument,
    show_quality,
)
from assess.scoring.engine import CycleScores, known_total
from assess.scoring.items import ItemCounts, item_floor
from assess.scoring.key import ScaleKey
from assess.scoring.measures import Measure, as_shown
from assess.scoring.release import Reason
from assess.scoring.rounding import half_up


class CycleEntries:
    """Turns the columns of one cycle into entries."""

    def __init__(self, scores: CycleScores, between: Between | None = None) -> None:
        self._scores = scores
        self._between = None if between is None else BetweenFigures(between, scores.minimum)
        overall = [] if scores.overall is None else [scores.overall]
        self._blocks = {
            measure.code: ScoreBlock.of(
                measure,
                as_shown(measure.total, scores.minimum),
                scores.headcounts,
                measure.favourable,
                measure.answered,
            )
            for measure in [*scores.dimensions, *overall]
        }

    def teams(self) -> Iterator[Figures]:
        """Entries of all teams, in the order of the tree."""
        for node in np.flatnonzero(~self._scores.tree.is_unit).tolist():
            yield {"team": self._scores.tree.names[node], **self._node(node)}

    def units(self) -> Iterator[Figures]:
        """Entries of all units, with their parent (null directly under the organisation)."""
        tree = self._scores.tree
        for node in np.flatnonzero(tree.is_unit).tolist():
            yield {"team": tree.names[node], "parent": self._name(int(tree.parents[node])), **self._node(node)}

    def others(self) -> Iterator[Figures]:
        """Entries for the rest of a unit or of the organisation, where it is large enough to be subtracted anyway."""
        scores = self._scores
        for place in np.flatnonzero(scores.printed_residuals(scores.pattern)).tolist():
            holder = place - 1
            inside = scores.residual_of(scores.pattern, holder)
            yield {
                "parent": self._name(holder),
                "n": int(scores.direct_respondents[inside].sum()),
                "dimensions": {
                    measure.code: self._rest(measure, holder, scale) for measure, scale in self._dimensions()
                },
            }

    def organisation(self) -> Figures:
        """Released teams and, together, the others that are large enough."""
        scores = self._scores
        inside = scores.counted(scores.pattern, scores.direct_respondents)
        n = int(scores.direct_respondents[inside].sum())
        if n < max(scores.minimum, 1):
            return withheld(Reason.TOO_FEW)
        entry: Figures = {"n": n, **self._participation(n, known_total(scores.direct_headcounts[inside]))}
        uncounted = known_total(scores.direct_headcounts[~inside])
        if uncounted > 0 and scores.minimum < 2:  # elsewhere it would tell that nobody of a group answered
            entry["headcount_not_counted"] = uncounted
        dimensions = {measure.code: self._whole_dimension(measure, scale) for measure, scale in self._dimensions()}
        if scores.overall is not None:
            entry["overall"] = self._whole_overall(scores.overall, dimensions)
        entry["dimensions"] = dimensions
        entry["items"] = {item.item.code: self._whole_item(item) for item in self._dimension_items()}
        entry["outcomes"] = {item.item.code: self._whole_item(item) for item in self._outcomes()}
        entry["bottom_k"] = show_bottom_k(scores.comparison)
        entry["quality"] = show_quality(scores)
        entry["drivers"] = show_drivers(scores)
        return entry

    def _node(self, node: int) -> Figures:
        scores = self._scores
        reason = node_reason(scores, node, published=bool(scores.pattern.published[node]))
        if reason is not None:
            return withheld(reason)
        n = int(scores.respondents[node])
        entry: Figures = {"n": n, **self._participation(n, int(scores.headcounts[node]))}
        if scores.overall is not None:
            entry["overall"] = self._score(scores.overall, node, None)
        entry["dimensions"] = {
            measure.code: self._dimension(measure, node, scale) for measure, scale in self._dimensions()
        }
        entry["items"] = {item.item.code: self._item(item, node) for item in self._dimension_items()}
        entry["outcomes"] = {item.item.code: self._item(item, node) for item in self._outcomes()}
        return entry | self._line(scores.tree.names[node])

    def _line(self, name: str) -> Figures:
        """Change and trend, where there is an unbroken line."""
        if self._between is None:
            return {}
        parts = {"change": self._between.change(name), "trend": self._between.trend(name)}
        return {key: part for key, part in parts.items() if part}

    def _dimension(self, measure: Measure, node: int, scale: ScaleKey) -> Figures:
        figures = self._score(measure, node, scale)
        if "suppressed" in figures:
            return figures
        minimum, n = self._scores.minimum, int(measure.total.n[node])
        compared = self._scores.comparison.measures[measure.code]
        return figures | show_agreement(measure, node, minimum) | show_comparison(compared, node, n, minimum)

    def _score(self, measure: Measure, node: int, scale: ScaleKey | None) -> Figures:
        minimum = self._scores.minimum
        if not measure.pattern.published[node]:
            return withheld(figure_reason(int(measure.total.n[node]), minimum, asked=measure.asked))
        return show_score(self._blocks[measure.code], node, scale, minimum, numbers=bool(measure.numbers.shown[node]))

    def _item(self, item: ItemCounts, node: int) -> Figures:
        minimum, counts = self._scores.minimum, item.total(node)
        if not item.published[node]:
            return withheld(figure_reason(int(counts.sum()), item_floor(minimum), asked=item.asked))
        allowed = item.numbers is None or bool(item.numbers.shown[node])
        return item_for(item, counts, int(self._scores.headcounts[node]), minimum, numbers=allowed)

    def _rest(self, measure: Measure, holder: int, scale: ScaleKey) -> Figures:
        """Score of a residual by the pattern of this measure; its headcount is not printed, hence unknown."""
        minimum = self._scores.minimum
        printed = self._scores.printed_residuals(measure.pattern)
        inside = self._scores.residual_of(measure.pattern, holder)
        moments = measure.direct.grouped(np.where(inside, 0, -1), 1)
        if not printed[holder + 1]:
            return withheld(figure_reason(int(moments.n[0]), minimum, asked=measure.asked))
        none = np.zeros(1, dtype=np.int64)
        return show_score(ScoreBlock.of(measure, as_shown(moments, minimum), none - 1, none, none), 0, scale, minimum)

    def _whole_overall(self, overall: Measure, dimensions: Mapping[str, Figures]) -> Figures:
        """Give the overall score of the organisation, with all its dimensions or not at all."""
        key = self._scores.key
        for place in key.overall_dimensions:
            reason = dimensions[key.dimensions[place].code].get("suppressed")
            if reason is not None and overall.asked:
                return {"suppressed": reason}
        return self._whole(overall, None)

    def _whole_dimension(self, measure: Measure, scale: ScaleKey) -> Figures:
        figures = self._whole(measure, scale)
        return figures if "suppressed" in figures else figures | show_instrument(self._scores, measure, scale)

    def _whole(self, measure: Measure, scale: ScaleKey | None) -> Figures:
        scores = self._scores
        strata, _heads = scores.strata(measure)
        n = int(strata.n.sum())
        if n < max(scores.minimum, 1):
            return withheld(figure_reason(n, scores.minimum, asked=measure.asked))
        inside = scores.counted(measure.pattern, measure.direct.n)
        whole = scores.whole(measure)
        favourable = np.array([measure.direct_favourable[inside].sum()], dtype=np.int64)
        answered = np.array([measure.direct_answered[inside].sum()], dtype=np.int64)
        block = ScoreBlock.of(measure, whole, np.full(1, -1, dtype=np.int64), favourable, answered)
        return show_organisation(block, scores.organisation_half(measure), scale, scores.minimum)

    def _whole_item(self, item: ItemCounts) -> Figures:
        scores = self._scores
        floor = max(item_floor(scores.minimum), 1)
        inside = scores.counted(item.shown, item.direct.sum(axis=1, dtype=np.int64), floor)
        counts = item.direct[inside].sum(axis=0)
        if int(counts.sum()) < floor:
            return withheld(figure_reason(int(counts.sum()), floor, asked=item.asked))
        allowed = item.numbers is None or item.numbers.organisation
        return item_for(item, counts, known_total(scores.direct_headcounts[inside]), scores.minimum, numbers=allowed)

    def _participation(self, n: int, headcount: int) -> Figures:
        if headcount < max(n, 1):
            return {}
        rate = n / headcount
        return plain(
            {"headcount": headcount, "response_rate": rate if self._scores.minimum < 2 else half_up(rate, 0.01)}
        )

    def _dimensions(self) -> Iterator[tuple[Measure, ScaleKey]]:
        scores = self._scores
        return ((m, d.scale) for m, d in zip(scores.dimensions, scores.key.dimensions, strict=True))

    def _dimension_items(self) -> Iterator[ItemCounts]:
        scores = self._scores
        return (scores.items[place] for dimension in scores.key.dimensions for place in dimension.items)

    def _outcomes(self) -> Iterator[ItemCounts]:
        return (self._scores.items[place] for place in self._scores.key.outcomes)

    def _name(self, node: int) -> str | None:
        return self._scores.tree.names[node] if node >= 0 else None
