"""Rounding arrays is rounding each number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.scoring.rounding import down, down_all, half_up, half_up_all, up, up_all

values = st.lists(st.floats(-200, 200, allow_nan=False) | st.integers(-800, 800).map(lambda v: v / 8), max_size=12)
steps = st.sampled_from([0.0001, 0.01, 0.5, 1.0, 5.0])


@given(values, steps)
def test_a_whole_array_is_rounded_like_each_of_its_numbers(numbers: list[float], step: float) -> None:
    array = np.array(numbers, dtype=np.float64)
    assert half_up_all(array, step).tolist() == [half_up(value, step) for value in numbers]
    assert down_all(array, step).tolist() == [down(value, step) for value in numbers]
    assert up_all(array, step).tolist() == [up(value, step) for value in numbers]


def test_halves_go_away_from_zero_and_no_zero_is_negative() -> None:
    rounded = half_up_all(np.array([62.5, -62.5, -0.2]))
    assert rounded.tolist() == [63.0, -63.0, 0.0]
    assert not np.signbit(rounded[2])
    assert half_up_all(np.array([0.123456]), 0.0001).tolist() == pytest.approx([0.1235], abs=0)
