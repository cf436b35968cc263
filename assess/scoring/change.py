"""Did a score change between two quarters? Computed from stored records alone (measurement, section 6.2)."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assess.scoring.cycle_statistics import DimensionRecords, Summary, matched, pooled_variance_over
from assess.scoring.disclosure import BoolArray
from assess.scoring.effect_size import Dominance
from assess.scoring.interval import COARSE, FULL, PRIOR_SD
from assess.scoring.moments import FloatArray, IntArray
from assess.scoring.rounding import down_all, half_up_all, up_all

LEVEL = 0.05  # of the false-discovery rate within the dimensions of one team
LARGEST = 100.0
_NO_VARIANCE = 1e-9


class ChangeWord(StrEnum):
    """What is said of a change; also where higher is worse."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR_CHANGE = "no_clear_change"


@dataclass(frozen=True)
class Change:
    """Moderated t tests of later minus earlier mean, unrounded and not cut; arrays of shape (nodes,).

    `half_100` is the half-width of the 95 % interval. Where not `available` (n = 0 in either quarter) all are 0, p 1.
    """

    n_earlier: IntArray
    n_later: IntArray
    difference_100: FloatArray
    se: FloatArray
    p: FloatArray
    half_100: FloatArray
    available: BoolArray

    @property
    def df(self) -> FloatArray:
        """Degrees of freedom, n1 + n2."""
        return np.where(self.available, self.n_earlier + self.n_later, 0.0)

    @property
    def t(self) -> FloatArray:
        """Difference over its standard error."""
        return self.difference_100 / np.where(self.available, self.se, 1.0)


@dataclass(frozen=True)
class MatchedChange:
    """Changes of all nodes with an unbroken line, with their places in the earlier and the later records."""

    earlier: IntArray
    later: IntArray
    v0: float
    test: Change


@dataclass(frozen=True)
class DisplayedChange:
    """Whole points as printed, arrays of shape (nodes,); 0 where the change is not available."""

    difference_100: FloatArray
    low_100: FloatArray
    high_100: FloatArray


@dataclass(frozen=True)
class RankTest:
    """Mann-Whitney tests; arrays of shape (nodes,). `u` counts for the later quarter. 0 and p 1 where not available."""

    u: FloatArray
    p: FloatArray
    available: BoolArray


def change_between(earlier: DimensionRecords, later: DimensionRecords, *, prior_sd: float = PRIOR_SD) -> MatchedChange:
    """Test all nodes of unbroken lines at once.

    v0 is pooled over the teams that are released in both quarters on one line; the sums of both quarters enter.
    """
    before, after = matched(earlier, later)
    teams = np.flatnonzero(earlier.is_team[before] & later.is_team[after])
    quarters = (earlier.summary_at(before[teams]), later.summary_at(after[teams]))
    several = (quarters[0].n >= 2) | (quarters[1].n >= 2)
    v0 = pooled_variance_over(quarters, int(several.sum()), prior_sd=prior_sd)
    return MatchedChange(before, after, v0, moderated_change(earlier.summary_at(before), later.summary_at(after), v0))


def moderated_change(earlier: Summary, later: Summary, v0: float) -> Change:
    """Test the difference of two means of shape (nodes,), as if the two quarters had no person in common.

    v = (2 v0 + (n1-1) s1^2 + (n2-1) s2^2) / (n1+n2), se = sqrt(v (1/n1 + 1/n2)), df = n1 + n2, 95 % interval
    difference +- t_.975 se; the idea of moderation is Smyth's (2004). Always defined for n1, n2 >= 1: with single
    persons v is v0, and without any spread it still is not 0. Raises ValueError unless v0 > 0.
    """
    from scipy.special import stdtr, stdtrit

    if not v0 > 0.0:
        raise ValueError("the variance inside teams must be positive")
    n1, n2 = np.asarray(earlier.n), np.asarray(later.n)
    available = (n1 > 0) & (n2 > 0)
    size1, size2 = np.maximum(n1, 1).astype(float), np.maximum(n2, 1).astype(float)
    df = size1 + size2
    v = (2.0 * v0 + earlier.within + later.within) / df
    se = np.sqrt(v * (1.0 / size1 + 1.0 / size2))
    difference = np.where(available, later.mean_100 - earlier.mean_100, 0.0)
    t = difference / se
    return Change(
        n_earlier=n1,
        n_later=n2,
        difference_100=difference,
        se=np.where(available, se, 0.0),
        p=np.where(available, 2.0 * stdtr(df, -np.abs(t)), 1.0),
        half_100=np.where(available, stdtrit(df, 0.975) * se, 0.0),
        available=available,
    )


def displayed_change(change: Change) -> DisplayedChange:
    """Round for display.

    Difference of the unrounded means, half away from zero. Limits outwards where both quarters have ten persons; else
    around the displayed difference with the half-width up to a multiple of five, at least five. Cut to -100..100.
    """
    difference = half_up_all(change.difference_100)
    coarse = np.maximum(up_all(change.half_100, COARSE), COARSE)
    full = np.minimum(change.n_earlier, change.n_later) >= FULL
    low = np.where(full, down_all(change.difference_100 - change.half_100), difference - coarse)
    high = np.where(full, up_all(change.difference_100 + change.half_100), difference + coarse)
    return DisplayedChange(
        difference_100=np.where(change.available, difference, 0.0),
        low_100=np.where(change.available, np.maximum(low, -LARGEST), 0.0) + 0.0,
        high_100=np.where(change.available, np.minimum(high, LARGEST), 0.0) + 0.0,
    )


def change_words(difference_100: FloatArray, q: FloatArray) -> npt.NDArray[np.str_]:
    """Say "higher" or "lower" where q < .05, else "no clear change"; arrays of one shape.

    `q` are p-values adjusted within the released dimensions of each team; for the overall score and other groups,
    which belong to no family, their own p. Where a test is not available q is 1.
    """
    word = np.where(difference_100 > 0.0, str(ChangeWord.HIGHER), str(ChangeWord.LOWER))
    clear = (q < LEVEL) & (difference_100 != 0.0)
    return np.asarray(np.where(clear, word, str(ChangeWord.NO_CLEAR_CHANGE)))


def mann_whitney(pairs: Dominance, *, from_n: int = FULL) -> RankTest:
    """Test whether later persons tend to score higher, by the Mann-Whitney U of two histograms, shape (nodes,).

    u = pairs won + half the ties. Normal approximation with mean n1 n2 / 2, variance
    n1 n2 / 12 (n + 1 - sum (t^3 - t) / (n (n - 1))) and continuity correction 1/2 (Mann and Whitney, 1947); two-sided.
    All scores equal: p = 1. Not available: fewer than `from_n` persons with a histogram in either quarter.
    """
    from scipy.special import ndtr

    n1, n2 = pairs.n_earlier.astype(float), pairs.n_later.astype(float)
    available = np.minimum(n1, n2) >= max(from_n, 1)
    n = np.maximum(n1 + n2, 2.0)
    variance = n1 * n2 / 12.0 * (n + 1.0 - pairs.tied / (n * (n - 1.0)))
    beyond = np.maximum(np.abs(pairs.net) / 2.0 - 0.5, 0.0)
    spread = variance > _NO_VARIANCE
    z = beyond / np.sqrt(np.where(spread, variance, 1.0))
    return RankTest(
        u=np.where(available, (n1 * n2 + pairs.net) / 2.0, 0.0),
        p=np.where(available & spread, 2.0 * ndtr(-z), 1.0),
        available=available,
    )
