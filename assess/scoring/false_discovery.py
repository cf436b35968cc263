"""Share of false alarms kept small when many tests are read together (Benjamini and Hochberg, 1995)."""

import numpy as np

from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import FloatArray


def adjusted(p: FloatArray, available: BoolArray) -> FloatArray:
    """Adjust the p-values of one family, any shape; 1 where not `available`, and those tests do not count.

    q_(i) = min over j >= i of p_(j) m / j over the m available tests. Raises ValueError for a p outside 0..1.
    """
    return adjusted_by_row(p.reshape(1, -1), available.reshape(1, -1)).reshape(p.shape)


def adjusted_by_row(p: FloatArray, available: BoolArray) -> FloatArray:
    """Adjust with every row a family of its own, shape (teams, tests); 1 where not `available`.

    All rows at once, without a loop: the tests that are not available are sorted behind the others of their row.
    Raises ValueError for a p outside 0..1.
    """
    _check(p, available)
    behind = np.where(available, p, 2.0)
    order = np.argsort(behind, axis=1, kind="stable")
    ranks = np.arange(1, p.shape[1] + 1)
    family = available.sum(axis=1, keepdims=True)
    raised = np.take_along_axis(behind, order, axis=1) * (family / ranks)
    raised = np.where(ranks <= family, np.minimum(raised, 1.0), 1.0)
    lowest = np.minimum.accumulate(raised[:, ::-1], axis=1)[:, ::-1]
    q = np.ones(p.shape)
    np.put_along_axis(q, order, lowest, axis=1)
    return q


def _check(p: FloatArray, available: BoolArray) -> None:
    """Refuse what would spread through a family: a NaN among the available."""
    if not bool(((p >= 0.0) & (p <= 1.0))[available].all()):
        raise ValueError("an available p-value lies outside 0..1")
