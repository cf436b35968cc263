"""Comparison of teams that allows for their size: shrunken means and the probability of being among the lowest."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import FloatArray, IntArray, Moments
from assess.scoring.reml import RandomIntercept
from assess.scoring.rounding import half_up
from assess.scoring.variance_components import VarianceComponents, icc2_at

FEWEST_TEAMS = 8
SIGNIFICANT = 0.05
RELIABLE = 0.40
MOST_IN_BOTTOM = 5
P_STEP = 0.05
_HALVINGS = 100
_SURE = 1e-6  # points; a posterior SD of 0 would make the probability a jump, and teams with equal means rank at random


class BottomLabel(StrEnum):
    """What is said of a team that may be among the lowest."""

    LIKELY = "likely"
    POSSIBLY = "possibly"


@dataclass(frozen=True)
class Shrunken:
    """Team means drawn towards the common mean; arrays of shape (teams,), meaningless where not `available` (n = 0).

    `weight` is the part of the team's own mean in it (lambda, 0-1); `variance` the posterior variance, points squared.
    """

    mean_100: FloatArray
    variance: FloatArray
    weight: FloatArray
    available: BoolArray


@dataclass(frozen=True)
class Gate:
    """Whether teams may be compared, and on what that rests; None where the statistic is not available."""

    teams: int
    p: float | None
    icc2_at_median: float | None

    @property
    def passed(self) -> bool:
        """At least eight teams that differ significantly and reliably."""
        if self.p is None or self.icc2_at_median is None:
            return False
        return self.teams >= FEWEST_TEAMS and self.p < SIGNIFICANT and self.icc2_at_median >= RELIABLE


def shrink(teams: Moments, fit: RandomIntercept | None) -> Shrunken | None:
    """Empirical Bayes means of the teams `fit` was estimated from.

    lambda_j = n_j tau^2 / (n_j tau^2 + sigma^2); EB_j = mu + lambda_j (m_j - mu); posterior variance
    tau^2 (1 - lambda_j) (measurement, section 5.1). tau^2 = 0: all equal mu. None where the variances are not
    available.
    """
    if fit is None or fit.tau2 is None or fit.sigma2 is None:
        return None
    signal = teams.n * fit.tau2
    total = signal + fit.sigma2
    weight = np.where(total > 0.0, signal / np.where(total > 0.0, total, 1.0), 0.0)
    return Shrunken(
        mean_100=fit.mu + weight * (teams.mean - fit.mu),
        variance=fit.tau2 * (1.0 - weight),
        weight=weight,
        available=teams.n > 0,
    )


def bottom_k(teams: int) -> int:
    """How many teams count as the lowest: a quarter, at most five.

    >>> bottom_k(8), bottom_k(23), bottom_k(1000)
    (2, 5, 5)
    """
    return min(MOST_IN_BOTTOM, teams // 4)


def p_bottom(shrunken: Shrunken, k: int) -> FloatArray:
    """Probability that a team's true mean is among the k lowest, shape (teams,); 0 where not available.

    p_j = Phi((c - EB_j)/sd_j) with the c for which they add up to k (bisection; measurement, section 5.2). Teams that
    nothing tells apart share what is left equally. k <= 0: all 0; k at least the number of teams: all 1.
    """
    from scipy.special import ndtr

    kept = shrunken.available
    p = np.zeros(kept.shape)
    if k <= 0 or not kept.any():
        return p
    if k >= int(kept.sum()):
        return kept.astype(np.float64)
    # Seen from the middle, c keeps more digits than among values of 0-100.
    mean = shrunken.mean_100[kept] - np.median(shrunken.mean_100[kept])
    sd = np.maximum(np.sqrt(np.maximum(shrunken.variance[kept], 0.0)), _SURE)
    reach = 40.0 * float(sd.max())
    low, high = float(mean.min()) - reach, float(mean.max()) + reach
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if float(ndtr((middle - mean) / sd).sum()) < k:
            low = middle
        else:
            high = middle
    p[kept] = ndtr((high - mean) / sd)
    return p


def comparison_gate(components: VarianceComponents | None, n: IntArray) -> Gate:
    """Decide whether teams (sizes `n` of shape (teams,); those with 0 do not count) may be compared.

    At least 8 teams, F test with p < .05, and ICC(2) of at least .40 at the median team size (measurement, 5.2).
    """
    sizes = n[n > 0]
    if components is None:
        return Gate(int(sizes.size), None, None)
    return Gate(int(sizes.size), components.p, float(icc2_at(np.median(sizes), components.icc1)))


def displayed_shrunken(mean_100: float) -> float:
    """Shrunken mean as printed: whole points."""
    return half_up(mean_100)


def displayed_p(p: float) -> float:
    """Probability as printed: to the nearest .05.

    >>> displayed_p(0.775), displayed_p(0.774), displayed_p(0.02)
    (0.8, 0.75, 0.0)
    """
    return half_up(p, P_STEP)


def bottom_label(displayed: float) -> BottomLabel | None:
    """Choose the word from the displayed probability: likely from .80, possibly from .50, else none.

    >>> bottom_label(0.8).value, bottom_label(0.5).value, bottom_label(0.45)
    ('likely', 'possibly', None)
    """
    if displayed >= 0.80:
        return BottomLabel.LIKELY
    return BottomLabel.POSSIBLY if displayed >= 0.50 else None
