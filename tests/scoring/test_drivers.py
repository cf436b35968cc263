"""Relative weights and correlations: against R, against people drawn one by one, and their laws."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.drivers import (
    CrossProducts,
    Drivers,
    NoDrivers,
    cross_products,
    drivers,
    outcome_design_effect,
    relative_weights,
)
from tests.scoring.small_worlds import read_table, reference

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def sums(scores: Floats, teams: Ints) -> CrossProducts:
    return cross_products(scores, complete(scores), teams, int(teams.max(initial=-1)) + 1)


def complete(scores: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(~np.isnan(scores).any(axis=1))


def people(persons: int, teams: int, *, predictors: int = 4, seed: int = 1) -> tuple[Floats, Ints]:
    """Outcome and predictors correlated .5, on a scale of about 0-100, people spread evenly over teams."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(persons, 1))
    scores = 50.0 + 15.0 * (common + random.normal(size=(persons, 1 + predictors)))
    return scores, np.arange(persons) % teams


def lq2002() -> tuple[Floats, Ints]:
    """Task significance as the outcome, leadership and hostility as dimensions, on 0-100, in 49 companies."""
    rows = read_table("lq2002.csv")
    scales = (("TSIG", 3, 1), ("LEAD", 11, 1), ("HOSTIL", 5, 0))
    means = [
        [np.mean([int(row[f"{name}{i:02d}"]) - low for i in range(1, items + 1)]) * 25.0 for name, items, low in scales]
        for row in rows
    ]
    companies = sorted({row["COMPID"] for row in rows})
    return np.array(means), np.array([companies.index(row["COMPID"]) for row in rows])


# --- values from R ----------------------------------------------------------------------------------------------------


def test_relative_weights_of_the_attitude_data_are_those_of_r() -> None:
    """Reference drivers.attitude: base R eigen(), checked there against summary(lm)."""
    expected = reference("drivers.attitude")
    names = list(expected["johnson"])
    rows = read_table("attitude.csv")
    data = np.array([[float(row[name]) for name in ("rating", *names)] for row in rows])
    r = np.corrcoef(data.T)
    weights = relative_weights(r[1:, 1:], r[0, 1:])
    assert weights == pytest.approx(list(expected["johnson"].values()), abs=1e-8)
    assert weights.sum() == pytest.approx(expected["r2"], abs=1e-8)
    assert weights == pytest.approx(list(expected["lmg"].values()), abs=0.01)


def test_correlations_of_the_attitude_data_are_those_of_r() -> None:
    """Reference drivers.attitude; every person is written down eight times to reach the 100 persons needed."""
    expected = reference("drivers.attitude")
    rows = read_table("attitude.csv")
    data = np.array([[float(row[name]) for name in ("rating", *expected["r"])] for row in rows])
    found = drivers(sums(np.tile(data, (8, 1)), np.arange(240)))
    assert [driver.r.value for driver in found.drivers] == pytest.approx(list(expected["r"].values()), abs=1e-8)
    assert found.r_squared == pytest.approx(expected["r2"], abs=1e-8)
    assert [driver.weight for driver in found.drivers] == pytest.approx(list(expected["johnson"].values()), abs=1e-8)


def test_the_design_effect_of_the_real_survey_rests_on_the_icc_of_r() -> None:
    """Reference icc_anova.lq2002_tsig (n0); the sizes are those of the companies."""
    scores, teams = lq2002()
    size = np.bincount(teams)
    expected = 1 + ((size**2).sum() / size.sum() - 1) * reference("icc_anova.lq2002_tsig")["icc1_n0"]
    found = drivers(sums(scores, teams))
    assert found.deff == pytest.approx(expected, abs=1e-8)
    assert found.n_eff == pytest.approx(2042 / expected, abs=1e-6)
    assert found.n == 2042


def test_the_real_survey_agrees_with_a_bootstrap_of_people_drawn_company_by_company() -> None:
    scores, teams = lq2002()
    found = drivers(sums(scores, teams))
    assert [driver.r.value for driver in found.drivers] == pytest.approx(
        np.asarray(np.corrcoef(scores.T))[0, 1:], abs=1e-12
    )
    random = np.random.default_rng(7)
    members = [np.flatnonzero(teams == team) for team in range(49)]
    drawn = []
    for _ in range(1000):
        r = np.corrcoef(scores[np.concatenate([members[team] for team in random.integers(0, 49, 49)])].T)
        weights = relative_weights(r[1:, 1:], r[0, 1:])
        drawn.append([*r[0, 1:], *(weights / weights.sum())])
    low, high = np.asarray(np.quantile(drawn, [0.025, 0.975], axis=0))
    estimates = [driver.r for driver in found.drivers] + [d.share for d in found.drivers if d.share is not None]
    assert [e.low for e in estimates] == pytest.approx(low, abs=0.015)
    assert [e.high for e in estimates] == pytest.approx(high, abs=0.015)


def test_more_than_a_thousand_teams_give_the_interval_of_single_people() -> None:
    """2,500 teams of one without any connection: the standard error of r is 1/sqrt(2500)."""
    scores = np.random.default_rng(3).normal(50, 20, (2500, 2))
    r = drivers(sums(scores, np.arange(2500))).drivers[0].r
    assert r.low is not None
    assert r.high is not None
    assert r.high - r.low == pytest.approx(2 * 1.96 / 50, rel=0.1)


# --- gates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("persons", "shown", "weighed"), [(99, 0, 0), (100, 4, 0), (199, 4, 0), (200, 4, 4)])
def test_correlations_need_a_hundred_effective_persons_and_weights_two_hundred(
    persons: int, shown: int, weighed: int
) -> None:
    """People alone in their team have a design effect of exactly 1."""
    scores, _ = people(persons, 1)
    found = drivers(sums(scores, np.arange(persons)))
    assert (found.deff, found.n_eff) == (1.0, persons)
    assert len(found.drivers) == shown
    assert sum(driver.weight is not None for driver in found.drivers) == weighed
    assert sum(driver.share is not None for driver in found.drivers) == weighed
    assert (found.r_squared is not None) == (weighed > 0)
    assert found.reason == (NoDrivers.TOO_FEW if not shown else None)


def test_people_of_one_mind_count_once_per_team() -> None:
    """ICC(1) = 1 in 150 teams of four makes 600 persons worth 150."""
    scores, _ = people(150, 1)
    found = drivers(sums(np.repeat(scores, 4, axis=0), np.repeat(np.arange(150), 4)))
    assert found.deff == pytest.approx(4.0)
    assert found.n_eff == pytest.approx(150.0)
    assert found.r_squared is None


@pytest.mark.parametrize(("teams", "known"), [(19, False), (20, True)])
def test_limits_need_twenty_teams(teams: int, known: bool) -> None:
    found = drivers(sums(*people(600, teams)))
    assert len(found.drivers) == 4
    for driver in found.drivers:
        assert driver.share is not None
        assert all((limit is not None) == known for limit in (driver.r.low, driver.r.high))
        assert all((limit is not None) == known for limit in (driver.share.low, driver.share.high))


@pytest.mark.parametrize(("predictors", "weighed"), [(10, True), (11, False)])
def test_weights_are_given_for_ten_predictors_at_most(predictors: int, weighed: bool) -> None:
    found = drivers(sums(*people(400, 40, predictors=predictors)))
    assert len(found.drivers) == predictors
    assert (found.r_squared is not None) == weighed


# --- edges ------------------------------------------------------------------------------------------------------------


def test_nobody_and_a_single_team_have_no_drivers() -> None:
    scores, _ = people(300, 1)
    assert drivers(sums(scores, np.zeros(300, dtype=np.int64))) == Drivers(300, reason=NoDrivers.ONE_TEAM)
    assert drivers(sums(scores[:0], np.zeros(0, dtype=np.int64))) == Drivers(0, reason=NoDrivers.ONE_TEAM)


def test_an_outcome_on_which_all_agree_has_no_drivers() -> None:
    scores, teams = people(300, 30)
    scores[:, 0] = 37.5
    scores[:, 3] = 100 / 3
    found = drivers(sums(scores, teams))
    assert found == Drivers(300, constant=(2,), reason=NoDrivers.CONSTANT_OUTCOME)
    assert outcome_design_effect(sums(scores, teams)) == 1.0


def test_a_dimension_on_which_all_agree_is_dropped_and_named() -> None:
    scores, teams = people(300, 30)
    scores[:, 2] = 100 / 3
    found = drivers(sums(scores, teams))
    assert found.constant == (1,)
    assert [driver.places for driver in found.drivers] == [(0,), (2,), (3,)]
    without = drivers(sums(np.delete(scores, 2, axis=1), teams))
    assert found.r_squared == pytest.approx(without.r_squared)
    scores[:, 1:] = 50.0
    nothing = drivers(sums(scores, teams))
    assert (nothing.reason, nothing.constant, nothing.drivers) == (NoDrivers.NO_PREDICTOR, (0, 1, 2, 3), ())


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_dimensions_that_are_one_are_merged_and_named(sign: float) -> None:
    scores, teams = people(400, 40)
    noise = np.random.default_rng(2).normal(0, 1, 400)
    scores[:, 3] = 50.0 + sign * (scores[:, 1] - 50.0) / 2 + noise
    found = drivers(sums(scores, teams))
    assert [driver.places for driver in found.drivers] == [(0, 2), (1,), (3,)]
    standard = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    both = standard[:, 1] + sign * standard[:, 3]
    assert found.drivers[0].r.value == pytest.approx(np.corrcoef(standard[:, 0], both)[0, 1], abs=1e-12)


def test_a_chain_of_dimensions_is_one_even_where_its_ends_are_further_apart() -> None:
    """Neighbours correlate .99, the ends .97; the last dimension stands alone."""
    scores, teams = people(2000, 40, predictors=5)
    steps = np.random.default_rng(4).normal(0, 3.1, (2000, 3))
    for column, place in enumerate((4, 2, 3)):
        scores[:, place] = scores[:, 1] + steps[:, : column + 1].sum(axis=1)
    assert abs(np.asarray(np.corrcoef(scores.T))[1, 3]) < 0.98
    assert [driver.places for driver in drivers(sums(scores, teams)).drivers] == [(0, 1, 2, 3), (4,)]


def test_a_dimension_that_follows_from_two_others_leaves_the_weights_finite() -> None:
    scores, teams = people(400, 40)
    scores[:, 3] = (scores[:, 1] + scores[:, 2]) / 2
    found = drivers(sums(scores, teams))
    fit = np.linalg.lstsq(scores[:, [1, 2, 4]] - scores[:, [1, 2, 4]].mean(axis=0), scores[:, 0] - scores[:, 0].mean())
    assert found.r_squared == pytest.approx(1 - fit[1][0] / (400 * scores[:, 0].var()), abs=1e-9)


def test_an_outcome_without_any_connection_has_no_shares() -> None:
    pattern = np.array([[0, 0], [0, 100], [100, 0], [100, 100]], dtype=float)
    found = drivers(sums(np.tile(pattern, (60, 1)), np.arange(240) // 8))
    assert found.r_squared == pytest.approx(0.0, abs=1e-12)
    assert found.drivers[0].share is None
    r = found.drivers[0].r
    assert (r.value, r.low, r.high) == pytest.approx((0.0, 0.0, 0.0))


def test_a_dimension_that_varies_in_one_team_only_has_no_limits() -> None:
    """In about a third of the draws that team is missing and nothing varies."""
    scores, teams = people(600, 30, predictors=1)
    scores[teams > 0, 1] = 50.0
    driver = drivers(sums(scores, teams)).drivers[0]
    assert (driver.r.low, driver.r.high) == (None, None)
    assert driver.share is not None
    assert driver.share.value == pytest.approx(1.0)
    assert (driver.share.low, driver.share.high) == (None, None)


def test_people_who_miss_a_score_and_people_outside_the_figure_are_left_out() -> None:
    scores, teams = people(400, 40)
    gaps = scores.copy()
    gaps[::7, 2] = np.nan
    counted = np.where(np.arange(400) % 5 == 0, -1, teams)
    kept = (np.arange(400) % 7 != 0) & (counted >= 0)
    found = cross_products(gaps, complete(gaps), counted, 41)
    expected = cross_products(scores[kept], np.ones(int(kept.sum()), dtype=np.bool_), teams[kept], 41)
    assert found.n.tolist() == expected.n.tolist()
    assert found.n[40] == 0
    assert drivers(found) == drivers(expected)


# --- laws -------------------------------------------------------------------------------------------------------------


surveys = st.builds(
    people,
    st.integers(500, 800),
    st.integers(30, 60),
    predictors=st.integers(1, 6),
    seed=st.integers(0, 2**32),
)


def numbers(found: Drivers) -> list[float]:
    """All numbers of a full result in a row."""
    row = [found.deff or 0.0, found.n_eff or 0.0, found.r_squared or 0.0]
    for driver in found.drivers:
        assert driver.share is not None
        row += [driver.weight or 0.0]
        for estimate in (driver.r, driver.share):
            row += [estimate.value, estimate.low or 0.0, estimate.high or 0.0]
    return row


@settings(max_examples=15, deadline=None)
@given(surveys, st.integers(0, 2**32))
def test_neither_the_order_of_people_nor_of_teams_matters(survey: tuple[Floats, Ints], seed: int) -> None:
    scores, teams = survey
    random = np.random.default_rng(seed)
    order, names = random.permutation(len(teams)), random.permutation(int(teams.max()) + 1)
    found, moved = drivers(sums(scores, teams)), drivers(sums(scores[order], names[teams[order]]))
    assert numbers(moved) == pytest.approx(numbers(found), abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(surveys, st.floats(0.1, 5), st.floats(-20, 20))
def test_another_unit_changes_no_weight(survey: tuple[Floats, Ints], factor: float, offset: float) -> None:
    scores, teams = survey
    other = scores.copy()
    other[:, 1] = factor * scores[:, 1] + offset
    before, after = drivers(sums(scores, teams)), drivers(sums(other, teams))
    for left, right in zip(before.drivers, after.drivers, strict=True):
        assert right.weight == pytest.approx(left.weight, abs=1e-9)
        assert right.r.value == pytest.approx(left.r.value, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(surveys)
def test_weights_are_positive_and_add_up_to_what_a_regression_explains(survey: tuple[Floats, Ints]) -> None:
    scores, teams = survey
    found = drivers(sums(scores, teams))
    centred = scores - scores.mean(axis=0)
    fit = centred[:, 1:] @ np.linalg.lstsq(centred[:, 1:], centred[:, 0])[0]
    weights = [driver.weight or 0.0 for driver in found.drivers]
    assert min(weights) >= 0.0
    assert sum(weights) == pytest.approx((fit**2).sum() / (centred[:, 0] ** 2).sum(), abs=1e-9)
    shares = [driver.share for driver in found.drivers if driver.share is not None]
    assert sum(share.value for share in shares) == pytest.approx(1.0)
    for estimate in [*shares, *(driver.r for driver in found.drivers)]:
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low <= estimate.high


@settings(max_examples=15, deadline=None)
@given(surveys)
def test_a_team_without_answers_changes_nothing(survey: tuple[Floats, Ints]) -> None:
    found = sums(*survey)
    k = found.sums.shape[1]
    more = replace(
        found,
        n=np.concatenate([[0], found.n]),
        sums=np.concatenate([np.zeros((1, k)), found.sums]),
        products=np.concatenate([np.zeros((1, k, k)), found.products]),
    )
    assert drivers(more) == drivers(found)


def test_another_seed_moves_the_limits_and_nothing_else() -> None:
    table = sums(*people(300, 30))
    one, two = drivers(table), drivers(table, seed=5)
    assert one == drivers(table)
    assert [d.r.value for d in one.drivers] == [d.r.value for d in two.drivers]
    assert [d.r.low for d in one.drivers] != [d.r.low for d in two.drivers]
