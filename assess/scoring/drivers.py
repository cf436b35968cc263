"""Which dimensions are most connected with an outcome, over the whole organisation (measurement, section 7).

Never per team, never "causes". Everything comes from one table of sums and cross-products per team, so that a cluster
bootstrap is one product of matrices.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isqrt

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import CENTRE, FloatArray, IntArray, Moments
from assess.scoring.team_bootstrap import PERCENTILES, drawn_sums
from assess.scoring.variance_components import design_effect, variance_components

CORRELATIONS_FROM = 100.0  # effective persons
WEIGHTS_FROM = 200.0
MOST_PREDICTORS = 10
SAME = 0.98  # predictors correlated more than this are one
SEED = 2000
_NOTHING = 1e-10  # part of a sum of squares, an eigenvalue or R^2 that is only rounding


class NoDrivers(StrEnum):
    """Why there is no list at all."""

    ONE_TEAM = "one_team"  # or nobody
    CONSTANT_OUTCOME = "constant_outcome"
    NO_PREDICTOR = "no_predictor"
    TOO_FEW = "too_few"  # fewer than 100 effective persons


@dataclass(frozen=True)
class CrossProducts:
    """Sums per team over persons with an outcome and all dimensions, centred at 50.

    `n` has shape (teams,), `sums` (teams, 1+p), `products` (teams, 1+p, 1+p); column 0 is the outcome.
    """

    n: IntArray
    sums: FloatArray
    products: FloatArray


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % limits; None below 20 teams, and where something is constant in a draw of teams."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Driver:
    """One predictor: `places` are its columns among the dimensions, several where they were merged.

    `weight` is Johnson's relative weight, `share` the weight divided by R^2; None below 200 effective persons, with
    more than ten predictors, or without any connection (R^2 = 0).
    """

    places: tuple[int, ...]
    r: Estimate
    weight: float | None = None
    share: Estimate | None = None


@dataclass(frozen=True)
class Drivers:
    """Connections of one outcome with the dimensions, unrounded.

    `deff` and `n_eff` are None with a single team or a constant outcome. `constant` are the dimensions that were
    dropped because everybody has the same score. `drivers` is empty where `reason` says why.
    """

    n: int
    deff: float | None = None
    n_eff: float | None = None
    r_squared: float | None = None
    constant: tuple[int, ...] = ()
    drivers: tuple[Driver, ...] = ()
    reason: NoDrivers | None = None


def cross_products(
    scores: FloatArray, complete: BoolArray, teams: npt.NDArray[np.integer], count: int
) -> CrossProducts:
    """Add up persons per team, listwise.

    `scores` has shape (persons, 1+p) on 0-100, outcome first; `complete` says who has all of them; `teams` has places
    below `count`, negative for persons who enter no figure of the organisation. The pooled others are one more team.
    """
    kept = complete & (teams >= 0)
    where, centred = teams[kept], scores[kept] - CENTRE
    columns = scores.shape[1]
    products = np.empty((count, columns, columns))
    for a in range(columns):
        for b in range(a + 1):
            products[:, a, b] = np.bincount(where, weights=centred[:, a] * centred[:, b], minlength=count)
            products[:, b, a] = products[:, a, b]
    sums = [np.bincount(where, weights=centred[:, a], minlength=count) for a in range(columns)]
    return CrossProducts(
        np.bincount(where, minlength=count).astype(np.int64), np.stack(sums, axis=1).astype(np.float64), products
    )


def drivers(teams: CrossProducts, *, seed: int = SEED) -> Drivers:
    """Correlate the dimensions with the outcome and, with enough persons, weigh them as its predictors.

    n_eff = n / deff with the outcome's ICC(1): nothing below 100, correlations from 100, relative weights from 200. A
    constant dimension is dropped; dimensions with |r| > .98 are merged into the mean of their standard scores, turned
    to agree with the first. Limits are the 2.5 and 97.5 percentiles of 1,000 draws of teams with replacement; the order
    of teams does not matter.
    """
    table = _table(teams)
    whole = table.sum(axis=0)
    n = int(whole[0])
    if len(table) < 2:
        return Drivers(n, reason=NoDrivers.ONE_TEAM)
    scatter = _scatter(whole)
    varies = np.diag(scatter) > _NOTHING * np.diag(_products(whole))
    constant = tuple(np.flatnonzero(~varies[1:]).tolist())
    if not varies[0]:
        return Drivers(n, constant=constant, reason=NoDrivers.CONSTANT_OUTCOME)
    deff = outcome_design_effect(teams)
    known = Drivers(n, deff, n / deff, constant=constant)
    if n / deff < CORRELATIONS_FROM:
        return replace(known, reason=NoDrivers.TOO_FEW)
    if not varies[1:].any():
        return replace(known, reason=NoDrivers.NO_PREDICTOR)
    groups, turn = _merged(scatter, varies)
    correlations = _correlations(turn.T @ scatter @ turn)
    drawn = drawn_sums(table, seed)
    draws = None if drawn is None else _correlations_of_draws(drawn, turn)
    r = _estimates(correlations[0, 1:], None if draws is None else draws[:, 0, 1:])
    found = tuple(Driver(places, estimate) for places, estimate in zip(groups, r, strict=True))
    if n / deff < WEIGHTS_FROM or len(groups) > MOST_PREDICTORS:
        return replace(known, drivers=found)
    return _weighed(replace(known, drivers=found), correlations, draws)


def outcome_design_effect(teams: CrossProducts) -> float:
    """Design effect of the outcome; 1 where every team has one person (there is no clustering) or nobody differs."""
    outcome = variance_components(Moments(teams.n, teams.sums[:, 0], teams.products[:, 0, 0]))
    deff = None if outcome is None else design_effect(teams.n, outcome.icc1)
    return 1.0 if deff is None else deff


def relative_weights(predictors: FloatArray, outcome: FloatArray) -> FloatArray:
    """Split R^2 among correlated predictors (Johnson, 2000, Multivar Behav Res 35:1).

    `predictors` are their correlations, shape (..., p, p), `outcome` those with the outcome, (..., p). With
    R = V D V' and the root L = V D^(1/2) V': beta = L^-1 r, weight_i = sum_l L_il^2 beta_l^2, so that the weights sum
    to R^2. A predictor that is a combination of others leaves a zero in D, whose inverse counts as 0.

    >>> relative_weights(np.eye(2), np.array([0.6, 0.3])).round(2).tolist()
    [0.36, 0.09]
    """
    values, vectors = np.linalg.eigh(predictors)
    kept = values > _NOTHING
    root = np.sqrt(np.where(kept, values, 0.0))
    inverse = np.where(kept, 1.0 / np.where(kept, root, 1.0), 0.0)
    turned = (vectors.swapaxes(-1, -2) @ outcome[..., None])[..., 0]
    beta = (vectors @ (inverse * turned)[..., None])[..., 0]
    square_root = (vectors * root[..., None, :]) @ vectors.swapaxes(-1, -2)
    return np.asarray((square_root**2 @ (beta**2)[..., None])[..., 0])


def _weighed(known: Drivers, correlations: FloatArray, draws: FloatArray | None) -> Drivers:
    """Add relative weights and shares."""
    weights = relative_weights(correlations[1:, 1:], correlations[0, 1:])
    r_squared = float(weights.sum())
    shares: list[Estimate] | list[None] = [None] * len(weights)
    if r_squared > _NOTHING:
        drawn = None if draws is None else relative_weights(draws[:, 1:, 1:], draws[:, 0, 1:])
        if drawn is not None:
            sums = drawn.sum(axis=1, keepdims=True)
            drawn = drawn / sums if bool((sums > _NOTHING).all()) else None
        shares = _estimates(weights / r_squared, drawn)
    together = zip(known.drivers, weights.tolist(), shares, strict=True)
    weighed = tuple(replace(driver, weight=weight, share=share) for driver, weight, share in together)
    return replace(known, r_squared=r_squared, drivers=weighed)


def _table(teams: CrossProducts) -> FloatArray:
    """One row per team with answers: n, sums, cross-products; in an order that only the sums decide."""
    parts = [
        teams.n[:, None].astype(np.float64),
        teams.sums,
        teams.products.reshape(len(teams.n), teams.sums.shape[1] ** 2),
    ]
    table = np.concatenate(parts, axis=1)[teams.n > 0]
    return table[np.lexsort(table.round(6).T)]


def _columns(table: FloatArray) -> int:
    """Count the variables k of rows of length 1 + k + k^2."""
    return isqrt(table.shape[-1] - 1)


def _products(table: FloatArray) -> FloatArray:
    k = _columns(table)
    return table[..., 1 + k :].reshape(*table.shape[:-1], k, k)


def _scatter(table: FloatArray) -> FloatArray:
    """Squares and products about the means, shape (..., k, k)."""
    sums = table[..., 1 : 1 + _columns(table)]
    return np.asarray(_products(table) - sums[..., :, None] * sums[..., None, :] / table[..., :1, None])


def _correlations(scatter: FloatArray) -> FloatArray:
    deviation = np.sqrt(np.diagonal(scatter, axis1=-2, axis2=-1))
    return np.asarray(np.clip(scatter / (deviation[..., :, None] * deviation[..., None, :]), -1.0, 1.0))


def _merged(scatter: FloatArray, varies: BoolArray) -> tuple[tuple[tuple[int, ...], ...], FloatArray]:
    """Group predictors that are one: their places, and the matrix (1+p, 1+groups) that forms the new variables."""
    places = np.flatnonzero(varies)[1:]
    r = _correlations(scatter[np.ix_(places, places)])
    same = np.abs(r) > SAME
    for _ in range(len(places).bit_length()):  # whatever a chain of them joins is one
        same = same @ same
    firsts = same.argmax(axis=1)
    groups: list[tuple[int, ...]] = []
    turn = np.zeros((len(varies), 1 + len(np.unique(firsts))))
    turn[0, 0] = 1.0
    for label, first in enumerate(np.unique(firsts).tolist()):
        members = np.flatnonzero(firsts == first)
        sign = np.where(r[first, members] < 0, -1.0, 1.0)
        turn[places[members], 1 + label] = sign / np.sqrt(np.diag(scatter)[places[members]])
        groups.append(tuple((places[members] - 1).tolist()))
    return tuple(groups), turn


def _correlations_of_draws(drawn: FloatArray, turn: FloatArray) -> FloatArray | None:
    """Correlations of the new variables in every draw; None if one of them does not vary in a draw."""
    scatter = turn.T @ _scatter(drawn) @ turn
    squares = np.diagonal(turn.T @ _products(drawn) @ turn, axis1=-2, axis2=-1)
    if bool((np.diagonal(scatter, axis1=-2, axis2=-1) <= _NOTHING * squares).any()):
        return None
    return _correlations(scatter)


def _estimates(values: FloatArray, draws: FloatArray | None) -> list[Estimate]:
    """Join values, shape (p,), with the percentiles of their draws, shape (draws, p)."""
    if draws is None:
        return [Estimate(value, None, None) for value in values.tolist()]
    low, high = np.quantile(draws, PERCENTILES, axis=0).tolist()
    return [Estimate(*three) for three in zip(values.tolist(), low, high, strict=True)]
