"""Minimal organisations in which an adversary learnt what the rules forbid: one test for each gap."""

from typing import Any

import numpy as np
from hypothesis import Phase, given, settings

from assess.scoring.engine import score_cycle
from assess.scoring.guard import WIDTH
from tests.adversaries.attack import OVERALL, World, equations, flat, isolated, worlds
from tests.adversaries.test_bounds import EXTREME, narrowest, small_nodes
from tests.scoring.small_worlds import Rating, by_team, make_key, make_tree, matrix

Rows = list[list[Rating]]
FOUR = make_key((1, 1, 1, 1))


def two_teams(first: Rows, second: Rows, heads: tuple[int, int] = (-1, -1)) -> World:
    """Two teams directly under the organisation, minimum 5."""
    tree = make_tree([("A", None, heads[0]), ("B", None, heads[1])])
    answers = matrix([*first, *second], [0] * len(first) + [1] * len(second))
    return World(make_key((len(first[0]),)), answers, tree, 5)


def counts_that_explain(printed: Any) -> list[int]:
    """Numbers of favourable answers that would be printed as this percentage."""
    n = printed["n"]
    return [count for count in range(n + 1) if int((100.0 * count / n) / 5 + 0.5) * 5 == printed["percent_favourable"]]


def test_an_item_of_five_people_is_not_the_difference_of_ten_and_fifteen() -> None:
    ten: Rows = [[option] for option in (4, 4, 4, 5, 3, 3, 2, 2, 1, 1)]
    world = two_teams(ten, [[5]] * 5)
    whole = world.document["organisation"]["items"]["D1Q1"]
    entries = by_team(world.document)
    assert "word" in entries["B"]["items"]["D1Q1"]
    if "percent_favourable" in whole and "percent_favourable" in entries["A"]["items"]["D1Q1"]:
        left = {
            all_of_them - team
            for all_of_them in counts_that_explain(whole)
            for team in counts_that_explain(entries["A"]["items"]["D1Q1"])
        }
        assert len(left) >= 3, f"all of B's five answers are known to be {left}"


def test_the_sd_of_five_people_is_not_the_difference_of_ten_and_fifteen() -> None:
    random = np.random.default_rng(5)
    ten, five = (random.integers(1, 6, (n, 4)).tolist() for n in (10, 5))
    world = two_teams(ten, five)
    figures = [world.document["organisation"]["dimensions"]["D1"], by_team(world.document)["A"]["dimensions"]["D1"]]
    if any("suppressed" in str(figure["sd_raw"]) for figure in figures):
        return
    possible = []
    for shift in np.random.default_rng(1).uniform(-0.005, 0.005, (2000, 4)):  # whatever rounding has hidden
        sums = []
        for figure, (of_mean, of_sd) in zip(figures, shift.reshape(2, 2), strict=True):
            n, mean, sd = figure["n"], figure["mean_raw"] + of_mean, figure["sd_raw"] + of_sd
            sums.append((n, n * mean, (n - 1) * sd**2 + n * mean**2))
        n, first, second = (whole - part for whole, part in zip(*sums, strict=True))
        possible.append(25.0 * np.sqrt(max(second - first**2 / n, 0.0) / (n - 1)))
    assert np.ptp(possible) >= 4.0, f"the SD of five is within {min(possible):.1f} to {max(possible):.1f} points"


def test_the_organisation_has_no_overall_score_without_all_its_dimensions() -> None:
    rows: Rows = [[None, 4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4]]
    world = World(FOUR, matrix(rows, [0] * 5), make_tree([("A", None, -1)]), 5)
    whole = world.document["organisation"]
    assert "suppressed" in whole["dimensions"]["D1"]
    assert "suppressed" in whole[OVERALL], "75 in every answer, and 56 is printed"


def test_the_only_person_with_all_dimensions_is_not_told_by_the_overall_score() -> None:
    # A third of the four dimensions' sums, less the sum of the overall score, is a third of this person's own score.
    rows: Rows = [*([[None, 3, 4, 4]] * 5), *([[4, None, 3, 3]] * 5), [1, 2, 1, 1]]
    world = World(FOUR, matrix(rows, [0] * 11), make_tree([("A", None, -1)]), 5)
    assert isolated(*flat(equations(world), world), 5) is None


def test_a_dimension_shown_for_a_team_does_not_undo_the_overall_score_of_its_unit() -> None:
    # Twice the overall sum of the unit, less D1 of the team and D2 of the unit, is D1 of the first less D2 of the last.
    tree = make_tree([("unit", None, -1), ("team", "unit", -1)])
    rows: Rows = [[4, 2], [3, None], [3, None], [3, None], [3, None]]
    rows += [[2, 5], [2, 5], [2, 5], [2, 5], [2, 5], [None, 1]]
    world = World(make_key((1, 1)), matrix(rows, [0] * 5 + [1] * 6), tree, 5)
    assert isolated(*flat(equations(world), world), 5) is None


@settings(max_examples=80, deadline=None, derandomize=True, phases=[Phase.generate])
@given(worlds(sizes=(1, 1, 1, 1), most_nodes=2, most_people=14, skips=(0.0,), left_out=(0.25, 0.4)))
def test_people_with_some_of_four_dimensions_are_not_told_by_the_overall_score(world: World) -> None:
    table, owners = flat(equations(world), world)
    assert isolated(table, owners, world.minimum) is None


def test_bounds_do_not_pin_a_hidden_unit_of_several_tiny_teams() -> None:
    tiny = "abcd"  # four teams of one, whose unit has four people: 12.5 points are left of its mean
    tree = make_tree([("unit", None, -1), *((name, "unit", -1) for name in tiny), ("E", None, -1), ("F", None, -1)])
    answers = matrix([[1], [1], [1], [2], [2], *([[4]] * 6)], [1, 2, 3, 4, 5, *([6] * 6)])
    world = World(make_key((1,)), answers, tree, 5)
    assert narrowest(world, small_nodes) >= WIDTH - 1e-6


def test_bounds_do_not_pin_the_own_members_of_a_hidden_unit_that_is_large_enough() -> None:
    tree = make_tree([("all", None, -1), ("U", "all", -1), ("t", "U", -1), ("C", "all", -1), ("D", "all", -1)])
    answers = matrix([[1]] * 5 + [[2]] * 2 + [[4]] * 9, [*([1] * 4), 2, 3, 3, *([4] * 9)])
    world = World(make_key((1,)), answers, tree, 5)
    assert narrowest(world) >= WIDTH - 1e-6


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
@given(worlds(sizes=(1,), moods=EXTREME, skips=(0.0,), left_out=(0.0,), most_nodes=6, most_people=4))
def test_bounds_leave_every_small_node_a_quarter_of_the_scale(world: World) -> None:
    assert narrowest(world, small_nodes) >= WIDTH - 1e-6


def test_the_guard_shows_no_item_that_is_hidden_without_it() -> None:
    tree = make_tree([("all", None, -1), ("b", "all", -1), ("c", "all", -1), ("d", "b", -1), ("e", "all", -1)])
    rows: Rows = [[1, 1], [None, None], [1, 1], [1, 1], [1, 1], [1, None], [1, None]]
    rows += [[1, 1], [1, 1], [1, 1], [None, 1], [1, 1], [1, 1], [5, 5], [5, 5], [5, 5], [5, 5]]
    world = World(make_key((1, 1)), matrix(rows, [1, *([2] * 6), *([3] * 6), *([4] * 4)]), tree, 4)
    bare = score_cycle(world.key, world.answers, world.tree, minimum=4)
    for guarded, without in zip(world.scores.items, bare.items, strict=True):
        assert not (guarded.published & ~without.published).any(), guarded.item.code


def test_the_interval_of_a_share_does_not_undo_its_rounding() -> None:
    rows: Rows = [[4 if person < 13 else 2] for person in range(30)]
    world = two_teams(rows, rows, (30, 30))
    shown = by_team(world.document)["A"]["items"]["D1Q1"]
    low, high = shown["percent_low"], shown["percent_high"]
    explaining = [count for count in range(31) if low <= 100.0 * count / 30 <= high]
    assert low <= shown["percent_favourable"] <= high, "43.3 % is printed as 45, within 43 to 44"
    assert explaining != [13]
