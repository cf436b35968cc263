"""Which nodes may show figures that need ten answers: no difference of two of them may rest on fewer.

Percentages, distributions, means, spreads and agreement exist from ten answers. Between a node and its parts that show
them lie the people outside those parts; with one to nine of them their figures would be the difference. Such a node
shows its score, as others below ten do, and no number that needs ten; the parts keep theirs.
"""

from dataclasses import dataclass

import numpy as np

from assess.scoring.disclosure import BoolArray, Pattern
from assess.scoring.moments import EXACT_FROM, IntArray
from assess.scoring.strata import printed_residuals
from assess.scoring.tree import Tree


@dataclass(frozen=True)
class Numbers:
    """Where figures that need ten answers may stand: shape (nodes,), and for the organisation."""

    shown: BoolArray
    organisation: bool


def number_nodes(
    direct: IntArray, pattern: Pattern, tree: Tree, *, minimum: int, most: Numbers | None = None
) -> Numbers:
    """Decide from the leaves upwards; `direct` counts the answers directly in each node, shape (nodes,).

    A node shows numbers if it is published, has ten answers, and nobody or at least ten of its people are outside the
    parts that show them. The organisation likewise, over the people it counts. With `minimum` below 2 everybody does.
    Nobody shows any who does not in `most`.
    """
    if minimum < 2:
        return Numbers(pattern.published, True)
    left = direct.astype(np.int64)
    if not printed_residuals(pattern, tree, minimum)[0]:
        left[pattern.owners < 0] = 0  # counted nowhere
    total = np.asarray(tree.sum_upwards(left), dtype=np.int64)
    allowed = pattern.published if most is None else pattern.published & most.shown
    shown = np.zeros(left.size, dtype=np.bool_)
    for level in reversed(tree.levels):
        few = (left[level] > 0) & (left[level] < EXACT_FROM)
        shown[level] = allowed[level] & ~few & (total[level] >= EXACT_FROM)
        left[level[shown[level]]] = 0
        inner = level[tree.parents[level] >= 0]
        np.add.at(left, tree.parents[inner], left[inner])
    outside = int(left[tree.parents < 0].sum())
    return Numbers(shown, (most is None or most.organisation) and (outside == 0 or outside >= EXACT_FROM))
