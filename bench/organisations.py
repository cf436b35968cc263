"""Random organisations, and an adversary with the exact test: what their released figures isolate, rule by rule."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from assess.scoring import engine, items, measures
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import Pattern, residual_pattern
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.guard import WIDTH, score_guarded
from assess.scoring.numbers import Numbers
from assess.scoring.tree import Tree
from tests.adversaries.attack import World, equations, flat, isolated
from tests.scoring.release_oracle import hide_the_next_smallest_too, leaks, subtree
from tests.scoring.small_worlds import make_key

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
KEY = make_key((3, 2), outcomes=1)
MOODS = ((1, 2, 3, 4, 5), (2, 3, 4), (3, 4, 5), (4, 5), (1, 2), (1,), (5,), (1, 5))


@dataclass(frozen=True)
class Organisation:
    """Teams of 1 to 14 invited, 80 % of whom answer; leaders answer in their unit; some skip items or dimensions."""

    answers: AnswerMatrix
    tree: Tree
    minimum: int

    def score(self, *, guarded: bool = True) -> CycleScores:
        return (score_guarded if guarded else score_cycle)(KEY, self.answers, self.tree, minimum=self.minimum)

    def patterns(self, *, guarded: bool = True) -> CycleScores:
        """Score without judging the instrument, which takes time and decides nothing about what is shown."""
        with patch.object(engine, "_quality", lambda *_arguments: None):
            return self.score(guarded=guarded)


def organisation(seed: int, levels: int, minimum: int) -> Organisation:
    random = np.random.default_rng([seed, levels, minimum])
    names, above = ["top"], [-1]
    for department in range(int(random.integers(2, 5))):
        names.append(f"department{department}")
        above.append(0)
        holders = [len(names) - 1]
        if levels > 2:
            for unit in range(int(random.integers(1, 4))):
                names.append(f"unit{department}{unit}")
                above.append(holders[0])
                holders.append(len(names) - 1)
            holders = holders[1:]
        for holder in holders:
            for _team in range(int(random.integers(1, 5))):
                names.append(f"team{len(names)}")
                above.append(holder)
    parents = np.array(above, dtype=np.int32)
    is_unit = np.isin(np.arange(len(names)), parents)
    invited = np.where(is_unit, random.integers(0, 4, len(names)), random.integers(1, 15, len(names)))
    people = random.binomial(invited, 0.8)
    nodes = np.repeat(np.arange(len(names)), people)
    moods = [MOODS[place] for place in random.integers(0, len(MOODS), len(names)).tolist()]
    ratings = np.array([random.choice(moods[node], len(KEY.items)) for node in nodes.tolist()], dtype=np.int8)
    ratings = ratings.reshape(nodes.size, len(KEY.items))
    ratings[random.random(ratings.shape) < random.choice([0.0, 0.05, 0.15])] = MISSING
    for dimension in KEY.dimensions:
        ratings[np.ix_(random.random(nodes.size) < random.choice([0.0, 0.05]), np.array(dimension.items))] = MISSING
    return Organisation(
        AnswerMatrix(ratings, nodes.astype(np.int32)), Tree(tuple(names), parents, invited.astype(np.int32)), minimum
    )


def by_rank(_organisation: Organisation, scores: CycleScores) -> bool:
    """Whether a combination of the sums of one statistic rests on fewer people than the minimum: the exact test."""
    minimum, floor = scores.minimum, max(scores.minimum, 5)
    figures = [(scores.pattern, scores.direct_respondents, minimum)]
    figures += [(m.pattern, m.direct.n, minimum) for m in scores.dimensions]
    figures += [] if scores.overall is None else [(scores.overall.pattern, scores.overall.direct.n, minimum)]
    figures += [(i.shown, i.direct.sum(axis=1).astype(np.int64), floor) for i in scores.items]
    below = everybody_below(scores.tree)
    return any(_isolates(_rows(scores, below, *figure), figure[1], figure[2]) for figure in figures)


def everybody_below(tree: Tree) -> Bools:
    """Row by row the nodes in and below every node."""
    return np.array([subtree(tree, node) for node in range(len(tree.names))], dtype=bool)


def _rows(scores: CycleScores, below: Bools, pattern: Pattern, direct: Ints, floor: int) -> Bools:
    """Whose sums are printed: published nodes, printed rests, the organisation."""
    rests = np.flatnonzero(scores.printed_residuals(pattern, floor)).tolist()
    rows = [*below[pattern.published], *(scores.residual_of(pattern, place - 1) for place in rests)]
    return np.array([*rows, scores.counted(pattern, direct, floor)], dtype=bool)


def _isolates(rows: Bools, direct: Ints, k: int) -> bool:
    """Merge people of the same membership, of whom every combination rests on all or none, and test the rank."""
    kinds, place = np.unique(rows[:, direct > 0], axis=1, return_inverse=True)
    return leaks(kinds, np.bincount(place.ravel(), weights=direct[direct > 0]).astype(np.int64), k)


def by_numbers(_organisation: Organisation, scores: CycleScores) -> bool:
    """Whether two figures that need ten answers differ by one to nine people."""
    figures = [(m.numbers, m.direct.n, m.pattern, scores.minimum) for m in scores.dimensions]
    figures += [
        (i.numbers, i.direct.sum(axis=1).astype(np.int64), i.shown, max(scores.minimum, 5))
        for i in scores.items
        if i.numbers is not None
    ]
    below = everybody_below(scores.tree)
    for numbers, direct, pattern, floor in figures:
        shown = np.flatnonzero(numbers.shown).tolist()
        sets = {node: below[node] for node in shown}
        if numbers.organisation:
            sets[-1] = scores.counted(pattern, direct, floor)
        for holder, inside in sets.items():
            parts = [below[node] for node in shown if node != holder and bool((below[node] <= inside).all())]
            outside = inside & ~np.any(parts, axis=0) if parts else inside
            if 0 < int(direct[outside].sum()) < 10 and parts:
                return True
    return False


def by_bounds(_organisation: Organisation, scores: CycleScores) -> bool:
    """Whether the mean of a printed rest leaves the mean of a withheld group in it less than a quarter of the scale."""
    tree = scores.tree
    below = everybody_below(tree)
    for measure in scores.dimensions:
        pattern, direct = measure.pattern, measure.direct.n
        printed = scores.printed_residuals(pattern)
        for place in np.flatnonzero(printed).tolist():
            rest = pattern.owners == place - 1
            r, points = int(direct[rest].sum()), float(measure.direct.sum[rest].sum())
            groups = [rest & own for own in np.eye(len(below), dtype=bool)]
            groups += [below[node] for node in np.flatnonzero(rest).tolist() if bool((below[node] <= rest).all())]
            for group in groups:
                h = int(direct[group].sum())
                if 0 < h < scores.minimum and h < r:
                    low, high = max(0.0, (points - 100.0 * (r - h)) / h), min(100.0, points / h)
                    if high - low < WIDTH - 1e-6:
                        return True
    return False


def across_statistics(organisation: Organisation, scores: CycleScores) -> bool:
    """Whether dimensions and overall score together rest on fewer people than the minimum."""
    from assess.releases.document import ScoredCycle, cycle_document

    world = World(KEY, organisation.answers, organisation.tree, organisation.minimum)
    world.with_scores(scores, cycle_document(ScoredCycle(None, scores)))
    table, owners = flat(equations(world), world)
    return isolated(table, owners, organisation.minimum) is not None


def by_a_lonely_item(_organisation: Organisation, scores: CycleScores) -> bool:
    """Whether exactly one item of a shown dimension is withheld somewhere: its mean follows from the others."""
    for dimension, measure in zip(KEY.dimensions, scores.dimensions, strict=True):
        asked = [scores.items[place] for place in dimension.items if scores.items[place].asked]
        shown = np.sum([item.published for item in asked], axis=0)
        if len(asked) > 1 and bool((measure.pattern.published & (shown == len(asked) - 1)).any()):
            return True
    return False


def _only_the_small(direct: Ints, tree: Tree, **options: Any) -> Pattern:  # noqa: ANN401
    """Hide what has fewer than the minimum, and nothing for its sake."""
    kept = np.asarray(tree.sum_upwards(direct.astype(np.int64))) >= max(options["minimum"], 1)
    return _just(direct, tree, kept, **options)


def _next_smallest_too(direct: Ints, tree: Tree, **options: Any) -> Pattern:  # noqa: ANN401
    return _just(direct, tree, hide_the_next_smallest_too(tree, direct, max(options["minimum"], 1)), **options)


def _just(direct: Ints, tree: Tree, kept: npt.NDArray[np.bool_], **options: Any) -> Pattern:  # noqa: ANN401
    allowed = options.get("allowed")
    kept = kept if allowed is None else kept & allowed
    return residual_pattern(direct, tree, minimum=1, allowed=kept, show_rest=options.get("show_rest", True))


def _by_respondents_only(direct: Ints, tree: Tree, **options: Any) -> Pattern:  # noqa: ANN401
    """Protect respondents, and show every dimension and item of a shown node that has enough answers itself."""
    decide: Callable[..., Pattern] = residual_pattern if options.get("allowed") is None else _only_the_small
    return decide(direct, tree, **options)


def _numbers_from_ten(direct: Ints, pattern: Pattern, tree: Tree, **_options: Any) -> Numbers:  # noqa: ANN401
    return Numbers(pattern.published & (np.asarray(tree.sum_upwards(direct)) >= 10), True)


@dataclass(frozen=True)
class Rule:
    """One rule, how to switch it off, and the attack it stands against."""

    name: str
    off: tuple[tuple[object, str, Any], ...]
    attack: Callable[[Organisation, CycleScores], bool]
    guarded: bool = True
    needs_document: bool = False


def _pattern_by(decide: Callable[..., Pattern]) -> tuple[tuple[object, str, Any], ...]:
    return ((engine, "residual_pattern", decide), (items, "residual_pattern", decide))


RULES = (
    Rule("residual rule: hide only the small", _pattern_by(_only_the_small), by_rank),
    Rule("residual rule: hide the next smallest too", _pattern_by(_next_smallest_too), by_rank),
    Rule("the rule inside each dimension and item", _pattern_by(_by_respondents_only), by_rank),
    Rule(
        "rule of ten",
        ((measures, "number_nodes", _numbers_from_ten), (items, "number_nodes", _numbers_from_ten)),
        by_numbers,
    ),
    Rule("interval guard", (), by_bounds, guarded=False),
    Rule(
        "overall score from dimensions where one is left out",
        ((measures.Measuring, "_incomplete", lambda self, _some: np.zeros(len(self._tree.names), dtype=bool)),),
        across_statistics,
        needs_document=True,
    ),
    Rule(
        "a second item beside a single hidden one",
        ((items, "_hide_a_second", lambda *_a: None),),
        by_a_lonely_item,
    ),
)


@contextmanager
def switched_off(rule: Rule) -> Iterator[None]:
    """Score without one rule."""
    with ExitStack() as stack:
        for owner, name, other in rule.off:
            stack.enter_context(patch.object(owner, name, other))
        yield
