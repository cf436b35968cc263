"""What worked here: pooled, shrunken, silent while there are too few."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import dblquad

from assess.scoring.advice.track_record import (
    ENOUGH_ACTIONS,
    PRIOR_BETWEEN,
    DoneAction,
    track_record,
)
from assess.scoring.verdict import Effect


def actions(practice: str, points: list[float], own: float = 50.0, shared: float = 5.0) -> list[DoneAction]:
    return [DoneAction(practice, f"{practice}{n}", Effect(p, own, shared)) for n, p in enumerate(points)]


def level(practice: str, mean: float, count: int = ENOUGH_ACTIONS) -> list[DoneAction]:
    """Scatter as chance does around a mean that is met exactly."""
    z = np.random.default_rng(count).normal(0, sqrt(55.0), count)
    return actions(practice, (mean + z - z.mean()).tolist())


def test_nothing_is_named_before_ten_actions_of_a_practice_and_three_practices() -> None:
    few = [*level("P01", 5, ENOUGH_ACTIONS - 1), *level("P24", 0, 9), *level("P40", 0, 9)]
    assert (track_record(few).overall, track_record(few).practices) == (None, ())
    two = [*level("P01", 5), *level("P24", 0)]
    assert track_record(two).practices == ()
    assert track_record(two).actions == 20
    assert track_record([]).actions == 0
    three = [*level("P01", 5), *level("P24", 0, 2), *level("P40", 0, 2)]
    assert [r.practice for r in track_record(three).practices] == ["P01"]


def test_ten_actions_of_usual_noise_tell_five_points_from_none() -> None:
    found = track_record([*level("P01", 15), *level("P24", 0), *level("P40", 0)])
    best = found.practices[0]
    assert best.practice == "P01"
    assert best.low > 0
    assert 1.96 * sqrt(55.0 / ENOUGH_ACTIONS) < 5.0


def test_practices_are_drawn_together_and_more_so_with_less_behind_them() -> None:
    found = track_record([*level("P01", 12, 40), *level("P24", 12, 10), *level("P40", 0, 40), *level("P68", 0, 40)])
    means = {r.practice: r.mean for r in found.practices}
    assert 0 < means["P68"] < means["P24"] < means["P01"] < 12
    assert found.overall is not None
    assert means["P68"] < found.overall.mean < means["P24"]


def test_a_shift_shared_by_a_quarter_does_not_average_out() -> None:
    def width(groups: bool) -> float:
        same = [
            DoneAction(p, "2026Q4 COM" if groups else f"{p}{n}", Effect(0.0, 1.0, 25.0))
            for p in ("P01", "P24", "P40")
            for n in range(20)
        ]
        first = track_record(same).practices[0]
        return first.high - first.low

    assert width(groups=True) > 2 * width(groups=False)


def test_effects_that_differ_between_teams_widen_the_interval() -> None:
    calm = [a for p in ("P01", "P24", "P40") for a in actions(p, [0.0] * 12)]
    wild = [a for p in ("P01", "P24", "P40") for a in actions(p, [-30.0, 30.0] * 6)]
    widths = [r.high - r.low for r in (track_record(calm).practices[0], track_record(wild).practices[0])]
    assert widths[1] > 1.5 * widths[0]


def test_the_posterior_is_that_of_a_direct_integration() -> None:
    """Three practices; every group is its own, so that the variances are own + shared over the number of actions."""
    data = {"P01": 9.0, "P24": 2.0, "P40": -3.0}
    found = track_record([a for code, mean in data.items() for a in actions(code, [mean] * 10)])
    y, v = np.array(list(data.values())), 55.0 / 10

    def density(tau: float, mu: float) -> float:
        total = v + tau**2
        return float(
            np.exp(-0.5 * ((y - mu) ** 2 / total).sum() - 1.5 * np.log(total) - 0.5 * (tau / PRIOR_BETWEEN) ** 2)
        )

    def theta(tau: float, mu: float) -> float:
        return float(mu + tau**2 / (v + tau**2) * (y[0] - mu))

    mass = dblquad(density, -40, 40, 0, 25)[0]
    mean = dblquad(lambda t, m: theta(t, m) * density(t, m), -40, 40, 0, 25)[0] / mass
    square = dblquad(lambda t, m: (theta(t, m) ** 2 + v * t**2 / (v + t**2)) * density(t, m), -40, 40, 0, 25)[0] / mass
    best = found.practices[0]
    assert best.mean == pytest.approx(mean, abs=0.01)
    assert (best.high - best.low) / 3.92 == pytest.approx(sqrt(square - mean**2), abs=0.01)


effects = st.builds(Effect, st.floats(-40, 40), st.floats(5, 200), st.floats(0.0, 20))
histories = st.lists(
    st.builds(DoneAction, st.sampled_from(["P01", "P24", "P40", "P68"]), st.sampled_from(["a", "b", "c"]), effects),
    max_size=80,
)


@given(histories, st.randoms())
def test_order_does_not_matter_and_every_interval_holds_its_mean(history: list[DoneAction], random: object) -> None:
    found = track_record(history)
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = track_record(shuffled)
    assert [(r.practice, r.actions) for r in again.practices] == [(r.practice, r.actions) for r in found.practices]
    for record, other in zip(found.practices, again.practices, strict=True):
        assert record.low < record.mean < record.high
        assert record.mean == pytest.approx(other.mean, abs=1e-6)
        assert record.actions >= ENOUGH_ACTIONS
