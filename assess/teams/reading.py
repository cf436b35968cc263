"""Reading the two files: every row into a value, every error noted with its row, nothing compared with the database."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assess.errors import InputError
from assess.localisation import current_language
from assess.localisation import gettext as _
from assess.tables import Table, read_table
from assess.teams.columns import find_places, headings_at, meaning_of
from assess.teams.fields import Row, RowError

TEAM_COLUMNS = ("team", "parent", "function", "founded_on", "leader_email")
ROSTER_COLUMNS = ("name", "email", "team", "mail_language", "chat_id")
DEEPEST = 12
"""Levels of a tree; a deeper one is a mistake in the column parent."""

FUNCTIONS = {
    "operations": ("operations", "运营"),
    "marketing": ("marketing", "营销", "市场"),
    "service": ("service", "customer service", "客服", "客户服务"),
    "technology": ("technology", "tech", "技术", "研发"),
    "merchandise": ("merchandise", "商品"),
}
_LANGUAGES = {
    "en": re.compile(r"|(en|eng)([-_].*)?|(british |american )?english\b.*|英文|英语"),
    "zh": re.compile(r"(zh|zho|cn)([-_].*)?|(simplified )?chinese\b.*|mandarin|(简体)?(中文|汉语)(\W.*)?|简中|普通话"),
}
"""What is written in a column of languages: a code with or without a region, or a word."""


@dataclass(frozen=True)
class TeamRow:
    """One row of the file of teams; `former_name` says which team it is that has a new name."""

    row: int
    name: str
    parent: str | None
    function: str
    founded_on: date | None
    leader_email: str | None
    former_name: str | None = None
    cells: str = field(default="", compare=False)


@dataclass(frozen=True)
class PersonRow:
    """One row of the roster file."""

    row: int
    name: str
    email: str | None
    team: str
    mail_language: str
    chat_id: str
    cells: str = field(default="", compare=False)


@dataclass(frozen=True)
class TeamFile:
    """A file of teams as it was read; with errors it is not to be imported."""

    file: str
    rows: tuple[TeamRow, ...]
    notices: tuple[str, ...]
    errors: tuple[RowError, ...]
    headings: Mapping[str, str] = field(default_factory=dict)
    """How the file calls its columns."""


@dataclass(frozen=True)
class RosterFile:
    """A roster file as it was read; with errors it is not to be imported."""

    file: str
    rows: tuple[PersonRow, ...]
    notices: tuple[str, ...]
    errors: tuple[RowError, ...]
    headings: Mapping[str, str] = field(default_factory=dict)
    """How the file calls its columns."""


def read_team_file(path: str | Path, *, most_rows: int | None = None) -> TeamFile:
    """Read a file with the columns team, parent, function, founded_on, leader_email and, if wanted, former_name.

    InputError where it is no such file at all; what is wrong in its rows is listed in `errors`.
    """
    errors: list[RowError] = []
    with read_table(path) as table:
        _refuse_people(table)
        places, notices = find_places(table, TEAM_COLUMNS[:1], (*TEAM_COLUMNS[1:], "former_name"))
        rows = [_team_row(row) for row in _rows(table, places, errors, most_rows)]
        file, notices, headings = table.file, [*table.notices, *notices], headings_at(table, places)
    _note_repeated_teams(rows, errors)
    _note_parents(rows, errors)
    return TeamFile(file, tuple(rows), tuple(notices), tuple(errors), headings)


def read_roster_file(path: str | Path, *, most_rows: int | None = None) -> RosterFile:
    """Read a file with the columns name, email, team, mail_language, chat_id; errors as with teams."""
    errors: list[RowError] = []
    with read_table(path) as table:
        places, notices = find_places(table, ("name", "team"), ("email", "mail_language", "chat_id"))
        rows = [_person_row(row) for row in _rows(table, places, errors, most_rows)]
        file, notices, headings = table.file, [*table.notices, *notices], headings_at(table, places)
    if "email" not in places:
        notices.append(
            _("%(file)s has no column of e-mail addresses: everybody in it would draw a slip of paper.", file=file)
        )
    _note_repeated_people(rows, errors)
    return RosterFile(file, tuple(rows), tuple(notices), tuple(errors), headings)


def language_code(text: str) -> str | None:
    """Read the language of somebody's mails; English where nothing is written, None for what is neither.

    >>> [language_code(text) for text in ("", "en-GB", "Chinese (Simplified)", "简体中文", "French", "zhang")]
    ['en', 'en', 'zh', 'zh', None, None]
    """
    plain = text.strip().casefold()
    return next((code for code, written in _LANGUAGES.items() if written.fullmatch(plain)), None)


def function_code(text: str) -> str:
    """Turn a function's name in either language into its code; any other text stays as it is."""
    plain = text.casefold().removesuffix("团队").removesuffix("部")
    return next((code for code, names in FUNCTIONS.items() if plain in names), text)


def function_name(code: str) -> str:
    """Name a function in the reader's language; a word of somebody's own stays as it is."""
    names = FUNCTIONS.get(code)
    return code if names is None else names[1 if current_language() == "zh" else 0]


def _refuse_people(table: Table) -> None:
    """Refuse a list of people where a list of teams is meant, before its teams are told one by one to be repeated."""
    means = {meaning_of(heading): heading for heading in table.header}
    if "name" in means and "email" in means and "parent" not in means:
        raise InputError(
            _(
                "%(file)s is a list of people: it has the columns “%(name)s” and “%(email)s”. That is a roster; a file "
                "of teams has one row for each team.",
                file=table.file,
                name=means["name"][:60],
                email=means["email"][:60],
            )
        )


def _rows(table: Table, places: dict[str, int], errors: list[RowError], most: int | None) -> Iterator[Row]:
    """Give the rows; one that cannot even be read ends the file, and is an error among the others."""
    try:
        for count, (number, cells) in enumerate(table.rows(), start=1):
            if most is not None and count > most:
                raise InputError(
                    _(
                        "%(file)s has more than %(most)s rows; a file sent here may have no more. Import it on the "
                        "server, with the command line.",
                        file=table.file,
                        most=f"{most:,}",
                    )
                )
            yield Row(table, number, cells, places, errors)
    except InputError as error:
        errors.append(RowError(None, None, str(error)))


def _team_row(row: Row) -> TeamRow:
    function = row.text("function")
    if len(function) > 120:
        row.note("function", _("a name has at most 120 characters on one line; shorten it"))
    return TeamRow(
        row=row.number,
        name=row.name("team"),
        parent=row.text("parent") or None,
        function=function_code(function),
        founded_on=row.day("founded_on"),
        leader_email=row.email("leader_email"),
        former_name=row.text("former_name") or None,
        cells=row.cells,
    )


def _person_row(row: Row) -> PersonRow:
    name, email, team = row.name("name"), row.email("email"), row.name("team")
    written = row.text("mail_language")
    language = language_code(written)
    if language is None:
        row.note("mail_language", _("“%(value)s” is unknown; write English or Chinese", value=written[:60]))
    return PersonRow(
        row=row.number,
        name=name,
        email=email,
        team=team,
        mail_language=language or "en",
        chat_id=row.text("chat_id")[:120],
        cells=row.cells,
    )


def _note_repeated_teams(rows: list[TeamRow], errors: list[RowError]) -> None:
    first: dict[str, int] = {}
    for team in rows:
        if team.name in first:
            what = _(
                "the team %(team)s is already in row %(first)d; keep one of them",
                team=team.name,
                first=first[team.name],
            )
            errors.append(RowError(team.row, "team", what, team.cells))
        elif team.name:
            first[team.name] = team.row


def _note_parents(rows: list[TeamRow], errors: list[RowError]) -> None:
    """Note parents that are not there, circles (once each) and trees that are too deep."""
    known = {team.name: team for team in reversed(rows)}
    depths: dict[str, int | None] = {}
    for team in rows:
        if team.parent is not None and team.parent not in known:
            what = _("there is no team %(parent)s in this file; add a row for it", parent=team.parent)
            errors.append(RowError(team.row, "parent", what, team.cells))
        elif _depth(team, known, depths, errors) == DEEPEST + 1:
            what = _("the tree has more than %(number)d levels here; put the team higher up", number=DEEPEST)
            errors.append(RowError(team.row, "parent", what, team.cells))


def _depth(
    team: TeamRow, known: dict[str, TeamRow], depths: dict[str, int | None], errors: list[RowError]
) -> int | None:
    """Count the levels down to a team; None inside or below a circle, which is noted at its first row."""
    path: dict[str, TeamRow] = {}
    at: TeamRow | None = team
    while at is not None and at.name not in depths and at.name not in path:
        path[at.name] = at
        at = known.get(at.parent) if at.parent is not None else None
    depth: int | None = 0
    if at is not None and at.name in path:
        names = list(path)
        circle = [path[name] for name in names[names.index(at.name) :]]
        first = min(circle, key=lambda each: each.row)
        what = _("the team %(team)s is above itself; correct which unit is above it", team=first.name)
        errors.append(RowError(first.row, "parent", what, first.cells))
        depth = None
    elif at is not None:
        depth = depths[at.name]
    for name in reversed(path):
        depth = None if depth is None else depth + 1
        depths[name] = depth
    return depths[team.name]


def _note_repeated_people(rows: list[PersonRow], errors: list[RowError]) -> None:
    first: dict[str, int] = {}
    paper: dict[tuple[str, str], int] = {}
    for person in rows:
        if person.email is None:
            _note_paper(person, paper, errors)
        elif person.email in first:
            what = _(
                "%(email)s is already in row %(first)d; each person stands in one row and one team",
                email=person.email,
                first=first[person.email],
            )
            errors.append(RowError(person.row, "email", what, person.cells))
        else:
            first[person.email] = person.row


def _note_paper(person: PersonRow, first: dict[tuple[str, str], int], errors: list[RowError]) -> None:
    """Without an address only name and team tell two people apart: otherwise the next import could not."""
    key = (person.name, person.team)
    if key in first and person.name:
        what = _(
            "%(name)s of %(team)s without an e-mail address is already in row %(first)d; delete one row, or tell two "
            "people apart by an address or an initial",
            name=person.name,
            team=person.team,
            first=first[key],
        )
        errors.append(RowError(person.row, "name", what, person.cells))
    first.setdefault(key, person.row)
