"""Clear among many: against SciPy's own t distribution and false-discovery control, and against pure noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assess.scoring.clear_changes import LEVEL_OF_CHANGES, DisplayedDifference, clear_among_all


def by_scipy(differences: list[DisplayedDifference], level: float) -> list[bool]:
    p = []
    for each in differences:
        half = max(each.high_100 - each.difference_100, each.difference_100 - each.low_100, 1.0)
        se = half / stats.t.ppf(0.975, each.freedom)
        p.append(2 * stats.t.sf(abs(each.difference_100) / se, each.freedom))
    return [bool(q < level) for q in stats.false_discovery_control(p)]


changes = st.builds(
    lambda d, half, freedom: DisplayedDifference(d, max(-100, d - half), min(100, d + half), freedom),
    st.integers(-60, 60),
    st.integers(3, 45),
    st.integers(4, 60),
)


@given(st.lists(changes, min_size=1, max_size=30), st.sampled_from([0.05, 0.1]))
def test_it_is_what_scipy_says(differences: list[DisplayedDifference], level: float) -> None:
    assert list(clear_among_all(differences, level=level)) == by_scipy(differences, level)


@given(st.lists(changes, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(differences: list[DisplayedDifference], random: object) -> None:
    order = list(range(len(differences)))
    random.shuffle(order)  # type: ignore[attr-defined]
    found = clear_among_all(differences, level=0.05)
    assert clear_among_all([differences[place] for place in order], level=0.05) == tuple(found[p] for p in order)


def test_nothing_and_one() -> None:
    assert clear_among_all([], level=0.05) == ()
    assert clear_among_all([DisplayedDifference(20, 1, 39, 20)], level=0.05) == (True,)
    assert clear_among_all([DisplayedDifference(20, 0, 40, 20)], level=0.05) == (False,)


def test_a_limit_cut_off_by_the_scale_makes_nothing_clearer() -> None:
    cut = DisplayedDifference(-80, -100, -35, 12)
    whole = DisplayedDifference(-80, -125, -35, 12)
    assert clear_among_all([cut], level=1e-4) == clear_among_all([whole], level=1e-4)


@pytest.mark.parametrize("half_step", [1, 5])
def test_in_pure_noise_a_report_lists_anything_in_one_of_twenty_at_most(half_step: int) -> None:
    """60 teams, 4 dimensions, no true change: displayed figures with limits rounded outwards."""
    rng = np.random.default_rng(7)
    freedom, found = 20, 0
    for _world in range(400):
        d = rng.normal(0, 8, 240)
        se = 8 * np.sqrt(rng.chisquare(freedom, 240) / freedom)
        half = np.ceil(stats.t.ppf(0.975, freedom) * se / half_step) * half_step
        shown = [
            DisplayedDifference(round(a), round(a) - h, round(a) + h, freedom) for a, h in zip(d, half, strict=True)
        ]
        found += any(clear_among_all(shown, level=LEVEL_OF_CHANGES))
    assert found / 400 <= 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5
