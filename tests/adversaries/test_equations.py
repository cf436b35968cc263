"""Solving the printed means for people isolates no group below the minimum, for outsiders and insiders."""

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from assess.scoring.tree import Tree
from tests.adversaries.attack import (
    Bools,
    Floats,
    Ints,
    World,
    equations,
    explained,
    flat,
    isolated,
    isolates,
    row_space,
    worlds,
)
from tests.scoring.release_oracle import Rule, hide_only_the_small, hide_the_next_smallest_too, subtree, trees
from tests.scoring.small_worlds import make_tree

K = 5


def hidden_groups(world: World, dimension: int) -> list[Bools]:
    """People of every node, every node's own members and every difference of nested nodes, who number fewer than k."""
    nodes, scored = world.answers.nodes, world.scored[:, dimension]
    below = [subtree(world.tree, node) for node in range(len(world.tree.names))]
    masks = [*below, *np.eye(len(below), dtype=bool)]
    masks += [below[v] & ~below[w] for v in range(len(below)) for w in range(len(below)) if v != w and below[v][w]]
    groups = [mask[nodes] & scored for mask in masks]
    return [group for group in groups if 0 < int(group.sum()) < world.minimum]


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_least_squares_finds_the_sum_of_no_hidden_group(world: World) -> None:
    rows = equations(world, overall=False)
    for place, dimension in enumerate(world.key.dimensions):
        table = np.array([row.weights[:, place] for row in rows if row.figure.code == dimension.code])
        for group in hidden_groups(world, place):
            assert not explained(table, group.astype(float))


@settings(max_examples=80, deadline=None)
@given(worlds())
def test_no_combination_of_dimensions_and_overall_rests_on_fewer_than_the_minimum(world: World) -> None:
    table, owners = flat(equations(world), world)
    assert isolated(table, owners, world.minimum) is None


@settings(max_examples=40, deadline=None)
@given(worlds(sizes=(1, 1, 1), most_nodes=4, most_people=7, skips=(0.0,)))
def test_people_with_some_of_three_dimensions_are_not_told_by_the_overall_score(world: World) -> None:
    table, owners = flat(equations(world), world)
    assert isolated(table, owners, world.minimum) is None


def coalitions(world: World, table: Floats, owners: Ints, size: int, seed: int) -> list[Ints]:
    """Draw people at random, and from each of the equations of the fewest people, where insiders know most."""
    random = np.random.default_rng(seed)
    persons = np.arange(len(world.people))
    support = [np.unique(owners[row != 0.0]) for row in row_space_sparse(table)]
    support.sort(key=len)
    drawn = [random.permutation(people)[:size] for people in [persons, *support[:3]]]
    return [people for people in drawn if people.size]


def row_space_sparse(table: Floats) -> list[Floats]:
    """All equations and all differences of two of them: residuals are among these."""
    rows = list(table)
    rows += [a - b for a in table for b in table if ((a != 0) >= (b != 0)).all() and ((a != 0) != (b != 0)).any()]
    return rows


def learnt(table: Floats, owners: Ints, coalition: Ints) -> list[int]:
    """Persons outside the coalition of whom some combination of scores follows from the rows and what it knows."""
    outside = ~np.isin(owners, coalition)
    basis = row_space(table[:, outside])
    others = owners[outside]
    return [person for person in np.unique(others).tolist() if isolates(basis, others == person)]


@settings(max_examples=50, deadline=None)
@given(worlds(most_nodes=5, most_people=8), st.integers(0, 2**32 - 1))
def test_insiders_up_to_two_fewer_than_the_minimum_determine_nobody(world: World, seed: int) -> None:
    # In all minimum - 2 people who put everything they know of themselves together. With minimum - 1 of exactly
    # minimum people the last one follows; nobody can promise otherwise (next test).
    table, owners = flat(equations(world), world)
    for coalition in coalitions(world, table, owners, world.minimum - 2, seed):
        assert learnt(table, owners, coalition) == []


def test_all_others_of_a_group_of_the_minimum_together_know_the_last_one() -> None:
    tree = make_tree([("A", None, 5)])
    table, owners = np.ones((1, 5)), np.arange(5)
    assert len(tree.names) == 1
    assert learnt(table, owners, np.arange(3)) == []
    assert learnt(table, owners, np.arange(4)) == [4]


def rows_of_rule(rule: Rule, tree: Tree, direct: Ints, k: int) -> tuple[Floats, Ints]:
    """What a rule that only looks at sizes would print, as equations over people."""
    people = np.repeat(np.arange(len(direct)), direct)
    shown = np.flatnonzero(rule(tree, direct, k)).tolist()
    rows = np.array([subtree(tree, node)[people] for node in shown], dtype=float).reshape(len(shown), len(people))
    return rows, np.arange(len(people))


@pytest.mark.parametrize("rule", [hide_only_the_small, hide_the_next_smallest_too])
def test_the_adversary_breaks_the_two_rules_that_look_right(rule: Rule) -> None:
    def leaks(world: tuple[Tree, Ints]) -> bool:
        return isolated(*rows_of_rule(rule, *world, K), K) is not None

    tree, direct = find(trees(), leaks, settings=settings(max_examples=5000, deadline=None, database=None))
    rows, owners = rows_of_rule(rule, tree, direct, K)
    small = isolated(rows, owners, K)
    assert small is not None
    assert len(small) < K
    sums = [sum_of for sum_of in row_space_sparse(rows) if 0 < np.count_nonzero(sum_of) < K]
    assert any(explained(rows, target) for target in sums), "least squares finds them too"
    assert learnt(rows, owners, np.array(small[1:], dtype=np.int64)), "and insiders the last of them"
