"""Figures that need ten answers never leave one to nine people between a node and its parts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.releases.document import cycle_document
from assess.releases.history import with_history
from assess.scoring.disclosure import residual_pattern
from assess.scoring.engine import score_cycle
from assess.scoring.numbers import number_nodes
from assess.scoring.tree import Tree
from tests.scoring.release_oracle import subtree, trees
from tests.scoring.small_worlds import by_team, document_of, make_key, make_tree, matrix


@settings(max_examples=300, deadline=None)
@given(trees(most_nodes=8, most_people=16), st.integers(4, 6))
def test_outside_its_parts_a_node_has_nobody_or_ten(world: tuple[Tree, np.ndarray], minimum: int) -> None:
    tree, people = world
    direct = np.asarray(people, dtype=np.int64)
    pattern = residual_pattern(direct, tree, minimum=minimum)
    numbers = number_nodes(direct, pattern, tree, minimum=minimum)
    assert not (numbers.shown & ~pattern.published).any()
    covered = np.zeros(direct.size, dtype=bool)
    for node in np.flatnonzero(numbers.shown).tolist():
        inside = subtree(tree, node)
        taken = np.zeros_like(inside)
        for part in np.flatnonzero(inside & numbers.shown).tolist():
            if part != node:
                taken |= subtree(tree, part)
        left = int(direct[inside & ~taken].sum())
        assert left == 0 or left >= 10
        assert int(direct[inside].sum()) >= 10
        covered |= inside
    counted = pattern.owners >= 0 if pattern.organisation_residual < minimum else np.ones(direct.size, dtype=bool)
    outside = int(direct[counted & ~covered].sum())
    assert numbers.organisation == (outside == 0 or outside >= 10)


def test_a_team_of_ten_keeps_its_numbers_and_the_unit_with_five_beside_it_has_none() -> None:
    tree = make_tree([("North", None, 0), ("A", "North", 12), ("B", "North", 6), ("C", None, 40)])
    rows: list[list[int | None]] = [[1 + place % 5] * 3 for place in range(10 + 5 + 30)]
    nodes = [1] * 10 + [2] * 5 + [3] * 30
    found = by_team(document_of(make_key((3,)), matrix(rows, nodes), tree, minimum=5)[1])
    hidden = {"suppressed": "protects_others"}
    assert found["North"]["dimensions"]["D1"]["score_100"] == 50
    assert found["North"]["dimensions"]["D1"]["sd_raw"] == found["North"]["items"]["D1Q1"] == hidden
    assert found["North"]["dimensions"]["D1"]["rwg_j"] == hidden
    assert found["A"]["dimensions"]["D1"]["sd_raw"] == 1.49
    assert "percent_favourable" in found["C"]["items"]["D1Q1"]


def test_data_that_are_not_confidential_have_all_numbers() -> None:
    tree = make_tree([("North", None, 0), ("A", "North", 12), ("B", "North", 6)])
    rows: list[list[int | None]] = [[1 + place % 5] * 3 for place in range(15)]
    found = by_team(document_of(make_key((3,)), matrix(rows, [1] * 10 + [2] * 5), tree, minimum=1)[1])
    assert "counts" in found["North"]["items"]["D1Q1"]


def test_effect_sizes_of_a_unit_do_not_tell_those_of_five_people_in_it() -> None:
    # Fifteen in the unit and ten in one team in both quarters: between their spreads lie those of the other five.
    tree = make_tree([("North", None, 0), ("A", "North", 12), ("B", "North", 6)])
    cycles = []
    for label, shift in (("2026Q1", 0), ("2026Q2", 1)):
        rows: list[list[int | None]] = [[1 + (place + shift * item) % 5 for item in range(3)] for place in range(15)]
        answers = matrix(rows, [1] * 10 + [2] * 5)
        cycles.append((label, score_cycle(make_key((3,)), answers, tree, minimum=5)))
    found = by_team(dict(cycle_document(with_history(cycles)[1])))
    effects = ("p", "q", "hedges_g", "cliffs_delta", "welch_p", "mann_whitney_p")
    unit, team, five = (found[name]["change"]["D1"] for name in ("North", "A", "B"))
    assert [unit[key] for key in effects] == [{"suppressed": "protects_others"}] * 6
    assert [five[key] for key in effects] == [{"suppressed": "too_few"}] * 6
    assert all(isinstance(team[key], int | float) for key in effects)
    assert unit["word"] == "no_clear_change"
