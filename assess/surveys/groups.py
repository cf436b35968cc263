"""Groups: the smallest unit collected, decided before anybody is asked (design.md, Settled: groups).

Pure: the same tree, roster and last quarter give the same groups. A group is one or more leaf teams of one parent with
at least `minimum` people: while one is too small, its smallest sibling joins, by preference last quarter's partner. A
team without a sibling is collected among the members its parent has of its own. The leader of a team answers there
too. Own members have no sibling of their kind, so too few of them are collected one unit higher; what is left at the
top joins the group nearest to it, the smallest of those.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assess.config import ROSTER_MINIMUM

ROOT = 0
"""Id of the unit that stands for the organisation where the tree has several tops; database ids begin at 1."""


@dataclass(frozen=True)
class TeamFacts:
    """One team of the tree as it stands."""

    id: int
    name: str
    parent: int | None
    leader_email: str | None = None


@dataclass(frozen=True)
class MemberFacts:
    """One person of the roster: a key, their team, their address."""

    id: int
    team: int
    email: str | None = None


@dataclass(frozen=True)
class PlannedUnit:
    """An inner node of the cycle's tree; `parent` is the id of another one, None for the top."""

    id: str
    name: str
    parent: str | None


@dataclass(frozen=True)
class PlannedGroup:
    """A group: under `unit` as a node of its own, or (`own`) the members that unit has of its own."""

    id: str
    name: str
    unit: str
    own: bool
    parts: tuple[str, ...]
    teams: tuple[str, ...]
    members: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """The tree of one cycle: exactly one top unit, parents before children, every invited person in one group."""

    units: tuple[PlannedUnit, ...]
    groups: tuple[PlannedGroup, ...]


@dataclass
class _Pile:
    """People on their way into one group."""

    parts: list[str] = field(default_factory=list)
    members: list[int] = field(default_factory=list)

    def take(self, other: "_Pile") -> None:
        self.parts += other.parts
        self.members += other.members


@dataclass
class _Tree:
    """The teams by id with one top; piles of leaf teams under their parent and of each unit's own members."""

    names: dict[int, str]
    parents: dict[int, int | None]
    children: dict[int, list[int]]
    top: int
    leaves: dict[int, list[_Pile]]
    own: dict[int, _Pile]


def plan_groups(
    teams: Sequence[TeamFacts],
    members: Sequence[MemberFacts],
    *,
    organisation: str,
    minimum: int = ROSTER_MINIMUM,
    before: Sequence[Iterable[str]] = (),
) -> Plan:
    """Put every member into exactly one group of at least `minimum`, or everybody into one if there are fewer.

    `before` holds last quarter's groups by their `parts`. ValueError for a member of an unknown team or a tree that is
    none (the import refuses both with a sentence).
    """
    tree = _tree(teams, organisation)
    _place(tree, teams, members)
    partners = [frozenset(parts) for parts in before]
    order = _children_first(tree)
    for unit in order:
        _merge_leaves(tree, unit, minimum, partners)
        parent = tree.parents[unit]
        if parent is not None and len(tree.own[unit].members) < minimum:
            tree.own[parent].take(tree.own[unit])
            tree.own[unit] = _Pile()
    _join_what_is_left(tree, order, minimum)
    return _plan(tree, order)


def _tree(teams: Sequence[TeamFacts], organisation: str) -> _Tree:
    names = {team.id: team.name for team in teams}
    tops = [team.id for team in teams if team.parent is None]
    parents: dict[int, int | None] = {team.id: team.parent for team in teams}
    top = tops[0] if len(tops) == 1 else ROOT
    if top == ROOT:
        names[ROOT] = _unused(organisation, set(names.values()))
        parents = {ROOT: None} | {team: ROOT if parent is None else parent for team, parent in parents.items()}
    children: dict[int, list[int]] = {team: [] for team in parents}
    for team, parent in parents.items():
        if parent is not None:
            children[parent].append(team)
    for below in children.values():
        below.sort(key=lambda team: names[team])
    units = [team for team in parents if children[team] or team == top]
    return _Tree(names, parents, children, top, {unit: [] for unit in units}, {unit: _Pile() for unit in units})


def _place(tree: _Tree, teams: Sequence[TeamFacts], members: Sequence[MemberFacts]) -> None:
    led: dict[str, list[int]] = {}
    for team in teams:
        if team.leader_email:
            led.setdefault(team.leader_email.lower(), []).append(team.id)
    leaves: dict[int, list[int]] = {}
    own: dict[int, list[int]] = {}
    for member in sorted(members, key=lambda m: m.id):
        if member.team not in tree.parents:
            raise ValueError(f"no such team: {member.team}")
        teams_led = led.get((member.email or "").lower(), [])
        if teams_led:
            highest = min(teams_led, key=lambda team: (_depth(tree, team), tree.names[team]))
            above = tree.parents[highest]
            own.setdefault(highest if above is None else above, []).append(member.id)
        elif member.team in tree.own:
            own.setdefault(member.team, []).append(member.id)
        else:
            leaves.setdefault(member.team, []).append(member.id)
    for unit, people in own.items():
        tree.own[unit] = _Pile([f"own:{unit}"], people)
    for team_id, people in sorted(leaves.items(), key=lambda entry: tree.names[entry[0]]):
        above = tree.parents[team_id]
        if above is not None:
            tree.leaves[above].append(_Pile([f"team:{team_id}"], people))


def _merge_leaves(tree: _Tree, unit: int, minimum: int, partners: Sequence[frozenset[str]]) -> None:
    piles = tree.leaves[unit]

    def size(pile: _Pile) -> tuple[int, str]:
        return len(pile.members), _sort_name(tree, pile)

    while piles and len((small := min(piles, key=size)).members) < minimum:
        piles.remove(small)
        if not piles:
            tree.own[unit].take(small)
            return
        partner = min(piles, key=lambda pile: (not _were_together(small, pile, partners), *size(pile)))
        partner.take(small)


def _were_together(one: _Pile, other: _Pile, partners: Sequence[frozenset[str]]) -> bool:
    return any(not group.isdisjoint(one.parts) and not group.isdisjoint(other.parts) for group in partners)


def _join_what_is_left(tree: _Tree, order: Sequence[int], minimum: int) -> None:
    """Too few own members at the top join the nearest group below it, there the smallest."""
    left = tree.own[tree.top]
    if not left.members or len(left.members) >= minimum:
        return
    below = [(unit, pile) for unit in order for pile in tree.leaves[unit]]
    below += [(unit, tree.own[unit]) for unit in order if unit != tree.top and tree.own[unit].members]
    if below:
        _unit, nearest = min(
            below, key=lambda e: (_depth(tree, e[0]), len(e[1].members), _sort_name(tree, e[1]), e[1].parts)
        )
        nearest.take(left)
        tree.own[tree.top] = _Pile()


def _plan(tree: _Tree, order: Sequence[int]) -> Plan:
    used = {unit for unit in order if tree.leaves[unit] or tree.own[unit].members}
    for unit in order:  # children first: a unit is kept when anything below it is
        parent = tree.parents[unit]
        if unit in used and parent is not None:
            used.add(parent)
    kept = [unit for unit in reversed(order) if unit in used or unit == tree.top]
    units = tuple(PlannedUnit(unit_id(unit), tree.names[unit], _unit_id(tree.parents[unit])) for unit in kept)
    taken = {unit.name for unit in units}
    groups: list[PlannedGroup] = []
    for unit in kept:
        if tree.own[unit].members:
            groups.append(_group(tree, unit, tree.own[unit], tree.names[unit], own=True))
        for pile in sorted(tree.leaves[unit], key=lambda pile: _sort_name(tree, pile)):
            name = _unused(" + ".join(_part_names(tree, pile)), taken)
            taken.add(name)
            groups.append(_group(tree, unit, pile, name, own=False))
    return Plan(units, tuple(groups))


def _group(tree: _Tree, unit: int, pile: _Pile, name: str, *, own: bool) -> PlannedGroup:
    return PlannedGroup(
        id=_id(pile.parts),
        name=name,
        unit=unit_id(unit),
        own=own,
        parts=tuple(sorted(pile.parts)),
        teams=_part_names(tree, pile),
        members=tuple(sorted(pile.members)),
    )


def _children_first(tree: _Tree) -> list[int]:
    """List the units so that all below a unit come before it; a team outside the one tree is a cycle of parents."""
    order: list[int] = []
    waiting = [tree.top]
    while waiting:
        unit = waiting.pop()
        order.append(unit)
        waiting += [child for child in reversed(tree.children[unit]) if child in tree.own]
    if len(order) != len(tree.own):
        raise ValueError("the parents of the teams form a circle")
    return order[::-1]


def _depth(tree: _Tree, team: int) -> int:
    depth = 0
    above = tree.parents[team]
    while above is not None and depth <= len(tree.parents):
        depth += 1
        above = tree.parents[above]
    return depth


def _part_names(tree: _Tree, pile: _Pile) -> tuple[str, ...]:
    return tuple(sorted({tree.names[int(part.partition(":")[2])] for part in pile.parts}))


def _sort_name(tree: _Tree, pile: _Pile) -> str:
    return " + ".join(_part_names(tree, pile))


def unit_id(unit: int) -> str:
    """Name the node that stands for a unit, by the id of the team."""
    return _id([f"unit:{unit}"])


def _unit_id(unit: int | None) -> str | None:
    return None if unit is None else unit_id(unit)


def _id(parts: Iterable[str]) -> str:
    """Name a set of parts: the same set has the same id in every quarter, any change of it breaks the trend line."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def _unused(name: str, taken: set[str]) -> str:
    """Return the name, or the first of `name (2)`, `name (3)` … that nobody has."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name} ({number})"
    return candidate
