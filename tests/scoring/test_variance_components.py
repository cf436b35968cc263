"""One-way ANOVA, ICC(1), ICC(2) and design effect against R, print, a plain re-implementation, and their laws."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from assess.scoring.moments import Moments, moments_by_node
from assess.scoring.variance_components import (
    VarianceComponents,
    design_effect,
    f_limits,
    icc1_from_f,
    icc2_at,
    variance_components,
)
from tests.scoring.small_worlds import read_table, reference

# Columns and lowest option of what the records of lq2002 are about; every scale has five options.
MEASURES = {
    "lead": ([f"LEAD{i:02d}" for i in range(1, 12)], 1),
    "tsig": ([f"TSIG{i:02d}" for i in range(1, 4)], 1),
    "hostil": ([f"HOSTIL{i:02d}" for i in range(1, 6)], 0),
    "LEAD06": (["LEAD06"], 1),
}
POINTS = 25.0  # points of 0-100 in one option

# Davies and Goldsmith (1972), as distributed with lme4: yield of dyestuff, five preparations from each of six batches.
DYESTUFF = [
    [1545, 1440, 1440, 1520, 1580],
    [1540, 1555, 1490, 1560, 1495],
    [1595, 1550, 1605, 1510, 1560],
    [1445, 1440, 1595, 1465, 1545],
    [1595, 1630, 1515, 1635, 1625],
    [1520, 1455, 1450, 1480, 1445],
]


@cache
def army(measure: str) -> tuple[tuple[str, ...], Moments]:
    """Companies of lq2002 and the sums of their soldiers' scores, 0-100."""
    columns, lowest = MEASURES[measure]
    rows = read_table("lq2002.csv")
    names = tuple(sorted({row["COMPID"] for row in rows}))
    raw = np.array([np.mean([int(row[column]) for column in columns]) for row in rows])
    nodes = np.array([names.index(row["COMPID"]) for row in rows], dtype=np.int32)
    return names, moments_by_node((raw - lowest) * POINTS, np.ones(raw.size, dtype=bool), nodes, len(names))


def moments(scores: Sequence[Sequence[float]]) -> Moments:
    """Sums of the given person scores by team; a team may be empty."""
    nodes = np.repeat(np.arange(len(scores)), [len(team) for team in scores]).astype(np.int32)
    flat = np.array([score for team in scores for score in team], dtype=np.float64)
    return moments_by_node(flat, np.ones(flat.size, dtype=bool), nodes, len(scores))


def answered_worlds(fewest: int = 1, most: int = 12, largest: int = 12) -> st.SearchStrategy[list[list[float]]]:
    """Teams of one to `largest` people with scores of a four-item dimension."""
    score = st.integers(0, 16).map(lambda step: step * 6.25)
    return st.lists(st.lists(score, min_size=1, max_size=largest), min_size=fewest, max_size=most)


def plain(scores: Sequence[Sequence[float]]) -> dict[str, float]:
    """Compute F, p, ICC(1) and ICC(2) from the persons, as a textbook does."""
    teams = [np.array(team) for team in scores]
    everybody = np.concatenate(teams)
    f, p = stats.f_oneway(*teams)
    between = sum(team.size * (team.mean() - everybody.mean()) ** 2 for team in teams) / (len(teams) - 1)
    within = sum(((team - team.mean()) ** 2).sum() for team in teams) / (everybody.size - len(teams))
    squares = sum(team.size**2 for team in teams)
    n0 = (everybody.size - squares / everybody.size) / (len(teams) - 1)
    return {
        "f": float(f),
        "p": float(p),
        "icc1": float((between - within) / (between + (n0 - 1) * within)),
        "icc2": float((between - within) / between),
        "n0": n0,
    }


def available(scores: Sequence[Sequence[float]]) -> VarianceComponents:
    found = variance_components(moments(scores))
    assert found is not None
    return found


@pytest.mark.parametrize("measure", MEASURES)
def test_anova_of_lq2002_matches_r(measure: str) -> None:
    expected = reference(f"icc_anova.lq2002_{measure}")
    found = variance_components(army(measure)[1])
    assert found is not None
    assert (found.teams, found.persons, found.df_between, found.df_within) == (49, 2042, 48, 1993)
    assert found.f is not None
    pairs = [
        (found.n0, "n0"),
        (found.f, "F"),
        (found.p, "p"),
        (found.icc1, "icc1_n0"),
        (found.icc2, "icc2"),
        (found.mean_square_between / POINTS**2, "MSB"),
        (found.mean_square_within / POINTS**2, "MSW"),
    ]
    for value, name in pairs:
        assert value == pytest.approx(expected[name], rel=1e-10), name


@pytest.mark.parametrize("measure", MEASURES)
def test_limits_and_design_effect_match_r_where_r_uses_the_mean_team_size(measure: str) -> None:
    expected = reference(f"icc_anova.lq2002_{measure}")
    found = variance_components(army(measure)[1])
    assert found is not None
    assert found.f is not None
    size = expected["nbar"]
    low, high = f_limits(found.f, found.df_between, found.df_within)
    limits = (icc1_from_f(low, size), icc1_from_f(found.f, size), icc1_from_f(high, size))
    assert limits == pytest.approx(
        (expected["icc1_lower95"], expected["icc1"], expected["icc1_upper95"]), rel=1e-10, abs=0
    )
    assert design_effect(np.full(49, size), expected["icc1"]) == pytest.approx(expected["deff"], rel=1e-10)
    assert (found.icc1_low, found.icc1_high) == (icc1_from_f(low, found.n0), icc1_from_f(high, found.n0))


def test_dyestuff_has_the_printed_mean_squares() -> None:
    # Davies and Goldsmith (1972): between batches 11,272 (5 df), within 2,451 (24 df).
    found = available(DYESTUFF)
    assert (found.df_between, found.df_within, found.n0) == (5, 24, 5.0)
    assert found.mean_square_between == pytest.approx(11271.5)
    assert found.mean_square_within == pytest.approx(2451.25)
    assert found.icc1 == pytest.approx((11271.5 - 2451.25) / (11271.5 + 4 * 2451.25))


def test_a_team_of_six_and_one_of_twenty_have_the_reliability_of_the_specification() -> None:
    # Measurement, section 4.4: with ICC(1) .10, .40 and .69.
    assert icc2_at([6, 20], 0.10) == pytest.approx([0.40, 20 / 29])


@settings(max_examples=60, deadline=None)
@given(answered_worlds(fewest=2))
def test_sums_give_what_persons_give(scores: list[list[float]]) -> None:
    found = variance_components(moments(scores))
    assume(any(len(set(team)) > 1 for team in scores))
    different = len({round(float(np.mean(team)), 9) for team in scores}) > 1
    assert found is not None
    if not different:
        assert (found.f, found.p, found.icc2) == (0.0, 1.0, None)
        return
    expected = plain(scores)
    assert found.f == pytest.approx(expected["f"], rel=1e-8, abs=1e-12)
    assert found.p == pytest.approx(expected["p"], rel=1e-8)
    assert found.n0 == pytest.approx(expected["n0"])
    assert found.icc1 == pytest.approx(expected["icc1"], rel=1e-8, abs=1e-12)
    assert found.icc2 is not None
    assert found.icc2 == pytest.approx(expected["icc2"], rel=1e-8, abs=1e-12)
    assert -1 / (found.n0 - 1) - 1e-12 <= found.icc1_low <= found.icc1 <= found.icc1_high <= 1


@settings(max_examples=40, deadline=None)
@given(answered_worlds(fewest=2), st.integers(0, 2**32))
def test_neither_order_nor_empty_teams_nor_the_unit_of_the_scale_matter(scores: list[list[float]], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(scores))
    raw = [[4.0 * score / 100.0 + 1.0 for score in sorted(scores[team])] for team in order]
    before, after = variance_components(moments(scores)), variance_components(moments([*raw, [], []]))
    if before is None:
        assert after is None
        return
    assert after is not None
    assert (before.teams, before.persons) == (after.teams, after.persons)
    assert before.n0 == pytest.approx(after.n0)
    figures = (before.f, before.p, before.icc1, before.icc1_low, before.icc1_high, before.icc2)
    others = (after.f, after.p, after.icc1, after.icc1_low, after.icc1_high, after.icc2)
    for one, other in zip(figures, others, strict=True):
        assert one == (None if other is None else pytest.approx(other, rel=1e-7, abs=1e-9))
    assert after.mean_square_within == pytest.approx(before.mean_square_within * 0.04**2, abs=1e-12)


@pytest.mark.parametrize(
    "scores",
    [
        [],
        [[], []],
        [[50.0, 75.0, 100.0]],  # one team
        [[50.0, 75.0], []],  # one team with answers
        [[50.0], [75.0], [0.0]],  # nobody twice in a team
        [[62.5, 62.5], [62.5], [62.5, 62.5, 62.5]],  # no differences at all
        [[100 / 3] * 7, [100 / 3] * 3, [100 / 3] * 11],  # likewise, with a mean that has no end
    ],
)
def test_without_two_teams_two_people_or_a_difference_nothing_is_available(scores: list[list[float]]) -> None:
    assert variance_components(moments(scores)) is None


@pytest.mark.parametrize("base", [25.0, 100 / 3])
def test_teams_of_one_mind_that_differ_are_fully_reliable_without_an_infinite_f(base: float) -> None:
    found = available([[base] * 7, [base + 25.0] * 3, [base + 50.0] * 4])
    assert (found.f, found.p, found.mean_square_within) == (None, 0.0, 0.0)
    assert (found.icc1, found.icc1_low, found.icc1_high, found.icc2) == (1.0, 1.0, 1.0, 1.0)


def test_equal_means_of_people_who_differ_give_a_negative_icc1_and_no_icc2() -> None:
    found = available([[25.0, 75.0], [0.0, 100.0], [50.0, 50.0]])
    assert (found.f, found.p, found.icc2) == (0.0, 1.0, None)
    assert (found.icc1, found.icc1_low, found.icc1_high) == (-1.0, -1.0, -1.0)


def test_two_teams_and_three_people_are_enough() -> None:
    found = available([[0.0, 50.0], [75.0]])
    assert (found.df_between, found.df_within) == (1, 1)
    assert found.f == pytest.approx(((2 / 3) * 50.0**2) / 1250.0)
    assert found.icc1_low < found.icc1 < found.icc1_high


def test_reliability_is_nothing_for_nobody_and_for_a_negative_icc1() -> None:
    assert icc2_at([0, 1, 2], 1.0).tolist() == [0.0, 1.0, 1.0]
    assert icc2_at([1, 11, 30], -0.1).tolist() == [0.0, 0.0, 0.0]
    assert float(icc2_at(1, 0.25)) == 0.25


def test_design_effect_of_unequal_teams_is_weighted_by_persons_and_never_below_one() -> None:
    sizes: npt.NDArray[np.int64] = np.array([10, 30, 0])
    assert design_effect(sizes, 0.1) == pytest.approx(1 + (1000 / 40 - 1) * 0.1)
    assert design_effect(sizes, -0.02) == 1.0
    assert design_effect(np.array([0, 0]), 0.1) is None


def test_a_hundred_thousand_teams_have_the_limits_of_the_f_distribution() -> None:
    rng = np.random.default_rng(7)
    n = rng.integers(1, 31, 100_000)
    nodes = np.repeat(np.arange(n.size), n).astype(np.int32)
    scores = 6.25 * rng.integers(0, 17, nodes.size).astype(np.float64)
    found = variance_components(moments_by_node(scores, np.ones(nodes.size, dtype=bool), nodes, n.size))
    assert found is not None
    assert found.f is not None
    low = found.f / stats.f.ppf(0.975, found.df_between, found.df_within)
    high = found.f * stats.f.ppf(0.975, found.df_within, found.df_between)
    assert (found.icc1_low, found.icc1_high) == pytest.approx(
        (icc1_from_f(low, found.n0), icc1_from_f(high, found.n0)), rel=1e-6
    )
    assert found.icc1_low < 0 < found.icc1_high  # the teams differ by chance only
