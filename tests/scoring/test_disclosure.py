"""No combination of published figures rests on fewer persons than the minimum, proved by an exact rank test."""

from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import residual_pattern
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.tree import Tree
from tests.scoring.release_oracle import (
    Rule,
    all_rows,
    hide_only_the_small,
    hide_the_next_smallest_too,
    leaks,
    published_rows,
    trees,
)
from tests.scoring.small_worlds import by_team, document_of, make_key, make_tree, matrix

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
World = tuple[Tree, IntArray]
K = 5


def unit_of(*sizes: int) -> World:
    """Build one unit with teams of the given numbers of answers."""
    tree = make_tree([("unit", None, -1), *((f"team {i}", "unit", -1) for i in range(len(sizes)))])
    return tree, np.array([0, *sizes], dtype=np.int64)


@settings(max_examples=250, deadline=None)
@given(trees(), st.integers(2, 6))
def test_no_set_smaller_than_the_minimum_can_be_isolated(world: World, k: int) -> None:
    tree, direct = world
    pattern = residual_pattern(direct, tree, minimum=k)
    rows = published_rows(pattern.published, tree)
    printed = np.flatnonzero(pattern.residuals >= k)
    rests = [pattern.owners == holder for holder in printed.tolist()]
    assert not leaks(np.array([*rows, *rests], dtype=bool).reshape(-1, len(tree.names)), direct, k)


@settings(max_examples=150, deadline=None)
@given(trees())
def test_residuals_are_nobody_or_enough(world: World) -> None:
    tree, direct = world
    pattern = residual_pattern(direct, tree, minimum=K)
    totals = np.asarray(tree.sum_upwards(direct))
    assert (totals[pattern.published] >= K).all()
    rest = pattern.residuals[pattern.published]
    assert ((rest == 0) | (rest >= K)).all()
    assert int(pattern.residuals[pattern.published].sum()) + pattern.organisation_residual == int(direct.sum())


@pytest.mark.parametrize(
    ("rule", "world"),
    [(hide_only_the_small, unit_of(1, 5)), (hide_the_next_smallest_too, unit_of(1, 1, 5))],
    ids=["hide n < k", "hide the next smallest too"],
)
def test_the_two_rules_that_look_right_leak(rule: Rule, world: World) -> None:
    tree, direct = world
    assert leaks(published_rows(rule(tree, direct, K), tree), direct, K)
    safe = residual_pattern(direct, tree, minimum=K)
    assert not leaks(published_rows(safe.published, tree), direct, K)


@pytest.mark.parametrize("rule", [hide_only_the_small, hide_the_next_smallest_too])
def test_random_trees_find_the_leaks_of_the_two_broken_rules(rule: Rule) -> None:
    tree, direct = find(
        trees(),
        lambda world: leaks(published_rows(rule(world[0], world[1], K), world[0]), world[1], K),
        settings=settings(max_examples=5000, deadline=None, database=None),
    )
    assert leaks(published_rows(rule(tree, direct, K), tree), direct, K)


@settings(max_examples=100, deadline=None)
@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_nodes_does_not_matter(world: World, random: Random) -> None:
    tree, direct = world
    order = list(range(len(direct)))
    random.shuffle(order)
    new_place = np.argsort(order)
    parents = np.array([-1 if tree.parents[v] < 0 else new_place[tree.parents[v]] for v in order], dtype=np.int32)
    moved = Tree(tuple(tree.names[v] for v in order), parents, tree.headcounts)
    before = residual_pattern(direct, tree, minimum=K).published
    after = residual_pattern(direct[order], moved, minimum=K).published
    assert after.tolist() == before[order].tolist()


def test_what_was_hidden_last_quarter_is_hidden_again() -> None:
    tree, direct = unit_of(1, 6, 7, 8)
    assert residual_pattern(direct, tree, minimum=K).published.tolist() == [True, False, False, True, True]
    again = residual_pattern(direct, tree, minimum=K, hidden_before=[4])
    assert again.published.tolist() == [True, False, True, True, False]


def test_a_fully_covered_department_is_hidden_with_one_of_its_teams() -> None:
    tree = make_tree([("all", None, -1), ("d1", "all", -1), ("a", "d1", -1), ("b", "d1", -1), ("tiny", "all", -1)])
    pattern = residual_pattern(np.array([0, 0, 6, 7, 2]), tree, minimum=K)
    assert dict(zip(tree.names, pattern.published.tolist(), strict=True)) == {
        "all": True, "d1": False, "a": False, "b": True, "tiny": False,
    }  # fmt: skip


def answers_of(direct: IntArray, seed: int, items: int, skip: float) -> AnswerMatrix:
    """Draw answers, each skipped with probability `skip`."""
    random = np.random.default_rng(seed)
    ratings = random.integers(1, 6, size=(int(direct.sum()), items)).astype(np.int8)
    ratings[random.random(ratings.shape) < skip] = MISSING
    return AnswerMatrix(ratings, np.repeat(np.arange(len(direct)), direct).astype(np.int32))


def assert_every_statistic_is_safe(scores: CycleScores, k: int) -> None:
    nodes = scores.pattern
    assert not leaks(all_rows(scores, nodes, scores.direct_respondents, k), scores.direct_respondents, k)
    for measure in [*scores.dimensions, *([scores.overall] if scores.overall else [])]:
        assert not (measure.pattern.published & ~nodes.published).any()
        assert not leaks(all_rows(scores, measure.pattern, measure.direct.n, k), measure.direct.n, k)
    floor = max(k, 5)
    for item in scores.items:
        direct = item.direct.sum(axis=1).astype(np.int64)
        assert not leaks(all_rows(scores, item.shown, direct, floor), direct, floor)


@settings(max_examples=120, deadline=None)
@given(trees(most_people=9), st.integers(0, 2**32), st.integers(2, 6), st.sampled_from([0.1, 0.3, 0.5]))
def test_skipped_answers_open_no_way_in(world: World, seed: int, k: int, skip: float) -> None:
    tree, direct = world
    key = make_key((4, 3), outcomes=1)
    scores = score_cycle(key, answers_of(direct, seed, 8, skip), tree, minimum=k)
    assert_every_statistic_is_safe(scores, k)
    for dimension, measure in zip(key.dimensions, scores.dimensions, strict=True):
        shown = np.stack([scores.items[place].published for place in dimension.items])
        asked = np.array([scores.items[place].asked for place in dimension.items])
        assert not (shown & ~measure.pattern.published).any()
        if asked.sum() > 1:
            assert not (asked.sum() - shown[asked].sum(axis=0) == 1).any()  # never exactly one item hidden
    if scores.overall is not None:
        everywhere = np.logical_and.reduce([m.pattern.published for m in scores.dimensions])
        assert not (scores.overall.pattern.published & ~everywhere).any()


def test_with_one_item_hidden_the_one_with_the_next_fewest_answers_is_hidden_too() -> None:
    rows: list[list[int | None]] = [[3, 4, 2, 5] for _ in range(7)]
    for person in range(3):
        rows[person][0] = None  # four answers
    rows[6][2] = None  # six answers
    _, document = document_of(make_key((4,)), matrix(rows, [0] * 7), make_tree([("A", None, 9)]), minimum=5)
    items = by_team(document)["A"]["items"]
    assert items["D1Q1"] == {"suppressed": "too_few"}
    assert items["D1Q3"] == {"suppressed": "protects_others"}
    assert [set(items[code]) for code in ("D1Q2", "D1Q4")] == [{"n", "word"}] * 2


def test_with_a_minimum_of_four_a_difference_of_items_does_not_rest_on_four_answers() -> None:
    # Eleven people in a unit, seven in one team: the four of the other team have a score, but no item.
    tree = make_tree([("unit", None, -1), ("seven", "unit", -1), ("four", "unit", -1)])
    answers = matrix([[4, 4, 2, 5]] * 11, [1] * 7 + [2] * 4)
    _, document = document_of(make_key((4,)), answers, tree, minimum=4)
    entries = by_team(document)
    assert entries["four"]["dimensions"]["D1"]["n"] == 4
    assert entries["four"]["items"]["D1Q1"] == {"suppressed": "too_few"}
    assert entries["unit"]["items"]["D1Q1"]["n"] == 11
    assert entries["seven"]["items"]["D1Q1"] == {"suppressed": "protects_others"}
