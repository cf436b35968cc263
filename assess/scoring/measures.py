"""One figure over all nodes: a dimension, or the overall score, from the scores of persons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.agreement import Agreement, agreement_by_node
from assess.scoring.answers import AnswerMatrix
from assess.scoring.counting import Decide
from assess.scoring.cycle_statistics import Histograms, histograms_of
from assess.scoring.disclosure import BoolArray, Pattern
from assess.scoring.interval import DEFAULT_RELIABILITY, pooled_variance
from assess.scoring.key import DimensionKey, ScoringKey
from assess.scoring.limits import Limits
from assess.scoring.moments import EXACT_FROM, FloatArray, Moments, moments_by_node
from assess.scoring.numbers import Numbers, number_nodes
from assess.scoring.persons import PersonScores, recoded_items
from assess.scoring.reliability import within_team_alpha
from assess.scoring.spread import NO_WORD, spread_words
from assess.scoring.strata import released_teams
from assess.scoring.tree import Tree

OVERALL = "overall"
RELIABILITY_PERSONS = 50


@dataclass(frozen=True)
class Measure:
    """A dimension or the overall score over all nodes; every array has shape (nodes,).

    `direct` counts people in the node itself, `total` also those below it. `favourable` and `answered` count answers
    to the dimension's items by scored persons, likewise; zero for the overall score. `spread` codes the word for the
    spread inside each published node, `agreement` is listwise, `numbers` says where figures that need ten answers may
    stand, `histograms` hold the person scores of those nodes, where all of them have all dimensions. `reliability` is
    the within-team alpha (or its stand-in) that intervals use. Of the overall score `organisation_from_dimensions` says
    that the organisation's is the mean of its dimensions'.
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


class Measuring:
    """What is the same for every figure of a cycle: answers, tree, minimum, who decides what is shown, and limits."""

    def __init__(
        self, key: ScoringKey, answers: AnswerMatrix, tree: Tree, minimum: int, decide: Decide, limits: Limits
    ) -> None:
        self._key, self._answers, self._tree, self._minimum = key, answers, tree, minimum
        self._decide, self._limits = decide, limits

    def dimension(self, dimension: DimensionKey, person: PersonScores, pattern: Pattern) -> Measure:
        """Measure one dimension; it is shown nowhere outside `pattern`."""
        answers, tree, scale = self._answers, self._tree, dimension.scale
        direct = self._moments(person.score, person.scored)
        limit = self._limits.of_measure(dimension.code)
        own = self._decide(
            direct.n, allowed=limit.within(pattern.published), like=pattern, hidden_before=limit.hidden_before
        )
        total = direct.upwards(tree)
        items, complete = recoded_items(self._key, dimension, person, answers)
        favourable, given = self._by_node(person, person.favourable), self._by_node(person, person.given)
        numbers = number_nodes(direct.n, own, tree, minimum=self._minimum, most=limit.numbers)
        spread, histograms = self._people(person.score, person.scored, numbers.shown & self._enough(total))
        return Measure(
            code=dimension.code,
            direct=direct,
            total=total,
            direct_favourable=favourable,
            direct_answered=given,
            favourable=np.asarray(tree.sum_upwards(favourable)),
            answered=np.asarray(tree.sum_upwards(given)),
            pattern=own,
            v0=self._within(direct, own),
            reliability=self._reliability(dimension, own),
            asked=bool((person.given > 0).any()),
            spread=spread,
            histograms=histograms,
            numbers=numbers,
            agreement=agreement_by_node(items, complete, answers.nodes, tree, lo=scale.lo, hi=scale.hi),
        )

    def overall(self, scored: Sequence[PersonScores], measures: Sequence[Measure]) -> Measure | None:
        """Take the mean of a person's dimension scores where three quarters exist; shown with all dimensions only."""
        places = self._key.overall_dimensions
        if not places:
            return None
        parts = [measures[place] for place in places]
        number = np.asarray(np.sum([scored[place].scored for place in places], axis=0, dtype=np.int8))
        mean = _mean_of([scored[place] for place in places], number)
        enough = number >= self._key.overall_needed
        direct = self._moments(mean, enough)
        limit = self._limits.of_measure(OVERALL)
        everywhere = np.logical_and.reduce([part.pattern.published for part in parts])
        own = self._decide(direct.n, allowed=limit.within(everywhere), hidden_before=limit.hidden_before)
        incomplete = self._incomplete((number > 0) & (number < len(places)))
        total = _with_means_of(parts, direct.upwards(self._tree), incomplete)
        numbers = number_nodes(direct.n, own, self._tree, minimum=self._minimum, most=limit.numbers)
        spread, histograms = self._people(mean, enough, numbers.shown & ~incomplete & self._enough(total))
        empty = np.zeros(len(self._tree.names), dtype=np.int32)
        return Measure(
            code=OVERALL,
            direct=direct,
            total=total,
            direct_favourable=empty,
            direct_answered=empty,
            favourable=empty,
            answered=empty,
            pattern=own,
            v0=self._within(direct, own),
            reliability=float(np.mean([part.reliability for part in parts])),
            asked=all(part.asked for part in parts),
            spread=spread,
            histograms=histograms,
            numbers=numbers,
            organisation_from_dimensions=bool(incomplete.any()),
        )

    def _moments(self, scores: FloatArray, scored: BoolArray) -> Moments:
        return moments_by_node(scores, scored, self._answers.nodes, len(self._tree.names))

    def _by_node(self, person: PersonScores, counts: npt.NDArray[np.signedinteger]) -> npt.NDArray[np.int32]:
        """Add up a count of scored persons in each node."""
        kept, count = person.scored, len(self._tree.names)
        return np.bincount(self._answers.nodes[kept], weights=counts[kept], minlength=count).astype(np.int32)

    def _enough(self, total: Moments) -> BoolArray:
        """Nodes whose record keeps a histogram."""
        enough: BoolArray = total.n >= (EXACT_FROM if self._minimum > 1 else 1)
        return enough

    def _people(self, score: FloatArray, scored: BoolArray, kept: BoolArray) -> tuple[npt.NDArray[np.int8], Histograms]:
        """Word of the spread, and histogram of everybody in and below a node, for the nodes `kept`."""
        nodes, places = self._answers.nodes, np.flatnonzero(kept)
        spread = (
            spread_words(score, scored, nodes, self._tree, places)
            if places.size
            else np.full(kept.size, NO_WORD, dtype=np.int8)
        )
        direct = histograms_of(score, scored, nodes, exact=self._minimum < 2)
        return spread, direct.upwards(self._tree.parents).grouped(np.where(kept, np.arange(kept.size), -1))

    def _within(self, direct: Moments, own: Pattern) -> float:
        """Variance inside the released teams."""
        return pooled_variance(as_shown(direct.at(np.flatnonzero(released_teams(own, self._tree))), self._minimum))

    def _reliability(self, dimension: DimensionKey, own: Pattern) -> float:
        """Within-team alpha, cut to 0-1; a usual value where there are too few persons for one."""
        alpha, persons = within_team_alpha(self._key, dimension, self._answers, released_teams(own, self._tree))
        if alpha is None or persons < RELIABILITY_PERSONS:
            return DEFAULT_RELIABILITY
        return min(max(alpha, 0.0), 1.0)

    def _incomplete(self, some: BoolArray) -> BoolArray:
        """Nodes with anybody in or below them who has some but not all dimensions; nobody counts where all is shown."""
        count = len(self._tree.names)
        if self._minimum < 2:
            return np.zeros(count, dtype=np.bool_)
        found: BoolArray = (
            np.asarray(self._tree.sum_upwards(np.bincount(self._answers.nodes[some], minlength=count))) > 0
        )
        return found


def _mean_of(scored: Sequence[PersonScores], number: npt.NDArray[np.int8]) -> FloatArray:
    """Give each person's mean over the dimensions there are, shape (respondents,)."""
    total = np.zeros(number.size)
    for part in scored:
        total += np.where(part.scored, part.score, 0.0)
    return total / np.maximum(number, 1)


def _with_means_of(parts: Sequence[Measure], total: Moments, incomplete: BoolArray) -> Moments:
    """Let the mean of its dimension means stand for a node with incomplete people.

    People's own means would speak of those who left out a dimension. With everybody complete the two are the same.
    """
    if not incomplete.any():
        return total
    means = np.mean([part.total.mean for part in parts], axis=0)
    return total.with_mean(np.where(incomplete, means, total.mean))


def as_shown(groups: Moments, minimum: int) -> Moments:
    """Spread that intervals may rest on: the stored record's, or the exact one where data are not confidential."""
    return groups.recorded() if minimum > 1 else groups
