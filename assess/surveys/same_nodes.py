"""Which node of an earlier quarter is which of this one: by the teams it is made of, whatever they are called.

A contract names units and groups by an id that is drawn from the teams in them (`groups._id`), so a new name breaks no
line, and a name that was given to another team joins none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assess.releases.register import Register
from assess.scoring.cycle_statistics import DimensionRecords
from assess.scoring.records import line_key
from assess.surveys.contract import contract_of
from assess.surveys.models import Cycle

Contract = Mapping[str, Any]


@dataclass(frozen=True)
class SameNodes:
    """How the nodes of an earlier quarter are called in this one; `lines` does the same for the keys of records.

    `other` holds nodes of the earlier quarter that have a name of this quarter and are made of other teams.
    """

    names: Mapping[str, str]
    lines: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]
    other: frozenset[str]


def same_nodes(earlier: Cycle, now: Cycle) -> SameNodes:
    """Compare two frozen contracts."""
    then, later = _nodes(contract_of(earlier)), _nodes(contract_of(now))
    taken = {name: key for key, (name, _line, _teams) in later.items()}
    names, lines, other = {}, {}, set()
    for key, (name, line, _teams) in then.items():
        if key in later:
            names[name], lines[line] = later[key][:2]
        elif taken.get(name) in then:  # the name went to a node that was there under another one
            names[name], lines[line] = f"{name}\n{key}", f"{line}\n{key}"
        elif name in taken and not line.endswith("\n"):
            names[name], lines[line] = name, f"{line}\n{key}"
            other.add(name)
    groups = {name: teams for name, _line, teams in later.values() if teams is not None}
    return SameNodes(names, lines, groups, frozenset(other))


def records_as_now(records: Mapping[str, DimensionRecords], same: SameNodes) -> dict[str, DimensionRecords]:
    """Give the records of an earlier quarter under the names of this one, so that they can be compared."""
    return {
        code: replace(
            record,
            nodes=tuple(same.names.get(name, name) for name in record.nodes),
            lines=tuple(same.lines.get(line, line) for line in record.lines),
        )
        for code, record in records.items()
    }


def register_as_now(register: Register, same: SameNodes) -> Register:
    """Give the released figures of an earlier quarter under the names of this one, for lines through the quarters."""
    groups: dict[str, frozenset[str]] = {}
    for name, teams in register.groups.items():
        called = same.names.get(name, name)
        if name in same.other:
            groups[called] = teams | {""}  # equal to no group of this quarter
        else:
            groups[called] = same.groups.get(called, teams) if name in same.names else teams
    return replace(
        register,
        teams=tuple(entry.called(same.names.get(entry.name, entry.name)) for entry in register.teams),
        units=tuple(entry.called(same.names.get(entry.name, entry.name)) for entry in register.units),
        groups=groups,
    )


def _nodes(contract: Contract) -> dict[str, tuple[str, str, frozenset[str] | None]]:
    """Give name, line and teams of every node by its id; a unit is who it is, whatever teams it has."""
    nodes: dict[str, tuple[str, str, frozenset[str] | None]] = {
        unit["id"]: (unit["name"], f"{unit['name']}\n", None) for unit in contract["units"]
    }
    for group in contract["groups"]:
        if not group["own_members"]:
            line = line_key(group["name"], group["teams"])
            nodes[group["id"]] = (group["name"], line, frozenset(group["teams"]))
    return nodes
