"""How far the people of a node agree on the items of one dimension (measurement, section 4.3).

Every index here needs only how often each option was ticked, so counts are the core: a unit's counts are the sum of
those below it, a pooled group's the sum of its parts. All sums are whole numbers, hence exact, and independent of the
order of people. Only persons who answered every item of the dimension enter (listwise), with recoded ratings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import FloatArray, IntArray
from assess.scoring.tree import Tree

AGREEMENT_FROM = 2  # one person cannot agree or disagree
SLIGHT_SKEW = {5: 1.34, 6: 1.85, 7: 2.90}  # LeBreton and Senter (2008), ORM 11:815; by number of options


@dataclass(frozen=True)
class Agreement:
    """Agreement on all items of a dimension; arrays of shape (nodes,), 0 where not `available`, never NaN.

    `variance` is the mean item variance (divisor n-1) and `ad` the mean absolute deviation, in raw units, over `items`
    items with `options` options each. The indices follow from them when they are asked for.
    """

    items: int
    options: int
    n: IntArray
    available: BoolArray
    variance: FloatArray
    ad: FloatArray

    @cached_property
    def rwg_j(self) -> FloatArray:
        """r_wg(j) under the uniform null."""
        return _rwg_j(self.variance / uniform_variance(self.options), self.items, self.available)

    @cached_property
    def rwg_j_skew(self) -> FloatArray | None:
        """r_wg(j) under slight skew; None: there is no such null for this number of options."""
        skew = slight_skew_variance(self.options)
        return None if skew is None else _rwg_j(self.variance / skew, self.items, self.available)

    @property
    def r_star_wg_j(self) -> FloatArray:
        """r*_wg(j) = 1 - q under the uniform null, not cut at 0."""
        return np.where(self.available, 1.0 - self.variance / uniform_variance(self.options), 0.0)


@dataclass(frozen=True)
class ItemAgreement:
    """Agreement on one item; arrays of shape (nodes,), 0 where not available, never NaN.

    `rwg` and `rwg_skew` as in Agreement. `awg` has its own mask, since it is undefined for a mean at an end of the
    scale; it may be negative.
    """

    n: IntArray
    available: BoolArray
    rwg: FloatArray
    rwg_skew: FloatArray | None
    ad: FloatArray
    awg: FloatArray
    awg_available: BoolArray


@dataclass(frozen=True)
class _Deviations:
    """Whole-number sums of one item, options numbered from 0: sum of squares times n, absolute deviations times n."""

    n: IntArray
    first: IntArray
    squared: IntArray
    absolute: IntArray

    @property
    def variance(self) -> FloatArray:
        """Divisor n-1; 0 where n < 2."""
        return np.asarray(self.squared / np.maximum(self.n * (self.n - 1), 1))

    @property
    def ad(self) -> FloatArray:
        """Mean absolute deviation from the mean, divisor n; 0 where n < 2."""
        return np.asarray(self.absolute / np.maximum(self.n * self.n, 1))


def uniform_variance(options: int) -> float:
    """Variance of ratings spread evenly over A options: (A^2 - 1) / 12 (James, Demaree and Wolf, 1984).

    >>> uniform_variance(5), uniform_variance(7)
    (2.0, 4.0)
    """
    return (options**2 - 1) / 12.0


def slight_skew_variance(options: int) -> float | None:
    """Variance of slightly skewed ratings; None for other than five, six or seven options."""
    return SLIGHT_SKEW.get(options)


def agreement_from_counts(counts: Iterable[npt.NDArray[np.integer]]) -> Agreement:
    """Compute r_wg(j), r*_wg(j) and AD from one array of counts (nodes, options) per item.

    The options run from the lowest rating to the highest and are whole numbers apart by one. With q = mean item
    variance (divisor n-1) / null variance: r_wg(j) = k (1-q) / (k (1-q) + q), 0 for q > 1 (James, Demaree and Wolf,
    1984); r*_wg(j) = 1 - q (Lindell, Brandt and Whitney, 1999); AD = mean over items of the mean
    |x - item mean|, divisor n (Burke, Finkelstein and Dusig, 1999). One item gives r_wg.
    Edges: fewer than two persons: not available; zero variance: 1, and AD 0. An iterable is read item by item, so one
    array of counts need be in memory at a time. Raises ValueError without items, for different numbers of options,
    and for different numbers of persons per item, since they must be counted listwise.
    """
    items = 0
    options = 0
    variance = ad = np.zeros(0)
    n: IntArray = np.zeros(0, dtype=np.int64)
    for item in counts:
        part = _deviations(item)
        if items == 0:
            options, n, variance, ad = item.shape[1], part.n, part.variance, part.ad
        elif item.shape[1] != options or not np.array_equal(part.n, n):
            raise ValueError("all items of a dimension need the same options and the same persons")
        else:
            variance, ad = variance + part.variance, ad + part.ad
        items += 1
    if items == 0:
        raise ValueError("agreement needs at least one item")
    return Agreement(items, options, n, n >= AGREEMENT_FROM, variance / items, ad / items)


def item_agreement(counts: npt.NDArray[np.integer]) -> ItemAgreement:
    """Compute r_wg, AD and a_wg of one item from its counts (nodes, options), lowest rating first.

    r_wg = 1 - s^2 / null variance, 0 where negative. a_wg = 1 - 2 s^2 / ([(H+L) M - M^2 - H L] n / (n-1)), the
    share of the largest variance that the mean M allows (Brown and Hauenstein, 2005); in whole numbers
    1 - 2 (n sum x^2 - (sum x)^2) / (sum x (n (A-1) - sum x)) with x from 0.
    Edges: fewer than two persons: not available; mean at an end of the scale: r_wg 1, a_wg not available.
    """
    part = _deviations(counts)
    options = counts.shape[1]
    available = part.n >= AGREEMENT_FROM
    skew = slight_skew_variance(options)
    room = part.first * (part.n * (options - 1) - part.first)
    inside = available & (room > 0)
    return ItemAgreement(
        n=part.n,
        available=available,
        rwg=_rwg_j(part.variance / uniform_variance(options), 1, available),
        rwg_skew=None if skew is None else _rwg_j(part.variance / skew, 1, available),
        ad=part.ad,
        awg=np.where(inside, 1.0 - 2.0 * part.squared / np.maximum(room, 1), 0.0),
        awg_available=inside,
    )


def listwise_counts(
    ratings: npt.NDArray[np.integer],
    complete: BoolArray,
    nodes: npt.NDArray[np.integer],
    count: int,
    *,
    lo: int,
    hi: int,
) -> Iterator[IntArray]:
    """Count the options of each item in turn, directly per node: arrays of shape (count, hi - lo + 1).

    `ratings` are recoded, shape (persons, items); rows outside `complete` (shape (persons,)) are never read.
    Raises ValueError for a rating outside lo..hi: it would be counted for a neighbour.
    """
    options = hi - lo + 1
    cell = nodes[complete].astype(np.int64) * options - lo
    for item in range(ratings.shape[1]):
        value = ratings[complete, item]
        if value.size and not lo <= int(value.min()) <= int(value.max()) <= hi:
            raise ValueError(f"a rating outside {lo}..{hi}")
        yield np.bincount(cell + value, minlength=count * options).reshape(count, options)


def agreement_by_node(
    ratings: npt.NDArray[np.integer],
    complete: BoolArray,
    nodes: npt.NDArray[np.integer],
    tree: Tree,
    *,
    lo: int,
    hi: int,
) -> Agreement:
    """Compute the agreement of the people in and below every node of the tree; arguments as in `listwise_counts`."""
    direct = listwise_counts(ratings, complete, nodes, len(tree.names), lo=lo, hi=hi)
    return agreement_from_counts(np.asarray(tree.sum_upwards(item), dtype=np.int64) for item in direct)


def _deviations(counts: npt.NDArray[np.integer]) -> _Deviations:
    """Add up option by option: never more than a few arrays of shape (nodes,) beside the counts."""
    columns = range(counts.shape[1])
    n = counts.sum(axis=1, dtype=np.int64)
    first = np.zeros_like(n)
    second = np.zeros_like(n)
    for option in columns:
        first += option * counts[:, option].astype(np.int64)
        second += option**2 * counts[:, option].astype(np.int64)
    absolute = np.zeros_like(n)
    for option in columns:
        absolute += counts[:, option] * np.abs(n * option - first)
    return _Deviations(n, first, n * second - first * first, absolute)


def _rwg_j(ratio: FloatArray, items: int, available: BoolArray) -> FloatArray:
    """r_wg(j) from q: the denominator is k - (k-1) q, at least 1, up to q = 1, and q beyond."""
    agreeing = items * np.maximum(1.0 - ratio, 0.0)
    return np.where(available, agreeing / (agreeing + ratio), 0.0)
