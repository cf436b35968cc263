"""Which nodes of a tree may be shown, so that no difference of shown figures isolates a small group.

Residual rule (disclosure, sections 3 and 4): a release is safe if every published node has, outside its published
descendants, either nobody or at least `minimum` respondents.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assess.scoring.moments import IntArray
from assess.scoring.tree import Tree

BoolArray = npt.NDArray[np.bool_]
ORGANISATION = -1


@dataclass(frozen=True)
class Pattern:
    """What is shown of one figure.

    `published` has shape (nodes,). `owners[v]` is the nearest published node at or above v, -1 for the organisation:
    respondents directly in v are counted there. `residuals` has shape (nodes,): respondents of a published node outside
    its published descendants; for a published team that is the team itself.
    """

    published: BoolArray
    owners: npt.NDArray[np.int32]
    residuals: npt.NDArray[np.int32]
    organisation_residual: int


def residual_pattern(
    direct: IntArray,
    tree: Tree,
    *,
    minimum: int,
    allowed: BoolArray | None = None,
    hidden_before: Collection[int] = (),
    show_rest: bool = True,
    like: Pattern | None = None,
) -> Pattern:
    """Hide the small nodes and, where a difference would give them away, the smallest suitable other ones.

    `direct` holds the respondents directly in each node (not below it), shape (nodes,). Nodes outside `allowed` are
    hidden in any case. The choice looks at counts, at what was hidden before and at names, never at scores. Without
    `show_rest` nothing is said of the people outside all published nodes, however many they are. Where the outcome is
    that of the pattern `like`, arrays are shared with it: most figures of a cycle are shown in the same nodes.
    """
    totals = np.asarray(tree.sum_upwards(direct.astype(np.int64)))
    published = totals >= max(minimum, 1)
    if allowed is not None:
        published &= allowed
    pattern = _pattern(published, direct, tree)
    if minimum > 1 and _violations(pattern, minimum).any():
        published = _protect(pattern, totals, tree, minimum, frozenset(hidden_before))
        pattern = _pattern(published, direct, tree)
    if like is not None and np.array_equal(pattern.published, like.published):
        pattern = replace(pattern, published=like.published, owners=like.owners)
    return pattern if show_rest else replace(pattern, organisation_residual=0)


def _pattern(published: BoolArray, direct: IntArray, tree: Tree) -> Pattern:
    owners = np.arange(len(published), dtype=np.int32)
    for level in tree.levels:
        above = tree.parents[level]
        inherited = np.where(above >= 0, owners[above], ORGANISATION)
        owners[level] = np.where(published[level], level, inherited)
    residuals = np.bincount(owners + 1, weights=direct, minlength=len(published) + 1).astype(np.int32)
    return Pattern(published, owners, residuals[1:], int(residuals[0]))


def _violations(pattern: Pattern, minimum: int) -> BoolArray:
    return pattern.published & (pattern.residuals > 0) & (pattern.residuals < minimum)


def _protect(pattern: Pattern, totals: IntArray, tree: Tree, minimum: int, hidden_before: frozenset[int]) -> BoolArray:
    """Walk from the leaves to the roots; hiding below a node changes the residual of that node only."""
    published = pattern.published.copy()
    residuals = pattern.residuals.copy()
    below = _PublishedBelow(pattern, tree)

    def order(node: int) -> tuple[bool, int, int]:
        return node not in hidden_before, int(totals[node]), int(tree.name_ranks[node])

    def chain_from(node: int) -> list[int]:
        """Follow fully covered nodes downwards: hiding one of them alone would hide nothing."""
        chain = [node]
        while residuals[chain[-1]] == 0:
            chain.append(min(below[chain[-1]], key=order))
        return chain

    for level in reversed(tree.levels):
        for node in level[published[level] & (residuals[level] > 0) & (residuals[level] < minimum)].tolist():
            while residuals[node] < minimum:
                chain = min((chain_from(c) for c in below[node]), key=lambda c: (len(c), order(c[0])))
                for hidden in chain:
                    published[hidden] = False
                    below[node].discard(hidden)
                    below[node].update(below[hidden])
                    residuals[node] += residuals[hidden]
    return published


class _PublishedBelow(dict[int, set[int]]):
    """The maximal published nodes below a node, built when asked for: few nodes of a large tree ever need it."""

    def __init__(self, pattern: Pattern, tree: Tree) -> None:
        places = np.flatnonzero(pattern.published)
        above = tree.parents[places]
        holders = np.where(above >= 0, pattern.owners[above], ORGANISATION)
        order = np.argsort(holders, kind="stable")
        self._places, self._holders = places[order], holders[order]

    def __missing__(self, node: int) -> set[int]:
        first, last = np.searchsorted(self._holders, [node, node + 1])
        self[node] = set(self._places[first:last].tolist())
        return self[node]
