"""How large a change is, beside whether it is one (measurement, section 6.3): Hedges g and Cliff's delta."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.cycle_statistics import Histograms, Summary
from assess.scoring.disclosure import BoolArray
from assess.scoring.interval import FULL
from assess.scoring.moments import FloatArray, IntArray

_BLOCK = 8192  # nodes compared at a time
_NO_SPREAD = 1e-6  # points; what adding up leaves behind where everybody has the same score


@dataclass(frozen=True)
class Effect:
    """An effect size per node, positive where the later quarter is higher; 0 where not `available`. Shape (nodes,)."""

    value: FloatArray
    available: BoolArray


@dataclass(frozen=True)
class Dominance:
    """Every person of one quarter against every person of another, per node; arrays of shape (nodes,).

    `net` counts pairs in which the later person scores higher, less those in which the earlier one does; `tied` is the
    sum of t^3 - t over groups of t persons of both quarters with equal scores. All whole numbers.
    """

    n_earlier: IntArray
    n_later: IntArray
    net: FloatArray
    tied: FloatArray


def small_sample_factor(df: npt.ArrayLike) -> FloatArray:
    """Correct the bias of a standardised difference: J = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)) (Hedges, 1981).

    Exact, no approximation; df must be above 1. Shape of `df`.

    >>> round(float(small_sample_factor(18)), 6)
    0.957646
    """
    from scipy.special import poch

    freedom = np.asarray(df, dtype=np.float64)
    return np.asarray(poch((freedom - 1.0) / 2.0, 0.5) / np.sqrt(freedom / 2.0))


def hedges_g(earlier: Summary, later: Summary, *, from_n: int = FULL) -> Effect:
    """Standardise the difference of means: g = J(n1+n2-2) (m2 - m1) / s_p with the pooled SD, not moderated.

    s_p^2 = ((n1-1) s1^2 + (n2-1) s2^2) / (n1+n2-2). Shapes (nodes,).
    Not available: fewer than `from_n` persons (1 for data that are not confidential) in either quarter, two degrees of
    freedom not reached, or pooled SD 0.
    """
    n1, n2 = np.asarray(earlier.n), np.asarray(later.n)
    freedom = np.maximum(n1 + n2 - 2, 2).astype(float)
    pooled = np.sqrt((earlier.within + later.within) / freedom)
    enough = (np.minimum(n1, n2) >= max(from_n, 1)) & (n1 + n2 - 2 >= 2)
    available = enough & (pooled > _NO_SPREAD)
    difference = np.where(available, later.mean_100 - earlier.mean_100, 0.0)
    return Effect(small_sample_factor(freedom) * difference / np.where(available, pooled, 1.0), available)


def dominance(earlier: Histograms, later: Histograms, count: int) -> Dominance:
    """Compare two quarters of `count` nodes pair by pair, from cumulative sums of their histograms.

    Block by block of nodes, so that what is sorted at a time stays small.
    """
    parts = [
        _dominance(_block(earlier, start, stop), _block(later, start, stop), stop - start)
        for start in range(0, max(count, 1), _BLOCK)
        for stop in (min(start + _BLOCK, count),)
    ]
    return Dominance(
        n_earlier=np.concatenate([part.n_earlier for part in parts]),
        n_later=np.concatenate([part.n_later for part in parts]),
        net=np.concatenate([part.net for part in parts]),
        tied=np.concatenate([part.tied for part in parts]),
    )


def _block(histograms: Histograms, start: int, stop: int) -> Histograms:
    """Take the cells of nodes from `start` to before `stop`, numbered from 0; cells are sorted by node."""
    first, last = np.searchsorted(histograms.nodes, [start, stop])
    return Histograms(
        histograms.nodes[first:last] - np.int32(start), histograms.scores_100[first:last], histograms.counts[first:last]
    )


def _dominance(earlier: Histograms, later: Histograms, count: int) -> Dominance:
    nodes = np.concatenate([earlier.nodes, later.nodes])
    scores = np.concatenate([earlier.scores_100, later.scores_100])
    order = np.lexsort((scores, nodes))
    nodes, scores = nodes[order], scores[order]
    new = np.ones(nodes.size, dtype=np.bool_)
    new[1:] = (nodes[1:] != nodes[:-1]) | (scores[1:] != scores[:-1])
    cells = np.empty(nodes.size, dtype=np.int64)
    cells[order] = np.cumsum(new) - 1
    split = earlier.nodes.size
    size = int(new.sum())
    first = np.bincount(cells[:split], weights=earlier.counts, minlength=size)
    second = np.bincount(cells[split:], weights=later.counts, minlength=size)
    place = nodes[new]
    n1 = np.bincount(place, weights=first, minlength=count)
    n2 = np.bincount(place, weights=second, minlength=count)
    below = np.cumsum(first) - first - (np.cumsum(n1) - n1)[place]
    above = n1[place] - below - first
    together = first + second
    return Dominance(
        n_earlier=n1.astype(np.int64),
        n_later=n2.astype(np.int64),
        net=np.bincount(place, weights=second * (below - above), minlength=count).astype(np.float64),
        tied=np.bincount(place, weights=together**3 - together, minlength=count).astype(np.float64),
    )


def cliffs_delta(pairs: Dominance, *, from_n: int = FULL) -> Effect:
    """Cliff's delta: sum over pairs of sign(later - earlier), divided by n1 n2; from -1 to 1 (Cliff, 1993).

    Ties inside a class of five points count as ties. Not available: fewer than `from_n` persons with a histogram in
    either quarter.
    """
    available = np.minimum(pairs.n_earlier, pairs.n_later) >= max(from_n, 1)
    possible = np.where(available, pairs.n_earlier.astype(float) * pairs.n_later, 1.0)
    return Effect(np.where(available, pairs.net, 0.0) / possible, available)
