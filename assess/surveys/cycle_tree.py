"""The tree of a cycle as scoring sees it, built from the frozen contract alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from assess.scoring.disclosure import BoolArray, Pattern, residual_pattern
from assess.scoring.limits import Limits
from assess.scoring.moments import IntArray
from assess.scoring.tree import Tree
from assess.surveys.contract import contract_of
from assess.surveys.models import Cycle


@dataclass(frozen=True)
class CycleTree:
    """Nodes are the units and the groups of the contract; a unit's own-members group counts directly in its unit.

    `ids` name the nodes as the labels of sealed answers do; `places` maps a group or unit id to its node.
    """

    tree: Tree
    ids: tuple[str, ...]
    places: Mapping[str, int]
    minimum: int
    hidden_before: frozenset[str] = frozenset()
    hidden_figures: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        """Say where figures were hidden last quarter, as scoring wants it: nodes as a whole, and single figures."""
        known = {name: place for place, name in enumerate(self.ids)}
        return Limits(
            frozenset(self.places_hidden_before),
            {
                code: frozenset(known[name] for name in names & known.keys())
                for code, names in self.hidden_figures.items()
            },
        )

    @property
    def places_hidden_before(self) -> tuple[int, ...]:
        """Nodes that were hidden last quarter and are preferred for hiding again."""
        return tuple(place for place, name in enumerate(self.ids) if name in self.hidden_before)

    def merged(self, counts: Mapping[str, int]) -> IntArray:
        """Count the people of hidden nodes, whose answers another node counts from closing on. Shape (nodes,)."""
        direct = self.direct(counts)
        moved = self.pattern(counts).owners != np.arange(len(self.ids))
        return np.where(moved, direct, 0)

    def direct(self, counts: Mapping[str, int]) -> IntArray:
        """Turn counts per label into counts per node. Shape (nodes,)."""
        result = np.zeros(len(self.ids), dtype=np.int64)
        for label, count in counts.items():
            result[self.places[label]] += count
        return result

    def pattern(self, counts: Mapping[str, int]) -> Pattern:
        """Decide which nodes can be published with these counts."""
        return residual_pattern(
            self.direct(counts), self.tree, minimum=self.minimum, hidden_before=self.places_hidden_before
        )

    def kept_at_closing(self, counts: Mapping[str, int]) -> BoolArray:
        """Say which nodes the numbers of envelopes at closing allow to show; later steps may only hide more."""
        return self.pattern(counts).published

    def labels_after_closing(self, counts: Mapping[str, int]) -> Mapping[str, str]:
        """Say which label each group's answers carry from closing on: its own, or that of the rest around it."""
        pattern = self.pattern(counts)
        labels = {}
        for label in counts:
            owner = int(pattern.owners[self.places[label]])
            labels[label] = self.ids[owner] if owner >= 0 else self.ids[0]
        return labels

    def after_closing(self, counts: Mapping[str, int]) -> "CycleTree":
        """Move the invited of each hidden node to where its answers went, so that a unit's n still has its N."""
        owners = self.pattern(counts).owners
        heads = np.bincount(np.maximum(owners, 0), weights=self.tree.headcounts, minlength=len(self.ids))
        return replace(self, tree=replace(self.tree, headcounts=heads.astype(np.int32)))


def cycle_tree(cycle: Cycle, hidden_before: frozenset[str] = frozenset()) -> CycleTree:
    """Read the tree out of the contract; the first node is the top unit. `hidden_before` holds ids of nodes."""
    contract = contract_of(cycle)
    units, groups = contract["units"], contract["groups"]
    ids = [unit["id"] for unit in units] + [group["id"] for group in groups if not group["own_members"]]
    places = {name: place for place, name in enumerate(ids)}
    for group in groups:
        if group["own_members"]:
            places[group["id"]] = places[group["unit"]]
    parents = [places[unit["parent"]] if unit["parent"] else -1 for unit in units]
    parents += [places[group["unit"]] for group in groups if not group["own_members"]]
    names = [unit["name"] for unit in units] + [group["name"] for group in groups if not group["own_members"]]
    heads = np.zeros(len(ids), dtype=np.int32)
    for group in groups:
        heads[places[group["id"]]] += group["headcount"]
    return CycleTree(
        tree=Tree(tuple(names), np.array(parents, dtype=np.int32), heads),
        ids=tuple(ids),
        places=places,
        minimum=int(contract["minimum"]["answers"]),
        hidden_before=hidden_before,
    )
