"""Which team that goes and which that comes are probably one: offered to a person, never decided here."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assess.teams.known import KnownTeam
from assess.teams.reading import TeamRow


@dataclass(frozen=True)
class MaybeRenamed:
    """A team that goes and one that comes and look like one: renamed, it keeps its history."""

    before: KnownTeam
    after: TeamRow


def maybe_renamed(
    new: Sequence[TeamRow], gone: Sequence[KnownTeam], rows: Sequence[TeamRow], known: Iterable[KnownTeam]
) -> tuple[MaybeRenamed, ...]:
    """Pair a team that goes with one that comes where both have the same children, or all else in common.

    All else is parent, function, founding day and leader, of which one of the last two has to be told.
    """
    was, will_be = _children(team for team in known if team.is_current), _children(rows)
    going: dict[Hashable, list[KnownTeam]] = defaultdict(list)
    coming: dict[Hashable, list[TeamRow]] = defaultdict(list)
    for team in gone:
        for sign in _signs(team, was):
            going[sign].append(team)
    for row in new:
        for sign in _signs(row, will_be):
            coming[sign].append(row)
    pairs = [(going[sign][0], coming[sign][0]) for sign in going if len(going[sign]) == len(coming.get(sign, ())) == 1]
    found: dict[str, MaybeRenamed] = {}
    for team, row in pairs:
        if team.name not in found and row not in (each.after for each in found.values()):
            found[team.name] = MaybeRenamed(team, row)
    return tuple(found.values())


def _children(teams: Iterable[KnownTeam | TeamRow]) -> dict[str, frozenset[str]]:
    below: dict[str, set[str]] = defaultdict(set)
    for team in teams:
        if team.parent is not None:
            below[team.parent].add(team.name)
    return {parent: frozenset(names) for parent, names in below.items()}


def _signs(team: KnownTeam | TeamRow, below: Mapping[str, frozenset[str]]) -> Iterator[Hashable]:
    if team.name in below:
        yield below[team.name]
    if team.founded_on is not None or team.leader_email is not None:
        yield team.parent, team.function, team.founded_on, team.leader_email
