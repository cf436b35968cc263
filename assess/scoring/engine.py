"""One vectorised pass from the answers of a cycle to the figures of all teams.

The result is columnar: arrays over nodes, no object per team. Nothing here is rounded or displayed; `display` does
that, node by node, and only for what the pattern publishes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from assess.scoring.agreement import Agreement, agreement_by_node
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.comparison import Comparison, ReleasedTeams, compare_teams
from assess.scoring.counting import Counting, Decide
from assess.scoring.cycle_statistics import Histograms, histograms_of
from assess.scoring.disclosure import BoolArray, Pattern, residual_pattern
from assess.scoring.interval import (
    DEFAULT_RELIABILITY,
    organisation_half,
    pooled_variance,
)
from assess.scoring.items import ItemCounts, count_items, item_patterns
from assess.scoring.key import DimensionKey, ScoringKey
from assess.scoring.moments import EXACT_FROM, FloatArray, IntArray, Moments, moments_by_node
from assess.scoring.numbers import Numbers, number_nodes
from assess.scoring.persons import PersonScores, recoded_items, score_dimension
from assess.scoring.quality import Quality, Reliability, outcome_drivers, reliability_of, straight_lining_percent
from assess.scoring.reliability import within_team_alpha
from assess.scoring.spread import NO_WORD, spread_words
from assess.scoring.strata import pooled_others, printed_residuals, released_teams
from assess.scoring.tree import UNKNOWN, Tree

RELIABILITY_PERSONS = 50


@dataclass(frozen=True)
class Measure:
    """A dimension or the overall score over all nodes; every array has shape (nodes,).

    `direct` counts people in the node itself, `total` also those below it. `favourable` and `answered` count answers
    to the dimension's items by scored persons, likewise; zero for the overall score. `spread` codes the word for the
    spread inside each published node, `agreement` is listwise, `histograms` hold the person scores of
    the published nodes with enough of them.
    `reliability` is the within-team alpha (or its stand-in) that intervals use.
    """

    code: str
    direct: Moments
    total: Moments
    direct_favourable: npt.NDArray[np.int32]
    direct_answered: npt.NDArray[np.int32]
    favourable: npt.NDArray[np.int32]
    answered: npt.NDArray[np.int32]
    pattern: Pattern
    v0: float
    reliability: float
    asked: bool
    spread: npt.NDArray[np.int8]
    histograms: Histograms
    numbers: Numbers
    agreement: Agreement | None = None
    organisation_from_dimensions: bool = False


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
    hidden_before: Collection[int] = (),
    show_rest: bool = True,
) -> CycleScores:
    """Score one cycle.

    `answers.ratings` has shape (respondents, items). With `minimum` 2 or more only nodes with that many respondents,
    and none that a difference would isolate, are published; `minimum` 1 (data that are not confidential) publishes all.
    Nodes outside `allowed` (shape (nodes,)) stay hidden whatever was answered; where there is a choice, those that were
    `hidden_before` are hidden again. Without `show_rest` people outside all published nodes count in no figure.
    Raises ValueError for ratings outside their scale.
    """
    nodes = len(tree.names)
    answers.check(key, nodes)
    answered = (answers.ratings != MISSING).any(axis=1)
    direct = np.bincount(answers.nodes[answered], minlength=nodes).astype(np.int64)
    decide = partial(residual_pattern, tree=tree, minimum=minimum, hidden_before=hidden_before, show_rest=show_rest)
    pattern = decide(direct, allowed=allowed)
    scored = [score_dimension(key, dimension, answers) for dimension in key.dimensions]
    measures = [
        _measure(key, dimension, person, answers, tree, pattern=pattern, minimum=minimum, decide=decide)
        for dimension, person in zip(key.dimensions, scored, strict=True)
    ]
    overall = _overall(key, scored, measures, answers, tree, minimum=minimum, decide=decide)
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
            key, counts, tree, [m.pattern for m in measures], pattern, minimum=minimum, show_rest=show_rest
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


def _person_figures(
    score: FloatArray, scored: BoolArray, answers: AnswerMatrix, tree: Tree, kept: BoolArray, *, minimum: int
) -> tuple[npt.NDArray[np.int8], Histograms]:
    """Word of the spread, and histogram of everybody in and below a node, for the nodes `kept`."""
    places = np.flatnonzero(kept)
    spread = (
        spread_words(score, scored, answers.nodes, tree, places)
        if places.size
        else np.full(kept.size, NO_WORD, dtype=np.int8)
    )
    direct = histograms_of(score, scored, answers.nodes, exact=minimum < 2)
    return spread, direct.upwards(tree.parents).grouped(np.where(kept, np.arange(kept.size), -1))


def _measure(
    key: ScoringKey,
    dimension: DimensionKey,
    person: PersonScores,
    answers: AnswerMatrix,
    tree: Tree,
    *,
    pattern: Pattern,
    minimum: int,
    decide: Decide,
) -> Measure:
    nodes = len(tree.names)
    direct = moments_by_node(person.score, person.scored, answers.nodes, nodes)
    own = decide(direct.n, allowed=pattern.published, like=pattern)
    teams = released_teams(own, tree)
    alpha, persons = within_team_alpha(key, dimension, answers, teams)
    items, complete = recoded_items(key, dimension, person, answers)
    scale = dimension.scale
    total = direct.upwards(tree)
    kept = own.published & (total.n >= (EXACT_FROM if minimum > 1 else 1))
    spread, histograms = _person_figures(person.score, person.scored, answers, tree, kept, minimum=minimum)
    counted = [
        np.bincount(answers.nodes[person.scored], weights=part[person.scored], minlength=nodes).astype(np.int32)
        for part in (person.favourable, person.given)
    ]
    return Measure(
        code=dimension.code,
        direct=direct,
        total=total,
        direct_favourable=counted[0],
        direct_answered=counted[1],
        favourable=np.asarray(tree.sum_upwards(counted[0])),
        answered=np.asarray(tree.sum_upwards(counted[1])),
        pattern=own,
        v0=pooled_variance(as_shown(direct.at(np.flatnonzero(teams)), minimum)),
        reliability=DEFAULT_RELIABILITY
        if alpha is None or persons < RELIABILITY_PERSONS
        else min(max(alpha, 0.0), 1.0),
        asked=bool((person.given > 0).any()),
        spread=spread,
        histograms=histograms,
        numbers=number_nodes(direct.n, own, tree, minimum=minimum),
        agreement=agreement_by_node(items, complete, answers.nodes, tree, lo=scale.lo, hi=scale.hi),
    )


def _overall(
    key: ScoringKey,
    scored: list[PersonScores],
    measures: Sequence[Measure],
    answers: AnswerMatrix,
    tree: Tree,
    *,
    minimum: int,
    decide: Decide,
) -> Measure | None:
    """Mean of a person's dimension scores where three quarters of them exist; shown only with all its dimensions."""
    places = key.overall_dimensions
    if not places:
        return None
    rows = answers.ratings.shape[0]
    number = np.zeros(rows, dtype=np.int8)
    total = np.zeros(rows)
    for place in places:
        number += scored[place].scored
        total += np.where(scored[place].scored, scored[place].score, 0.0)
    mean, enough = total / np.maximum(number, 1), number >= key.overall_needed
    direct = moments_by_node(mean, enough, answers.nodes, len(tree.names))
    allowed = np.logical_and.reduce([measures[place].pattern.published for place in places])
    own = decide(direct.n, allowed=allowed)
    empty = np.zeros(len(tree.names), dtype=np.int32)
    summed = direct.upwards(tree)
    some = (number > 0) & (number < len(places))
    incomplete = np.asarray(tree.sum_upwards(np.bincount(answers.nodes[some], minlength=len(tree.names)))) > 0
    if minimum > 1 and incomplete.any():
        # People's own means would speak of those who left out a dimension: what stands for a node then is the mean of
        # its dimension means, and the histogram of people's means would say something else.
        means = np.mean([measures[place].total.mean for place in places], axis=0)
        summed = summed.with_mean(np.where(incomplete, means, summed.mean))
    kept = own.published & (~incomplete | (minimum < 2)) & (summed.n >= (EXACT_FROM if minimum > 1 else 1))
    spread, histograms = _person_figures(mean, enough, answers, tree, kept, minimum=minimum)
    return Measure(
        code="overall",
        direct=direct,
        total=summed,
        direct_favourable=empty,
        direct_answered=empty,
        favourable=empty,
        answered=empty,
        pattern=own,
        v0=pooled_variance(as_shown(direct.at(np.flatnonzero(released_teams(own, tree))), minimum)),
        reliability=float(np.mean([measures[place].reliability for place in places])),
        asked=all(measures[place].asked for place in places),
        spread=spread,
        histograms=histograms,
        numbers=number_nodes(direct.n, own, tree, minimum=minimum),
        organisation_from_dimensions=minimum > 1 and bool(incomplete.any()),
    )


def as_shown(groups: Moments, minimum: int) -> Moments:
    """Spread that intervals may rest on: the stored record's, or the exact one where data are not confidential."""
    return groups.recorded() if minimum > 1 else groups


def known_total(headcounts: npt.NDArray[np.integer]) -> int:
    """Add up headcounts; -1 where any of them is unknown."""
    return -1 if bool((headcounts < 0).any()) else int(headcounts.sum())
