"""The teams of one cycle and how they hang together."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

UNKNOWN = -1


@dataclass(frozen=True)
class Tree:
    """Nodes with their parents; a node with children is a unit, the others are teams.

    `parents` (-1: directly under the organisation) and `headcounts` (people directly in the node, -1: unknown) have
    shape (nodes,). Answers that name a unit form its own-members group.
    """

    names: tuple[str, ...]
    parents: npt.NDArray[np.int32]
    headcounts: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        count = len(self.names)
        if self.parents.shape != (count,) or self.headcounts.shape != (count,):
            raise ValueError("names, parents and headcounts must have one entry per node")
        if count and (int(self.parents.max()) >= count or int(self.parents.min()) < -1):
            raise ValueError("a parent lies outside the tree")
        _ = self.levels

    @cached_property
    def levels(self) -> tuple[npt.NDArray[np.int64], ...]:
        """Places of the nodes by depth, roots first. Raises ValueError for a cycle."""
        depth = np.zeros(len(self.names), dtype=np.int64)
        above = self.parents.astype(np.int64)
        for step in range(len(self.names) + 1):
            alive = above >= 0
            if not alive.any():
                return tuple(np.flatnonzero(depth == d) for d in range(step + 1))
            depth += alive
            above = np.where(alive, self.parents[np.maximum(above, 0)], -1)
        raise ValueError("the tree has a cycle")

    @cached_property
    def is_unit(self) -> npt.NDArray[np.bool_]:
        """Which nodes have children. Shape (nodes,)."""
        result = np.zeros(len(self.names), dtype=bool)
        result[self.parents[self.parents >= 0]] = True
        return result

    @cached_property
    def unit_rows(self) -> npt.NDArray[np.int32]:
        """Rows of the units in an array that has units only; -1 for teams. Shape (nodes,)."""
        return np.where(self.is_unit, np.cumsum(self.is_unit) - 1, -1).astype(np.int32)

    @cached_property
    def name_ranks(self) -> npt.NDArray[np.int64]:
        """Place of each node in the order of names: settles ties whatever the order of the input. Shape (nodes,)."""
        ranks = np.empty(len(self.names), dtype=np.int64)
        ranks[sorted(range(len(self.names)), key=lambda node: (self.names[node], node))] = np.arange(len(self.names))
        return ranks

    def sum_upwards(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Add every node's value to all its ancestors. `values` has shape (nodes, …); a new array is returned."""
        total = values.copy()
        for level in self.levels[:0:-1]:
            np.add.at(total, self.parents[level], total[level])
        return total

    @cached_property
    def total_headcounts(self) -> npt.NDArray[np.int64]:
        """People in and below each node; -1 where any of them is unknown. Shape (nodes,)."""
        return self.total_of(self.headcounts)

    def total_of(self, headcounts: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
        """Add headcounts (-1: unknown) upwards; one unknown part makes the whole unknown. Shape (nodes,)."""
        unknown = self.sum_upwards((headcounts < 0).astype(np.int64))
        known = self.sum_upwards(np.maximum(headcounts, 0).astype(np.int64))
        return np.where(np.asarray(unknown) > 0, UNKNOWN, np.asarray(known)).astype(np.int64)
