"""Exports import again unchanged, and no spreadsheet takes a cell of theirs for a formula."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.extensions import Database
from assess.tables.formula_safe import may_be_formula
from assess.teams.exporting import CSV, XLSX, export_file
from assess.teams.fields import guarded, unguarded
from assess.teams.importing import import_roster, import_teams
from assess.teams.state import ROSTER, TEAMS
from tests.teams.office_files import database, write

__all__ = ["database"]

WILD_TEAMS = (
    "team,parent,function,founded_on,leader_email\n"
    '=1+1,,"a,b",,\n'
    "'=2,=1+1,营销,2024-03-01,a@x.example\n"
    '"say ""hi""",=1+1,,,\n'
    "＝SUM(1),=1+1,,,\n"
)
WILD_PEOPLE = (
    "name,email,team,mail_language,chat_id\n"
    "''@cmd,=a@x.example,'=2,zh,+86 1\n"
    '-Ada,ada@x.example,"say ""hi""",en,\n'
    "张 伟,,＝SUM(1),zh,\n"
)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Database:
    """Names as an attacker would choose them; the file holds them guarded once."""
    import_teams(database, write(tmp_path, "teams.csv", guard(WILD_TEAMS)))
    import_roster(database, write(tmp_path, "people.csv", guard(WILD_PEOPLE)))
    return database


def guard(text: str) -> str:
    stream = StringIO(newline="")
    csv.writer(stream).writerows([guarded(cell) for cell in row] for row in csv.reader(StringIO(text)))
    return stream.getvalue()


def exported(database: Database, kind: str, form: str) -> bytes:
    with database.reading() as session:
        return export_file(session, kind, form)[0]


@pytest.mark.parametrize("form", [CSV, XLSX])
def test_what_was_exported_imports_again_and_changes_nothing(office: Database, tmp_path: Path, form: str) -> None:
    for kind, run, rows in ((TEAMS, import_teams, 4), (ROSTER, import_roster, 3)):
        path = tmp_path / f"again.{form}"
        path.write_bytes(exported(office, kind, form))
        again = run(office, path)
        assert (again.added, again.changed, again.left, again.unchanged) == (0, 0, 0, rows)
        assert exported(office, kind, form)[:200] == path.read_bytes()[:200] or form == XLSX


def test_no_cell_of_an_export_is_a_formula(office: Database) -> None:
    for kind in (TEAMS, ROSTER):
        text = exported(office, kind, CSV).decode("utf-8-sig")
        cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
        assert [cell for cell in cells if may_be_formula(cell)] == []
        sheet = openpyxl.load_workbook(BytesIO(exported(office, kind, XLSX))).active
        assert sheet is not None
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    sheet = openpyxl.load_workbook(BytesIO(exported(office, TEAMS, XLSX))).active
    assert sheet is not None
    assert "=1+1" in {row[0].value for row in sheet.iter_rows()}


def test_the_columns_are_those_of_the_import(office: Database) -> None:
    assert (
        exported(office, TEAMS, CSV).decode("utf-8-sig").startswith("team,parent,function,founded_on,leader_email\r\n")
    )
    assert exported(office, ROSTER, CSV).decode("utf-8-sig").startswith("name,email,team,mail_language,chat_id\r\n")


@given(st.text(alphabet=st.sampled_from("'=+-@a＝ "), max_size=8))
def test_guarding_can_be_taken_back_and_guards(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not may_be_formula(guarded(text))
