"""The smallest visible change against R, print, the power it promises, and its laws."""

from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nct
from scipy.stats import t as student

from assess.scoring.rounding import half_up
from assess.scoring.visible_change import displayed_visible_change, harmonic_n, smallest_visible_change
from tests.scoring.small_worlds import reference

SIZES = [3, 4, 5, 6, 8, 10, 12, 15, 20, 30]


@pytest.mark.parametrize("sd", [20, 15])
def test_it_agrees_with_the_power_calculation_of_r(sd: int) -> None:
    expected = reference("mdc.table")
    assert [int(n) for n in expected] == SIZES
    values = [row[f"mdc_sd{sd}_power80"] for row in expected.values()]
    assert smallest_visible_change(SIZES, sd) == pytest.approx(values, rel=2e-6)  # R's root is good to six digits


# Measurement, section 6.4
@pytest.mark.parametrize(
    ("sd", "printed"),
    [(20, [61, 48, 40, 36, 30, 26, 24, 21, 18, 15]), (15, [46, 36, 30, 27, 23, 20, 18, 16, 14, 11])],
)
def test_rounded_it_is_the_table_in_print(sd: float, printed: list[int]) -> None:
    assert [half_up(value) for value in smallest_visible_change(SIZES, sd)] == printed


def test_a_change_of_this_size_is_found_in_four_of_five_cases() -> None:
    for n in [2, 3, 7, 40, 1000]:
        df, critical = 2 * n - 2, student.ppf(0.975, 2 * n - 2)
        noncentrality = float(smallest_visible_change(n, 22.0)) / (22.0 * np.sqrt(2 / n))
        power = nct.sf(critical, df, noncentrality) + nct.cdf(-critical, df, noncentrality)
        assert power == pytest.approx(0.80, abs=1e-9)


def test_for_very_many_answers_it_is_the_formula_of_the_normal_distribution() -> None:
    n = np.array([100_000, 1_000_000])
    normal = (1.959963985 + 0.841621234) * 20 * np.sqrt(2 / n)
    assert smallest_visible_change(n, 20.0) == pytest.approx(normal, rel=1e-4)


def test_with_fewer_than_two_answers_it_is_not_available() -> None:
    found = smallest_visible_change([0, 1, 2], 22.0)
    assert found[:2].tolist() == [0, 0]
    assert found[2] > 100  # honest: two answers see nothing
    assert float(smallest_visible_change(1, 22.0)) == 0
    assert smallest_visible_change([], 22.0).size == 0


def test_it_is_displayed_rounded_up_to_whole_points() -> None:
    assert displayed_visible_change(np.array([30.13, 30.0, 30.0 + 1e-12, 0.0])).tolist() == [31, 30, 30, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), st.integers(0, 500))
def test_two_sizes_count_as_their_harmonic_mean_rounded_down(n1: int, n2: int) -> None:
    found = int(harmonic_n(n1, n2))
    assert found == int(harmonic_n(n2, n1))
    assert found == (floor(2 * n1 * n2 / (n1 + n2)) if n1 and n2 else 0)
    assert min(n1, n2) <= found <= max(n1, n2) or found == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(2, 200), min_size=1, max_size=12), st.floats(1, 40))
def test_more_answers_see_smaller_changes_and_every_size_has_one_value(sizes: list[int], sd: float) -> None:
    found = smallest_visible_change(sizes, sd)
    assert found.tolist() == [float(smallest_visible_change(n, sd)) for n in sizes]
    assert found == pytest.approx(sd * smallest_visible_change(sizes, 1.0), rel=1e-12)
    assert (smallest_visible_change(np.array(sizes) + 1, sd) < found).all()
    assert smallest_visible_change(np.array(sizes)[:, np.newaxis], sd).shape == (len(sizes), 1)
