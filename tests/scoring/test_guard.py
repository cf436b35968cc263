"""A withheld group is not pinned by bounds either."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.answers import AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.guard import WIDTH, pinned_holders, score_guarded
from assess.scoring.limits import Limits
from assess.scoring.tree import Tree
from tests.scoring.small_worlds import Rating, make_key, make_tree, matrix

KEY = make_key((3,))
MINIMUM = 5


def world(groups: list[tuple[str, str | None, list[int]]]) -> tuple[AnswerMatrix, Tree]:
    """Build a tree in which each person of a node answers one option throughout."""
    tree = make_tree([(name, parent, len(answers) + 1) for name, parent, answers in groups])
    rows: list[list[Rating]] = []
    nodes: list[int] = []
    for place, (_name, _parent, answers) in enumerate(groups):
        rows += [[option] * 3 for option in answers]
        nodes += [place] * len(answers)
    return matrix(rows, nodes, 3), tree


def names(scores: CycleScores) -> set[str]:
    return {
        name for name, shown in zip(scores.tree.names, scores.dimensions[0].pattern.published, strict=True) if shown
    }


LOWEST = [1] * 3
UNHAPPY = world(
    [
        ("Shop", None, []),
        ("A", "Shop", [3, 4, 3, 4, 5, 2]),
        ("B", "Shop", [3, 4, 3, 4, 5, 2, 3]),
        ("C", "Shop", LOWEST),
        ("D", "Shop", [1, 1, 1, 1]),
    ]
)


def test_two_withheld_groups_at_the_end_of_the_scale_take_a_third_with_them() -> None:
    answers, tree = UNHAPPY
    bare = score_cycle(KEY, answers, tree, minimum=MINIMUM)
    assert names(bare) == {"Shop", "A", "B"}
    assert pinned_holders(bare, bare.dimensions[0], None) == [0], "seven people at 0 tell the mean of three and of four"
    guarded = score_guarded(KEY, answers, tree, minimum=MINIMUM)
    assert names(guarded) == {"Shop", "B"}, "the smallest of the others joins them"
    assert pinned_holders(guarded, guarded.dimensions[0], None) == []


def test_what_was_hidden_last_quarter_is_hidden_again() -> None:
    answers, tree = UNHAPPY
    guarded = score_guarded(KEY, answers, tree, minimum=MINIMUM, limits=Limits(frozenset({tree.names.index("B")})))
    assert names(guarded) == {"Shop", "A"}


def test_in_the_middle_of_the_scale_nothing_more_is_hidden() -> None:
    answers, tree = world(
        [("Shop", None, []), ("A", "Shop", [3] * 6), ("C", "Shop", [2, 3, 4]), ("D", "Shop", [2, 3, 4, 3])]
    )
    assert names(score_guarded(KEY, answers, tree, minimum=MINIMUM)) == {"Shop", "A"}


def test_groups_merged_before_scoring_are_guarded_by_their_sizes() -> None:
    answers, tree = world([("Shop", None, [1] * 7), ("A", "Shop", [3] * 6), ("C", "Shop", []), ("D", "Shop", [])])
    allowed = np.array([True, True, False, False])
    without = score_guarded(KEY, answers, tree, minimum=MINIMUM, allowed=allowed)
    assert names(without) == {"Shop", "A"}, "nothing is known of the groups inside"
    merged = np.array([0, 0, 3, 4])
    guarded = score_guarded(KEY, answers, tree, minimum=MINIMUM, allowed=allowed, merged=merged)
    assert names(guarded) == {"Shop"}


def test_data_that_are_not_confidential_are_not_guarded() -> None:
    answers, tree = UNHAPPY
    assert names(score_guarded(KEY, answers, tree, minimum=1)) == {"Shop", "A", "B", "C", "D"}


@st.composite
def extreme_worlds(draw: st.DrawFn) -> tuple[AnswerMatrix, Tree]:
    """Draw one unit with groups of 0 to 8 people who tend to the ends of the scale."""
    option = draw(st.sampled_from([[1], [5], [1, 2], [4, 5], [1, 5], [1, 2, 3, 4, 5]]))
    sizes = draw(st.lists(st.integers(0, 8), min_size=1, max_size=6))
    groups: list[tuple[str, str | None, list[int]]] = [
        ("Shop", None, draw(st.lists(st.sampled_from(option), max_size=6)))
    ]
    groups += [
        (f"T{i}", "Shop", draw(st.lists(st.sampled_from(option), min_size=size, max_size=size)))
        for i, size in enumerate(sizes)
    ]
    return world(groups)


@settings(max_examples=120, deadline=None)
@given(extreme_worlds())
def test_bounds_never_leave_less_than_a_quarter_of_the_scale(extreme: tuple[AnswerMatrix, Tree]) -> None:
    answers, tree = extreme
    scores = score_guarded(KEY, answers, tree, minimum=MINIMUM)
    measure = scores.dimensions[0]
    printed = scores.printed_residuals(measure.pattern)
    people = np.bincount(answers.nodes, minlength=len(tree.names))
    for holder in np.flatnonzero(printed).tolist():
        inside = measure.pattern.owners == holder - 1
        total = 25.0 * (answers.ratings[inside[answers.nodes], 0].astype(float) - 1.0).sum()
        for group in np.flatnonzero(inside & (people > 0) & (people < MINIMUM)).tolist():
            h, r = int(people[group]), int(people[inside].sum())
            low, high = max(0.0, (total - 100.0 * (r - h)) / h), min(100.0, total / h)
            assert high - low >= WIDTH - 1e-6
    bare = score_cycle(KEY, answers, tree, minimum=MINIMUM)
    assert names(scores) <= names(bare), "the guard only hides"


@pytest.mark.parametrize("low", [1, 5])
def test_an_organisation_at_one_end_shows_nothing_that_pins_its_only_small_group(low: int) -> None:
    answers, tree = world([("A", None, [low] * 6), ("C", None, [low] * 3), ("D", None, [low] * 4)])
    scores = score_guarded(KEY, answers, tree, minimum=MINIMUM)
    assert pinned_holders(scores, scores.dimensions[0], None) in ([], [-1])
    assert names(scores) == set()
