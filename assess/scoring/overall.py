"""How the overall score may rest on people who left out a whole dimension.

The overall score is the mean of people's means over their dimensions. Where somebody has only some of the dimensions,
n times the overall score less the mean of the dimensions' n times score rests on the people with missing dimensions
alone: with one such person it would tell that person's answers. So they obey the residual rule like a statistic of
their own: outside the published parts of a node they number nobody, or at least the minimum. Where they do not, the
score is the mean of the node's dimension means instead, which says nothing that the dimensions do not say.
"""

from dataclasses import dataclass

import numpy as np

from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import IntArray
from assess.scoring.tree import Tree


@dataclass(frozen=True)
class OverallSource:
    """Where the overall score is the mean of dimension means: shape (nodes,), and for the organisation."""

    from_dimensions: BoolArray
    organisation_from_dimensions: bool


def overall_source(incomplete: IntArray, published: BoolArray, tree: Tree, *, minimum: int) -> OverallSource:
    """Decide from the number of people with some but not all dimensions, directly in each node (shape (nodes,)).

    From the leaves upwards: what is left of a node outside its parts with people's own means is 0 or at least
    `minimum`, or the node takes the mean of its dimension means and leaves its people to the node above.
    """
    left = incomplete.astype(np.int64)
    replaced = np.zeros(published.size, dtype=np.bool_)
    if minimum < 2:
        return OverallSource(replaced, False)
    for level in reversed(tree.levels):
        few = (left[level] > 0) & (left[level] < minimum)
        replaced[level] = published[level] & few
        passed = np.where(published[level] & ~few, 0, left[level])
        inner = tree.parents[level] >= 0
        np.add.at(left, tree.parents[level][inner], passed[inner])
        left[level] = passed
    roots = int(left[tree.parents < 0].sum())
    return OverallSource(replaced, 0 < roots < minimum)
