"""Benjamini-Hochberg against print, a plain re-implementation and its laws, for one family and for many at once."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.disclosure import BoolArray
from assess.scoring.false_discovery import adjusted, adjusted_by_row
from assess.scoring.moments import FloatArray
from tests.scoring.small_worlds import reference

Family = tuple[FloatArray, BoolArray]


def plain(p: list[float]) -> list[float]:
    """Step up by the definition: the lowest p m / j among all tests that are no smaller."""
    m = len(p)
    ranked = sorted(p)
    return [min(1.0, *(ranked[j - 1] * m / j for j in range(1, m + 1) if ranked[j - 1] >= value)) for value in p]


@st.composite
def families(draw: st.DrawFn, most_rows: int = 6) -> Family:
    """Draw a matrix of p-values with ties, zeros and ones, some of them not available (and then NaN)."""
    rows, columns = draw(st.integers(1, most_rows)), draw(st.integers(1, 6))
    size = rows * columns
    p = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.04, 0.05, 1.0]))
    values = np.array(draw(st.lists(p, min_size=size, max_size=size))).reshape(rows, columns)
    available = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size))).reshape(rows, columns)
    return np.where(available, values, np.nan), available


def test_the_fifteen_tests_of_the_paper_are_adjusted_as_in_r() -> None:
    # Benjamini and Hochberg (1995), section 3.2: four rejected at .05.
    record = reference("bh.benjamini_hochberg_1995")
    p = np.array(record["p"])
    q = adjusted(p, np.ones(15, dtype=bool))
    assert q == pytest.approx(record["bh"], rel=1e-12)
    assert int((q < 0.05).sum()) == record["n_reject_bh"] == 4
    assert adjusted_by_row(p[None, :], np.ones((1, 15), dtype=bool))[0] == pytest.approx(record["bh"], rel=1e-12)


@settings(max_examples=80, deadline=None)
@given(families())
def test_one_family_follows_the_definition_and_leaves_out_what_is_not_available(family: Family) -> None:
    p, available = family
    q = adjusted(p, available)
    assert q.shape == p.shape
    assert q[available] == pytest.approx(plain(p[available].tolist()), rel=1e-12)
    assert (q[~available] == 1.0).all()


@settings(max_examples=80, deadline=None)
@given(families())
def test_every_row_is_a_family_of_its_own(family: Family) -> None:
    p, available = family
    together = adjusted_by_row(p, available)
    for row in range(p.shape[0]):
        assert together[row] == pytest.approx(adjusted(p[row], available[row]), rel=1e-12)


@settings(max_examples=80, deadline=None)
@given(families(most_rows=1), st.integers(0, 2**32))
def test_adjusting_keeps_the_order_raises_and_does_not_depend_on_places(family: Family, seed: int) -> None:
    p, available = family[0][0], family[1][0]
    q = adjusted(p, available)
    known_p, known_q = p[available], q[available]
    assert (known_q >= known_p).all()
    assert (known_q <= 1.0).all()
    assert (np.diff(known_q[np.argsort(known_p)]) >= -1e-15).all()
    order = np.random.default_rng(seed).permutation(p.size)
    assert adjusted(p[order], available[order]).tolist() == q[order].tolist()
    lower = np.where(available, p / 2, p)
    assert (adjusted(lower, available) <= q + 1e-15).all()


def test_one_test_alone_is_not_changed_and_no_test_is_certain_of_nothing() -> None:
    p = np.array([0.03, np.nan])
    assert adjusted(p, np.array([True, False])).tolist() == [0.03, 1.0]
    assert adjusted_by_row(p[:, None], np.array([[True], [False]])).tolist() == [[0.03], [1.0]]
    assert adjusted(p, np.array([False, False])).tolist() == [1.0, 1.0]
    assert adjusted(np.zeros(0), np.zeros(0, dtype=bool)).shape == (0,)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_families_may_be_empty(shape: tuple[int, int]) -> None:
    assert adjusted_by_row(np.zeros(shape), np.ones(shape, dtype=bool)).shape == shape


def test_infinite_values_that_are_not_available_do_not_matter() -> None:
    p = np.array([[0.01, np.inf, 0.02], [np.nan, -np.inf, 5.0]])
    available = np.array([[True, False, True], [False, False, False]])
    assert adjusted_by_row(p, available).tolist() == [[0.02, 1.0, 0.02], [1.0, 1.0, 1.0]]


@pytest.mark.parametrize("wrong", [np.nan, -0.01, 1.01, np.inf])
def test_what_is_no_probability_is_refused(wrong: float) -> None:
    p, available = np.array([[0.5, wrong]]), np.ones((1, 2), dtype=bool)
    with pytest.raises(ValueError, match="outside"):
        adjusted(p, available)
    with pytest.raises(ValueError, match="outside"):
        adjusted_by_row(p, available)


def test_a_hundred_thousand_teams_are_adjusted_at_once() -> None:
    rng = np.random.default_rng(3)
    p, available = rng.random((100_000, 5)), rng.random((100_000, 5)) < 0.8
    start = time.perf_counter()
    rows = adjusted_by_row(p, available)
    whole = adjusted(p, available)
    assert time.perf_counter() - start < 1.5
    some = rng.integers(0, 100_000, 50)
    for row in some:
        assert rows[row][available[row]] == pytest.approx(plain(p[row][available[row]].tolist()), rel=1e-12)
    assert (whole[available] >= p[available]).all()
