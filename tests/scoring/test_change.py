"""The test of a change: by hand, against scipy and R, its display, and its laws."""

from math import ceil, floor, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from scipy.stats import t as student

from assess.scoring.change import (
    Change,
    change_between,
    change_words,
    displayed_change,
    mann_whitney,
    moderated_change,
)
from assess.scoring.cycle_statistics import DimensionRecords, Histograms, OrganisationRecord, Summary, histograms_of
from assess.scoring.effect_size import cliffs_delta, dominance
from assess.scoring.moments import FloatArray
from tests.scoring.small_worlds import read_table, reference

LEAD = [f"LEAD{i:02d}" for i in range(1, 12)]
NOTHING = Histograms.of_table(np.zeros((0, 21), dtype=np.int64))

Figures = tuple[int, float, float]  # n, mean, SD


def summary(*rows: Figures) -> Summary:
    n, mean, sd = (np.array(column) for column in zip(*rows, strict=True))
    return Summary(n, mean.astype(float), sd.astype(float))


def records(entries: dict[str, Figures], *, units: tuple[str, ...] = ()) -> DimensionRecords:
    """Records by node; a node's line is its name."""
    return DimensionRecords(
        nodes=tuple(entries),
        lines=tuple(entries),
        is_team=np.array([node not in units for node in entries]),
        headcount=np.full(len(entries), -1),
        summary=summary(*entries.values()),
        histograms=NOTHING,
        organisation=OrganisationRecord(teams=len(entries)),
    )


def counted(scores: FloatArray | list[float], *, exact: bool = False) -> Histograms:
    values = np.asarray(scores, dtype=float)
    return histograms_of(
        values, np.ones(values.size, dtype=np.bool_), np.zeros(values.size, dtype=np.int32), exact=exact
    )


def columns(change: Change) -> FloatArray:
    """All figures of a change, shape (6, nodes)."""
    return np.array([change.difference_100, change.se, change.df, change.t, change.p, change.half_100])


# By hand: v = (2*484 + 7*400 + 7*225) / 16 = 333.9375, se = sqrt(v/4) = 9.13698, t = 1.31334, p from the
# density of t, integrated: .20759; t(.975, 16) = 2.11991 in any table.
def test_the_worked_example_is_what_the_hand_calculation_says() -> None:
    change = moderated_change(summary((8, 60.4, 20)), summary((8, 72.4, 15)), 484.0)
    assert columns(change)[:, 0] == pytest.approx([12, 9.13698, 16, 1.31334, 0.20759, 19.3695], abs=5e-5)
    shown = displayed_change(change)
    assert (shown.difference_100[0], shown.low_100[0], shown.high_100[0]) == (12, -8, 32)


def test_from_ten_answers_in_both_quarters_limits_are_rounded_outwards_to_whole_points() -> None:
    # v = (968 + 9*144 + 11*100) / 22 = 152.909, se = 5.2946, t(.975, 22) = 2.0739: 8.6 -+ 10.98
    change = moderated_change(summary((10, 50, 12)), summary((12, 58.6, 10)), 484.0)
    shown = displayed_change(change)
    assert (shown.difference_100[0], shown.low_100[0], shown.high_100[0]) == (9, -3, 20)


@pytest.mark.parametrize(("n1", "n2", "whole"), [(9, 10, False), (10, 9, False), (10, 10, True)])
def test_limits_stay_multiples_of_five_around_the_difference_until_both_quarters_have_ten_answers(
    n1: int, n2: int, whole: bool
) -> None:
    change = moderated_change(summary((n1, 50, 15)), summary((n2, 53.4, 15)), 300.0)
    shown = displayed_change(change)
    assert shown.difference_100[0] == 3
    assert ((shown.high_100[0] - 3) % 5 == 0 and 3 - shown.low_100[0] == shown.high_100[0] - 3) is not whole


def test_the_displayed_difference_is_rounded_once_from_the_unrounded_means() -> None:
    # The displayed scores would be 50 and 53: the difference of 2.2 is 2.
    earlier, later = summary((20, 50.4, 10), (20, 52.5, 10), (20, 50, 10)), summary(
        (20, 52.6, 10), (20, 50, 10), (20, 52.5, 10)
    )  # fmt: skip
    assert displayed_change(moderated_change(earlier, later, 484.0)).difference_100.tolist() == [2, -3, 3]


def test_displayed_limits_are_never_beyond_a_hundred_points_and_half_widths_never_below_five() -> None:
    earlier, later = summary((1, 0, 0), (1, 100, 0), (9, 50, 0)), summary((1, 100, 0), (1, 0, 0), (5000, 50, 0))
    shown = displayed_change(moderated_change(earlier, later, 484.0))
    assert shown.high_100[:2].tolist() == [100, 35]
    assert shown.low_100[:2].tolist() == [-35, -100]
    tight = displayed_change(moderated_change(summary((9, 50, 0)), summary((9, 50, 0)), 1e-6))
    assert (tight.low_100[0], tight.difference_100[0], tight.high_100[0]) == (-5, 0, 5)


def test_two_single_persons_are_compared_with_the_pooled_variance() -> None:
    change = moderated_change(summary((1, 40, 0)), summary((1, 60, 0)), 484.0)
    assert columns(change)[:3, 0] == pytest.approx([20, sqrt(968), 2])
    assert columns(change)[4, 0] == pytest.approx(2 * student.sf(20 / sqrt(968), 2), rel=1e-12)


def test_quarters_without_any_spread_still_have_an_interval() -> None:
    change = moderated_change(summary((6, 75, 0)), summary((6, 75, 0)), 484.0)
    assert (change.available[0], change.t[0], change.p[0]) == (True, 0, 1)
    assert change.half_100[0] == pytest.approx(student.ppf(0.975, 12) * sqrt(968 / 12 / 3), rel=1e-12)


def test_a_node_without_answers_in_either_quarter_has_no_change() -> None:
    change = moderated_change(summary((0, 0, 0), (5, 50, 10)), summary((5, 50, 10), (0, 0, 0)), 484.0)
    assert change.available.tolist() == [False, False]
    assert columns(change).tolist() == [[0, 0]] * 4 + [[1, 1], [0, 0]]
    shown = displayed_change(change)
    assert [shown.difference_100.tolist(), shown.low_100.tolist(), shown.high_100.tolist()] == [[0, 0]] * 3


def test_the_variance_inside_teams_must_be_positive() -> None:
    for wrong in (0.0, float("nan")):
        with pytest.raises(ValueError, match="positive"):
            moderated_change(summary((5, 50, 10)), summary((5, 50, 10)), wrong)


def test_words_follow_the_adjusted_p_and_the_direction() -> None:
    difference = np.array([20.0, -20.0, 20.0, 20.0, 0.0])
    q = np.array([0.049, 0.0, 0.05, 1.0, 0.01])
    expected = ["higher", "lower", "no_clear_change", "no_clear_change", "no_clear_change"]
    assert change_words(difference, q).tolist() == expected


def test_the_variance_is_pooled_over_teams_released_in_both_quarters_and_over_both_quarters() -> None:
    earlier = records({"A": (5, 50, 20), "B": (6, 60, 10), "C": (7, 60, 15), "gone": (9, 1, 1), "U": (18, 57, 40)},
                      units=("U",))  # fmt: skip
    later = records({"U": (20, 57, 40), "C": (8, 65, 25), "B": (6, 50, 5), "new": (9, 1, 1), "A": (5, 40, 10)},
                    units=("U",))  # fmt: skip
    found = change_between(earlier, later)
    squares = 4 * 400 + 5 * 100 + 6 * 225 + 7 * 625 + 5 * 25 + 4 * 100
    assert found.v0 == pytest.approx((4840 + squares) / (10 + 4 + 5 + 6 + 7 + 5 + 4), rel=1e-12)
    assert [later.nodes[place] for place in found.later] == ["U", "C", "B", "A"]
    assert [earlier.nodes[place] for place in found.earlier] == ["U", "C", "B", "A"]
    assert found.test.difference_100.tolist() == [0, 5, -10, -10]
    expected = moderated_change(summary((18, 57, 40)), summary((20, 57, 40)), found.v0)
    assert columns(found.test)[:, 0].tolist() == columns(expected)[:, 0].tolist()


def test_with_two_common_teams_the_prior_variance_stands_alone() -> None:
    earlier = records({"A": (5, 50, 20), "B": (6, 60, 10), "C": (1, 60, 0)})
    assert change_between(earlier, earlier).v0 == 22.0**2
    assert change_between(earlier, earlier, prior_sd=27.0).v0 == 27.0**2
    assert change_between(earlier, records({"Z": (5, 50, 20)})).test.p.size == 0


def test_a_team_counts_among_the_three_if_either_quarter_has_two_answers() -> None:
    earlier = records({"A": (5, 50, 20), "B": (6, 60, 10), "C": (1, 60, 0)})
    later = records({"A": (5, 50, 20), "B": (1, 60, 0), "C": (3, 60, 10)})
    assert change_between(earlier, later).v0 == pytest.approx((4840 + 8 * 400 + 7 * 100) / 25)


def test_ranks_agree_with_r_on_the_sleep_data() -> None:
    expected = reference("tests.sleep")
    found = mann_whitney(dominance(counted(expected["x"], exact=True), counted(expected["y"], exact=True), 1))
    assert found.u[0] == expected["mwu_U"]
    assert found.p[0] == pytest.approx(expected["mwu_p_asym_cc"], rel=1e-12)


# tests.lq2002_team_vs_rest, table tests_lq2002_lead_team_vs_rest, every ninth company
@pytest.mark.parametrize(
    ("company", "u", "p"),
    [
        (2, 22825.0, 0.628007623088894),
        (14, 7872.0, 0.218471504417281),
        (23, 61606.0, 0.0634649098032666),
        (32, 51362.0, 0.000975949787588897),
        (44, 61386.0, 0.836198837001064),
        (55, 11077.5, 0.962148238558811),
    ],
)
def test_ranks_agree_with_r_for_companies_against_all_others(company: int, u: float, p: float) -> None:
    rows = read_table("lq2002.csv")
    scores = np.array([25.0 * (sum(int(row[item]) for item in LEAD) / 11 - 1) for row in rows])
    own = np.array([int(row["COMPID"]) == company for row in rows])
    found = mann_whitney(dominance(counted(scores[~own], exact=True), counted(scores[own], exact=True), 1))
    assert found.u[0] == u
    assert found.p[0] == pytest.approx(p, rel=1e-12)


def test_ranks_need_ten_persons_in_both_quarters_unless_data_are_not_confidential() -> None:
    nine, ten = counted([10.0] * 9), counted([20.0] * 10)
    for pairs in (dominance(nine, ten, 1), dominance(ten, nine, 1)):
        hidden = mann_whitney(pairs)
        assert (hidden.available[0], hidden.u[0], hidden.p[0]) == (False, 0, 1)
    assert mann_whitney(dominance(ten, ten, 1)).available[0]
    shown = mann_whitney(dominance(nine, ten, 1), from_n=1)
    assert (shown.available[0], shown.u[0]) == (True, 90)
    assert shown.p[0] < 0.001
    assert not mann_whitney(dominance(counted([]), ten, 1), from_n=1).available[0]


def test_ranks_that_are_all_equal_show_no_difference() -> None:
    found = mann_whitney(dominance(counted([50.0] * 12), counted([50.0] * 15), 1))
    assert (found.available[0], found.u[0], found.p[0]) == (True, 90, 1)


people = st.lists(st.integers(0, 20).map(lambda x: 5.0 * x), min_size=10, max_size=40)


@settings(max_examples=60, deadline=None)
@given(people, people)
def test_ranks_agree_with_scipy_and_know_no_direction(first: list[float], second: list[float]) -> None:
    pairs = dominance(counted(first), counted(second), 1)
    found = mann_whitney(pairs)
    oracle = mannwhitneyu(second, first, method="asymptotic")
    assert found.u[0] == oracle.statistic
    assert found.p[0] == pytest.approx(oracle.pvalue, rel=1e-9)
    back = mann_whitney(dominance(counted(second), counted(first), 1))
    assert back.p[0] == found.p[0]
    assert back.u[0] + found.u[0] == len(first) * len(second)
    delta = cliffs_delta(pairs).value[0]
    assert delta == pytest.approx(2 * found.u[0] / (len(first) * len(second)) - 1, abs=1e-12)


figures = st.tuples(st.integers(1, 40), st.integers(0, 10_000).map(lambda x: x / 100), st.integers(0, 40).map(float))
worlds = st.lists(st.tuples(figures, figures), min_size=1, max_size=6)


def quarters(world: list[tuple[Figures, Figures]]) -> tuple[Summary, Summary]:
    return summary(*[first for first, _ in world]), summary(*[second for _, second in world])


@settings(max_examples=60, deadline=None)
@given(worlds, st.floats(50, 900))
def test_all_nodes_at_once_are_what_scipy_says_one_by_one(world: list[tuple[Figures, Figures]], v0: float) -> None:
    change = moderated_change(*quarters(world), v0)
    shown = displayed_change(change)
    for node, ((n1, m1, s1), (n2, m2, s2)) in enumerate(world):
        v = (2 * v0 + (n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2)
        se = sqrt(v * (1 / n1 + 1 / n2))
        p = 2 * student.sf(abs(m2 - m1) / se, n1 + n2)
        half = student.ppf(0.975, n1 + n2) * se
        assert columns(change)[:, node] == pytest.approx(
            [m2 - m1, se, n1 + n2, (m2 - m1) / se, p, half], rel=1e-9, abs=1e-12
        )
        middle = floor(abs(m2 - m1) + 0.5 + 1e-9) * (1 if m2 > m1 else -1)
        coarse = max(5, 5 * ceil(half / 5 - 1e-9))
        limits = (middle - coarse, middle + coarse)
        if n1 >= 10 and n2 >= 10:
            limits = (floor(m2 - m1 - half + 1e-9), ceil(m2 - m1 + half - 1e-9))
        found = (shown.difference_100[node], shown.low_100[node], shown.high_100[node])
        assert found == (middle, max(-100, limits[0]), min(100, limits[1]))


@settings(max_examples=50, deadline=None)
@given(worlds, st.floats(50, 900), st.integers(0, 2**32))
def test_time_turns_the_sign_and_neither_the_order_of_nodes_nor_a_shift_matters(
    world: list[tuple[Figures, Figures]], v0: float, seed: int
) -> None:
    earlier, later = quarters(world)
    found = columns(moderated_change(earlier, later, v0))
    back = columns(moderated_change(later, earlier, v0))
    assert back == pytest.approx(found * np.array([-1, 1, 1, -1, 1, 1])[:, np.newaxis], rel=1e-12)
    ahead, behind = (displayed_change(moderated_change(*pair, v0)) for pair in ((earlier, later), (later, earlier)))
    assert behind.difference_100.tolist() == (-ahead.difference_100).tolist()
    assert behind.low_100.tolist() == (-ahead.high_100).tolist()
    order = np.random.default_rng(seed).permutation(len(world))
    mixed = moderated_change(*quarters([world[place] for place in order]), v0)
    assert columns(mixed).tolist() == found[:, order].tolist()
    moved = [Summary(q.n, q.mean_100 + 7.25, q.sd_100) for q in (earlier, later)]
    assert columns(moderated_change(moved[0], moved[1], v0)) == pytest.approx(found, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(worlds, st.floats(50, 900), st.floats(0.05, 20))
def test_another_unit_of_the_scale_changes_no_p(
    world: list[tuple[Figures, Figures]], v0: float, stretch: float
) -> None:
    earlier, later = quarters(world)
    found = columns(moderated_change(earlier, later, v0))
    moved = [Summary(q.n, q.mean_100 * stretch, q.sd_100 * stretch) for q in (earlier, later)]
    units = np.array([stretch, stretch, 1, 1, 1, stretch])[:, np.newaxis]
    assert columns(moderated_change(moved[0], moved[1], v0 * stretch**2)) == pytest.approx(found * units, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 60), st.integers(2, 60), st.floats(0, 40), st.floats(50, 900))
def test_with_the_same_spread_more_answers_narrow_the_interval(n1: int, n2: int, sd: float, v0: float) -> None:
    more = [summary((n, 50, sd), (n + 1, 50, sd)) for n in (n1, n2)]
    change = moderated_change(more[0], more[1], v0)
    assert change.df[1] == change.df[0] + 2
    assert change.half_100[1] < change.half_100[0]


def test_a_thousand_teams_of_one_are_tested_at_once() -> None:
    random = np.random.default_rng(3)
    one = Summary(np.ones(1000, dtype=np.int64), random.uniform(0, 100, 1000), np.zeros(1000))
    two = Summary(np.ones(1000, dtype=np.int64), random.uniform(0, 100, 1000), np.zeros(1000))
    change = moderated_change(one, two, 484.0)
    assert np.isfinite(columns(change)).all()
    assert set(change.half_100.tolist()) == {float(change.half_100[0])}
