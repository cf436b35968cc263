"""Omega total against R (lavaan), the closed form of three items, and what has no omega."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from assess.scoring import omega as module
from assess.scoring.alpha import Unavailable, alpha_of, scatter_matrix
from assess.scoring.omega import Omega, fit_uniquenesses, omega_total
from tests.scoring.small_worlds import from_rows, read_table, reference

LEAD = [f"LEAD{i:02d}" for i in range(1, 12)]
TSIG = [f"TSIG{i:02d}" for i in range(1, 4)]
HOSTIL = [f"HOSTIL{i:02d}" for i in range(1, 6)]

Ratings = npt.NDArray[np.integer[Any]]


def army(items: list[str]) -> Ratings:
    return from_rows(read_table("lq2002.csv"), "COMPID", items)[0].ratings


def reason(ratings: Ratings) -> Omega | Unavailable:
    return omega_total(ratings, np.ones(ratings.shape[0], dtype=bool))


def available(ratings: Ratings) -> Omega:
    result = reason(ratings)
    assert isinstance(result, Omega)
    return result


def correlated(matrix: list[list[float]], persons: int = 400) -> Ratings:
    """Ratings 0-100 with nearly these correlations."""
    rng = np.random.default_rng(9)
    values = rng.normal(size=(persons, len(matrix))) @ np.linalg.cholesky(np.array(matrix)).T
    return np.clip(np.rint(50 + 12 * values), 0, 100).astype(np.int8)


# omega_ml.lq2002_lead, omega_ml.lq2002_tsig, omega_ml.lq2002_hostil: lavaan::cfa, whose variances have divisor n.
@pytest.mark.parametrize(("name", "items"), [("lead", LEAD), ("tsig", TSIG), ("hostil", HOSTIL)])
def test_the_army_survey_has_the_omega_of_the_reference(name: str, items: list[str]) -> None:
    found, expected = available(army(items)), reference(f"omega_ml.lq2002_{name}")
    assert found.omega == pytest.approx(expected["omega"], rel=2e-7)
    loadings = np.array(found.loadings) * np.sqrt(2041 / 2042)
    assert loadings == pytest.approx(np.array([expected["loadings"][item] for item in items]), rel=5e-6)
    assert (found.persons, found.is_alpha, found.keying_warnings) == (2042, False, ())


# Maximum likelihood on covariances, not minres on correlations (omega_minres.lq2002_hostil: .87797).
def test_omega_is_not_that_of_minimum_residuals() -> None:
    assert abs(available(army(HOSTIL)).omega - reference("omega_minres.lq2002_hostil")["omega"]) > 1e-3


def test_three_items_have_the_loadings_that_reproduce_their_covariances() -> None:
    ratings = army(TSIG)
    found = available(ratings)
    c = np.cov(ratings.T)
    by_hand = np.sqrt([c[0, 1] * c[0, 2] / c[1, 2], c[0, 1] * c[1, 2] / c[0, 2], c[0, 2] * c[1, 2] / c[0, 1]])
    assert np.array(found.loadings) == pytest.approx(by_hand, rel=1e-6)
    assert np.array(found.uniquenesses) == pytest.approx(np.diag(c) - by_hand**2, rel=1e-5)
    omega = by_hand.sum() ** 2 / (by_hand.sum() ** 2 + (np.diag(c) - by_hand**2).sum())
    assert found.omega == pytest.approx(omega, rel=1e-7)


def test_the_factor_reproduces_the_variance_of_every_item() -> None:
    ratings = army(LEAD)
    found = available(ratings)
    modelled = np.array(found.loadings) ** 2 + np.array(found.uniquenesses)
    assert modelled == pytest.approx(ratings.var(axis=0, ddof=1), rel=1e-5)


def test_an_exact_factor_is_found_again() -> None:
    loadings = np.array([0.3, 0.5, 0.6, 0.8, 0.9])
    correlations = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    assert fit_uniquenesses(correlations) == pytest.approx(1 - loadings**2, rel=1e-5)


def test_the_slope_is_that_of_the_misfit() -> None:
    correlations = np.asarray(np.corrcoef(army(HOSTIL).T))
    for share in (0.05, 0.3, 0.9):
        logs = np.log(share * np.array([0.7, 1.0, 0.8, 0.9, 1.0]))
        _, slope = module._misfit(logs, correlations)
        steps = 1e-5 * np.eye(5)
        rise = [module._misfit(logs + h, correlations)[0] - module._misfit(logs - h, correlations)[0] for h in steps]
        assert np.array(rise) / 2e-5 == pytest.approx(slope, rel=1e-6)


def test_order_of_people_and_items_and_reversing_all_change_nothing() -> None:
    ratings = army(HOSTIL)
    found = available(ratings)
    order = np.random.default_rng(2).permutation(2042)
    assert available(ratings[order]) == found
    assert available(4 - ratings).omega == pytest.approx(found.omega, rel=1e-12)
    assert min(available(4 - ratings).loadings) > 0
    turned = available(ratings[:, ::-1])
    assert turned.omega == pytest.approx(found.omega, rel=1e-7)
    assert turned.loadings[::-1] == pytest.approx(found.loadings, rel=1e-5)


def test_an_item_whose_reverse_key_was_forgotten_is_named() -> None:
    ratings = army(LEAD)
    ratings[:, 4] = 6 - ratings[:, 4]
    found = available(ratings)
    assert found.keying_warnings == (4,)
    assert found.omega < reference("omega_ml.lq2002_lead")["omega"] - 0.04


def test_two_items_have_their_alpha() -> None:
    ratings = army(TSIG)[:, :2]
    found = available(ratings)
    assert (found.omega, found.is_alpha) == (alpha_of(scatter_matrix(ratings, np.ones(2042, dtype=bool))[1]), True)
    assert (found.loadings, found.uniquenesses, found.keying_warnings) == ((), (), ())
    opposed = available(np.column_stack([ratings[:, 0], 6 - ratings[:, 1]]))
    assert opposed.omega < 0
    assert opposed.keying_warnings == (0, 1)


def test_a_hundred_persons_are_enough_and_ninety_nine_are_not() -> None:
    ratings = army(TSIG)[:100]
    assert available(ratings).persons == 100
    assert reason(ratings[:99]) is Unavailable.TOO_FEW
    assert reason(ratings[:0]) is Unavailable.TOO_FEW
    complete = np.ones(100, dtype=bool)
    complete[0] = False
    assert omega_total(ratings, complete) is Unavailable.TOO_FEW


def test_one_item_and_items_that_do_not_vary_have_a_reason() -> None:
    ratings = army(TSIG)[:200]
    assert reason(ratings[:, :1]) is Unavailable.SINGLE_ITEM
    ratings[:, 1] = 4
    assert reason(ratings) is Unavailable.CONSTANT_ITEM
    assert reason(ratings[:, :2]) is Unavailable.CONSTANT_ITEM


def test_two_opposed_items_have_no_variance_to_explain() -> None:
    first = np.tile([1, 5], 60)
    assert reason(np.column_stack([first, 6 - first])) is Unavailable.NO_VARIANCE


def test_an_item_that_repeats_another_has_a_reason() -> None:
    ratings = army(TSIG)
    assert reason(np.column_stack([ratings, ratings[:, 0]])) is Unavailable.REDUNDANT_ITEM


def test_an_item_without_error_of_its_own_has_a_reason() -> None:
    # The loading of the first item would be sqrt(.8 * .8 / .5) = 1.13.
    ratings = correlated([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    assert reason(ratings) is Unavailable.AT_BOUND


def test_an_item_that_has_nothing_to_do_with_the_others_is_no_keying_error() -> None:
    # Everybody twice, once with each value of the fourth item: its correlations are exactly 0.
    ratings = army(TSIG)
    unrelated = np.repeat([2, 4], 2042)
    items = np.column_stack([np.concatenate([ratings, ratings]), unrelated])
    for order in ([0, 1, 2, 3], [1, 3, 2, 0], [2, 3, 1, 0]):  # rounding gives either sign
        found, place = available(items[:, order]), order.index(3)
        assert found.loadings[place] == pytest.approx(0.0, abs=1e-6)
        assert found.uniquenesses[place] == pytest.approx(unrelated.var(ddof=1), rel=1e-6)
        assert found.keying_warnings == ()


def test_items_without_any_common_cause_have_nearly_no_omega() -> None:
    # Every combination of two values on four items, seven times. A factor of a single item fits as well as none.
    found = available(np.array(np.meshgrid(*[[2, 4]] * 4)).reshape(4, 16).T.repeat(7, axis=0))
    assert 0.0 <= found.omega < 0.05
    assert found.keying_warnings == ()


def test_a_search_that_does_not_arrive_has_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FLAT", -1.0)
    assert reason(army(TSIG)) is Unavailable.NO_CONVERGENCE
