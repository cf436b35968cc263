"""Shrunken means, the lowest teams and the gate before both: against lme4, simulation, and their laws."""

import csv
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.moments import FloatArray, Moments
from assess.scoring.reml import RandomIntercept, random_intercept
from assess.scoring.shrinkage import (
    BottomLabel,
    Gate,
    Shrunken,
    bottom_k,
    bottom_label,
    comparison_gate,
    displayed_p,
    displayed_shrunken,
    p_bottom,
    shrink,
)
from assess.scoring.variance_components import variance_components
from tests.scoring.small_worlds import DATA, reference
from tests.scoring.test_variance_components import MEASURES, POINTS, answered_worlds, army, moments

TABLES = sorted((DATA / "expected").glob("blup_lq2002_*.csv"))


def shrunken(teams: Moments) -> Shrunken:
    found = shrink(teams, random_intercept(teams))
    assert found is not None
    return found


def posterior(mean: list[float], sd: list[float], available: list[bool] | None = None) -> Shrunken:
    kept = np.ones(len(mean), dtype=bool) if available is None else np.array(available)
    return Shrunken(np.array(mean), np.array(sd) ** 2, np.zeros(len(mean)), kept)


def simulated_bottom(found: Shrunken, k: int, draws: int = 100_000) -> FloatArray:
    """Draw the true means of all teams and count how often each is among the k lowest."""
    rng = np.random.default_rng(20020101)
    true = rng.normal(found.mean_100, np.sqrt(found.variance), (draws, found.mean_100.size))
    lowest = np.argpartition(true, k, axis=1)[:, :k]
    return np.asarray(np.bincount(lowest.ravel(), minlength=found.mean_100.size) / draws)


def column(path: Any, name: str, order: tuple[str, ...]) -> FloatArray:
    with path.open(encoding="utf-8", newline="") as stream:
        values = {row["TEAM"]: float(row[name]) for row in csv.DictReader(stream)}
    return np.array([values[team] for team in order])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_lq2002_matches_the_conditional_modes_of_lme4(table: Any) -> None:
    measure = table.stem.removeprefix("blup_lq2002_")
    names, teams = army(measure)
    found = shrunken(teams)
    raw = found.mean_100 / POINTS + MEASURES[measure][1]
    assert raw == pytest.approx(column(table, "blup_reml", names), rel=1e-6)
    assert np.sqrt(found.variance) / POINTS == pytest.approx(column(table, "condsd_reml", names), rel=1e-6)
    assert found.weight == pytest.approx(column(table, "shrink_reml", names), rel=1e-6)


def test_the_table_of_the_leadership_scale_is_among_the_data() -> None:
    assert "blup_lq2002_lead" in [table.stem for table in TABLES]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_the_formula_is_exact_for_given_variances(table: Any) -> None:
    # The variances here are the method of moments of the record eb_mom, so nothing depends on a search.
    measure = table.stem.removeprefix("blup_lq2002_")
    names, teams = army(measure)
    given_ = reference(f"eb_mom.lq2002_{measure}")
    lowest = MEASURES[measure][1]
    fit = RandomIntercept(
        (given_["mu"] - lowest) * POINTS, given_["tau2"] * POINTS**2, given_["sigma2"] * POINTS**2, None
    )
    found = shrink(teams, fit)
    assert found is not None
    assert found.mean_100 / POINTS + lowest == pytest.approx(column(table, "eb_mom", names), rel=1e-12)
    assert found.weight == pytest.approx(column(table, "shrink_mom", names), rel=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_probability_of_being_among_the_lowest_five_is_close_to_simulation(measure: str) -> None:
    found = shrunken(army(measure)[1])
    p = p_bottom(found, bottom_k(49))
    simulated = simulated_bottom(found, 5)
    assert p == pytest.approx(simulated, abs=0.010)  # .008 (measurement, 5.2) and the noise of the draws
    assert p.sum() == pytest.approx(5.0)
    labels = [bottom_label(displayed_p(float(value))) for value in p]
    near = np.abs(p[:, None] - np.array([[0.475, 0.775]])).min(axis=1) < 0.010  # either label is right there
    others = [bottom_label(displayed_p(float(value))) for value in simulated]
    assert [label for label, tie in zip(labels, near, strict=True) if not tie] == [
        label for label, tie in zip(others, near, strict=True) if not tie
    ]


def test_two_companies_are_likely_among_the_lowest_in_leadership() -> None:
    p = p_bottom(shrunken(army("lead")[1]), 5)
    labels = [bottom_label(displayed_p(float(value))) for value in p]
    assert (labels.count(BottomLabel.LIKELY), labels.count(BottomLabel.POSSIBLY)) == (2, 2)


@settings(max_examples=60, deadline=None)
@given(answered_worlds(fewest=2))
def test_a_shrunken_mean_lies_between_the_team_and_all(scores: list[list[float]]) -> None:
    teams = moments(scores)
    fit = random_intercept(teams)
    found = shrink(teams, fit)
    if found is None:
        assert all(len(team) == 1 for team in scores)
        return
    assert fit is not None
    assert fit.tau2 is not None
    assert (found.mean_100 >= np.minimum(teams.mean, fit.mu) - 1e-9).all()
    assert (found.mean_100 <= np.maximum(teams.mean, fit.mu) + 1e-9).all()
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    assert ((found.variance >= 0) & (found.variance <= fit.tau2)).all()
    order = np.argsort(teams.n)
    assert (np.diff(found.weight[order]) >= -1e-12).all()  # the larger the team, the more its own mean counts


@settings(max_examples=60, deadline=None)
@given(answered_worlds(fewest=4), st.integers(1, 5), st.integers(0, 2**32))
def test_probabilities_add_up_to_k_whatever_the_order(scores: list[list[float]], k: int, seed: int) -> None:
    k = min(k, len(scores))
    teams = moments(scores)
    found = shrink(teams, random_intercept(teams))
    if found is None:
        return
    p = p_bottom(found, k)
    assert p.sum() == pytest.approx(k, abs=1e-6)
    assert ((p >= 0) & (p <= 1)).all()
    order = np.random.default_rng(seed).permutation(len(scores))
    moved = Shrunken(found.mean_100[order], found.variance[order], found.weight[order], found.available[order])
    assert p_bottom(moved, k) == pytest.approx(p[order], abs=1e-9)
    more = p_bottom(found, min(k + 1, len(scores)))
    assert (more >= p - 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(answered_worlds(fewest=4), st.integers(0, 2**32))
def test_shrinking_does_not_depend_on_the_unit_of_the_scale(scores: list[list[float]], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(scores))
    before = shrink(moments(scores), random_intercept(moments(scores)))
    raw = moments([[4.0 * score / 100.0 + 1.0 for score in scores[team]] for team in order])
    after = shrink(raw, random_intercept(raw))
    if before is None or after is None:
        assert before is after
        return
    assert after.mean_100 == pytest.approx(before.mean_100[order] / 25.0 + 1.0, rel=1e-4)
    assert after.variance * 625.0 == pytest.approx(before.variance[order], rel=1e-3, abs=1e-3)


def test_a_team_without_answers_changes_nothing_and_is_not_available() -> None:
    scores = [[20.0, 30.0, 40.0], [60.0, 70.0, 65.0], [80.0, 90.0], [85.0, 70.0, 90.0, 95.0]]
    full = moments(scores)
    holes = moments([[], *scores[:2], [], *scores[2:]])
    one, other = shrunken(full), shrunken(holes)
    assert other.available.tolist() == [False, True, True, False, True, True]
    assert other.mean_100[other.available].tolist() == one.mean_100.tolist()
    assert np.isfinite(other.mean_100).all()
    assert np.isfinite(other.variance).all()
    p = p_bottom(other, 1)
    assert p[other.available].tolist() == p_bottom(one, 1).tolist()
    assert p[~other.available].tolist() == [0.0, 0.0]


def test_without_variances_nothing_is_shrunken() -> None:
    assert shrink(moments([]), None) is None
    alone = moments([[50.0, 75.0]])
    assert shrink(alone, random_intercept(alone)) is None


def test_teams_that_do_not_differ_all_get_the_common_mean_and_the_same_chance() -> None:
    teams = moments([[25.0, 75.0], [0.0, 100.0], [45.0, 60.0, 45.0], [50.0]])
    found = shrunken(teams)
    assert found.mean_100 == pytest.approx(np.full(4, 50.0))
    assert found.variance.tolist() == [0.0] * 4
    assert p_bottom(found, 1) == pytest.approx(np.full(4, 0.25))
    same = shrunken(moments([[40.0] * 3, [40.0] * 2]))
    assert same.mean_100.tolist() == [40.0, 40.0]
    assert same.weight.tolist() == [0.0, 0.0]


def test_teams_of_one_mind_keep_their_means_and_ties_share_the_place() -> None:
    teams = moments([[10.0] * 3, [30.0] * 3, [30.0] * 2, [30.0], [90.0] * 4, [95.0] * 2])
    found = shrunken(teams)
    assert found.weight.tolist() == [1.0] * 6
    assert found.mean_100 == pytest.approx(teams.mean)
    assert p_bottom(found, 2) == pytest.approx([1.0, 1 / 3, 1 / 3, 1 / 3, 0.0, 0.0], abs=1e-6)


def test_teams_known_exactly_are_ranked_however_near_they_are() -> None:
    assert p_bottom(posterior([30.01, 30.0, 90.0, 95.0], [0.0] * 4), 1) == pytest.approx([0.0, 1.0, 0.0, 0.0], abs=1e-9)


def test_nobody_or_everybody_is_among_the_lowest_none_or_all() -> None:
    found = posterior([40.0, 50.0, 60.0], [5.0, 5.0, 5.0], [True, True, False])
    assert p_bottom(found, 0).tolist() == [0.0, 0.0, 0.0]
    assert p_bottom(found, 2).tolist() == [1.0, 1.0, 0.0]
    assert p_bottom(posterior([], []), 1).size == 0


def test_two_equal_teams_and_a_far_one_share_a_place_in_halves() -> None:
    assert p_bottom(posterior([40.0, 40.0, 90.0], [3.0, 3.0, 3.0]), 1) == pytest.approx([0.5, 0.5, 0.0], abs=1e-9)


@pytest.mark.parametrize(
    ("teams", "k"), [(0, 0), (3, 0), (4, 1), (7, 1), (8, 2), (12, 3), (19, 4), (20, 5), (100_000, 5)]
)
def test_a_quarter_of_the_teams_and_at_most_five_are_the_lowest(teams: int, k: int) -> None:
    assert bottom_k(teams) == k


@pytest.mark.parametrize(
    ("p", "shown", "label"),
    [
        (0.0, 0.0, None),
        (0.024, 0.0, None),
        (0.025, 0.05, None),
        (0.474, 0.45, None),
        (0.475, 0.5, BottomLabel.POSSIBLY),
        (0.774, 0.75, BottomLabel.POSSIBLY),
        (0.775, 0.8, BottomLabel.LIKELY),
        (1.0, 1.0, BottomLabel.LIKELY),
    ],
)
def test_the_label_follows_from_the_displayed_probability(p: float, shown: float, label: BottomLabel | None) -> None:
    assert displayed_p(p) == shown
    assert bottom_label(displayed_p(p)) is label


def test_a_shrunken_mean_is_printed_in_whole_points_halves_up() -> None:
    assert (displayed_shrunken(62.5), displayed_shrunken(62.49), displayed_shrunken(0.2)) == (63.0, 62.0, 0.0)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_companies_of_lq2002_may_be_compared(measure: str) -> None:
    teams = army(measure)[1]
    components = variance_components(teams)
    assert components is not None
    gate = comparison_gate(components, teams.n)
    median = float(np.median(teams.n))
    assert gate.teams == 49
    assert gate.p == components.p
    assert gate.icc2_at_median == pytest.approx(median * components.icc1 / (1 + (median - 1) * components.icc1))
    assert gate.passed


@pytest.mark.parametrize(
    ("gate", "passed"),
    [
        (Gate(8, 0.049, 0.40), True),
        (Gate(7, 0.001, 0.90), False),
        (Gate(8, 0.05, 0.90), False),
        (Gate(8, 0.001, 0.399), False),
        (Gate(8, None, None), False),
    ],
)
def test_each_of_the_three_conditions_closes_the_gate(gate: Gate, passed: bool) -> None:
    assert gate.passed is passed


def test_the_gate_counts_only_teams_with_answers() -> None:
    scores: list[list[float]] = [[10.0 * team, 10.0 * team + 5.0, 10.0 * team + 1.0] for team in range(8)]
    seven = moments([*scores[:7], []])
    eight = moments([*scores, [], [], []])
    assert comparison_gate(variance_components(eight), eight.n).passed
    gate = comparison_gate(variance_components(seven), seven.n)
    assert (gate.teams, gate.passed) == (7, False)
    icc2 = comparison_gate(variance_components(eight), eight.n).icc2_at_median
    assert icc2 == comparison_gate(variance_components(moments(scores)), moments(scores).n).icc2_at_median


def test_the_gate_is_shut_without_an_anova_and_open_for_teams_of_one_mind() -> None:
    nobody: npt.NDArray[np.int64] = np.array([], dtype=np.int64)
    assert comparison_gate(None, nobody) == Gate(0, None, None)
    ones = moments([[float(team)] for team in range(1000)])
    assert comparison_gate(variance_components(ones), ones.n) == Gate(1000, None, None)
    firm = moments([[10.0 * team] * 3 for team in range(8)])
    assert comparison_gate(variance_components(firm), firm.n) == Gate(8, 0.0, 1.0)


def test_a_hundred_thousand_teams_are_ranked_at_once() -> None:
    rng = np.random.default_rng(5)
    found = posterior(rng.normal(60, 6, 100_000).tolist(), rng.uniform(2, 7, 100_000).tolist())
    start = time.perf_counter()
    p = p_bottom(found, 5)
    assert time.perf_counter() - start < 1.0
    assert p.sum() == pytest.approx(5.0)
