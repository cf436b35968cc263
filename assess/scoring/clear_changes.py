"""Which of many differences are clear when all of them are read together, from displayed figures alone.

A team's own report looks at its few dimensions; whoever reads those of all teams at once looks at hundreds, and would
find some by chance. So the false-discovery rate is held over all of them (measurement, sections 5.3 and 6.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assess.scoring.false_discovery import adjusted
from assess.scoring.moments import FloatArray

LEVEL_OF_CHANGES = 0.05
LEVEL_OF_TEAMS = 0.10
_NARROWEST = 1.0  # points: limits that rounding has brought together say no more than that


@dataclass(frozen=True)
class DisplayedDifference:
    """A difference as displayed, in points, with its 95 % limits and the degrees of freedom they rest on."""

    difference_100: float
    low_100: float
    high_100: float
    freedom: int


def clear_among_all(differences: Sequence[DisplayedDifference], *, level: float) -> tuple[bool, ...]:
    """Say of each whether it is clear among all: p by t = d / se, adjusted after Benjamini and Hochberg, q < level.

    se is the displayed half-width over t_.975. Displayed limits are rounded outwards (below ten answers to the next
    multiple of five), so that p errs on the large side. A limit that the scale cuts off does not count: the wider side
    is taken.

    >>> strong, weak = DisplayedDifference(30, 16, 44, 26), DisplayedDifference(12, 0, 24, 26)
    >>> clear_among_all([strong, weak], level=0.05)
    (True, True)
    >>> clear_among_all([weak, *[DisplayedDifference(0, -9, 9, 26)] * 9], level=0.05)[0]
    False
    """
    from scipy.special import stdtr, stdtrit

    if not differences:
        return ()
    d, low, high, freedom = _columns(differences)
    half = np.maximum(np.maximum(high - d, d - low), _NARROWEST)
    t = np.abs(d) * stdtrit(freedom, 0.975) / half
    p = np.minimum(2.0 * stdtr(freedom, -t), 1.0)
    q = adjusted(p, np.ones(len(differences), dtype=np.bool_))
    return tuple((q < level).tolist())


def _columns(differences: Sequence[DisplayedDifference]) -> FloatArray:
    rows = [(d.difference_100, d.low_100, d.high_100, max(d.freedom, 1)) for d in differences]
    return np.array(rows, dtype=np.float64).T
