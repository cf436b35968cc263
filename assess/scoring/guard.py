"""The interval guard: a hidden group must not be pinned by bounds where equations cannot reach it (disclosure, 4).

Of r printed people with mean m on 0-100, a hidden group of h among them has its mean between (r m - 100 (r - h)) / h
and r m / h, cut to the scale. Where that is narrower than a quarter of the scale, one more node is hidden and all is
decided again. This is the only step that reads scores, and it only ever hides: no node, dimension, item or number comes
back when all is decided again.
"""

import numpy as np

from assess.scoring.answers import AnswerMatrix
from assess.scoring.disclosure import ORGANISATION, BoolArray
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.key import ScoringKey
from assess.scoring.limits import Limits
from assess.scoring.measures import Measure
from assess.scoring.moments import IntArray
from assess.scoring.tree import Tree

WIDTH = 25.0  # points, a quarter of the scale


def score_guarded(
    key: ScoringKey,
    answers: AnswerMatrix,
    tree: Tree,
    *,
    minimum: int,
    allowed: BoolArray | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen, no state
    merged: IntArray | None = None,
) -> CycleScores:
    """Score one cycle and hide as much more as the guard asks for; arguments as of `score_cycle`.

    `merged` counts the people of hidden nodes whose answers were counted with another node before scoring, shape
    (nodes,); None: there are none.
    """
    kept, show_rest = allowed, True
    while True:
        scores = score_cycle(key, answers, tree, minimum=minimum, allowed=kept, limits=limits, show_rest=show_rest)
        pinned: set[int] = set()
        for measure in scores.dimensions if minimum > 1 else ():
            pinned |= set(pinned_holders(scores, measure, merged))
        if not pinned:
            return scores
        more = {holder: _next(scores, holder, limits.hidden_before) for holder in pinned}
        kept, limits = scores.pattern.published.copy(), scores.as_limits(limits)  # what was hidden once stays hidden
        kept[[node for node in more.values() if node is not None]] = False
        show_rest &= more.get(ORGANISATION, 0) is not None


def pinned_holders(scores: CycleScores, measure: Measure, merged: IntArray | None) -> list[int]:
    """List holders of a printed residual (-1: the organisation) that tell the mean of a small group too well."""
    pattern, count = measure.pattern, len(scores.tree.names)
    owners = pattern.owners + 1
    people = np.bincount(owners, weights=measure.direct.n, minlength=count + 1)
    points = np.bincount(owners, weights=measure.direct.sum, minlength=count + 1)
    largest = np.zeros(count + 1, dtype=np.int64)
    for groups in (measure.direct.n, _hidden_groups(measure, scores.tree), merged):
        if groups is not None:
            small = (groups > 0) & (groups < scores.minimum)
            np.maximum.at(largest, owners[small], groups[small])
    printed = scores.printed_residuals(pattern)
    asked = printed & (largest > 0) & (people > largest)
    h = np.maximum(largest, 1)
    low = np.maximum(0.0, (points - 100.0 * (people - h)) / h)
    high = np.minimum(100.0, points / h)
    narrow = asked & (high - low < WIDTH - 1e-9)
    return (np.flatnonzero(narrow) - 1).tolist()


def _hidden_groups(measure: Measure, tree: Tree) -> IntArray:
    """Count the people of each node that are counted with its owner: in it, and in the hidden nodes below it."""
    published = measure.pattern.published
    sizes = measure.direct.n.copy()
    for level in tree.levels[:0:-1]:
        hidden = level[~published[level]]
        within = hidden[~published[tree.parents[hidden]]]
        np.add.at(sizes, tree.parents[within], sizes[within])
    return sizes


def _next(scores: CycleScores, holder: int, hidden_before: frozenset[int]) -> int | None:
    """Choose the smallest published node directly below the holder, else the holder; None for the organisation."""
    pattern, tree = scores.pattern, scores.tree
    above = tree.parents
    holders = np.where(above >= 0, pattern.owners[np.maximum(above, 0)], ORGANISATION)
    below = np.flatnonzero(pattern.published & (holders == holder)).tolist()
    if below:
        return min(below, key=lambda v: (v not in hidden_before, int(scores.respondents[v]), int(tree.name_ranks[v])))
    return holder if holder >= 0 else None
