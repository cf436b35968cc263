"""Sums over groups of person scores: all that means, variances and intervals need."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.rounding import half_up_all
from assess.scoring.tree import Tree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EXACT_FROM = 10  # scores from which a record keeps the exact SD
CENTRE = 50.0  # person scores are centred before squaring, so that no digit is lost in the difference of large sums


@dataclass(frozen=True)
class Moments:
    """Count, sum and sum of squares of centred person scores per group. Three arrays of shape (groups,)."""

    n: IntArray
    first: FloatArray
    second: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean person score, 0-100; 0 where nobody has a score: ask `n` first."""
        return np.where(self.n > 0, CENTRE + self.first / np.maximum(self.n, 1), 0.0)

    @property
    def sum(self) -> FloatArray:
        """Sum of person scores, uncentred."""
        return self.first + CENTRE * self.n

    @property
    def within(self) -> FloatArray:
        """Sum of squared deviations from the group's mean."""
        deviation = self.second - self.first**2 / np.maximum(self.n, 1)
        return np.maximum(deviation, 0.0)

    @property
    def variance(self) -> FloatArray:
        """Variance with divisor n-1; 0 where n < 2: ask `n` first."""
        return np.where(self.n > 1, self.within / np.maximum(self.n - 1, 1), 0.0)

    def recorded(self) -> "Moments":
        """Keep of the spread only what the stored record keeps: below ten scores an SD in steps of five points.

        Mean and exact SD identify all person scores in 9 % of teams of five; with the coarse SD no combination of
        printed half-widths can say more than the record (measurement, sections 3.2 and 6.0).
        """
        deviation = half_up_all(np.sqrt(self.variance), 5.0)
        coarse = self.first**2 / np.maximum(self.n, 1) + (self.n - 1) * deviation**2
        return Moments(self.n, self.first, np.where((self.n > 1) & (self.n < EXACT_FROM), coarse, self.second))

    def with_mean(self, mean: FloatArray) -> "Moments":
        """Move the groups to other means (0-100, shape (groups,)), keeping n and spread."""
        first = self.n * (mean - CENTRE)
        return Moments(self.n, first, self.within + first**2 / np.maximum(self.n, 1))

    def upwards(self, tree: Tree) -> "Moments":
        """Add every node's sums to all its ancestors."""
        return Moments(*(np.asarray(tree.sum_upwards(part)) for part in (self.n, self.first, self.second)))

    def grouped(self, groups: npt.NDArray[np.integer], count: int) -> "Moments":
        """Add up the entries of each group; entries with a negative group are left out."""
        kept = groups >= 0
        where = groups[kept]
        return Moments(
            n=np.bincount(where, weights=self.n[kept], minlength=count).astype(np.int64),
            first=np.bincount(where, weights=self.first[kept], minlength=count).astype(np.float64),
            second=np.bincount(where, weights=self.second[kept], minlength=count).astype(np.float64),
        )

    def at(self, places: npt.NDArray[np.integer]) -> "Moments":
        """Take some of the groups."""
        return Moments(self.n[places], self.first[places], self.second[places])

    def joined(self, other: "Moments") -> "Moments":
        """Append the groups of another set."""
        return Moments(
            np.concatenate([self.n, other.n]),
            np.concatenate([self.first, other.first]),
            np.concatenate([self.second, other.second]),
        )


def moments_by_node(
    scores: FloatArray, scored: npt.NDArray[np.bool_], nodes: npt.NDArray[np.int32], count: int
) -> Moments:
    """Sum person scores (0-100, shape (respondents,)) per node, persons without a score left out."""
    centred = np.where(scored, scores - CENTRE, 0.0)
    return Moments(
        n=np.bincount(nodes[scored], minlength=count).astype(np.int64),
        first=np.bincount(nodes, weights=centred, minlength=count).astype(np.float64),
        second=np.bincount(nodes, weights=centred * centred, minlength=count).astype(np.float64),
    )
