"""A recommendation question on 0-10 as one number (measurement, section 1.5): promoters less detractors."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

FEWEST = 10  # with eight answers one person changing from 6 to 9 moves the number by 25 points
OPTIONS = 11
PROMOTERS, DETRACTORS = slice(9, 11), slice(0, 7)


@dataclass(frozen=True)
class Recommendation:
    """The number, -100 to 100, with its standard error, both in points; `n` answers."""

    n: int
    score: float
    se: float


def recommendation(counts: npt.NDArray[np.integer], headcount: int | None) -> Recommendation | None:
    """Compute 100 (p - d), p the share of 9 and 10, d that of 0 to 6, from counts of the options 0..10, shape (11,).

    se = 100 sqrt((p + d - (p - d)^2)/(n - 1)), times sqrt(1 - n/N) where the headcount N is known and not below n. None
    below ten answers. Never a trend: it jumps. Raises ValueError for another number of options.
    """
    if counts.shape != (OPTIONS,):
        raise ValueError(f"{counts.shape} instead of counts of eleven options")
    n = int(counts.sum())
    if n < FEWEST:
        return None
    p, d = float(counts[PROMOTERS].sum()) / n, float(counts[DETRACTORS].sum()) / n
    variance = max(p + d - (p - d) ** 2, 0.0) / (n - 1)
    silent = 1.0 if headcount is None or headcount < n else 1.0 - n / headcount
    return Recommendation(n, 100.0 * (p - d), 100.0 * sqrt(variance * silent))
