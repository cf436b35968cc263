"""The roster file of a scoring without a database: `team,headcount[,parent][,cycle]`, one tree per cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.scoring.tree import UNKNOWN, Tree
from assess.tables import Table, read_table
from assess.tables.labels import clean_name, is_quarter, some

_MOST = 10_000_000  # people in one team; more is a slip of the keyboard


@dataclass(frozen=True)
class Headcount:
    """One row: people directly in `team`, not those below it; `parent` None is directly under the organisation."""

    team: str
    headcount: int
    parent: str | None
    row: int


@dataclass(frozen=True)
class Headcounts:
    """A roster file; the key None holds the rows of a file without a cycle column, which serve every cycle."""

    file: str
    by_cycle: Mapping[str | None, tuple[Headcount, ...]]
    notices: tuple[str, ...] = field(default=())

    def rows_of(self, cycle: str | None) -> tuple[Headcount, ...]:
        """Find the rows for one cycle; InputError when the roster does not cover it."""
        if None in self.by_cycle:
            return self.by_cycle[None]
        if cycle in self.by_cycle:
            return self.by_cycle[cycle]
        if cycle is None:
            reason = _(
                "%(file)s has a column cycle, but the answers have none; remove it or name the answers' cycle.",
                file=self.file,
            )
        else:
            reason = _(
                "%(file)s has no rows for the cycle %(cycle)s; add them or leave the column cycle out.",
                file=self.file,
                cycle=cycle,
            )
        raise InputError(reason)


def read_headcounts(path: str | Path) -> Headcounts:
    """Read and check a roster file.

    Errors: InputError naming file, row and remedy for a missing column, an empty or repeated team, a headcount that is
    no whole number, a cycle label that is no quarter, and teams that are above each other.
    """
    with read_table(path) as table:
        places = _places(table)
        found: dict[str | None, list[Headcount]] = {}
        for row, cells in table.rows():
            cycle = _cycle(table.file, row, cells[places["cycle"]]) if "cycle" in places else None
            found.setdefault(cycle, []).append(_headcount(table.file, row, cells, places))
        notices = [*table.notices, *_ignored(table, places)]
    for rows in found.values():
        _check_repeated(table.file, rows)
        _check_loops(table.file, rows)
    return Headcounts(table.file, {cycle: tuple(rows) for cycle, rows in found.items()}, tuple(notices))


def flat_tree(teams: Sequence[str]) -> Tree:
    """Put all teams directly under the organisation, headcounts unknown: answers without a roster."""
    unknown = np.full(len(teams), UNKNOWN, dtype=np.int32)
    return Tree(tuple(teams), unknown, unknown.copy())


def build_tree(
    roster: Headcounts, cycle: str | None, answers: Mapping[str, int], *, accept_short: bool = False
) -> tuple[Tree, list[str]]:
    """Build the tree of one cycle; `answers` is how many answers name each team, directly.

    InputError for a team that is not in the roster or has more answers than heads; with `accept_short` its headcount
    becomes unknown, and a notice says so.
    """
    rows = roster.rows_of(cycle)
    heads = {row.team: row.headcount for row in rows}
    parents = {row.team: row.parent for row in rows}
    notices: list[str] = []
    implied = list(dict.fromkeys(p for p in parents.values() if p is not None and p not in heads))
    if implied:
        notices.append(
            _(
                "%(file)s: %(teams)s have no row of their own; nobody was taken to be directly in them.",
                file=roster.file,
                teams=some(implied),
            )
        )
    heads |= dict.fromkeys(implied, 0)
    strangers = [team for team in answers if team not in heads]
    short = [team for team, count in answers.items() if team in heads and count > heads[team]]
    if not accept_short:
        _refuse(roster.file, strangers, short, answers, heads)
    notices += _accepted(roster.file, strangers, short)
    heads |= dict.fromkeys([*strangers, *short], UNKNOWN)
    places = {team: place for place, team in enumerate(heads)}
    above = [places[p] if (p := parents.get(team)) is not None else -1 for team in heads]
    counts = np.array(list(heads.values()), dtype=np.int32)
    return Tree(tuple(heads), np.array(above, dtype=np.int32), counts), notices


def _refuse(
    file: str, strangers: list[str], short: list[str], answers: Mapping[str, int], heads: Mapping[str, int]
) -> None:
    if strangers:
        raise InputError(
            _(
                "The team %(team)s has answers but is not in %(file)s; add it with its headcount, correct the "
                "name, or use --accept-short-roster.",
                team=strangers[0],
                file=file,
            )
        )
    if short:
        raise InputError(
            _(
                "The team %(team)s has %(answers)d answers but only %(headcount)d heads in %(file)s; correct the "
                "headcount, or use --accept-short-roster.",
                team=short[0],
                answers=answers[short[0]],
                headcount=heads[short[0]],
                file=file,
            )
        )


def _accepted(file: str, strangers: list[str], short: list[str]) -> list[str]:
    """Say which headcounts are taken as unknown."""
    notices = []
    if strangers:
        notices.append(_("Not in %(file)s, headcount taken as unknown: %(teams)s.", file=file, teams=some(strangers)))
    if short:
        notices.append(
            _(
                "More answers than heads in %(file)s, headcount taken as unknown: %(teams)s.",
                file=file,
                teams=some(short),
            )
        )
    return notices


def _places(table: Table) -> dict[str, int]:
    places = {
        name: place for name in ("team", "headcount", "parent", "cycle") if (place := table.place(name)) is not None
    }
    for name in ("team", "headcount"):
        if name not in places:
            raise InputError(
                _(
                    "%(file)s, row 1: the column %(column)s is missing; a roster has the columns team, headcount and, "
                    "if wanted, parent and cycle.",
                    file=table.file,
                    column=name,
                )
            )
    return places


def _ignored(table: Table, places: Mapping[str, int]) -> list[str]:
    extra = [name for place, name in enumerate(table.header) if place not in places.values() and name]
    if not extra:
        return []
    return [_("%(file)s: columns ignored: %(columns)s.", file=table.file, columns=some(extra))]


def _cycle(file: str, row: int, cell: str) -> str:
    label = cell.strip()
    if not is_quarter(label):
        raise InputError(
            _(
                "%(file)s, row %(row)d, column %(column)s: “%(value)s” is no quarter; write it like 2026Q3.",
                file=file,
                row=row,
                column="cycle",
                value=label,
            )
        )
    return label


def _headcount(file: str, row: int, cells: list[str], places: Mapping[str, int]) -> Headcount:
    team = clean_name(cells[places["team"]])
    if not team:
        raise InputError(
            _(
                "%(file)s, row %(row)d, column %(column)s: the team is missing; fill it in.",
                file=file,
                row=row,
                column="team",
            )
        )
    text = cells[places["headcount"]].strip()
    whole = text.removesuffix(".0")
    if not (whole.isascii() and whole.isdecimal()) or len(whole) > 9 or int(whole) > _MOST:
        raise InputError(
            _(
                "%(file)s, row %(row)d, column %(column)s: the headcount of %(team)s is “%(value)s”; "
                "write a whole number from 0.",
                file=file,
                row=row,
                column="headcount",
                team=team,
                value=text,
            )
        )
    parent = clean_name(cells[places["parent"]]) if "parent" in places else ""
    return Headcount(team, int(whole), parent or None, row)


def _check_repeated(file: str, rows: Sequence[Headcount]) -> None:
    first: dict[str, int] = {}
    for found in rows:
        if found.team in first:
            raise InputError(
                _(
                    "%(file)s, row %(row)d: the team %(team)s is already in row %(first)d; keep one of them.",
                    file=file,
                    row=found.row,
                    team=found.team,
                    first=first[found.team],
                )
            )
        first[found.team] = found.row


def _check_loops(file: str, rows: Sequence[Headcount]) -> None:
    parents = {found.team: found.parent for found in rows}
    sound: set[str] = set()
    for found in rows:
        path: dict[str, None] = {}
        node: str | None = found.team
        while node is not None and node not in sound:
            if node in path:
                row = next(r.row for r in rows if r.team == node)
                raise InputError(
                    _(
                        "%(file)s, row %(row)d: the team %(team)s is above itself; correct the column parent.",
                        file=file,
                        row=row,
                        team=node,
                    )
                )
            path[node] = None
            node = parents.get(node)
        sound.update(path)
