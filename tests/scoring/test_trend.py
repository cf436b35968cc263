"""The trend over quarters: by hand, against R and plain re-implementations, and its laws."""

from math import ceil, floor, sqrt

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, theilslopes

from assess.scoring.cycle_statistics import DimensionRecords, Histograms, OrganisationRecord, Summary
from assess.scoring.moments import FloatArray, IntArray
from assess.scoring.rounding import half_up
from assess.scoring.trend import (
    Trend,
    displayed_trend,
    mann_kendall,
    theil_sen,
    trends,
    weighted_trend,
)
from tests.scoring.small_worlds import read_table, reference

FIVE = np.arange(5)
NOTHING = Histograms.of_table(np.zeros((0, 21), dtype=np.int64))


def same_size(*means: list[float], n: int = 8, sd: float = 20.0) -> Summary:
    """Rows of means, everywhere n answers and one SD; a negative mean is a missing quarter."""
    mean = np.array(means, dtype=float)
    return Summary(np.where(mean < 0, 0, n), np.maximum(mean, 0.0), np.full(mean.shape, sd))


def fitted(quarters: Summary, times: IntArray = FIVE, *, v0: float = 484.0, teams: bool = True) -> Trend:
    return weighted_trend(quarters, times, np.full(quarters.n.shape[0], teams), v0, minimum=5)


def columns(trend: Trend) -> FloatArray:
    """All figures of a trend, shape (4, nodes)."""
    return np.array([trend.slope_100, trend.se, trend.low_100, trend.high_100])


# By hand: v = (2*484 + 35*400) / 37 = 404.541, w = 1 / (v/8 + 9) = 1/59.5676, sum (t-2)^2 = 10, se = 2.44064; the sum
# of (t-2) m_t is 29, a tenth of it the slope.
def test_the_worked_example_is_what_the_hand_calculation_says() -> None:
    trend = fitted(same_size([40, 45, 43, 50, 52]))
    assert columns(trend)[:, 0] == pytest.approx([2.9, 2.44064, -1.88366, 7.68366], abs=1e-5)
    assert (trend.quarters[0], trend.available[0], trend.words[0]) == (5, True, "no_clear_trend")
    shown = displayed_trend(trend)
    assert (shown.slope_100[0], shown.low_100[0], shown.high_100[0]) == (3, -2, 8)


def test_slope_and_limits_are_displayed_to_half_points_limits_outwards() -> None:
    slope, low, high = (
        np.array([0.25, -0.25, 0.74, -0.2]),
        np.array([-0.1, -1.01, 0.5, -1]),
        np.array([0.6, 0, 1, 0.51]),
    )
    shown = displayed_trend(Trend(np.full(4, 5), slope, np.ones(4), low, high, np.ones(4, dtype=np.bool_)))
    assert shown.slope_100.tolist() == [0.5, -0.5, 0.5, 0]
    assert shown.low_100.tolist() == [-0.5, -1.5, 0.5, -1]
    assert shown.high_100.tolist() == [1, 0, 1, 1]
    assert not np.signbit(shown.slope_100[3])


def test_a_trend_needs_five_quarters_with_enough_answers() -> None:
    times = np.arange(6)
    quarters = same_size([40, -1, 45, 43, 50, 52], [40, -1, 45, -1, 50, 52], [40, 42, 45, 43, 50, 52])
    quarters.n[2] = [4, 5, 5, 5, 5, 4]  # four answers are below the minimum
    trend = fitted(quarters, times)
    assert trend.quarters.tolist() == [5, 4, 4]
    assert trend.available.tolist() == [True, False, False]
    assert columns(trend)[:, 1:].tolist() == [[0, 0]] * 4
    assert trend.words.tolist() == ["no_clear_trend"] * 3
    assert weighted_trend(quarters, times, np.ones(3, bool), 484.0, minimum=4).available.tolist() == [True, False, True]


def test_a_missing_quarter_keeps_its_place_in_time() -> None:
    trend = fitted(same_size([30, 32, -1, -1, 38, 40, -1, 44]), np.arange(8))
    assert trend.slope_100[0] == pytest.approx(2, abs=1e-12)
    gaps = fitted(same_size([30, 32, 38, 40, 44]), np.array([0, 1, 4, 5, 7]))
    assert columns(gaps) == pytest.approx(columns(trend), rel=1e-12)


def test_single_answers_without_spread_have_a_trend_with_the_pooled_variance() -> None:
    quarters = same_size([0, 25, 50, 75, 100], n=1, sd=0)
    trend = weighted_trend(quarters, FIVE, np.ones(1, bool), 484.0, minimum=1)
    assert columns(trend)[:2, 0] == pytest.approx([25, sqrt((484 + 9) / 10)], rel=1e-12)
    assert trend.words[0] == "up"


def test_a_team_with_five_equal_means_does_not_move() -> None:
    trend = fitted(same_size([50] * 5, sd=0), v0=1.0)
    assert trend.slope_100[0] == pytest.approx(0, abs=1e-12)
    assert trend.words[0] == "no_clear_trend"


@pytest.mark.parametrize(
    ("slope", "word"), [(4.79, "up"), (4.78, "no_clear_trend"), (-4.79, "down"), (-4.78, "no_clear_trend")]
)
def test_an_arrow_needs_a_slope_beyond_1_96_standard_errors(slope: float, word: str) -> None:
    assert fitted(same_size([50 + slope * t for t in range(-2, 3)])).words[0] == word  # 1.96 se = 4.7837


def test_quarters_must_be_in_order_and_the_variance_positive() -> None:
    for times in ([0, 1, 1, 2, 3], [0, 2, 1, 3, 4]):
        with pytest.raises(ValueError, match="in order"):
            fitted(same_size([50] * 5), np.array(times))
        with pytest.raises(ValueError, match="in order"):
            theil_sen(np.array(times), np.arange(5.0))
    with pytest.raises(ValueError, match="positive"):
        fitted(same_size([50] * 5), v0=0.0)


def swing_of(trend: Trend, quarters: Summary, v0: float) -> float:
    """Read sigma_q^2 back from the standard error of the first row, all sizes equal, five quarters in a row."""
    v = (2 * v0 + float(quarters.within[0].sum())) / (2 + float((quarters.n[0] - 1).sum()))
    return 10 * float(trend.se[0]) ** 2 - v / float(quarters.n[0, 0])


def test_swings_of_whole_teams_are_estimated_from_five_teams_and_taken_as_three_points_below() -> None:
    # Residuals of 10, -10, 0, -10, 10 about a level line give SS_res/(T-2) = 400/3; slopes are 0.
    rows = [[60.0, 40.0, 50.0, 40.0, 60.0]] * 5
    quarters = same_size(*rows)
    noise = (968 + 35 * 400) / 37 / 8
    assert np.polyfit(FIVE, rows[0], 1)[0] == pytest.approx(0, abs=1e-12)
    assert swing_of(fitted(quarters), quarters, 484.0) == pytest.approx(400 / 3 - noise, rel=1e-9)
    four = same_size(*rows[:4])
    assert swing_of(fitted(four), four, 484.0) == pytest.approx(9, rel=1e-9)
    assert swing_of(fitted(quarters, teams=False), quarters, 484.0) == pytest.approx(9, rel=1e-9)  # units are no teams
    fifth = same_size(*rows[:4], [60, 40, 50, 40, -1])
    assert swing_of(fitted(fifth), fifth, 484.0) == pytest.approx(9, rel=1e-9)


def test_teams_that_swing_less_than_their_noise_have_no_swing() -> None:
    quarters = same_size(*[[50.0] * 5] * 5)
    assert swing_of(fitted(quarters), quarters, 484.0) == pytest.approx(0, abs=1e-9)


Row = list[tuple[int, float, float]]  # (n, mean, SD) of each quarter

worlds = st.tuples(st.integers(5, 8), st.integers(1, 7)).flatmap(
    lambda shape: st.tuples(
        st.lists(st.integers(1, 3), min_size=shape[0], max_size=shape[0]),
        st.lists(
            st.lists(
                st.tuples(
                    st.sampled_from([0, 4, 5, 5, 7, 9, 12, 40]),
                    st.integers(0, 10_000).map(lambda x: x / 100),
                    st.integers(0, 40).map(float),
                ),
                min_size=shape[0],
                max_size=shape[0],
            ),
            min_size=shape[1],
            max_size=shape[1],
        ),
    )
)


def of_rows(rows: list[Row]) -> Summary:
    cube = np.array(rows)
    return Summary(cube[:, :, 0].astype(np.int64), cube[:, :, 1], cube[:, :, 2])


def naive(
    times: IntArray, rows: list[Row], teams: npt.NDArray[np.bool_], v0: float
) -> list[tuple[float, float] | None]:
    """Slope and standard error of every row, one by one, from the formulas of section 6.5 and numpy's polyfit."""
    kept = [[(t, n, m, s) for t, (n, m, s) in zip(times.tolist(), row, strict=True) if n >= 5] for row in rows]
    variances = [
        (2 * v0 + sum((n - 1) * s**2 for _, n, _, s in k)) / (2 + sum(n - 1 for _, n, _, _ in k)) for k in kept
    ]
    beyond = []
    for k, v, team in zip(kept, variances, teams, strict=True):
        if team and len(k) >= 5:
            t, y = np.array([q[0] for q in k]), np.array([q[2] for q in k])
            residual = y - np.polyval(np.polyfit(t, y, 1), t)
            beyond.append(float((residual**2).sum()) / (len(k) - 2) - sum(v / n for _, n, _, _ in k) / len(k))
    swing = max(0.0, sum(beyond) / len(beyond)) if len(beyond) >= 5 else 9.0
    found: list[tuple[float, float] | None] = []
    for k, v in zip(kept, variances, strict=True):
        if len(k) < 5:
            found.append(None)
            continue
        w = [1 / (v / n + swing) for _, n, _, _ in k]
        middle = sum(a * q[0] for a, q in zip(w, k, strict=True)) / sum(w)
        squares = sum(a * (q[0] - middle) ** 2 for a, q in zip(w, k, strict=True))
        slope = sum(a * (q[0] - middle) * q[2] for a, q in zip(w, k, strict=True)) / squares
        found.append((slope, 1 / sqrt(squares)))
    return found


@settings(max_examples=80, deadline=None)
@given(worlds, st.floats(100, 900), st.integers(0, 127))
def test_all_nodes_at_once_are_what_the_formula_says_one_by_one(
    world: tuple[list[int], list[Row]], v0: float, mask: int
) -> None:
    steps, rows = world
    times = np.cumsum(steps)
    teams = np.array([mask >> node & 1 == 0 for node in range(len(rows))])
    trend = weighted_trend(of_rows(rows), times, teams, v0, minimum=5)
    shown = displayed_trend(trend)
    for node, expected in enumerate(naive(times, rows, teams, v0)):
        assert trend.quarters[node] == sum(n >= 5 for n, _, _ in rows[node])
        assert trend.available[node] == (expected is not None)
        slope, se = expected or (0.0, 0.0)
        figures = [slope, se, slope - 1.96 * se, slope + 1.96 * se]
        assert columns(trend)[:, node] == pytest.approx(figures, rel=1e-7, abs=1e-9)
        if abs(abs(slope) - 1.96 * se) > 1e-6:
            word = ("up" if slope > 0 else "down") if abs(slope) > 1.96 * se else "no_clear_trend"
            assert trend.words[node] == word
        assert shown.slope_100[node] == half_up(float(trend.slope_100[node]), 0.5)
        assert shown.low_100[node] == floor(2 * float(trend.low_100[node]) + 1e-9) / 2
        assert shown.high_100[node] == ceil(2 * float(trend.high_100[node]) - 1e-9) / 2


@settings(max_examples=50, deadline=None)
@given(worlds, st.floats(100, 900), st.integers(0, 2**32))
def test_time_turns_the_sign_and_neither_a_shift_nor_the_order_of_nodes_matters(
    world: tuple[list[int], list[Row]], v0: float, seed: int
) -> None:
    steps, rows = world
    times, quarters = np.cumsum(steps), of_rows(rows)
    all_teams = np.ones(len(rows), dtype=np.bool_)
    found = columns(weighted_trend(quarters, times, all_teams, v0, minimum=5))
    back = Summary(quarters.n[:, ::-1], quarters.mean_100[:, ::-1], quarters.sd_100[:, ::-1])
    turned = columns(weighted_trend(back, -times[::-1], all_teams, v0, minimum=5))
    assert turned == pytest.approx(np.array([-found[0], found[1], -found[3], -found[2]]), rel=1e-7, abs=1e-8)
    moved = Summary(quarters.n, quarters.mean_100 + 31.5, quarters.sd_100)
    assert columns(weighted_trend(moved, times + 8000, all_teams, v0, minimum=5)) == pytest.approx(
        found, rel=1e-7, abs=1e-8
    )
    order = np.random.default_rng(seed).permutation(len(rows))
    mixed = of_rows([rows[place] for place in order])
    assert columns(weighted_trend(mixed, times, all_teams, v0, minimum=5)) == pytest.approx(
        found[:, order], rel=1e-7, abs=1e-8
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.05, 20))
def test_another_unit_of_the_scale_stretches_slopes_where_swings_are_estimated(seed: int, stretch: float) -> None:
    random = np.random.default_rng(seed)
    quarters = Summary(random.integers(5, 30, (6, 6)), random.uniform(20, 80, (6, 6)), random.uniform(0, 30, (6, 6)))
    larger = Summary(quarters.n, quarters.mean_100 * stretch, quarters.sd_100 * stretch)
    wide = fitted(larger, np.arange(6), v0=400.0 * stretch**2)
    found = fitted(quarters, np.arange(6), v0=400.0)
    assert columns(wide) == pytest.approx(columns(found) * stretch, rel=1e-7, abs=1e-9)
    assert wide.words.tolist() == found.words.tolist()


@settings(max_examples=50, deadline=None)
@given(worlds, st.floats(-3, 3), st.floats(30, 70))
def test_the_slope_of_an_exact_line_is_exact(world: tuple[list[int], list[Row]], slope: float, level: float) -> None:
    steps, rows = world
    times = np.cumsum(steps)
    shape = of_rows(rows)
    quarters = Summary(shape.n, np.tile(level + slope * times, (len(rows), 1)), shape.sd_100)
    trend = weighted_trend(quarters, times, np.ones(len(rows), bool), 484.0, minimum=5)
    assert trend.slope_100[trend.available] == pytest.approx(slope, abs=1e-11)


def test_more_answers_narrow_the_limits() -> None:
    few, many = (fitted(same_size([40, 45, 43, 50, 52], n=n)) for n in (8, 9))
    assert many.se[0] < few.se[0]
    assert many.slope_100[0] == pytest.approx(few.slope_100[0])


def quarter_of(entries: dict[str, tuple[int, float, float]]) -> DimensionRecords:
    n, mean, sd = (np.array(column) for column in zip(*entries.values(), strict=True))
    return DimensionRecords(
        nodes=tuple(entries),
        lines=tuple(entries),
        is_team=np.array([node != "unit" for node in entries]),
        headcount=np.full(len(entries), -1),
        summary=Summary(n, mean.astype(float), sd.astype(float)),
        histograms=NOTHING,
        organisation=OrganisationRecord(teams=len(entries)),
    )


def test_records_of_cycles_become_trends_of_the_nodes_of_the_last_one() -> None:
    cycles = [
        quarter_of({"A": (8, 40 + 2 * t, 20), "gone": (9, 50, 10), "unit": (30, 60 - t, 40), "B": (7, 30.0, 15)})
        for t in range(4)
    ]
    cycles.append(quarter_of({"unit": (30, 56, 40), "B": (7, 30, 15), "new": (10, 50, 20), "A": (8, 48, 20)}))
    v0 = (4840 + 35 * 400 + 32 * 100 + 30 * 225 + 9 * 400) / (10 + 35 + 32 + 30 + 9)
    found = trends(cycles, FIVE, minimum=5)
    assert found.slope_100 == pytest.approx([-1, 0, 0, 2], abs=1e-12)
    assert found.available.tolist() == [True, True, False, True]
    assert columns(found)[:, 3] == pytest.approx(
        columns(fitted(same_size([40, 42, 44, 46, 48]), v0=v0))[:, 0], rel=1e-12
    )


def test_the_robust_slope_and_the_rank_test_agree_with_r_on_the_nile() -> None:
    rows = read_table("nile.csv")
    years, flow = np.array([int(row["year"]) for row in rows]), np.array([float(row["flow"]) for row in rows])
    expected = reference("trend.nile_all")
    assert (years.tolist(), flow.tolist()) == (expected["t"], expected["y"])
    line, test = theil_sen(years, flow), mann_kendall(flow)
    assert line is not None
    assert test is not None
    assert (line.slope, line.intercept) == pytest.approx((expected["slope"], expected["intercept_joint"]), rel=1e-12)
    assert test.s == expected["S"]
    found = (test.variance, test.z, test.p)
    assert found == pytest.approx((expected["varS"], expected["z_cc"], expected["p_cc"]), rel=1e-12)


series = st.lists(st.integers(0, 12).map(lambda x: x / 2), min_size=2, max_size=9)


@settings(max_examples=60, deadline=None)
@given(series, st.integers(1, 4))
def test_the_robust_slope_is_that_of_scipy_and_the_rank_test_a_count_of_pairs(means: list[float], step: int) -> None:
    y, times = np.array(means), step * np.arange(len(means)) + 8104
    line, test = theil_sen(times, y), mann_kendall(y)
    oracle = theilslopes(y, times, method="joint")  # type: ignore[call-overload]  # the stubs know another method
    assert line is not None
    assert (line.slope, line.intercept) == pytest.approx((oracle.slope, oracle.intercept), rel=1e-9, abs=1e-9)
    n = len(means)
    s = sum((b > a) - (b < a) for place, b in enumerate(means) for a in means[:place])
    ties = [means.count(value) for value in set(means)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if len(ties) == 1:
        assert test is None
        return
    assert test is not None
    z = (s - (s > 0) + (s < 0)) / sqrt(variance)
    assert (test.s, test.variance, test.z, test.p) == pytest.approx((s, variance, z, 2 * norm.sf(abs(z))), rel=1e-12)
    back = mann_kendall(y[::-1])
    assert back is not None
    assert (back.s, back.p) == (-test.s, test.p)


def test_one_quarter_has_neither_slope_nor_rank_test() -> None:
    for means in ([], [50.0]):
        assert theil_sen(np.arange(len(means)), np.array(means)) is None
        assert mann_kendall(np.array(means)) is None
