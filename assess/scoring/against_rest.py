"""One team against all the others together, never against each of them (measurement, section 5.3)."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray
from assess.scoring.interval import moderated_variance
from assess.scoring.moments import FloatArray, Moments

LEVEL = 0.10  # of the false-discovery rate over all released teams and dimensions
_NO_SPREAD = 1e-6  # points; the root of what adding up leaves behind where everybody gave the same answers


class RestWord(StrEnum):
    """Where a team stands among the others."""

    ABOVE = "above"
    AROUND = "around"
    BELOW = "below"


@dataclass(frozen=True)
class Difference:
    """Tests of a difference of means, arrays of one shape; where not `available` all are 0 and p is 1.

    `difference_100` in points, its standard error `se`, `t` with `df` degrees of freedom, two-sided `p`.
    """

    difference_100: FloatArray
    se: FloatArray
    t: FloatArray
    df: FloatArray
    p: FloatArray
    available: BoolArray


def against_rest(teams: Moments, v0: float) -> Difference:
    """Compare every team with the persons of all the others, shape (teams,).

    d = m_j - sum n_i m_i / sum n_i over i != j; se^2 = v_j/n_j + sum n_i v_i / (sum n_i)^2; t with n_j + 1 degrees of
    freedom, v moderated towards `v0` (section 3.2). Sums over the others are all sums less the team's own.
    Not available: a team without answers, every team where fewer than two have any, and a standard error of 0.
    """
    n = teams.n.astype(float)
    others = n.sum() - n
    possible = (n > 0) & (others > 0)
    own, rest = np.where(possible, n, 1.0), np.where(possible, others, 1.0)
    v = moderated_variance(teams, v0)
    weighted = n * v
    difference = teams.first / own - (teams.first.sum() - teams.first) / rest
    squared = v / own + np.maximum(weighted.sum() - weighted, 0.0) / rest**2
    return _tested(difference, squared, n + 1.0, possible & (squared > 0.0))


def welch(
    n1: npt.ArrayLike,
    mean1: npt.ArrayLike,
    sd1: npt.ArrayLike,
    n2: npt.ArrayLike,
    mean2: npt.ArrayLike,
    sd2: npt.ArrayLike,
) -> Difference:
    """Compare the first mean with the second by Welch's t from counts, means and SDs (divisor n-1), broadcast.

    se^2 = s1^2/n1 + s2^2/n2, df = se^4 / (s1^4/(n1^2 (n1-1)) + s2^4/(n2^2 (n2-1))) (Welch, 1947).
    Not available: fewer than two persons on either side; a mean or SD that is missing (NaN); both SDs 0, where the
    formula would be certain of anything.
    """
    arrays = (np.asarray(value, dtype=np.float64) for value in (n1, mean1, sd1, n2, mean2, sd2))
    n_1, m_1, s_1, n_2, m_2, s_2 = np.broadcast_arrays(*arrays)
    known = np.isfinite(m_1) & np.isfinite(m_2) & np.isfinite(s_1) & np.isfinite(s_2)
    available = known & (n_1 >= 2) & (n_2 >= 2) & ((s_1 > _NO_SPREAD) | (s_2 > _NO_SPREAD))
    size1, size2 = np.where(available, n_1, 2.0), np.where(available, n_2, 2.0)
    part1 = np.where(available, s_1, 1.0) ** 2 / size1
    part2 = np.where(available, s_2, 1.0) ** 2 / size2
    squared = part1 + part2
    # As shares of the sum, the squares of small variances cannot vanish.
    df = 1.0 / ((part1 / squared) ** 2 / (size1 - 1.0) + (part2 / squared) ** 2 / (size2 - 1.0))
    return _tested(m_1 - m_2, squared, df, available)


def rest_word(difference_100: float, q: float, *, level: float = LEVEL) -> RestWord:
    """Choose the word for an available comparison with adjusted p-value `q`.

    >>> rest_word(-12.0, 0.03).value, rest_word(-12.0, 0.10).value
    ('below', 'around')
    """
    if q >= level or difference_100 == 0.0:
        return RestWord.AROUND
    return RestWord.ABOVE if difference_100 > 0.0 else RestWord.BELOW


def _tested(difference: FloatArray, squared: FloatArray, df: FloatArray, available: BoolArray) -> Difference:
    """Two-sided t test of differences with squared standard errors `squared`."""
    from scipy.special import stdtr

    se = np.sqrt(np.where(available, squared, 1.0))
    t = np.where(available, difference / se, 0.0)
    freedom = np.where(available, df, 1.0)
    return Difference(
        difference_100=np.where(available, difference, 0.0),
        se=np.where(available, se, 0.0),
        t=t,
        df=np.where(available, df, 0.0),
        p=np.where(available, np.minimum(2.0 * stdtr(freedom, -np.abs(t)), 1.0), 1.0),
        available=available,
    )
