"""Before opening: which groups will probably be reportable, and what merging would change.

Pure: response is simulated from the sizes of the groups alone, with the rules that hold at closing. Nobody's answer,
and no earlier response, goes into it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from assess.scoring.disclosure import residual_pattern
from assess.scoring.moments import IntArray
from assess.scoring.tree import Tree
from assess.surveys.groups import Plan, PlannedGroup

RATES = (0.60, 0.75, 0.90)
MOST_DRAWS, FEWEST_DRAWS, NODE_DRAWS = 400, 40, 200_000
SEED = 60_75_90
AT_RISK = 0.80
_USUAL = 1  # place of the usual rate in RATES


@dataclass(frozen=True)
class NodePreview:
    """A group or unit: how many are invited, and in what share of simulated cycles it would be shown, per rate."""

    name: str
    invited: int
    is_unit: bool
    own_members: bool
    shown: tuple[float, ...]


@dataclass(frozen=True)
class Merging:
    """What asking two groups as one would change: how often they are shown at the usual rate, before and after."""

    groups: tuple[str, str]
    before: tuple[float, float]
    after: float


@dataclass(frozen=True)
class Preview:
    """The whole plan; `reportable` is the expected number of groups shown per rate, of `groups` in all."""

    nodes: tuple[NodePreview, ...]
    groups: int
    reportable: tuple[float, ...]
    mergings: tuple[Merging, ...]


def preview(plan: Plan, *, minimum: int, most_mergings: int | None = None) -> Preview:
    """Simulate the response of a plan at 60, 75 and 90 per cent, everybody deciding alone.

    `most_mergings` keeps it short where somebody waits: the smallest groups at risk come first.
    """
    world = _World.of(plan)
    shown = world.shares(minimum)
    nodes = tuple(
        NodePreview(
            name=world.tree.names[place],
            invited=int(world.invited[place]),
            is_unit=bool(world.tree.is_unit[place]),
            own_members=bool(world.heads[place]) and bool(world.tree.is_unit[place]),
            shown=tuple(float(share) for share in shown[:, place]),
        )
        for place in range(len(world.tree.names))
    )
    leaves = ~world.tree.is_unit
    return Preview(
        nodes=nodes,
        groups=int(leaves.sum()),
        reportable=tuple(float(share) for share in shown[:, leaves].sum(axis=1)),
        mergings=tuple(islice(_mergings(plan, world, shown[_USUAL], minimum), most_mergings)),
    )


@dataclass(frozen=True)
class _World:
    """The plan as scoring sees it: own members count directly in their unit."""

    tree: Tree
    heads: IntArray
    invited: IntArray
    places: dict[str, int]

    @classmethod
    def of(cls, plan: Plan) -> "_World":
        own = [group for group in plan.groups if group.own]
        groups = [group for group in plan.groups if not group.own]
        ids = [unit.id for unit in plan.units] + [group.id for group in groups]
        places = {name: place for place, name in enumerate(ids)}
        names = tuple([unit.name for unit in plan.units] + [group.name for group in groups])
        above = [unit.parent for unit in plan.units] + [group.unit for group in groups]
        parents = np.array([places[parent] if parent else -1 for parent in above], dtype=np.int32)
        heads = np.zeros(len(names), dtype=np.int64)
        for group in groups:
            heads[places[group.id]] += len(group.members)
        for group in own:
            heads[places[group.unit]] += len(group.members)
        tree = Tree(names, parents, heads.astype(np.int32))
        return cls(tree, heads, np.asarray(tree.sum_upwards(heads), dtype=np.int64), places)

    def shares(self, minimum: int) -> np.ndarray:
        """Share of simulated cycles in which each node is shown. Shape (rates, nodes)."""
        draws = max(FEWEST_DRAWS, min(MOST_DRAWS, NODE_DRAWS // max(len(self.heads), 1)))
        rng = np.random.default_rng(SEED)
        result = np.zeros((len(RATES), len(self.heads)))
        for row, rate in enumerate(RATES):
            answers = rng.binomial(self.heads, rate, (draws, self.heads.size))
            for direct in answers:
                result[row] += residual_pattern(direct, self.tree, minimum=minimum).published
        return result / draws


def _mergings(plan: Plan, world: _World, usual: np.ndarray, minimum: int) -> Iterator[Merging]:
    """For each group at risk: ask it together with its smallest sibling, if it has one."""
    groups = [group for group in plan.groups if not group.own]
    done: set[frozenset[str]] = set()
    for group in sorted(groups, key=lambda g: (len(g.members), g.name)):
        siblings = [other for other in groups if other.unit == group.unit and other.id != group.id]
        if usual[world.places[group.id]] >= AT_RISK or not siblings:
            continue
        partner = min(siblings, key=lambda other: (len(other.members), other.name))
        pair = frozenset({group.id, partner.id})
        if pair in done:
            continue
        done.add(pair)
        merged = _World.of(_merged(plan, group, partner))
        share = float(merged.shares(minimum)[_USUAL, merged.places[group.id]])
        before = (float(usual[world.places[group.id]]), float(usual[world.places[partner.id]]))
        yield Merging((group.name, partner.name), before, share)


def _merged(plan: Plan, group: PlannedGroup, partner: PlannedGroup) -> Plan:
    together = PlannedGroup(
        id=group.id,
        name=" + ".join(sorted((group.name, partner.name))),
        unit=group.unit,
        own=False,
        parts=tuple(sorted((*group.parts, *partner.parts))),
        teams=tuple(sorted((*group.teams, *partner.teams))),
        members=tuple(sorted((*group.members, *partner.members))),
    )
    others: Sequence[PlannedGroup] = [g for g in plan.groups if g.id not in {group.id, partner.id}]
    return Plan(plan.units, (*others, together))
