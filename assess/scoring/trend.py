"""Does a score rise or fall over several quarters? (measurement, section 6.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assess.scoring.cycle_statistics import DimensionRecords, Summary, history, pooled_variance_of
from assess.scoring.disclosure import BoolArray
from assess.scoring.interval import PRIOR_SD
from assess.scoring.moments import FloatArray, IntArray
from assess.scoring.rounding import down_all, half_up_all, up_all

FEWEST_QUARTERS = 5
FEWEST_TEAMS = 5  # with so many quarters, to estimate how much whole teams swing
SWING_VARIANCE = 9.0  # sigma_q^2 with fewer: three points, squared
Z = 1.96
STEP = 0.5  # points, as displayed


class TrendWord(StrEnum):
    """What is said of a trend; also where higher is worse."""

    UP = "up"
    DOWN = "down"
    NO_CLEAR_TREND = "no_clear_trend"


@dataclass(frozen=True)
class Trend:
    """Slopes in points per quarter with 95 % limits, unrounded; arrays of shape (nodes,).

    `quarters` counts those with enough answers. Where not `available` (fewer than five) all others are 0.
    """

    quarters: IntArray
    slope_100: FloatArray
    se: FloatArray
    low_100: FloatArray
    high_100: FloatArray
    available: BoolArray

    @property
    def words(self) -> npt.NDArray[np.str_]:
        """Say "up" or "down" where |slope / se| > 1.96, else "no clear trend"."""
        word = np.where(self.slope_100 > 0.0, str(TrendWord.UP), str(TrendWord.DOWN))
        clear = self.available & (np.abs(self.slope_100) > Z * self.se)
        return np.asarray(np.where(clear, word, str(TrendWord.NO_CLEAR_TREND)))


@dataclass(frozen=True)
class DisplayedTrend:
    """Half points as printed: slope rounded half away from zero, limits outwards; arrays of shape (nodes,)."""

    slope_100: FloatArray
    low_100: FloatArray
    high_100: FloatArray


@dataclass(frozen=True)
class TheilSen:
    """Median of all slopes between two quarters, and the median of y - slope t."""

    slope: float
    intercept: float


@dataclass(frozen=True)
class MannKendall:
    """Pairs of quarters that rise less those that fall, the variance of that number by chance, z and two-sided p."""

    s: int
    variance: float
    z: float
    p: float


def trends(
    records: Sequence[DimensionRecords],
    times: npt.NDArray[np.integer],
    *,
    minimum: int,
    prior_sd: float = PRIOR_SD,
) -> Trend:
    """Fit the nodes of the last of some cycles, oldest first; `times` numbers their quarters, gaps included.

    v0 is pooled over all teams of R in all these cycles.
    """
    v0 = pooled_variance_of(records, prior_sd=prior_sd)
    return weighted_trend(history(records), times, records[-1].is_team, v0, minimum=minimum)


def weighted_trend(
    quarters: Summary, times: npt.NDArray[np.integer], is_team: BoolArray, v0: float, *, minimum: int
) -> Trend:
    """Fit a weighted line with known standard errors to every row of `quarters`, shape (nodes, quarters).

    v = (2 v0 + sum (n_t-1) s_t^2) / (2 + sum (n_t-1)), w_t = 1 / (v/n_t + sigma_q^2), centred on the weighted mean of
    t: b = sum w_t (t - tbar) m_t / sum w_t (t - tbar)^2, se = 1 / sqrt(sum w_t (t - tbar)^2), limits b +- 1.96 se.
    Quarters with n_t < minimum (0: no record) are missing but keep their place in `times` (shape (quarters,)).
    Not available: fewer than five quarters. Raises ValueError for times that do not rise and unless v0 > 0.
    """
    _check_rising(times)
    if not v0 > 0.0:
        raise ValueError("the variance inside teams must be positive")
    present = quarters.n >= max(minimum, 1)
    count = present.sum(axis=1)
    available = count >= FEWEST_QUARTERS
    freedom = np.where(present, quarters.n - 1, 0).sum(axis=1)
    v = (2.0 * v0 + np.where(present, quarters.within, 0.0).sum(axis=1)) / (2.0 + freedom)
    noise = v[:, np.newaxis] / np.maximum(quarters.n, 1)
    mean = np.where(present, quarters.mean_100, 0.0)
    swing = swing_variance(mean, noise, times, present & (is_team & available)[:, np.newaxis])
    slope, squares = _slopes(mean, np.where(present, 1.0 / (noise + swing), 0.0), times)
    se = 1.0 / np.sqrt(np.where(available, squares, 1.0))
    slope, se = np.where(available, slope, 0.0), np.where(available, se, 0.0)
    return Trend(count.astype(np.int64), slope, se, slope - Z * se, slope + Z * se, available)


def swing_variance(mean: FloatArray, noise: FloatArray, times: npt.NDArray[np.integer], used: BoolArray) -> float:
    """Estimate sigma_q^2, how much a whole team swings from quarter to quarter beyond its members' noise.

    max(0, mean over teams of [SS_res / (T-2) - mean over quarters of v/n_t]), SS_res about each team's unweighted line;
    9 (three points) with fewer than five teams. Arrays (nodes, quarters); `used` marks the quarters of the teams of R
    with five quarters or more.
    """
    teams = used.sum(axis=1)
    rows = teams >= FEWEST_QUARTERS
    if int(rows.sum()) < FEWEST_TEAMS:
        return SWING_VARIANCE
    mean, noise, weights, number = mean[rows], noise[rows], used[rows].astype(float), teams[rows]
    slope, _ = _slopes(mean, weights, times)
    level = (weights * mean).sum(axis=1) / number
    when = (weights * times).sum(axis=1) / number
    residual = mean - level[:, np.newaxis] - slope[:, np.newaxis] * (times - when[:, np.newaxis])
    beyond = (weights * residual**2).sum(axis=1) / (number - 2) - (weights * noise).sum(axis=1) / number
    return max(0.0, float(beyond.mean()))


def displayed_trend(trend: Trend) -> DisplayedTrend:
    """Round for display to half points."""
    return DisplayedTrend(
        slope_100=half_up_all(trend.slope_100, STEP),
        low_100=down_all(trend.low_100, STEP),
        high_100=up_all(trend.high_100, STEP),
    )


def theil_sen(times: npt.NDArray[np.integer], means_100: FloatArray) -> TheilSen | None:
    """Fit one node's quarters robustly (Theil, 1950; Sen, 1968), shapes (quarters,); None with fewer than two.

    Raises ValueError for times that do not rise.
    """
    _check_rising(times)
    if len(times) < 2:
        return None
    earlier, later = np.triu_indices(len(times), k=1)
    slope = float(np.median((means_100[later] - means_100[earlier]) / (times[later] - times[earlier])))
    return TheilSen(slope, float(np.median(means_100 - slope * times)))


def mann_kendall(means_100: FloatArray) -> MannKendall | None:
    """Test one node's quarters, in order of time, for a monotone trend (Mann, 1945; Kendall, 1975), shape (quarters,).

    S = sum over i < j of sign(y_j - y_i); variance (n(n-1)(2n+5) - sum t(t-1)(2t+5)) / 18 over groups of t equal
    values; z = (S - sign(S)) / sqrt(variance). None with fewer than two quarters or all values equal.
    """
    from scipy.special import ndtr

    n = len(means_100)
    _, ties = np.unique(means_100, return_counts=True)
    if len(ties) < 2:
        return None
    earlier, later = np.triu_indices(n, k=1)
    s = int(np.sign(means_100[later] - means_100[earlier]).sum())
    variance = (n * (n - 1) * (2 * n + 5) - int((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18.0
    z = float((s - np.sign(s)) / np.sqrt(variance))
    return MannKendall(s, variance, z, float(2.0 * ndtr(-abs(z))))


def _check_rising(times: npt.NDArray[np.integer]) -> None:
    if bool((np.diff(times) <= 0).any()):
        raise ValueError("quarters must be in order, each once")


def _slopes(mean: FloatArray, weights: FloatArray, times: npt.NDArray[np.integer]) -> tuple[FloatArray, FloatArray]:
    """Weighted least squares of every row: slope, and sum of w (t - tbar)^2; 0 where that sum is 0."""
    total = np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    centred = times - (weights * times).sum(axis=1, keepdims=True) / total
    squares = (weights * centred**2).sum(axis=1)
    level = (weights * mean).sum(axis=1, keepdims=True) / total
    products = (weights * centred * (mean - level)).sum(axis=1)
    return products / np.where(squares > 0.0, squares, 1.0), squares
