"""Promoters less detractors, against the definition person by person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.scoring.enps import recommendation

people = st.lists(st.integers(0, 10), min_size=10, max_size=60)


def counts_of(answers: list[int]) -> np.ndarray:
    return np.bincount(answers, minlength=11)


@given(people)
def test_it_is_the_mean_and_standard_error_of_plus_one_zero_and_minus_one(answers: list[int]) -> None:
    signs = np.array([1 if a >= 9 else -1 if a <= 6 else 0 for a in answers])
    found = recommendation(counts_of(answers), None)
    assert found is not None
    assert found.n == len(answers)
    assert found.score == pytest.approx(100 * signs.mean(), abs=1e-9)
    assert found.se == pytest.approx(100 * signs.std(ddof=1) / np.sqrt(len(answers)), abs=1e-6)


def test_below_ten_answers_there_is_none() -> None:
    assert recommendation(counts_of([9] * 9), None) is None
    assert recommendation(counts_of([9] * 10), None) is not None


def test_knowing_that_nearly_everybody_answered_makes_it_surer() -> None:
    answers = [0, 6, 7, 8, 9, 10, 10, 5, 9, 8]
    alone, few, all_ = (recommendation(counts_of(answers), n) for n in (None, 12, 10))
    assert alone is not None
    assert few is not None
    assert all_ is not None
    assert few.se == pytest.approx(alone.se * np.sqrt(1 - 10 / 12))
    assert all_.se == 0.0
    short = recommendation(counts_of(answers), 9)
    assert short == alone, "a headcount below the answers is no headcount"


def test_another_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="eleven"):
        recommendation(np.zeros(5, dtype=np.int64), None)
