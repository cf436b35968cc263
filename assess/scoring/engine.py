"""One vectorised pass from the answers of a cycle to the figures of all teams.

The result is columnar: arrays over nodes, no object per team. Nothing here is rounded or displayed; `display` does
that, node by node, and only for what the pattern publishes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.comparison import Comparison, ReleasedTeams, compare_teams
from assess.scoring.counting import Counting
from assess.scoring.disclosure import BoolArray, Pattern, residual_pattern
from assess.scoring.interval import organisation_half
from assess.scoring.items import ItemCounts, count_items, item_patterns
from assess.scoring.key import ScoringKey
from assess.scoring.limits import Limits, Shown
from assess.scoring.measures import Measure, Measuring, as_shown
from assess.scoring.moments import IntArray, Moments
from assess.scoring.persons import PersonScores, recoded_items, score_dimension
from assess.scoring.quality import Quality, Reliability, outcome_drivers, reliability_of, straight_lining_percent
from assess.scoring.strata import pooled_others, printed_residuals, released_teams
from assess.scoring.tree import UNKNOWN, Tree


@dataclass(frozen=True)
class CycleScores:
    """All figures of one cycle before display; hidden nodes are in here, so it never leaves this process."""

    key: ScoringKey
    tree: Tree
    minimum: int
    respondents: IntArray  # with at least one answer, in and below each node
    direct_respondents: IntArray
    pattern: Pattern
    dimensions: tuple[Measure, ...]
    overall: Measure | None
    items: tuple[ItemCounts, ...]
    quality: Quality

    @cached_property
    def comparison(self) -> Comparison:
        """Teams beside each other, all dimensions at once."""
        return compare_teams(
            [
                ReleasedTeams(
                    measure.code,
                    len(self.tree.names),
                    places := np.flatnonzero(released_teams(measure.pattern, self.tree)),
                    as_shown(measure.total.at(places), self.minimum),
                    measure.v0,
                )
                for measure in self.dimensions
            ]
        )

    @cached_property
    def direct_headcounts(self) -> IntArray:
        """Invited directly in each node; -1 where unknown or below the answers, which would claim a census."""
        heads = self.tree.headcounts
        return np.where(heads >= self.direct_respondents, heads, UNKNOWN).astype(np.int64)

    @cached_property
    def headcounts(self) -> IntArray:
        """Invited in and below each node; -1 where unknown for any part of it."""
        return self.tree.total_of(self.direct_headcounts)

    def as_limits(self, limits: Limits) -> Limits:
        """Say that nothing may be shown that these scores do not show, whatever `limits` prefers to hide."""
        measures = [*self.dimensions, *([] if self.overall is None else [self.overall])]
        return replace(
            limits,
            measures={m.code: Shown(m.pattern.published, m.numbers) for m in measures},
            items={i.item.code: Shown(i.published, i.numbers) for i in self.items if i.pattern is not None},
        )

    def organisation_half(self, measure: Measure) -> float:
        """Unrounded half-width of the organisation's interval: released teams and the pooled others are strata."""
        strata, heads = self.strata(measure)
        return organisation_half(as_shown(strata, self.minimum), heads, measure.v0)

    def strata(self, measure: Measure) -> tuple[Moments, IntArray]:
        """Released teams and, if large enough, all other counted people as one more team, with their headcounts."""
        teams = np.flatnonzero(released_teams(measure.pattern, self.tree))
        rest = self.pooled_others(measure.pattern, measure.direct.n)
        if not rest.any():
            return measure.direct.at(teams), self.headcounts[teams]
        pooled = measure.direct.grouped(np.where(rest, 0, -1), 1)
        joined = measure.direct.at(teams).joined(pooled)
        return joined, np.concatenate([self.headcounts[teams], [known_total(self.direct_headcounts[rest])]])

    def pooled_others(self, pattern: Pattern, direct: IntArray, floor: int | None = None) -> BoolArray:
        """Nodes whose people belong to a residual of at least `floor` (else the minimum): together one more team."""
        return pooled_others(pattern, self.tree, direct, floor or max(self.minimum, 1))

    def whole(self, measure: Measure) -> Moments:
        """Everybody who enters the organisation's figure of one measure, as one group."""
        inside = self.counted(measure.pattern, measure.direct.n)
        whole = measure.direct.grouped(np.where(inside, 0, -1), 1)
        if not measure.organisation_from_dimensions:
            return whole
        parts = [self.whole(self.dimensions[place]).mean for place in self.key.overall_dimensions]
        return whole.with_mean(np.mean(parts, axis=0))

    def counted(self, pattern: Pattern, direct: IntArray, floor: int | None = None) -> BoolArray:
        """Nodes whose people enter the organisation's figure."""
        return released_teams(pattern, self.tree) | self.pooled_others(pattern, direct, floor)

    def residual_of(self, pattern: Pattern, holder: int) -> BoolArray:
        """Nodes whose people are in the residual of one holder (-1: the organisation)."""
        inside: BoolArray = pattern.owners == holder
        return inside & ~released_teams(pattern, self.tree)

    def printed_residuals(self, pattern: Pattern, floor: int | None = None) -> BoolArray:
        """Say for the organisation (place 0) and each node v (place v+1) whether its residual is large enough."""
        return printed_residuals(pattern, self.tree, floor or max(self.minimum, 1))


def score_cycle(
    key: ScoringKey,
    answers: AnswerMatrix,
    tree: Tree,
    *,
    minimum: int,
    allowed: BoolArray | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen, no state
    show_rest: bool = True,
) -> CycleScores:
    """Score one cycle.

    `answers.ratings` has shape (respondents, items). With `minimum` 2 or more only nodes with that many respondents,
    and none that a difference would isolate, are published; `minimum` 1 (data that are not confidential) publishes all.
    Nodes outside `allowed` (shape (nodes,)) stay hidden whatever was answered; `limits` say what was hidden before.
    Without `show_rest` people outside all published nodes count in no figure.
    Raises ValueError for ratings outside their scale.
    """
    nodes = len(tree.names)
    answers.check(key, nodes)
    answered = (answers.ratings != MISSING).any(axis=1)
    direct = np.bincount(answers.nodes[answered], minlength=nodes).astype(np.int64)
    decide = partial(
        residual_pattern, tree=tree, minimum=minimum, hidden_before=limits.hidden_before, show_rest=show_rest
    )
    pattern = decide(direct, allowed=allowed)
    scored = [score_dimension(key, dimension, answers) for dimension in key.dimensions]
    measuring = Measuring(key, answers, tree, minimum, decide, limits)
    measures = [
        measuring.dimension(dimension, person, pattern)
        for dimension, person in zip(key.dimensions, scored, strict=True)
    ]
    overall = measuring.overall(scored, measures)
    counting = Counting(answers.nodes, tree, pattern, direct, decide, max(minimum, 1))
    quality = _quality(key, scored, measures, answers, counting)
    del scored  # the largest arrays of all; counting needs the room
    counts = count_items(key, answers, tree)
    return CycleScores(
        key=key,
        tree=tree,
        minimum=minimum,
        respondents=np.asarray(tree.sum_upwards(direct)),
        direct_respondents=direct,
        pattern=pattern,
        dimensions=tuple(measures),
        overall=overall,
        items=item_patterns(
            key,
            counts,
            tree,
            [m.pattern for m in measures],
            pattern,
            minimum=minimum,
            show_rest=show_rest,
            limits=limits,
        ),
        quality=quality,
    )


def _quality(
    key: ScoringKey,
    scored: Sequence[PersonScores],
    measures: Sequence[Measure],
    answers: AnswerMatrix,
    counting: Counting,
) -> Quality:
    """Judge the instrument over everybody who enters the organisation's figures."""
    reliabilities: dict[str, Reliability] = {}
    asked = [measure for measure in measures if measure.asked]
    for dimension, person, measure in zip(key.dimensions, scored, measures, strict=True):
        items, complete = recoded_items(key, dimension, person, answers)
        strata = counting.strata(measure.pattern, measure.direct.n)
        reliabilities[dimension.code] = reliability_of(items, complete, strata)
    inside = [counting.strata(measure.pattern, measure.direct.n) >= 0 for measure in asked]
    return Quality(
        reliabilities,
        straight_lining_percent(key, answers, counting.everybody()),
        outcome_drivers(
            key, answers, [p.score for p in scored], [p.scored for p in scored], partial(counting.of_outcome, inside)
        ),
    )


def known_total(headcounts: npt.NDArray[np.integer]) -> int:
    """Add up headcounts; -1 where any of them is unknown."""
    return -1 if bool((headcounts < 0).any()) else int(headcounts.sum())
