"""Importing the team tree and the roster from CSV or XLSX: all of a file or nothing of it.

A file is the whole truth: who or what it no longer names has left. Errors name file, row, column and remedy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.errors import InputError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.tables import read_table
from assess.teams.fields import Row, find_places
from assess.teams.leaders import key_holders_among
from assess.teams.models import Person, Team

K = TypeVar("K")

FUNCTIONS = {
    "operations": ("operations", "运营"),
    "marketing": ("marketing", "营销", "市场"),
    "service": ("service", "customer service", "客服", "客户服务"),
    "technology": ("technology", "tech", "技术", "研发"),
    "merchandise": ("merchandise", "商品"),
}


@dataclass(frozen=True)
class Imported:
    """What an import changed, for the person who ran it."""

    added: int
    changed: int
    left: int
    unchanged: int
    notices: tuple[str, ...]


@dataclass(frozen=True)
class _TeamRow:
    row: int
    name: str
    parent: str | None
    function: str
    founded_on: date | None
    leader_email: str | None


@dataclass(frozen=True)
class _PersonRow:
    row: int
    name: str
    email: str | None
    team: str
    mail_language: str
    chat_id: str


def import_teams(database: Database, path: str | Path) -> Imported:
    """Replace the team tree by a file with the columns team, parent, function, founded_on, leader_email."""
    with read_table(path) as table:
        places, notices = find_places(table, ("team",), ("parent", "function", "founded_on", "leader_email"))
        rows = [_team_row(Row(table, number, cells, places)) for number, cells in table.rows()]
        file = table.file
        _check_teams(file, rows)
        notices = [*table.notices, *notices]
    with database.writing() as session:
        _check_leaders(session, file, rows)
        return _store_teams(session, rows, tuple(notices))


def import_roster(database: Database, path: str | Path) -> Imported:
    """Replace the roster by a file with the columns name, email, team, mail_language, chat_id."""
    with read_table(path) as table:
        places, notices = find_places(table, ("name", "team"), ("email", "mail_language", "chat_id"))
        rows = [_person_row(Row(table, number, cells, places)) for number, cells in table.rows()]
        file = table.file
        _check_people(file, rows)
        notices = [*table.notices, *notices]
    with database.writing() as session:
        return _store_people(session, file, rows, tuple(notices))


def function_code(text: str) -> str:
    """Turn a function's name in either language into its code; any other text stays as it is."""
    plain = text.casefold().removesuffix("团队").removesuffix("部")
    return next((code for code, names in FUNCTIONS.items() if plain in names), text)


def _team_row(row: Row) -> _TeamRow:
    return _TeamRow(
        row=row.number,
        name=row.name("team"),
        parent=row.text("parent") or None,
        function=function_code(row.text("function")),
        founded_on=row.day("founded_on"),
        leader_email=row.email("leader_email"),
    )


def _person_row(row: Row) -> _PersonRow:
    language = row.text("mail_language").lower()[:2] or "en"
    if language not in {"en", "zh"}:
        raise row.error("mail_language", _("“%(value)s” is unknown; write en or zh", value=row.text("mail_language")))
    return _PersonRow(
        row.number, row.name("name"), row.email("email"), row.name("team"), language, row.text("chat_id")[:120]
    )


def _check_teams(file: str, rows: list[_TeamRow]) -> None:
    first: dict[str, _TeamRow] = {}
    for team in rows:
        if team.name in first:
            raise InputError(
                _(
                    "%(file)s, row %(row)d: the team %(team)s is already in row %(first)d; keep one of them.",
                    file=file,
                    row=team.row,
                    team=team.name,
                    first=first[team.name].row,
                )
            )
        first[team.name] = team
    for team in rows:
        if team.parent is not None and team.parent not in first:
            raise InputError(
                _(
                    "%(file)s, row %(row)d, column parent: there is no team %(parent)s in this file; add a row for it.",
                    file=file,
                    row=team.row,
                    parent=team.parent,
                )
            )
        seen = {team.name}
        above = team.parent
        while above is not None:
            if above in seen:
                raise InputError(
                    _(
                        "%(file)s, row %(row)d: the team %(team)s is above itself; correct the column parent.",
                        file=file,
                        row=team.row,
                        team=team.name,
                    )
                )
            seen.add(above)
            above = first[above].parent


def _check_leaders(session: Session, file: str, rows: list[_TeamRow]) -> None:
    holders = key_holders_among(session, {row.leader_email for row in rows if row.leader_email})
    for row in rows:
        if row.leader_email in holders:
            raise InputError(
                _(
                    "%(file)s, row %(row)d, column leader_email: %(email)s is a key holder, who can lead no team; "
                    "name somebody else.",
                    file=file,
                    row=row.row,
                    email=row.leader_email,
                )
            )


def _check_people(file: str, rows: list[_PersonRow]) -> None:
    first: dict[str, int] = {}
    paper: dict[tuple[str, str], int] = {}
    for person in rows:
        if person.email is None:
            _check_paper(file, person, paper)
            continue
        if person.email in first:
            raise InputError(
                _(
                    "%(file)s, row %(row)d, column email: %(email)s is already in row %(first)d; "
                    "each person stands in one row and one team.",
                    file=file,
                    row=person.row,
                    email=person.email,
                    first=first[person.email],
                )
            )
        first[person.email] = person.row


def _check_paper(file: str, person: _PersonRow, first: dict[tuple[str, str], int]) -> None:
    """Without an address only name and team tell two people apart: otherwise the next import could not."""
    if (person.name, person.team) in first:
        raise InputError(
            _(
                "%(file)s, row %(row)d, column name: %(name)s of %(team)s without an e-mail address is already in row "
                "%(first)d; delete one row, or tell two people apart by an address or an initial.",
                file=file,
                row=person.row,
                name=person.name,
                team=person.team,
                first=first[person.name, person.team],
            )
        )
    first[person.name, person.team] = person.row


def _store_teams(session: Session, rows: list[_TeamRow], notices: tuple[str, ...]) -> Imported:
    known = {team.name: team for team in session.scalars(select(Team))}
    before = {name: _facts(team, known) for name, team in known.items() if team.is_current}
    for row in rows:
        team = known.get(row.name)
        if team is None:
            team = Team(name=row.name)
            session.add(team)
            known[row.name] = team
        team.function, team.founded_on, team.leader_email = row.function, row.founded_on, row.leader_email
        team.is_current = True
    session.flush()
    named = {row.name for row in rows}
    for row in rows:
        known[row.name].parent_id = None if row.parent is None else known[row.parent].id
    for name, team in known.items():
        if name not in named:
            team.is_current = False
    after = {row.name: _facts(known[row.name], known) for row in rows}
    return _compare(before, after, notices)


def _facts(team: Team, known: dict[str, Team]) -> tuple[object, ...]:
    parent = next((t.name for t in known.values() if t.id == team.parent_id), None) if team.parent_id else None
    return parent, team.function, team.founded_on, team.leader_email


def _store_people(session: Session, file: str, rows: list[_PersonRow], notices: tuple[str, ...]) -> Imported:
    teams = {team.name: team.id for team in session.scalars(select(Team).where(Team.is_current))}
    for row in rows:
        if row.team not in teams:
            raise InputError(
                _(
                    "%(file)s, row %(row)d, column team: there is no team %(team)s; "
                    "import the teams first or correct it.",
                    file=file,
                    row=row.row,
                    team=row.team,
                )
            )
    existing = {_identity(p.email, p.name, p.team_id): p for p in session.scalars(select(Person))}
    before = {key: (p.name, p.team_id, p.mail_language, p.chat_id) for key, p in existing.items()}
    after: dict[tuple[object, ...], tuple[object, ...]] = {}
    for row in rows:
        key = _identity(row.email, row.name, teams[row.team])
        after[key] = (row.name, teams[row.team], row.mail_language, row.chat_id)
        person = existing.get(key)
        if person is None:
            session.add(
                Person(
                    name=row.name,
                    email=row.email,
                    team_id=teams[row.team],
                    mail_language=row.mail_language,
                    chat_id=row.chat_id,
                )
            )
        else:
            person.name, person.team_id = row.name, teams[row.team]
            person.mail_language, person.chat_id = row.mail_language, row.chat_id
    for key, person in existing.items():
        if key not in after:
            session.delete(person)
    return _compare(before, after, notices)


def _identity(email: str | None, name: str, team: int) -> tuple[object, ...]:
    return ("mail", email) if email is not None else ("name", name, team)


def _compare(before: Mapping[K, object], after: Mapping[K, object], notices: tuple[str, ...]) -> Imported:
    same = sum(before.get(key) == value for key, value in after.items())
    added = sum(key not in before for key in after)
    left = sum(key not in after for key in before)
    return Imported(added, len(after) - same - added, left, same, notices)
