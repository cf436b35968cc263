"""The word for the spread inside a node: its limits, and people below a unit.

No reference record holds these words; the oracle reads the definition person by person in fractions.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.spread import NO_WORD, SPREAD_WORDS, SpreadWord, spread_of_groups, spread_word, spread_words
from assess.scoring.tree import Tree
from tests.scoring.small_worlds import from_rows, make_tree, read_table

ALIKE, DIFFERENTLY, CAMPS = SpreadWord.ALIKE, SpreadWord.DIFFERENTLY, SpreadWord.CAMPS


def words(codes: npt.NDArray[np.int8]) -> list[SpreadWord | None]:
    return [spread_word(code) for code in codes.tolist()]


def word_of(scores: Sequence[float]) -> SpreadWord | None:
    codes = spread_of_groups(np.array(scores, dtype=float), np.zeros(len(scores), dtype=np.int32), 1)
    return words(codes)[0]


def naive(scores: Sequence[Fraction]) -> SpreadWord | None:
    n = len(scores)
    if n < 10:
        return None
    low, high = len([y for y in scores if y <= 25]), len([y for y in scores if y >= 75])
    if min(low, high) >= Fraction(3, 10) * n:
        return CAMPS
    mean = sum(scores, Fraction(0)) / n
    return ALIKE if sum((abs(y - mean) for y in scores), Fraction(0)) / n <= Fraction(25, 2) else DIFFERENTLY


def small_tree() -> Tree:
    """Two teams in a unit, the unit and a third team under a root; places in an order that is not that of depth."""
    return make_tree([("T1", "U", -1), ("U", "R", -1), ("T2", "U", -1), ("R", None, -1), ("T3", "R", -1)])


BELOW = [{0}, {0, 1, 2}, {2}, {0, 1, 2, 3, 4}, {4}]


def test_the_codes_and_the_words_of_the_score_file_belong_together() -> None:
    assert [str(word) for word in SPREAD_WORDS] == ["alike", "differently", "camps"]
    assert [spread_word(code) for code in (NO_WORD, 0, 1, 2)] == [None, ALIKE, DIFFERENTLY, CAMPS]


def test_ten_scores_give_a_word_and_nine_do_not() -> None:
    assert word_of([50.0] * 9) is None
    assert word_of([50.0] * 10) is ALIKE


def test_camps_need_thirty_percent_at_either_end() -> None:
    middle = [50.0] * 4
    assert word_of([25.0] * 3 + middle + [75.0] * 3) is CAMPS
    assert word_of([25.0] * 3 + middle + [50.0] + [75.0] * 3) is DIFFERENTLY  # 3 of 11
    assert word_of([25.0] * 2 + [26.0] + middle + [75.0] * 3) is DIFFERENTLY
    assert word_of([25.0] * 3 + middle + [74.0] + [75.0] * 2) is DIFFERENTLY
    assert word_of([0.0] * 9 + [100.0]) is DIFFERENTLY


def test_alike_ends_at_a_mean_deviation_of_twelve_and_a_half_points() -> None:
    assert word_of([37.5] * 5 + [62.5] * 5) is ALIKE
    assert word_of([37.5] * 5 + [62.6] * 5) is DIFFERENTLY


def test_the_deviation_has_divisor_n() -> None:
    # Sum of deviations 120: 12 with divisor 10, 13.3 with divisor 9.
    assert word_of([38.0] * 5 + [62.0] * 5) is ALIKE


def test_the_deviation_is_from_the_mean_and_not_from_the_median() -> None:
    # Mean deviation 16.8 from the mean 62, 12 from the median 50.
    assert word_of([50.0] * 7 + [90.0] * 3) is DIFFERENTLY


def test_scores_on_a_limit_count_although_their_last_bits_do_not_agree() -> None:
    assert word_of([25.0 + 4e-15] * 3 + [50.0] * 4 + [75.0 - 2e-14] * 3) is CAMPS
    low, high = 100 / 3, 100 / 3 + 25.0  # mean deviation 12.5, not a binary fraction
    assert word_of([low] * 10 + [high] * 10) is ALIKE
    assert word_of([high] * 10 + [low] * 10) is ALIKE


def test_every_company_has_the_word_of_the_definition() -> None:
    answers, tree = from_rows(read_table("lq2002.csv"), "COMPID", [f"LEAD{i:02d}" for i in range(1, 12)])
    totals = answers.ratings.sum(axis=1, dtype=np.int64)
    everybody = np.ones(totals.size, dtype=bool)
    found = words(spread_words((totals / 11 - 1) * 25, everybody, answers.nodes, tree))
    exact = [(Fraction(total, 11) - 1) * 25 for total in totals.tolist()]
    expected = [
        naive([y for y, node in zip(exact, answers.nodes.tolist(), strict=True) if node == team]) for team in range(49)
    ]
    assert found == expected
    assert {ALIKE, DIFFERENTLY} <= set(found)


def test_a_unit_speaks_of_everybody_below_it_and_of_its_own_members() -> None:
    scores = np.array([20.0] * 10 + [80.0] * 10 + [50.0] + [50.0] * 12)
    nodes = np.array([0] * 10 + [2] * 10 + [1] + [4] * 12, dtype=np.int32)
    codes = spread_words(scores, np.ones(33, dtype=bool), nodes, small_tree())
    assert words(codes) == [ALIKE, CAMPS, ALIKE, CAMPS, ALIKE]


def test_only_the_wanted_places_get_a_word() -> None:
    scores, nodes = np.full(20, 50.0), np.repeat(np.array([0, 4], dtype=np.int32), 10)
    codes = spread_words(scores, np.ones(20, dtype=bool), nodes, small_tree(), np.array([3, 4]))
    assert words(codes) == [None, None, None, ALIKE, ALIKE]


def test_a_person_without_a_score_is_never_read() -> None:
    scores = np.array([50.0] * 10 + [np.nan] * 5)
    scored = np.isfinite(scores)
    nodes = np.zeros(15, dtype=np.int32)
    assert words(spread_words(scores, scored, nodes, small_tree())) == [ALIKE, ALIKE, None, ALIKE, None]


def test_nobody_anywhere_is_no_error() -> None:
    nobody = np.zeros(0)
    codes = spread_words(nobody, nobody.astype(bool), nobody.astype(np.int32), small_tree())
    assert words(codes) == [None] * 5
    assert spread_words(nobody, nobody.astype(bool), nobody.astype(np.int32), make_tree([])).shape == (0,)


def test_a_thousand_teams_of_one_have_no_word_but_their_unit_has() -> None:
    tree = make_tree([("U", None, -1), *((f"T{i}", "U", 1) for i in range(1000))])
    scores = np.tile([0.0, 100.0], 500)
    codes = spread_words(scores, np.ones(1000, dtype=bool), np.arange(1, 1001, dtype=np.int32), tree)
    assert words(codes) == [CAMPS] + [None] * 1000


def test_only_whole_numbers_leave() -> None:
    assert spread_of_groups(np.full(10, 50.0), np.zeros(10, dtype=np.int32), 2).dtype == np.int8


person = st.tuples(st.integers(2, 4), st.integers(0, 16), st.integers(0, 4))


@pytest.mark.parametrize("reverse", [False, True])
@settings(max_examples=60, deadline=None)
@given(people=st.lists(person, min_size=8, max_size=60), narrow=st.integers(1, 17))
def test_any_people_in_any_order_have_the_word_of_the_definition(
    *, reverse: bool, people: list[tuple[int, int, int]], narrow: int
) -> None:
    # (items answered, sum of ratings from 0, node): a score is 25 * sum / answered.
    exact = [Fraction(25 * min(total % narrow, 4 * given), given) for given, total, _ in people]
    nodes = [node for *_, node in people]
    order = slice(None, None, -1 if reverse else 1)
    codes = spread_words(
        np.array([float(y) for y in exact])[order],
        np.ones(len(people), dtype=bool),
        np.array(nodes, dtype=np.int32)[order],
        small_tree(),
    )
    expected = [naive([y for y, node in zip(exact, nodes, strict=True) if node in below]) for below in BELOW]
    assert words(codes) == expected
