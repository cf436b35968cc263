"""Who enters a figure of the whole organisation, against a scorer that loops over people (measurement, 3.8 and 5.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import Pattern
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.key import ScoringKey
from assess.scoring.measures import Measure
from assess.scoring.strata import pooled_others, released_teams, strata_of
from assess.scoring.tree import Tree
from tests.scoring.small_worlds import document_of, make_key, make_tree, matrix

KEY = make_key((3, 2), reverse=(1, 4), outcomes=1)
People = list[tuple[int, Fraction]]  # node and score
TINY = 1e-9
SEEDS = range(12)


@dataclass(frozen=True)
class Group:
    """Scores and invited people of one stratum or node; -1: unknown."""

    scores: tuple[Fraction, ...]
    heads: int
    said: Fraction | None = None  # the mean that is shown instead, of the dimensions

    @property
    def n(self) -> int:
        return len(self.scores)

    @property
    def own_mean(self) -> Fraction:
        return sum(self.scores, Fraction(0)) / self.n

    @property
    def mean(self) -> Fraction:
        return self.own_mean if self.said is None else self.said

    def within(self, *, coarse: bool) -> float:
        """Sum of squares about the mean; `coarse`: that of the SD which a record of fewer than ten keeps."""
        exact = sum((score - self.own_mean) ** 2 for score in self.scores)
        if not coarse or self.n < 2 or self.n >= 10:
            return float(exact)
        deviation = 5 * floor(sqrt(exact / (self.n - 1)) / 5 + 0.5 + TINY)
        return float((self.n - 1) * deviation**2)


def organisation(seed: int, *, most: int = 14, spread: float = 0.8) -> tuple[Tree, AnswerMatrix]:
    """Two units with teams and own members, two teams beside them, one team without answers; a tenth skipped."""
    random = np.random.default_rng(seed)
    nodes: list[tuple[str, str | None]] = [("North", None), ("South", None), ("Staff", None), ("Board", None)]
    nodes += [(f"{unit} {place}", unit) for unit in ("North", "South") for place in range(1, 6)]
    sizes = random.integers(0, most + 1, len(nodes))
    sizes[:2] //= 3  # own members of the units
    sizes[-1] = 0
    heads = np.where(random.random(len(nodes)) < 0.2, -1, sizes + random.integers(0, 4, len(nodes)))
    tree = make_tree([(name, parent, int(h)) for (name, parent), h in zip(nodes, heads, strict=True)])
    of = np.repeat(np.arange(len(nodes)), sizes).astype(np.int32)
    level = random.normal(3.2, spread, len(nodes))[of]
    ratings = np.clip(np.rint(level[:, None] + random.normal(0.0, 1.1, (of.size, len(KEY.items)))), 1, 5)
    for place, item in enumerate(KEY.items):
        if item.reverse_keyed:
            ratings[:, place] = 6 - ratings[:, place]
    answers = ratings.astype(np.int8)
    answers[random.random(answers.shape) < 0.1] = MISSING
    return tree, AnswerMatrix(answers, of)


def plain_scores(key: ScoringKey, row: Sequence[int]) -> list[Fraction | None]:
    """Scores of one person, None for a dimension with fewer than half of its items."""
    result: list[Fraction | None] = []
    for dimension in key.dimensions:
        lo, hi = dimension.scale.lo, dimension.scale.hi
        given = [
            lo + hi - row[place] if key.items[place].reverse_keyed else row[place]
            for place in dimension.items
            if row[place] != int(MISSING)
        ]
        enough = 2 * len(given) >= len(dimension.items)
        result.append(100 * (Fraction(sum(given), len(given)) - lo) / (hi - lo) if enough else None)
    return result


def plain_people(key: ScoringKey, answers: AnswerMatrix) -> list[People]:
    """Scores of all people, one list per dimension, the overall score last."""
    result: list[People] = [[] for _ in range(len(key.dimensions) + 1)]
    for row, node in zip(answers.ratings.tolist(), answers.nodes.tolist(), strict=True):
        found = plain_scores(key, row)
        own = [score for score in found if score is not None]
        for score, people in zip(found, result[:-1], strict=True):
            if score is not None:
                people.append((node, score))
        if 4 * len(own) >= 3 * len(found):
            result[-1].append((node, sum(own, Fraction(0)) / len(own)))
    return result


def nodes_told_by_dimensions(scores: CycleScores, answers: AnswerMatrix) -> set[int]:
    """Nodes whose overall score is the mean of their dimension means, -1 for the organisation.

    Such are those with anybody, in or below them, who has some but not all dimensions.
    """
    tree, told = scores.tree, set[int]()
    if scores.minimum < 2 or scores.overall is None:
        return told
    for row, node in zip(answers.ratings.tolist(), answers.nodes.tolist(), strict=True):
        if 0 < sum(score is None for score in plain_scores(scores.key, row)) < len(scores.key.dimensions):
            at = node
            while at >= 0:
                told.add(at)
                at = int(tree.parents[at])
            told.add(-1)
    return told


def owner(node: int, published: Sequence[bool], tree: Tree) -> int:
    """Nearest published node at or above; -1 for the organisation."""
    while node >= 0 and not published[node]:
        node = int(tree.parents[node])
    return node


def plain_strata(
    people: People, pattern: Pattern, tree: Tree, heads: Sequence[int], floor_: int
) -> tuple[list[Group], list[int]]:
    """Released teams in the order of the tree, then the pooled others; and the nodes of the others."""
    published = pattern.published.tolist()
    teams = [v for v in range(len(tree.names)) if published[v] and not tree.is_unit[v]]
    residuals: dict[int, list[int]] = {}
    for v in range(len(tree.names)):
        if v not in teams:
            residuals.setdefault(owner(v, published, tree), []).append(v)
    others = [v for inside in residuals.values() if sum(node in inside for node, _ in people) >= floor_ for v in inside]

    def group(nodes: list[int]) -> Group:
        known = [heads[v] for v in nodes]
        return Group(tuple(score for node, score in people if node in nodes), -1 if min(known) < 0 else sum(known))

    strata = [group([v]) for v in teams]
    return strata + ([group(others)] if others else []), others


def plain_v0(teams: Sequence[Group], *, coarse: bool) -> float:
    several = [team for team in teams if team.n >= 2]
    if len(several) < 3:
        return 484.0
    squares = sum(team.within(coarse=coarse) for team in several)
    return (4840.0 + squares) / (10 + sum(team.n - 1 for team in several))


def plain_half(strata: Sequence[Group], v0: float, *, coarse: bool) -> float:
    whole = sum(group.n for group in strata)
    squared = 0.0
    for group in strata:
        v = (2 * v0 + group.within(coarse=coarse)) / (group.n + 1)
        silent = 1 - group.n / group.heads if group.heads >= group.n else 1.0
        squared += (group.n / whole) ** 2 * v * silent / group.n
    return 1.96 * sqrt(squared)


def measures_of(scores: CycleScores) -> list[Measure]:
    assert scores.overall is not None
    return [*scores.dimensions, scores.overall]


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_organisation_is_the_sum_over_released_teams_and_one_group_of_others(seed: int, minimum: int) -> None:
    tree, answers = organisation(seed)
    scores, document = document_of(KEY, answers, tree, minimum=minimum)
    heads = scores.direct_headcounts.tolist()
    shown = {**document["organisation"]["dimensions"], "overall": document["organisation"]["overall"]}
    means: list[Fraction] = []
    for measure, people in zip(measures_of(scores), plain_people(KEY, answers), strict=True):
        strata, others = plain_strata(people, measure.pattern, tree, heads, minimum)
        strata = [group for group in strata if group.n]
        coarse = minimum > 1
        teams = strata[:-1] if others else strata
        v0 = plain_v0(teams, coarse=coarse)
        assert measure.v0 == pytest.approx(v0, rel=1e-9)
        told = measure.code == "overall" and -1 in nodes_told_by_dimensions(scores, answers)
        said = sum(means, Fraction(0)) / len(means) if told else None
        whole = Group(tuple(score for group in strata for score in group.scores), -1, said)
        means.append(whole.mean)
        half = plain_half(strata, v0, coarse=coarse)
        low, high = float(whole.mean) - half, float(whole.mean) + half
        figures = shown[measure.code]
        assert figures["n"] == whole.n
        found = [figures[name] for name in ("score_100", "low_100", "high_100")]
        if minimum == 1:
            assert found == pytest.approx([float(whole.mean), max(low, 0.0), min(high, 100.0)], rel=1e-9)
        else:
            assert found == [floor(whole.mean + Fraction(1, 2)), floor(low + TINY), ceil(high - TINY)]


@pytest.mark.parametrize("minimum", [2, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_who_counts_has_one_stratum_and_nobody_else(seed: int, minimum: int) -> None:
    tree, answers = organisation(seed)
    scores = score_cycle(KEY, answers, tree, minimum=minimum)
    for measure, people in zip(measures_of(scores), plain_people(KEY, answers), strict=True):
        strata, others = plain_strata(people, measure.pattern, tree, scores.direct_headcounts.tolist(), minimum)
        numbers = strata_of(measure.pattern, tree, measure.direct.n, minimum)
        for number, group in enumerate(strata):
            inside = np.flatnonzero(numbers == number)
            assert int(measure.direct.n[inside].sum()) == group.n
        assert int(numbers.max()) == len(strata) - 1
        assert all(numbers[v] == len(strata) - 1 for v in others)
        counted = [node for node, _ in people if numbers[node] >= 0]
        assert len(counted) == sum(group.n for group in strata)


@pytest.mark.parametrize("minimum", [1, 2, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_items_of_the_organisation_count_their_own_people(seed: int, minimum: int) -> None:
    tree, answers = organisation(seed, most=9)
    scores, document = document_of(KEY, answers, tree, minimum=minimum)
    least = 1 if minimum == 1 else max(minimum, 5)
    for place, item in enumerate(scores.items):
        given = answers.ratings[:, place] != MISSING
        people: People = [(int(node), Fraction(0)) for node in answers.nodes[given]]
        strata, _ = plain_strata(people, item.shown, tree, scores.direct_headcounts.tolist(), least)
        part = "items" if place not in KEY.outcomes else "outcomes"
        figures = document["organisation"][part][item.item.code]
        n = sum(group.n for group in strata)
        assert item.numbers is not None
        if minimum > 1 and n >= 10 and not item.numbers.organisation:
            assert figures == {"suppressed": "protects_others"}
        else:
            assert figures.get("n") == (n if n >= least else None)


def small() -> tuple[Tree, list[int]]:
    """Two units of a released team and a small one each, and one small team beside them."""
    tree = make_tree(
        [
            ("East", None, 0),
            ("West", None, 0),
            ("E1", "East", 9),
            ("E2", "East", 9),
            ("E3", "East", 4),
            ("W1", "West", 8),
            ("W2", "West", -1),
            ("Solo", None, 3),
        ]
    )
    return tree, [2] * 8 + [3] * 3 + [4] * 3 + [5] * 7 + [6] * 6 + [7] * 3


def scored(tree: Tree, nodes: list[int], ratings: Sequence[int] | None = None) -> tuple[CycleScores, dict[str, Any]]:
    random = np.random.default_rng(3)
    values = random.integers(1, 6, len(nodes)).tolist() if ratings is None else list(ratings)
    return document_of(make_key((1,)), matrix([[value] for value in values], nodes), tree, minimum=5)


def test_a_rest_of_six_is_one_more_team_and_a_solo_of_three_counts_nowhere() -> None:
    tree, nodes = small()
    scores, document = scored(tree, nodes)
    measure = scores.dimensions[0]
    assert [tree.names[v] for v in np.flatnonzero(released_teams(measure.pattern, tree))] == ["E1", "W1", "W2"]
    strata, heads = scores.strata(measure)
    assert strata.n.tolist() == [8, 7, 6, 6]
    assert heads.tolist() == [9, 8, -1, 13]
    assert document["organisation"]["n"] == 27
    assert "headcount" not in document["organisation"], "that of W2 is unknown"
    assert [(rest["parent"], rest["n"]) for rest in document["others"]] == [("East", 6)]


def test_rests_of_two_units_become_one_stratum_not_two() -> None:
    tree, nodes = small()
    nodes += [1] * 5  # own members of West
    scores, document = scored(tree, nodes)
    strata, heads = scores.strata(scores.dimensions[0])
    assert strata.n.tolist() == [8, 7, 6, 11]
    assert heads.tolist() == [9, 8, -1, -1], "West invited nobody of its own, so five answers make that unknown"
    assert [(rest["parent"], rest["n"]) for rest in document["others"]] == [("East", 6), ("West", 5)]


def test_a_rest_too_small_for_one_dimension_takes_a_team_in_for_this_dimension_alone() -> None:
    tree, nodes = small()
    rows: list[list[int | None]] = [[3, 4] for _ in nodes]
    for row, node in zip(rows, nodes, strict=True):
        if node == 4:
            row[1] = None
    scores, document = document_of(make_key((1, 1)), matrix(rows, nodes), tree, minimum=5)
    first, second = scores.dimensions
    assert scores.strata(first)[0].n.tolist() == [8, 7, 6, 6]
    assert scores.strata(second)[0].n.tolist() == [7, 6, 11], "three are left beside E1, so E1 joins them"
    assert document["teams"][0]["dimensions"]["D2"] == {"suppressed": "protects_others"}
    rest = document["others"][0]["dimensions"]
    assert (rest["D1"]["n"], rest["D2"]["n"]) == (6, 11)


def test_without_any_released_team_there_are_only_others() -> None:
    tree = make_tree([(f"T{place}", None, 4) for place in range(4)])
    scores, document = scored(tree, [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4)
    strata, heads = scores.strata(scores.dimensions[0])
    assert (strata.n.tolist(), heads.tolist()) == ([16], [16])
    assert document["organisation"]["n"] == 16
    figures = document["organisation"]["dimensions"]["D1"]
    assert figures["low_100"] == figures["score_100"] == figures["high_100"], "everybody answered"
    assert all(set(team) == {"team", "suppressed"} for team in document["teams"])


def test_nobody_large_enough_leaves_no_organisation_and_no_stratum() -> None:
    tree = make_tree([("A", None, 2), ("B", None, 2)])
    scores, document = scored(tree, [0, 0, 1, 1])
    pattern, direct = scores.pattern, scores.direct_respondents
    assert not pooled_others(pattern, tree, direct, 5).any()
    assert strata_of(pattern, tree, direct, 5).tolist() == [-1, -1]
    assert document["organisation"] == {"suppressed": "too_few"}


def test_the_margin_of_one_stratum_is_that_of_its_formula() -> None:
    """Five of six: v = (2 x 484 + 4 x 30^2) / 6, f = 5/6; t plays no part, z = 1.96."""
    tree = make_tree([("A", None, 6)])
    scores, _ = scored(tree, [0] * 5, [2, 3, 4, 4, 5])
    half = scores.organisation_half(scores.dimensions[0])
    assert half == pytest.approx(1.96 * sqrt((968 + 3600) / 6 / 5 / 6), rel=1e-12)
    assert half < float(student.ppf(0.975, 6)) * sqrt((968 + 3600) / 6 / 5 / 6)
