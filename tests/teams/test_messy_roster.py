"""Five hundred people with every kind of mistake, in both languages, and as spreadsheet programs save them."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from assess.errors import InputError
from assess.extensions import Database
from assess.localisation import use_language
from assess.teams.fields import FaultyFileError
from assess.teams.importing import import_roster, import_teams, preview_roster, preview_teams
from assess.teams.reading import read_roster_file, read_team_file
from tests.teams import messy_roster
from tests.teams.messy_roster import PEOPLE, alike_rows, as_csv, clean_rows, faulty_rows, teams_csv
from tests.teams.office_files import database, people, write

__all__ = ["database"]


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Database:
    import_teams(database, write(tmp_path, "teams.csv", teams_csv()))
    return database


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mistake_is_told_once_with_row_column_and_remedy(office: Database, tmp_path: Path, language: str) -> None:
    rows, expected = faulty_rows()
    path = write(tmp_path, "people.csv", as_csv(rows))
    with use_language(language), pytest.raises(FaultyFileError) as caught:
        preview_roster(office, path)
    assert {error.row: error.column for error in caught.value.errors} == expected
    assert len(caught.value.errors) == len(expected) == 15
    for line, error in zip(str(caught.value).splitlines(), caught.value.errors, strict=True):
        start = f"people.csv, row {error.row}, column" if language == "en" else f"people.csv，第{error.row}行，"
        assert line.startswith(start)
        assert line.endswith("." if language == "en" else "。")
    assert people(office) == {}


def test_without_them_all_are_imported_and_the_extra_column_is_named(office: Database, tmp_path: Path) -> None:
    path = write(tmp_path, "people.csv", as_csv(clean_rows()))
    assert preview_roster(office, path).people_after == PEOPLE
    done = import_roster(office, path)
    assert (done.added, done.notices) == (PEOPLE, ("people.csv: columns ignored: “Budget 2026”.",))
    assert import_roster(office, path).unchanged == PEOPLE


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_looks_like_a_mistake_is_pointed_out(office: Database, tmp_path: Path, language: str) -> None:
    before = {
        (each.row, each.what) for each in preview_roster(office, write(tmp_path, "a.csv", as_csv(clean_rows()))).alike
    }
    with use_language(language):
        found = preview_roster(office, write(tmp_path, "people.csv", as_csv(alike_rows()))).alike
    rows = [each.row for each in found if each.row is not None and each.row > PEOPLE + 1]
    assert rows == [PEOPLE + 3, PEOPLE + 5, PEOPLE + 7, PEOPLE + 9, PEOPLE + 11, PEOPLE + 12]
    assert len(found) == len(before) + 6


def workbook(change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [messy_roster.HEADER, *clean_rows()]:
        sheet.append([cell or None for cell in row])
    change(book)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


SAVED: dict[str, Callable[[], bytes]] = {
    "Excel, CSV UTF-8: mark and CRLF": lambda: as_csv(clean_rows()).encode("utf-8-sig"),
    "Excel in Europe: semicolons": lambda: as_csv(clean_rows(), delimiter=";").encode("utf-8-sig"),
    "Excel, Unicode text: UTF-16 and tabs": lambda: as_csv(clean_rows(), delimiter="\t").encode("utf-16"),
    "WPS on Chinese Windows: GB18030": lambda: as_csv(clean_rows()).encode("gb18030"),
    "Numbers: UTF-8 and LF": lambda: as_csv(clean_rows(), end="\n").encode(),
    "Excel, workbook": workbook,
    "Excel, hidden sheet in front": lambda: workbook(_hide_in_front),
    "Excel, formats below and beside": lambda: workbook(_format_beyond),
}


def _hide_in_front(book: openpyxl.Workbook) -> None:
    hidden = book.create_sheet("old", 0)
    hidden.append(["something", "else"])
    hidden.sheet_state = "hidden"


def _format_beyond(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    for row in range(1, PEOPLE + 50):
        sheet.cell(row, 12).number_format = "0.00"


@pytest.mark.parametrize("program", sorted(SAVED))
def test_files_are_read_as_programs_save_them(tmp_path: Path, program: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(SAVED[program]())
    expected = read_roster_file(write(tmp_path, "plain.csv", as_csv(clean_rows())))
    found = read_roster_file(path)
    assert found.errors == ()
    assert found.rows == expected.rows


def _merge(book: openpyxl.Workbook) -> None:
    book.worksheets[0].merge_cells("C2:C5")


def _unsaved_formula(book: openpyxl.Workbook) -> None:
    book.worksheets[0]["A3"] = '=CONCATENATE("A","da")'


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(_merge, "the cells C2:C5 are merged"), (_unsaved_formula, "row 3, column A: the formula has no saved value")],
)
def test_what_would_lose_people_in_silence_is_refused(
    tmp_path: Path, change: Callable[[openpyxl.Workbook], None], sentence: str
) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook(change))
    with pytest.raises(InputError, match=sentence):
        read_roster_file(path)


def test_days_in_a_workbook_are_read_as_days(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["team", "founded_on"])
    sheet.append(["Ads", date(2024, 3, 1)])
    sheet.append(["Care", "2024年3月1日"])
    book.save(tmp_path / "teams.xlsx")
    file = read_team_file(tmp_path / "teams.xlsx")
    assert (file.errors, {row.founded_on for row in file.rows}) == ((), {date(2024, 3, 1)})


@pytest.mark.parametrize("packed", [False, True])
def test_a_hundred_thousand_rows_are_read(tmp_path: Path, packed: bool) -> None:
    rows = [[f"P {number}", f"p{number}@x.example", "Ads"] for number in range(100_000)]
    path = write(tmp_path, "people.csv", as_csv(rows, ("name", "email", "team")))
    if packed:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [["name", "email", "team"], *rows]:
            sheet.append(row)
        book.save(tmp_path / "people.xlsx")
        path = tmp_path / "people.xlsx"
        assert zipfile.is_zipfile(path)
    file = read_roster_file(path, most_rows=100_000)
    assert (len(file.rows), file.errors) == (100_000, ())


def test_teams_with_every_mistake_are_told_together(office: Database, tmp_path: Path) -> None:
    text = (
        "team,parent,function,founded_on,leader_email,former_name\n"
        "Lantern Shop,,,,,\nLantern Shop,,,,,\n,Lantern Shop,,,,\nA,Nowhere,,,,\nB,C,,,,\nC,B,,,,\n"
        "D,Lantern Shop,,31/12/2024,,\nE,Lantern Shop,,,boss,\nF,Lantern Shop,,,,Nobody\n"
    )
    with pytest.raises(FaultyFileError) as caught:
        preview_teams(office, write(tmp_path, "teams.csv", text))
    assert [(error.row, error.column) for error in caught.value.errors] == [
        (3, "team"),
        (4, "team"),
        (5, "parent"),
        (6, "parent"),
        (8, "founded_on"),
        (9, "leader_email"),
        (10, "former_name"),
    ]
