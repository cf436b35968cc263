"""Variances between and within teams by REML against lme4, print, the plain likelihood, and their laws."""

import time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assess.scoring.moments import Moments, moments_by_node
from assess.scoring.reml import random_intercept
from assess.scoring.variance_components import variance_components
from tests.scoring.small_worlds import reference
from tests.scoring.test_variance_components import DYESTUFF, MEASURES, POINTS, answered_worlds, army, moments


def plain_deviance(scores: list[list[float]], theta: float) -> float:
    """Write down measurement, section 5.1, team by team, from the persons."""
    teams = [np.array(team) for team in scores]
    n = np.array([team.size for team in teams])
    m = np.array([team.mean() for team in teams])
    within = sum(((team - team.mean()) ** 2).sum() for team in teams)
    w = n / (1 + n * theta)
    mu = (w * m).sum() / w.sum()
    residual = within + (w * (m - mu) ** 2).sum()
    return float((n.sum() - 1) * np.log(residual) + np.log(1 + n * theta).sum() + np.log(w.sum()))


def estimated(teams: Moments) -> tuple[float, float, float, float]:
    fit = random_intercept(teams)
    assert fit is not None
    assert fit.tau2 is not None
    assert fit.sigma2 is not None
    assert fit.theta is not None
    return fit.mu, fit.tau2, fit.sigma2, fit.theta


def parts(scores: list[list[float]]) -> list[float | None]:
    fit = random_intercept(moments(scores))
    assert fit is not None
    return [fit.mu, fit.tau2, fit.sigma2, fit.theta]


@pytest.mark.parametrize("measure", MEASURES)
def test_lq2002_matches_lme4_and_nlme(measure: str) -> None:
    expected = reference(f"reml.lq2002_{measure}")
    mu, tau2, sigma2, theta = estimated(army(measure)[1])
    assert mu / POINTS + MEASURES[measure][1] == pytest.approx(expected["intercept"], rel=1e-7)
    for package in ("", "nlme_"):
        assert tau2 / POINTS**2 == pytest.approx(expected[f"{package}tau2"], rel=2e-6)
        assert sigma2 / POINTS**2 == pytest.approx(expected[f"{package}sigma2"], rel=1e-7)
    assert theta == pytest.approx(expected["tau2"] / expected["sigma2"], rel=2e-6)
    assert tau2 / (tau2 + sigma2) == pytest.approx(expected["icc"], rel=2e-6)


@pytest.mark.parametrize(("measure", "name"), [("lead", "LEAD"), ("tsig", "TSIG"), ("hostil", "HOSTILE")])
def test_the_icc1_of_the_model_matches_the_package_multilevel(measure: str, name: str) -> None:
    expected = reference("mult_icc.lq2002")[name]
    _, _, _, theta = estimated(army(measure)[1])
    assert theta / (1 + theta) == pytest.approx(expected["ICC1"], rel=1e-5)
    size = 2042 / 49
    assert size * theta / (1 + size * theta) == pytest.approx(expected["ICC2"], rel=1e-5)


def test_dyestuff_has_the_printed_variances() -> None:
    # lme4, lmer(Yield ~ 1 + (1 | Batch), Dyestuff): 1527.5, batch 1764.0 (SD 42.00), residual 2451.2 (SD 49.51).
    mu, tau2, sigma2, _ = estimated(moments(DYESTUFF))
    assert mu == pytest.approx(1527.5)
    assert (tau2, sigma2) == pytest.approx((1764.05, 2451.25), abs=0.01)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 2**32))
def test_teams_of_equal_size_have_the_closed_form(teams: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(60, 10, (teams, 1)) + rng.normal(0, 15, (teams, size))
    anova = variance_components(moments(scores.tolist()))
    assert anova is not None
    mu, tau2, sigma2, _ = estimated(moments(scores.tolist()))
    between, within = anova.mean_square_between, anova.mean_square_within
    assert mu == pytest.approx(scores.mean())
    if between <= within:
        assert tau2 == 0.0
        assert sigma2 == pytest.approx(scores.var(ddof=1))
    else:
        assert tau2 == pytest.approx((between - within) / size, rel=1e-5, abs=1e-4 * within)
        assert sigma2 == pytest.approx(within, rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(answered_worlds(fewest=2))
def test_no_other_theta_has_a_lower_deviance(scores: list[list[float]]) -> None:
    assume(any(len(set(team)) > 1 for team in scores))
    mu, tau2, sigma2, theta = estimated(moments(scores))
    assert tau2 == pytest.approx(theta * sigma2)
    best = plain_deviance(scores, theta)
    for other in [0.0, *np.geomspace(1e-6, 1e6, 120), theta * 0.99, theta * 1.01]:
        assert best <= plain_deviance(scores, float(other)) + 1e-7
    n = np.array([len(team) for team in scores])
    w = n / (1 + n * theta)
    m = np.array([np.mean(team) for team in scores])
    assert mu == pytest.approx((w * m).sum() / w.sum())
    within = sum(((np.array(team) - np.mean(team)) ** 2).sum() for team in scores)
    assert sigma2 == pytest.approx((within + (w * (m - mu) ** 2).sum()) / (n.sum() - 1))


@settings(max_examples=40, deadline=None)
@given(answered_worlds(fewest=2), st.integers(0, 2**32))
def test_neither_order_nor_empty_teams_nor_the_unit_of_the_scale_matter(scores: list[list[float]], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(scores))
    raw = [[4.0 * score / 100.0 + 1.0 for score in sorted(scores[team])] for team in order]
    before, after = random_intercept(moments(scores)), random_intercept(moments([*raw, [], []]))
    assert before is not None
    assert after is not None
    assert after.mu == pytest.approx(before.mu / 25.0 + 1.0, rel=1e-5)
    for one, other in ((before.tau2, after.tau2), (before.sigma2, after.sigma2)):
        if one is None or other is None:
            assert one is other
        else:
            assert other * 625.0 == pytest.approx(one, rel=1e-4, abs=1e-4)


def test_without_answers_there_is_no_estimate() -> None:
    assert random_intercept(moments([])) is None
    assert random_intercept(moments([[], []])) is None


@pytest.mark.parametrize("empty", [[], [[]]])
def test_one_team_says_nothing_about_differences_between_teams(empty: list[list[float]]) -> None:
    assert parts([[25.0, 75.0, 80.0], *empty]) == [pytest.approx(60.0), None, pytest.approx(925.0), None]
    assert parts([[40.0, 40.0], *empty]) == [40.0, None, 0.0, None]
    assert parts([[40.0], *empty]) == [40.0, None, None, None]


@pytest.mark.parametrize("teams", [2, 1000])
def test_with_one_person_in_every_team_the_two_variances_cannot_be_told_apart(teams: int) -> None:
    scores = [[float(25 * (team % 5))] for team in range(teams)]
    assert parts(scores) == [pytest.approx(float(np.mean(scores))), None, None, None]


@pytest.mark.parametrize("base", [50.0, 100 / 3])
def test_where_nobody_differs_both_variances_are_nothing(base: float) -> None:
    assert parts([[base] * 7, [base] * 3, [base]]) == [pytest.approx(base), 0.0, 0.0, 0.0]


@pytest.mark.parametrize("base", [0.0, 100 / 3])
def test_teams_of_one_mind_have_only_a_variance_between(base: float) -> None:
    found = parts([[base] * 7, [base + 30.0] * 3, [base + 60.0]])
    assert found == [pytest.approx(base + 30.0), pytest.approx(900.0), 0.0, None]


def test_teams_nearly_of_one_mind_come_as_near_as_one_likes_to_that() -> None:
    _, tau2, sigma2, _ = estimated(moments([[0.0] * 7, [30.0] * 3, [60.0, 60.001]]))
    assert tau2 == pytest.approx(900.0, rel=1e-4)
    assert sigma2 == pytest.approx(0.001**2 / 2 / 9, rel=1e-3)


def test_teams_that_differ_less_than_chance_have_no_variance_between() -> None:
    mu, tau2, sigma2, theta = estimated(moments([[25.0, 75.0], [0.0, 100.0], [45.0, 60.0, 45.0]]))
    assert (tau2, theta) == (0.0, 0.0)
    assert mu == pytest.approx(50.0)
    assert sigma2 == pytest.approx((2 * 625 + 2 * 2500 + 150) / 6)


def test_a_hundred_thousand_teams_are_estimated_at_once() -> None:
    rng = np.random.default_rng(11)
    n = rng.integers(1, 31, 100_000)
    nodes = np.repeat(np.arange(n.size), n).astype(np.int32)
    scores = 60 + rng.normal(0, 7, n.size)[nodes] + rng.normal(0, 20, nodes.size)
    teams = moments_by_node(scores, np.ones(nodes.size, dtype=bool), nodes, n.size)
    start = time.perf_counter()
    mu, tau2, sigma2, _ = estimated(teams)
    assert time.perf_counter() - start < 1.0
    assert (mu, tau2, sigma2) == pytest.approx((60.0, 49.0, 400.0), rel=0.02)
