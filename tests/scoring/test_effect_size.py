"""Hedges g and Cliff's delta against R and print, a count of all pairs, and their laws."""

from itertools import product
from math import gamma, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring import effect_size
from assess.scoring.cycle_statistics import Histograms, Summary, histograms_of
from assess.scoring.effect_size import cliffs_delta, dominance, hedges_g, small_sample_factor
from assess.scoring.moments import FloatArray
from tests.scoring.small_worlds import read_table, reference

LEAD = [f"LEAD{i:02d}" for i in range(1, 12)]

Rows = list[list[int]]


def summary(*rows: tuple[int, float, float]) -> Summary:
    """Build from (n, mean, SD) of each node."""
    n, mean, sd = (np.array(column) for column in zip(*rows, strict=True))
    return Summary(n, mean.astype(float), sd.astype(float))


def summary_of(scores: list[float]) -> Summary:
    return summary((len(scores), float(np.mean(scores)), float(np.std(scores, ddof=1))))


def exact(scores: FloatArray | list[float], nodes: object = 0) -> Histograms:
    values = np.asarray(scores, dtype=float)
    where = np.broadcast_to(np.asarray(nodes, dtype=np.int32), values.shape)
    return histograms_of(values, np.ones(values.size, dtype=np.bool_), where, exact=True)


def table_of(rows: Rows) -> Histograms:
    """Build from the persons of each node, given by class 0 to 20."""
    return Histograms.of_table(np.array([np.bincount(row, minlength=21) for row in rows]))


def test_both_agree_with_r_on_the_sleep_data() -> None:
    expected = reference("tests.sleep")
    delta = cliffs_delta(dominance(exact(expected["x"]), exact(expected["y"]), 1))
    g = hedges_g(summary_of(expected["x"]), summary_of(expected["y"]))
    assert (delta.value[0], g.value[0]) == pytest.approx((expected["cliffs_delta"], expected["hedges_g"]), rel=1e-12)
    assert (delta.available[0], g.available[0]) == (True, True)


# tests.lq2002_team_vs_rest, table tests_lq2002_lead_team_vs_rest, every ninth company
@pytest.mark.parametrize(
    ("company", "delta"),
    [
        (2, -0.0574413610835811),
        (14, -0.225196850393701),
        (23, 0.147738281541098),
        (32, -0.234727933726682),
        (44, -0.0152794821819582),
        (55, -0.00832550020142342),
    ],
)
def test_delta_agrees_with_r_for_companies_against_all_others(company: int, delta: float) -> None:
    rows = read_table("lq2002.csv")
    scores = np.array([25.0 * (sum(int(row[item]) for item in LEAD) / 11 - 1) for row in rows])
    own = np.array([int(row["COMPID"]) == company for row in rows])
    found = cliffs_delta(dominance(exact(scores[~own]), exact(scores[own]), 1))
    assert found.value[0] == pytest.approx(delta, rel=1e-12)


def test_the_small_sample_factor_is_the_quotient_of_gamma_functions() -> None:
    df = np.arange(2.0, 150.0)
    expected = [gamma(f / 2) / (sqrt(f / 2) * gamma((f - 1) / 2)) for f in df]
    assert small_sample_factor(df) == pytest.approx(expected, rel=1e-12)
    assert float(small_sample_factor(1e9)) == pytest.approx(
        1 - 3 / 4e9, abs=1e-15
    )  # no digits lost in large logarithms


def test_g_of_three_nodes_is_what_the_formula_says_node_by_node() -> None:
    earlier = summary((10, 40.0, 20.0), (12, 60.0, 5.0), (30, 50.0, 25.0))
    later = summary((20, 50.0, 10.0), (10, 55.0, 15.0), (30, 50.0, 30.0))
    found = hedges_g(earlier, later)
    for node in range(3):
        n1, n2 = int(earlier.n[node]), int(later.n[node])
        df = n1 + n2 - 2
        pooled = sqrt(((n1 - 1) * earlier.sd_100[node] ** 2 + (n2 - 1) * later.sd_100[node] ** 2) / df)
        factor = gamma(df / 2) / (sqrt(df / 2) * gamma((df - 1) / 2))
        expected = factor * (later.mean_100[node] - earlier.mean_100[node]) / pooled
        assert found.value[node] == pytest.approx(expected, rel=1e-12)


def test_an_effect_size_needs_ten_persons_in_both_quarters() -> None:
    earlier, later = summary((9, 40, 20), (10, 40, 20), (10, 40, 20)), summary((10, 50, 20), (9, 50, 20), (10, 50, 20))
    g = hedges_g(earlier, later)
    assert g.available.tolist() == [False, False, True]
    assert g.value[:2].tolist() == [0, 0]
    pairs = dominance(table_of([[1] * 9, [1] * 10, [1] * 10]), table_of([[2] * 10, [2] * 9, [2] * 10]), 3)
    delta = cliffs_delta(pairs)
    assert delta.available.tolist() == [False, False, True]
    assert delta.value.tolist() == [0, 0, 1]


def test_without_any_spread_there_is_no_g_but_a_delta() -> None:
    g = hedges_g(summary((10, 50, 0)), summary((10, 75, 0)))
    assert (g.available[0], g.value[0]) == (False, 0)
    delta = cliffs_delta(dominance(table_of([[10] * 10]), table_of([[15] * 10]), 1))
    assert (delta.available[0], delta.value[0]) == (True, 1)


def test_data_that_are_not_confidential_have_an_effect_size_as_soon_as_it_is_defined() -> None:
    one, two, none = (1, 40.0, 0.0), (2, 50.0, 10.0), (0, 0.0, 0.0)
    g = hedges_g(summary(one, one, two, none), summary(one, two, two, two), from_n=1)
    assert g.available.tolist() == [False, False, True, False]  # three persons have one degree of freedom: J would be 0
    pairs = dominance(exact([40.0, 40.0]), exact([50.0, 50.0], [0, 1]), 3)
    delta = cliffs_delta(pairs, from_n=1)
    assert delta.available.tolist() == [True, False, False]
    assert delta.value.tolist() == [1, 0, 0]


def test_nobody_at_all_has_no_effect_size() -> None:
    nobody = exact([])
    assert cliffs_delta(dominance(nobody, nobody, 2), from_n=1).available.tolist() == [False, False]
    assert cliffs_delta(dominance(nobody, nobody, 0)).value.size == 0


def test_a_thousand_teams_of_one_are_compared_each_with_itself() -> None:
    random = np.random.default_rng(7)
    first, second = random.integers(0, 21, 1000), random.integers(0, 21, 1000)
    pairs = dominance(table_of([[x] for x in first]), table_of([[y] for y in second]), 1000)
    assert cliffs_delta(pairs, from_n=1).value.tolist() == np.sign(second - first).tolist()


worlds = st.integers(1, 4).flatmap(
    lambda nodes: st.tuples(
        *[st.lists(st.lists(st.integers(0, 20), max_size=14), min_size=nodes, max_size=nodes) for _ in range(2)]
    )
)


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_delta_counts_every_pair_and_changes_its_sign_with_time(world: tuple[Rows, Rows]) -> None:
    first, second = world
    pairs = dominance(table_of(first), table_of(second), len(first))
    found = cliffs_delta(pairs, from_n=1)
    back = cliffs_delta(dominance(table_of(second), table_of(first), len(first)), from_n=1)
    assert back.value.tolist() == (-found.value).tolist()
    assert (np.abs(found.value) <= 1).all()
    for node, (x, y) in enumerate(zip(first, second, strict=True)):
        signs = sum((b > a) - (b < a) for a, b in product(x, y))
        both = [(x + y).count(score) for score in set(x + y)]
        assert found.available[node] == bool(x and y)
        assert found.value[node] == (signs / (len(x) * len(y)) if x and y else 0)
        assert pairs.tied[node] == sum(t**3 - t for t in both)
        assert (pairs.n_earlier[node], pairs.n_later[node]) == (len(x), len(y))


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 2**32))
def test_delta_is_zero_without_change_and_does_not_depend_on_the_order_of_nodes(
    world: tuple[Rows, Rows], seed: int
) -> None:
    first, second = world
    same = cliffs_delta(dominance(table_of(first), table_of(first), len(first)), from_n=1)
    assert not same.value.any()
    order = np.random.default_rng(seed).permutation(len(first))
    mixed = dominance(table_of([first[v] for v in order]), table_of([second[v] for v in order]), len(first))
    found = dominance(table_of(first), table_of(second), len(first))
    assert mixed.net.tolist() == found.net[order].tolist()


statistics = st.lists(
    st.tuples(st.integers(10, 60), st.floats(0, 100), st.floats(1, 40), st.integers(10, 60), st.floats(0, 100)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(statistics, st.floats(-50, 50), st.floats(0.1, 10))
def test_g_keeps_its_size_when_points_are_shifted_or_stretched_and_its_sign_turns_with_time(
    rows: list[tuple[int, float, float, int, float]], shift: float, stretch: float
) -> None:
    earlier = summary(*[(n1, m1, sd) for n1, m1, sd, _, _ in rows])
    later = summary(*[(n2, m2, 40 - sd / 2) for _, _, sd, n2, m2 in rows])
    found = hedges_g(earlier, later).value
    moved = [Summary(q.n, shift + stretch * q.mean_100, stretch * q.sd_100) for q in (earlier, later)]
    assert hedges_g(*moved).value == pytest.approx(found, rel=1e-9, abs=1e-9)
    assert hedges_g(later, earlier).value.tolist() == (-found).tolist()


def test_comparing_in_blocks_of_nodes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    one, two = (Histograms.of_table(rng.integers(0, 3, (11, 21)) * (rng.random((11, 1)) < 0.8)) for _ in range(2))
    whole = dominance(one, two, 11)
    for size in (1, 2, 5, 11):
        monkeypatch.setattr(effect_size, "_BLOCK", size)
        blocks = dominance(one, two, 11)
        for name in ("n_earlier", "n_later", "net", "tied"):
            assert np.array_equal(getattr(blocks, name), getattr(whole, name))
    monkeypatch.setattr(effect_size, "_BLOCK", 4)
    empty = dominance(Histograms.of_table(np.zeros((0, 21), int)), Histograms.of_table(np.zeros((0, 21), int)), 0)
    assert empty.net.size == 0
