"""Importing teams and roster: all of a file or nothing of it, and sentences that name file, row, column and remedy."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from assess.errors import InputError
from assess.extensions import Database
from assess.teams.importing import Imported, import_roster, import_teams
from assess.teams.models import Person, Team
from tests.databases.stores import Store

TEAMS = """team,parent,function,founded_on,leader_email
Lantern,,,,boss@lantern.example
Ads,Lantern,营销,2024-03-01,Ada@Lantern.example
Care,Lantern,客服,,
"""
ROSTER = """name,email,team,mail_language,chat_id
Ada,ada@lantern.example,Ads,en,U1
伟 张,wei@lantern.example,Care,zh,
Paper Person,,Care,,
"""


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    yield database
    database.close()


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def counts(result: Imported) -> tuple[int, int, int, int]:
    return result.added, result.changed, result.left, result.unchanged


def people(database: Database) -> dict[str, tuple[str | None, str]]:
    with database.reading() as session:
        rows = session.execute(select(Person.name, Person.email, Team.name).join(Team, Team.id == Person.team_id)).all()
    return {name: (email, team) for name, email, team in rows}


def test_a_tree_is_stored_as_written(database: Database, tmp_path: Path) -> None:
    assert counts(import_teams(database, write(tmp_path, "teams.csv", TEAMS))) == (3, 0, 0, 0)
    with database.reading() as session:
        teams = {team.name: team for team in session.scalars(select(Team))}
    assert teams["Ads"].parent_id == teams["Lantern"].id
    assert (teams["Ads"].function, teams["Ads"].founded_on) == ("marketing", date(2024, 3, 1))
    assert teams["Ads"].leader_email == "ada@lantern.example"
    assert teams["Lantern"].parent_id is None


def test_a_roster_is_stored_as_written_from_csv_and_xlsx(database: Database, tmp_path: Path) -> None:
    import_teams(database, write(tmp_path, "teams.csv", TEAMS))
    assert counts(import_roster(database, write(tmp_path, "people.csv", ROSTER, "gb18030"))) == (3, 0, 0, 0)
    expected = people(database)
    assert expected == {
        "Ada": ("ada@lantern.example", "Ads"),
        "伟 张": ("wei@lantern.example", "Care"),
        "Paper Person": (None, "Care"),
    }
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in ROSTER.splitlines():
        sheet.append([cell or None for cell in line.split(",")])
    book.save(tmp_path / "people.xlsx")
    assert counts(import_roster(database, tmp_path / "people.xlsx")) == (0, 0, 0, 3)
    assert people(database) == expected


def test_a_second_import_says_who_came_who_changed_and_who_left(database: Database, tmp_path: Path) -> None:
    import_teams(database, write(tmp_path, "teams.csv", TEAMS))
    import_roster(database, write(tmp_path, "people.csv", ROSTER))
    second = "name,email,team\nAda L.,ADA@lantern.example,Care\nNew,new@lantern.example,Ads\nPaper Person,,Care\n"
    assert counts(import_roster(database, write(tmp_path, "people.csv", second))) == (1, 1, 1, 1)
    assert people(database) == {
        "Ada L.": ("ada@lantern.example", "Care"),
        "New": ("new@lantern.example", "Ads"),
        "Paper Person": (None, "Care"),
    }


def test_a_team_that_is_no_longer_named_has_left_and_may_come_back(database: Database, tmp_path: Path) -> None:
    import_teams(database, write(tmp_path, "teams.csv", TEAMS))
    assert counts(import_teams(database, write(tmp_path, "teams.csv", "team\nLantern\n"))) == (0, 1, 2, 0)
    with pytest.raises(InputError, match=r"people\.csv, row 2, column team: there is no team Ads; import the teams"):
        import_roster(database, write(tmp_path, "people.csv", ROSTER))
    assert counts(import_teams(database, write(tmp_path, "teams.csv", TEAMS))) == (2, 1, 0, 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("parent\nLantern\n", r"teams\.csv has no column “team” .* are: “parent”\. Rename"),
        ("team\nAds\nAds\n", r"teams\.csv, row 3, column team: the team Ads is already in row 2; keep one of them"),
        ("team,parent\nAds,Nowhere\n", r"row 2, column parent: there is no team Nowhere in this file; add a row"),
        (
            "team,parent\nA,B\nB,A\n",
            r"row 2, column parent: the team A is above itself; correct which unit is above it",
        ),
        ("team,parent\nA,A\n", r"row 2, column parent: the team A is above itself; correct which unit is above it"),
        ("team,parent\n,A\n", r"row 2, column team: it is empty; fill it in"),
        (f"team\n{'x' * 121}\n", r"row 2, column team: a name has at most 120 characters on one line; shorten it"),
        ("team,founded_on\nA,soon\n", r"row 2, column founded_on: “soon” is no date; write it like 2026-11-23"),
        ("team,leader_email\nA,boss\n", r"row 2, column leader_email: “boss” is no e-mail address; correct it or"),
    ],
)
def test_a_wrong_tree_is_refused_by_row_and_nothing_is_imported(
    database: Database, tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        import_teams(database, write(tmp_path, "teams.csv", text))
    with database.reading() as session:
        assert session.scalars(select(Team)).all() == []


GOOD = "Ada,ada@lantern.example,Ads\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "name,email\nAda,a@x.example\n",
            r"people\.csv has no column “team” .* are: “name”, “email”\. Rename",
        ),
        ("name,email,team\n" + GOOD + GOOD.upper().replace("ADS", "Ads"), r"row 3, column email: ada@lantern\.example"),
        ("name,email,team\n" + GOOD + "Bo,bo@x.example,Nope\n", r"row 3, column team: there is no team Nope; import"),
        ("name,email,team\n" + GOOD + ",bo@x.example,Ads\n", r"row 3, column name: it is empty; fill it in"),
        ("name,email,team\n" + GOOD + "Bo,bo@@x,Ads\n", r"row 3, column email: “bo@@x” is no e-mail address"),
        ("name,email,team\n" + GOOD + "Bo,bo x@x.example,Ads\n", r"row 3, column email: “bo x@x.example” is no e-mail"),
        (
            "name,email,team\nBo,,Ads\nBo,,Care\nBo,,Ads\n",
            r"row 4, column name: Bo of Ads without an e-mail address is already in row 2; delete one row, or tell two",
        ),
        (
            "name,email,team,mail_language\n" + GOOD.strip() + ",en\nBo,bo@x.example,Ads,klingon\n",
            r"row 3, column mail_language: “klingon” is unknown; write English or Chinese",
        ),
    ],
)
def test_a_wrong_roster_is_refused_by_row_and_nothing_is_imported(
    database: Database, tmp_path: Path, text: str, sentence: str
) -> None:
    import_teams(database, write(tmp_path, "teams.csv", TEAMS))
    import_roster(database, write(tmp_path, "people.csv", ROSTER))
    before = people(database)
    with pytest.raises(InputError, match=sentence):
        import_roster(database, write(tmp_path, "people.csv", text))
    assert people(database) == before


def test_columns_nobody_reads_are_named(database: Database, tmp_path: Path) -> None:
    result = import_teams(database, write(tmp_path, "teams.csv", "team,budget\nA,7\n"))
    assert result.notices == ("teams.csv: columns ignored: “budget”.",)
