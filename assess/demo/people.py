"""People of the demo shop: names and addresses put together from lists, and who works where in which quarter."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from assess.demo.company import MOVES, QUARTERS, SEED, SHOP, TEAMS, TURNOVER, UNITS, Move, Team

HIRING, TURNING, MOVING = 21, 22, 23  # names of the streams of random numbers
LEADERS_IN_ENGLISH = 0.3


@dataclass(frozen=True)
class Member:
    """One person; `id` lasts, whatever the team."""

    id: int
    name: str
    email: str
    english: bool


@dataclass(frozen=True)
class Roster:
    """Who is where in one quarter: members of each team, who leads it, and the heads of units and shop."""

    teams: Mapping[str, tuple[Member, ...]]
    leads: Mapping[str, Member]
    heads: Mapping[str, Member]

    @property
    def leaders(self) -> tuple[Member, ...]:
        """All who lead something: they answer together, as the shop's own members."""
        return (*self.heads.values(), *self.leads.values())


def rosters() -> tuple[Roster, ...]:
    """Play the shop's history: one roster per quarter, with founding, merging, moving, leaving and hiring."""
    shop = _Shop()
    heads = {name: shop.hire(LEADERS_IN_ENGLISH) for name in [SHOP, *(unit.name for unit in UNITS)]}
    result = []
    for quarter in range(1, QUARTERS + 1):
        for team in TEAMS:
            if team.first == quarter:
                shop.found(team)
        for move in MOVES:
            if move.quarter == quarter:
                shop.move(move)
        if quarter > 1:
            shop.turn_over(quarter)
        current = [team.name for team in TEAMS if team.first <= quarter <= team.last]
        result.append(
            Roster(
                {name: tuple(shop.teams[name]) for name in current}, {name: shop.leads[name] for name in current}, heads
            )
        )
    return tuple(result)


@dataclass
class _Shop:
    teams: dict[str, list[Member]] = field(default_factory=dict)
    leads: dict[str, Member] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    hired: int = 0

    def hire(self, english: float) -> Member:
        """Put a new person together; no two share a name."""
        lists = _lists()
        rng = np.random.default_rng([SEED, HIRING, self.hired])
        self.hired += 1
        speaks = bool(rng.random() < english)
        while True:
            if speaks:
                first, last = str(rng.choice(lists["first"])), str(rng.choice(lists["last"]))
                name, local = f"{first} {last}", f"{first}.{last}".lower()
            else:
                one = lists["surnames"][rng.integers(len(lists["surnames"]))]
                two = lists["given"][rng.integers(len(lists["given"]))]
                name, local = one[0] + two[0], f"{two[1]}.{one[1]}"
            if name not in self.taken and local not in self.taken:
                break
        self.taken |= {name, local}
        return Member(self.hired, name, f"{local}@lumen-home.example", speaks)

    def found(self, team: Team) -> None:
        self.teams[team.name] = [self.hire(team.english) for _ in range(team.size)]
        self.leads[team.name] = self.hire(LEADERS_IN_ENGLISH)

    def move(self, move: Move) -> None:
        source = self.teams[move.source]
        if move.people is None:
            self.teams[move.target] += [*source, self.leads[move.source]]
            self.teams[move.source] = []
            return
        rng = np.random.default_rng([SEED, MOVING, move.quarter, len(source)])
        for place in sorted(rng.choice(len(source), move.people, replace=False).tolist(), reverse=True):
            self.teams[move.target].append(source.pop(place))

    def turn_over(self, quarter: int) -> None:
        for number, team in enumerate(TEAMS):
            rng = np.random.default_rng([SEED, TURNING, quarter, number])
            members = self.teams.get(team.name, [])
            if members and rng.random() < TURNOVER:
                members.pop(int(rng.integers(len(members))))
                members.append(self.hire(team.english))


@cache
def _lists() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("assess.demo") / "names.toml").read_text(encoding="utf-8"))
