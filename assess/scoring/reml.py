"""Variance between and within teams by restricted maximum likelihood (measurement, section 5.1)."""

from dataclasses import dataclass

import numpy as np

from assess.scoring.moments import CENTRE, FloatArray, Moments
from assess.scoring.variance_components import SumsOfSquares, sums_of_squares, with_answers

# Log of theta: from far below what a million people could show to teams of one mind but for a few answers.
_LOWEST, _HIGHEST, _STEPS = float(np.log(1e-9)), float(np.log(1e15)), 97
_GAIN = 1e-9  # a deviance nearer to that of theta = 0 is rounding


@dataclass(frozen=True)
class RandomIntercept:
    """Model y_ij = mu + u_j + e_ij of person scores: `mu` 0-100, variances in points squared.

    `tau2` between teams, `sigma2` within, `theta` = tau2/sigma2. None means not available: with one team, or one
    person in every team, nothing tells the two variances apart (one team of several still has a sigma2). `theta` is
    also None where it is infinite, that is sigma2 = 0 < tau2.
    """

    mu: float
    tau2: float | None
    sigma2: float | None
    theta: float | None


def random_intercept(teams: Moments) -> RandomIntercept | None:
    """Estimate mu, tau^2 and sigma^2 by REML from the groups of `teams` with n >= 1; None without any.

    With M persons and theta = tau^2/sigma^2, over theta >= 0 the minimum of
    (M-1) ln(SSW + sum n_j (m_j-mu)^2/(1+n_j theta)) + sum ln(1+n_j theta) + ln sum n_j/(1+n_j theta)
    (Patterson and Thompson, 1971). Nobody differs: both variances 0. Nobody differs inside a team, teams do: the
    limit of ever smaller differences, sigma^2 = 0 and tau^2 the variance of the team means, each counted once.
    """
    squares = sums_of_squares(teams)
    if squares is None:
        return None
    if squares.teams in (1, squares.persons):
        alone = squares.teams == 1 and squares.persons > 1
        return RandomIntercept(squares.mean, None, squares.within / (squares.persons - 1) if alone else None, None)
    if squares.within == 0.0:
        return _unanimous(teams, squares)
    profile = _Profile.of(teams, squares)
    theta = _best(profile)
    offset, residual, _ = profile.at(np.asarray(theta))
    sigma2 = float(residual) / (squares.persons - 1)
    return RandomIntercept(squares.mean + float(offset), theta * sigma2, sigma2, theta)


def _unanimous(teams: Moments, squares: SumsOfSquares) -> RandomIntercept:
    if squares.between == 0.0:
        return RandomIntercept(squares.mean, 0.0, 0.0, 0.0)
    kept = with_answers(teams)
    means = kept.first / kept.n
    return RandomIntercept(CENTRE + float(means.mean()), float(means.var(ddof=1)), 0.0, None)


@dataclass(frozen=True)
class _Profile:
    """What the deviance needs, by distinct team size, so that its cost does not grow with the number of teams.

    All arrays have shape (sizes,); team means are measured from the mean of all persons.
    """

    n: FloatArray
    count: FloatArray
    centre: FloatArray  # mean of the means of teams of that size
    spread: FloatArray  # their squared deviations from it
    squares: SumsOfSquares

    @classmethod
    def of(cls, teams: Moments, squares: SumsOfSquares) -> "_Profile":
        kept = with_answers(teams)
        means = kept.first / kept.n - (squares.mean - CENTRE)
        n, size = np.unique(kept.n, return_inverse=True)
        count = np.bincount(size).astype(np.float64)
        centre = np.bincount(size, weights=means).astype(np.float64) / count
        spread = np.bincount(size, weights=(means - centre[size]) ** 2).astype(np.float64)
        return cls(n.astype(np.float64), count, centre, spread, squares)

    def at(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Best mu (from the mean of all persons), residual sum of squares, and deviance above that of theta = 0."""
        load = 1.0 + self.n * theta[..., None]
        weight = self.n / load
        total = (self.count * weight).sum(axis=-1)
        mu = (self.count * weight * self.centre).sum(axis=-1) / total
        deviation = self.spread + self.count * (self.centre - mu[..., None]) ** 2
        residual = self.squares.within + (weight * deviation).sum(axis=-1)
        deviance = (
            (self.squares.persons - 1) * np.log(residual / (self.squares.within + self.squares.between))
            + (self.count * np.log(load)).sum(axis=-1)
            + np.log(total / self.squares.persons)
        )
        return mu, residual, deviance


def _best(profile: _Profile) -> float:
    """Theta of the lowest deviance, 0 included.

    The grid comes first because teams of unequal size can give the deviance two valleys.
    """
    from scipy.optimize import minimize_scalar  # 20 MB that nobody needs who only draws reports

    grid = np.linspace(_LOWEST, _HIGHEST, _STEPS)
    place = int(np.argmin(profile.at(np.exp(grid))[2]))
    found = minimize_scalar(
        lambda log_theta: float(profile.at(np.exp(np.asarray(log_theta)))[2]),
        bounds=(grid[max(place - 1, 0)], grid[min(place + 1, _STEPS - 1)]),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(np.exp(found.x)) if found.fun < -_GAIN else 0.0
