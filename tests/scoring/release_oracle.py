"""Exact test of a release: can any combination of published sums rest on fewer than k persons?

Persons of identical membership are one class (here: the persons directly in one node). Safe if and only if, for every
set T of classes with 1 to k-1 persons in total, the rank of the membership matrix does not fall when the columns T are
taken out (disclosure, section 3).
"""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from assess.scoring.disclosure import Pattern
from assess.scoring.engine import CycleScores
from assess.scoring.tree import Tree

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
Rule = Callable[[Tree, IntArray, int], BoolArray]


def leaks(rows: BoolArray, sizes: IntArray, k: int) -> bool:
    """Whether some set of 1 to k-1 persons can be isolated. `rows` has shape (figures, nodes)."""
    present = np.flatnonzero(sizes > 0)
    matrix = rows[:, present].astype(float)
    if not matrix.size:
        return False
    whole = np.linalg.matrix_rank(matrix)
    for chosen in _small_sets(sizes[present].tolist(), k - 1):
        kept = np.setdiff1d(np.arange(len(present)), chosen)
        rest = np.linalg.matrix_rank(matrix[:, kept]) if kept.size else 0
        if rest < whole:
            return True
    return False


def _small_sets(sizes: list[int], most: int, start: int = 0) -> Iterator[list[int]]:
    for place in range(start, len(sizes)):
        if sizes[place] <= most:
            yield [place]
            for more in _small_sets(sizes, most - sizes[place], place + 1):
                yield [place, *more]


def subtree(tree: Tree, node: int) -> BoolArray:
    """Find the node and all its descendants, by walking up from every node."""
    inside = np.zeros(len(tree.names), dtype=bool)
    for start in range(len(tree.names)):
        at = start
        while at >= 0:
            inside[start] |= at == node
            at = int(tree.parents[at])
    return inside


def published_rows(published: BoolArray, tree: Tree) -> BoolArray:
    """One row of membership per published node."""
    rows = [subtree(tree, node) for node in np.flatnonzero(published).tolist()]
    return np.array(rows, dtype=bool).reshape(len(rows), len(tree.names))


def all_rows(scores: CycleScores, pattern: Pattern, direct: IntArray, floor: int) -> BoolArray:
    """Every figure of one statistic: published nodes, printed residuals, the organisation."""
    tree = scores.tree
    rows = [*published_rows(pattern.published, tree)]
    printed = np.flatnonzero(scores.printed_residuals(pattern, floor)).tolist()
    rows.extend(scores.residual_of(pattern, place - 1) for place in printed)
    rows.append(scores.counted(pattern, direct, floor))
    return np.array(rows, dtype=bool)


@st.composite
def trees(draw: st.DrawFn, *, most_nodes: int = 9, most_people: int = 8) -> tuple[Tree, IntArray]:
    """Draw a tree of up to three levels with own members anywhere, and the persons directly in each node."""
    count = draw(st.integers(1, most_nodes))
    parents: list[int] = []
    depth: list[int] = []
    for node in range(count):
        parent = draw(st.integers(-1, node - 1))
        if parent >= 0 and depth[parent] >= 2:
            parent = parents[parent]
        parents.append(parent)
        depth.append(depth[parent] + 1 if parent >= 0 else 0)
    sizes = draw(st.lists(st.integers(0, most_people), min_size=count, max_size=count))
    tree = Tree(
        tuple(f"n{node}" for node in range(count)),
        np.array(parents, dtype=np.int32),
        np.full(count, -1, dtype=np.int32),
    )
    return tree, np.array(sizes, dtype=np.int64)


def hide_only_the_small(tree: Tree, direct: IntArray, k: int) -> BoolArray:
    """Broken rule 1: hide n < k."""
    return np.asarray(tree.sum_upwards(direct)) >= k


def hide_the_next_smallest_too(tree: Tree, direct: IntArray, k: int) -> BoolArray:
    """Broken rule 2: where one child of a unit is hidden, hide the smallest of the others as well."""
    totals = np.asarray(tree.sum_upwards(direct))
    shown = totals >= k
    for parent in {int(p) for p in tree.parents}:
        children = np.flatnonzero(tree.parents == parent)
        if int((~shown[children]).sum()) == 1 and shown[children].any():
            rest = children[shown[children]]
            shown[rest[totals[rest].argmin()]] = False
    return np.asarray(shown)


def with_numbers(tree: Tree, direct: IntArray, pattern: Pattern, minimum: int) -> list[bool]:
    """Say node by node who may show numbers that need ten answers: outside its parts that do, nobody or ten people."""
    shown = [False] * len(tree.names)

    def left_in(node: int) -> int:
        own = int(direct[node]) if pattern.owners[node] >= 0 or pattern.organisation_residual >= minimum else 0
        outside = own + sum(left_in(child) for child in np.flatnonzero(tree.parents == node).tolist())
        enough = int(direct[subtree(tree, node)].sum()) >= 10
        shown[node] = bool(pattern.published[node]) and enough and (outside == 0 or outside >= 10)
        return 0 if shown[node] else outside

    for root in np.flatnonzero(tree.parents < 0).tolist():
        left_in(root)
    return shown
