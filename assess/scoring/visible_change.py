"""The smallest change a team of this size can expect to see (measurement, section 6.4)."""

import numpy as np
import numpy.typing as npt

from assess.scoring.moments import FloatArray, IntArray
from assess.scoring.rounding import up_all

POWER = 0.80
QUANTILE = 0.975  # two-sided p < .05
FEWEST = 2  # answers per quarter: with one the test of two quarters has no degree of freedom
_HALVINGS = 52  # of a bracket a few units wide: to the last bit


def harmonic_n(n1: npt.ArrayLike, n2: npt.ArrayLike) -> IntArray:
    """Replace two sizes by one: their harmonic mean, rounded down; 0 where either is 0. Shapes are broadcast.

    >>> int(harmonic_n(5, 6)), int(harmonic_n(8, 8)), int(harmonic_n(4, 0))
    (5, 8, 0)
    """
    first, second = np.asarray(n1, dtype=np.int64), np.asarray(n2, dtype=np.int64)
    return np.asarray(2 * first * second // np.maximum(first + second, 1))


def smallest_visible_change(n: npt.ArrayLike, sd: float) -> FloatArray:
    """Difference in points between two independent quarters of n answers that p < .05 finds with power .80.

    d solves P(|T| > t_.975) = .80 for T noncentral t with df = 2n - 2 and noncentrality d / (sd sqrt(2/n)), both tails
    counted (as R's power.t.test with strict = TRUE). `sd` is sqrt(v0); any shape; each distinct n is computed once.
    Not available, and 0: n below 2. The value may exceed 100 points for n = 2: no change would be seen for sure.
    """
    sizes, where = np.unique(np.asarray(n, dtype=np.int64), return_inverse=True)
    possible = sizes >= FEWEST
    size = np.maximum(sizes, FEWEST).astype(float)
    change = _noncentrality(2.0 * size - 2.0) * sd * np.sqrt(2.0 / size)
    return np.asarray(np.where(possible, change, 0.0)[where].reshape(np.shape(n)))


def displayed_visible_change(change: FloatArray) -> FloatArray:
    """Round up to whole points."""
    return up_all(change)


def _noncentrality(df: FloatArray) -> FloatArray:
    """Noncentrality at which the two-sided test reaches the power, by bisection over all df at once."""
    from scipy.special import nctdtr, stdtrit

    critical = np.asarray(stdtrit(df, QUANTILE))
    low, high = np.full(df.shape, 2.7), critical + 1.5  # power .77 at most, .81 at least, for every df from 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        power = 1.0 - nctdtr(df, middle, critical) + nctdtr(df, middle, -critical)
        low, high = np.where(power < POWER, middle, low), np.where(power < POWER, high, middle)
    return np.asarray((low + high) / 2.0)
