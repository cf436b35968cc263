"""Cronbach's alpha of one dimension over the organisation, with its interval (measurement, section 4.1).

Recoded whole-number ratings of the persons who answered every item (listwise). Sums of whole numbers are exact, so
nothing depends on the order of people, and the bootstrap not on the names or the order of teams either.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import FloatArray, IntArray
from assess.scoring.team_bootstrap import PERCENTILES, drawn_sums

ALPHA_FROM = 50  # persons
SEED = 1951
_CHUNK = 65_536  # persons turned into floats at a time
_NOTHING = 1e-12  # share of a sum of squares that is only rounding


class Unavailable(StrEnum):
    """Why there is no coefficient."""

    SINGLE_ITEM = "single_item"
    TOO_FEW = "too_few"
    NO_VARIANCE = "no_variance"  # of the sum of items
    CONSTANT_ITEM = "constant_item"
    REDUNDANT_ITEM = "redundant_item"  # the others foretell it without error
    AT_BOUND = "at_bound"  # an item without error of its own: the model does not fit
    NO_CONVERGENCE = "no_convergence"


class IntervalKind(StrEnum):
    """Where the limits come from."""

    CLUSTER_BOOTSTRAP = "cluster_bootstrap"
    FELDT = "feldt"  # ignores that people sit in teams


@dataclass(frozen=True)
class Alpha:
    """Alpha with its 95 % limits; tuples have one entry per item, in the order of the columns.

    `item_rest` is the correlation of an item with the sum of the others (None: one of them does not vary), `if_dropped`
    alpha without the item (None: one item left, or no variance). `keying_warnings` are places of items with a negative
    item-rest correlation: probably keyed the wrong way round.
    """

    persons: int
    alpha: float
    low: float
    high: float
    interval: IntervalKind
    item_rest: tuple[float | None, ...]
    if_dropped: tuple[float | None, ...]
    keying_warnings: tuple[int, ...]


def cronbach_alpha(
    ratings: npt.NDArray[np.integer], complete: BoolArray, teams: npt.NDArray[np.integer], *, seed: int = SEED
) -> Alpha | Unavailable:
    """Compute alpha with its limits and what it says of single items.

    alpha = k/(k-1) (1 - sum of item variances / variance of the sum) (Cronbach, 1951).
    `ratings` are recoded, shape (persons, items); `complete` and `teams` (place of the smallest node, not negative)
    have shape (persons,). From 20 teams with a complete answer the limits are those of the cluster bootstrap, below
    (or where a draw has no variance) Feldt's.
    Edges: one item, fewer than 50 persons, no variance of the sum: a reason. A negative alpha stays negative.
    """
    persons, scatter = scatter_matrix(ratings, complete)
    if scatter.shape[0] < 2:
        return Unavailable.SINGLE_ITEM
    if persons < ALPHA_FROM:
        return Unavailable.TOO_FEW
    alpha = alpha_of(scatter)
    if alpha is None:
        return Unavailable.NO_VARIANCE
    kind = IntervalKind.CLUSTER_BOOTSTRAP
    limits = cluster_interval(ratings, complete, teams, seed=seed)
    if limits is None:
        kind, limits = IntervalKind.FELDT, feldt_interval(alpha, persons, scatter.shape[0])
    return Alpha(
        persons,
        alpha,
        *limits,
        kind,
        item_rest_correlations(scatter),
        alpha_if_dropped(scatter),
        negative_rest(scatter),
    )


def scatter_matrix(ratings: npt.NDArray[np.integer], complete: BoolArray) -> tuple[int, IntArray]:
    """Count the complete persons and form n sum(xy) - sum(x) sum(y), shape (items, items): n (n-1) times covariance.

    In whole numbers, exact for ratings within +-100 and up to two million persons, so that no variance is exactly 0.
    """
    kept = np.flatnonzero(complete)
    products = np.zeros((ratings.shape[1], ratings.shape[1]), dtype=np.int64)
    sums = np.zeros(ratings.shape[1], dtype=np.int64)
    for start in range(0, kept.size, _CHUNK):
        part = ratings[kept[start : start + _CHUNK]].astype(np.float64)
        products += np.rint(part.T @ part).astype(np.int64)
        sums += np.rint(part.sum(axis=0)).astype(np.int64)
    return kept.size, kept.size * products - np.outer(sums, sums)


def alpha_of(scatter: IntArray) -> float | None:
    """Alpha of a scatter matrix, whose factor n (n-1) cancels; None with one item or no variance of the sum.

    >>> alpha_of(np.array([[2, 1], [1, 2]]))
    0.6666666666666667
    """
    items = scatter.shape[0]
    total = sum(scatter.sum(axis=1).tolist())
    if items < 2 or total <= 0:
        return None
    return float(items / (items - 1) * (1.0 - sum(np.diag(scatter).tolist()) / total))


def item_rest_correlations(scatter: IntArray) -> tuple[float | None, ...]:
    """Correlate each item with the sum of the others; None where one of them does not vary.

    Never beyond +-1, without a cut: the sums are exact, and a square root undoes the rounding of a square.
    """
    own = np.diag(scatter).astype(float)
    shared = _shared(scatter).astype(float)
    rest = float(sum(scatter.sum(axis=1).tolist())) - 2.0 * shared - own
    return tuple(
        float(c / np.sqrt(o * r)) if o > 0 and r > 0 else None for c, o, r in zip(shared, own, rest, strict=True)
    )


def alpha_if_dropped(scatter: IntArray) -> tuple[float | None, ...]:
    """Alpha of the other items, for each item; None where one item is left or their sum does not vary."""
    items = range(scatter.shape[0])
    return tuple(alpha_of(np.delete(np.delete(scatter, item, axis=0), item, axis=1)) for item in items)


def negative_rest(scatter: IntArray) -> tuple[int, ...]:
    """Places of the items with a negative item-rest correlation, decided in whole numbers."""
    return tuple(np.flatnonzero(_shared(scatter) < 0).tolist())


def feldt_interval(alpha: float, persons: int, items: int) -> tuple[float, float]:
    """95 % limits 1 - (1-a) F^-1(.975), 1 - (1-a) F^-1(.025) with n-1 and (n-1)(k-1) degrees of freedom (Feldt, 1965).

    `persons` and `items` at least 2.
    """
    from scipy.special import fdtri

    freedom = (persons - 1, (persons - 1) * (items - 1))
    upper, lower = (float(fdtri(*freedom, p)) for p in (0.975, 0.025))
    return 1.0 - (1.0 - alpha) * upper, 1.0 - (1.0 - alpha) * lower


def cluster_interval(
    ratings: npt.NDArray[np.integer], complete: BoolArray, teams: npt.NDArray[np.integer], *, seed: int = SEED
) -> tuple[float, float] | None:
    """2.5 and 97.5 percentile of alpha over 1,000 draws of teams with replacement.

    None below 20 teams and where a draw has no variance of the sum. More than 1,000 teams are first put at random
    into 1,000 blocks of equal size, give or take one. Teams are ordered by their sums before the first random number,
    so that neither names nor order matter; teams with equal sums are interchangeable.
    """
    sums = _team_sums(ratings, complete, teams)
    drawn = drawn_sums(sums[np.lexsort(sums.T)], seed)
    alphas = None if drawn is None else _alphas_of_sums(drawn)
    if alphas is None:
        return None
    low, high = np.quantile(alphas, PERCENTILES).tolist()
    return low, high


def _shared(scatter: IntArray) -> IntArray:
    """Each item's covariance with the sum of the others, times n (n-1)."""
    return np.asarray(scatter.sum(axis=1) - np.diag(scatter), dtype=np.int64)


def _team_sums(ratings: npt.NDArray[np.integer], complete: BoolArray, teams: npt.NDArray[np.integer]) -> FloatArray:
    """Put each team with a complete answer into one row: n, squares of all items, square of the sum, item sums.

    Of the cross-products alpha needs no more than their trace and their total.
    """
    where = teams[complete]
    total = np.zeros(where.size, dtype=np.int64)
    squares = np.zeros(where.size, dtype=np.int64)
    sums = []
    for item in range(ratings.shape[1]):
        value = ratings[complete, item].astype(np.int64)
        total += value
        squares += value * value
        sums.append(np.bincount(where, weights=value))
    parts = [np.bincount(where), np.bincount(where, weights=squares), np.bincount(where, weights=total * total), *sums]
    table = np.stack(parts, axis=1).astype(np.float64)
    return table[table[:, 0] > 0]


def _alphas_of_sums(sums: FloatArray) -> FloatArray | None:
    """Alpha of each row of summed team rows; None if any row has no variance of the sum."""
    n, squares, total, items = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3:]
    whole = total - items.sum(axis=1) ** 2 / n
    if bool((whole <= _NOTHING * total).any()):
        return None
    parts = squares - (items**2).sum(axis=1) / n
    k = items.shape[1]
    return np.asarray(k / (k - 1) * (1.0 - parts / whole))
