"""The recommended interval for the score of a small finite team (measurement, section 3.2).

Plus-two moderated t with finite population correction, clipped to the logical bounds. One formula, three settings of
`rho`: 1 asks what all N would have answered, 0 asks about the process behind the answers (comparisons), and the
within-team reliability asks what the N members think apart from the mood of the moment (Kane and Brennan, 1977).
"""

from dataclasses import dataclass

import numpy as np

from assess.scoring.moments import FloatArray, IntArray, Moments
from assess.scoring.rounding import down, up

PRIOR_SD = 22.0  # a dimension or overall score of several items
PRIOR_SD_ITEM = 27.0  # a single five-point item
PRIOR_WEIGHT = 10.0
PRIOR_TEAMS = 3
FULL = 10  # answers from which whole-point limits are shown
COARSE = 5  # below that, half-widths are multiples of five points
DEFAULT_RELIABILITY = 0.80


@dataclass(frozen=True)
class Interval:
    """Unrounded limits and half-width per group; three arrays of shape (groups,), meaningless where n = 0."""

    low: FloatArray
    high: FloatArray
    half: FloatArray


def pooled_variance(teams: Moments, *, prior_sd: float = PRIOR_SD) -> float:
    """Estimate v0, the variance inside teams, from the released teams.

    (10 sd0^2 + sum (n_j - 1) s_j^2) / (10 + sum (n_j - 1)) over teams with n_j >= 2; sd0^2 with fewer than three.
    """
    several = teams.n >= 2
    if int(several.sum()) < PRIOR_TEAMS:
        return prior_sd**2
    return float(
        (PRIOR_WEIGHT * prior_sd**2 + teams.within[several].sum()) / (PRIOR_WEIGHT + (teams.n[several] - 1).sum())
    )


def moderated_variance(groups: Moments, v0: float) -> FloatArray:
    """Steady a group's own variance with two pseudo-observations: v = (2 v0 + (n-1) s^2) / (n+1)."""
    return (2.0 * v0 + np.where(groups.n > 1, groups.within, 0.0)) / (groups.n + 1.0)


def half_widths(groups: Moments, headcounts: IntArray, v0: float, *, rho: float) -> FloatArray:
    """Half-width of the 95 % interval: t(.975, n+1) sqrt(v (1 - rho n/N) / n); an unknown N (-1) means rho = 0."""
    from scipy.special import stdtrit

    n = np.maximum(groups.n, 1).astype(float)
    known = headcounts >= groups.n
    share = np.where(known & (headcounts > 0), rho * n / np.maximum(headcounts, 1), 0.0)
    t = np.asarray(stdtrit(n + 1.0, 0.975))
    return np.asarray(t * np.sqrt(moderated_variance(groups, v0) * np.maximum(1.0 - share, 0.0) / n))


def team_interval(groups: Moments, headcounts: IntArray, v0: float, *, rho: float) -> Interval:
    """Limits around the mean.

    With rho = 1 and a known headcount they stop at the logical bounds: every silent colleague at 0, or at 100.
    A headcount below the answers is treated as unknown, since N = n would claim a census.
    """
    half = half_widths(groups, headcounts, v0, rho=rho)
    mean = groups.mean
    lowest = np.zeros_like(mean)
    highest = np.full_like(mean, 100.0)
    if rho == 1.0:
        bounds = logical_bounds(groups, headcounts)
        lowest, highest = bounds.low, bounds.high
    return Interval(np.maximum(mean - half, lowest), np.minimum(mean + half, highest), half)


def logical_bounds(groups: Moments, headcounts: IntArray) -> Interval:
    """Where the mean of all N must lie whatever the silent say; 0 and 100 where N is unknown."""
    known = (headcounts >= groups.n) & (headcounts > 0)
    total = np.maximum(headcounts, 1)
    low = np.where(known, groups.sum / total, 0.0)
    high = np.where(known, (groups.sum + 100.0 * (headcounts - groups.n)) / total, 100.0)
    return Interval(low, high, (high - low) / 2.0)


def displayed_half(half: float, n: int) -> float:
    """Half-width as printed by itself: whole points from ten answers, else a multiple of five and at least five."""
    return up(half) if n >= FULL else max(float(COARSE), up(half, COARSE))


def displayed_limits(low: float, high: float, half: float, score: float, n: int) -> tuple[float, float]:
    """Limits as printed: outwards to whole points from ten answers, else around the displayed score, cut to 0-100.

    >>> displayed_limits(54.17, 70.83, 11.9, 65.0, 5)
    (50.0, 80.0)
    """
    if n >= FULL:
        return down(low), up(high)
    width = displayed_half(half, n)
    return max(0.0, score - width), min(100.0, score + width)


def organisation_half(strata: Moments, headcounts: IntArray, v0: float) -> float:
    """Half-width around the organisation's mean, teams as strata (measurement, section 3.8), z = 1.96.

    se^2 = sum (n_j / sum n)^2 v_j (1 - f_j) / n_j; the correction only where the headcount is known.
    """
    answered = strata.n > 0
    n = strata.n[answered].astype(float)
    heads = headcounts[answered]
    known = heads >= strata.n[answered]
    silent = np.where(known, 1.0 - n / np.maximum(heads, 1), 1.0)
    v = moderated_variance(strata, v0)[answered]
    return float(1.96 * np.sqrt(((n / n.sum()) ** 2 * v * silent / n).sum())) if n.size else 0.0
