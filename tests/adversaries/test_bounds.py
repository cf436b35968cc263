"""Linear programming: within the scale, the printed means leave a hidden group a quarter of the scale at least."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.releases.document import ScoredCycle, cycle_document
from assess.scoring.answers import AnswerMatrix
from assess.scoring.engine import score_cycle
from assess.scoring.guard import WIDTH
from tests.adversaries.attack import Bools, Equation, World, bounds, equations, worlds
from tests.scoring.release_oracle import subtree
from tests.scoring.small_worlds import make_key, make_tree, matrix

Groups = Callable[[World, int], list[Bools]]
EXTREME = ((1,), (5,), (1, 2), (4, 5), (1, 1, 1, 2), (1, 5))


def own_members(world: World, dimension: int) -> list[Bools]:
    """People directly in one node, fewer than the minimum: hidden groups, whatever is shown of the node."""
    groups = [(world.answers.nodes == node) & world.scored[:, dimension] for node in range(len(world.tree.names))]
    return [group for group in groups if 0 < int(group.sum()) < world.minimum]


def small_nodes(world: World, dimension: int) -> list[Bools]:
    """Everybody in and below one node, fewer than the minimum."""
    nodes = [subtree(world.tree, node)[world.answers.nodes] for node in range(len(world.tree.names))]
    groups = [inside & world.scored[:, dimension] for inside in nodes]
    return [group for group in groups if 0 < int(group.sum()) < world.minimum]


def width(rows: list[Equation], dimension: int, group: Bools) -> float:
    """Points between the least and the largest mean of a group that the rows allow."""
    table = np.array([row.weights[:, dimension] for row in rows]).reshape(len(rows), len(group))
    low, high = bounds(table, np.array([row.total for row in rows]), group / group.sum())
    return high - low


def narrowest(world: World, groups_of: Groups = own_members) -> float:
    rows = equations(world, overall=False)
    widths = [100.0]
    for place, dimension in enumerate(world.key.dimensions):
        mine = [row for row in rows if row.figure.code == dimension.code]
        widths += [width(mine, place, group) for group in groups_of(world, place)]
    return min(widths)


@settings(max_examples=30, deadline=None)
@given(worlds(sizes=(2, 1), moods=EXTREME, skips=(0.0, 0.2), left_out=(0.0, 0.2)))
def test_bounds_leave_every_small_group_a_quarter_of_the_scale(world: World) -> None:
    assert narrowest(world) >= WIDTH - 1e-6


def test_without_the_guard_the_same_bounds_pin_a_group() -> None:
    tree = make_tree([("Shop", None, -1), ("A", "Shop", 7), ("C", "Shop", 3), ("D", "Shop", 4)])
    answers = matrix([[3]] * 7 + [[1]] * 6 + [[2]], [1] * 7 + [2] * 3 + [3] * 4)
    world = World(make_key((1,)), answers, tree, 5)
    assert narrowest(world) >= WIDTH
    scores = score_cycle(world.key, answers, tree, minimum=5)
    bare = World(make_key((1,)), answers, tree, 5).with_scores(scores, cycle_document(ScoredCycle(None, scores)))
    assert narrowest(bare) < 10.0


@settings(max_examples=40, deadline=None)
@given(worlds(sizes=(1,), moods=EXTREME, skips=(0.0,), left_out=(0.0,), most_nodes=4), st.integers(0, 2**32 - 1))
def test_what_insiders_pin_by_bounds_is_a_crowd_at_one_end_of_the_scale(world: World, seed: int) -> None:
    # minimum - 2 people in all know their own scores. Whoever has no room left stands at an end of the scale, and so
    # does at least one more person outside the coalition: unanimity, which a mean tells whatever is hidden.
    rows = equations(world, overall=False)
    people = world.people[:, 0]
    if not rows or people.size < world.minimum:
        return
    smallest = min(rows, key=lambda row: row.figure.n).weights[:, 0] > 0
    random = np.random.default_rng(seed)
    inside = random.permutation(np.flatnonzero(smallest))
    coalition, left = inside[: world.minimum - 2], inside[world.minimum - 2 :]
    table = np.array([row.weights[:, 0] for row in rows])
    known = np.zeros((coalition.size, people.size))
    known[np.arange(coalition.size), coalition] = 1.0
    totals = np.concatenate([[row.total for row in rows], people[coalition]])
    target = np.zeros(people.size)
    target[left[0]] = 1.0
    low, high = bounds(np.vstack([table, known]), totals, target)
    if high - low < 1e-6:
        end = people[left[0]]
        assert end in (0.0, 100.0)
        outside = np.setdiff1d(np.arange(people.size), coalition)
        assert int((people[outside] == end).sum()) >= 2


@pytest.mark.parametrize("option", [1, 5])
def test_unanimity_at_an_end_is_told_by_the_mean(option: int) -> None:
    world = World(
        make_key((1,)),
        AnswerMatrix(np.full((6, 1), option, dtype=np.int8), np.zeros(6, dtype=np.int32)),
        make_tree([("A", None, 6)]),
        5,
    )
    rows = equations(world, overall=False)
    assert width(rows, 0, np.arange(6) == 0) == pytest.approx(0.0)
