"""XLSX workbooks as people and programs save them."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.worksheet.worksheet import Worksheet

from assess.errors import InputError
from assess.tables import read_table

SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    folder: Path, rows: list[list[object]], change: Callable[[Workbook, Worksheet], None] | None = None
) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    if change:
        change(book, sheet)
    path = folder / "answers.xlsx"
    book.save(path)
    return path


def repacked(path: Path, change: Callable[[bytes], bytes], part: str = SHEET) -> Path:
    """Save the workbook again with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[int, list[str]]], tuple[str, ...]]:
    with read_table(path) as table:
        return table.header, list(table.rows()), table.notices


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value)


def test_numbers_come_as_people_see_them(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team ", "COM1", "COM2", "COM3"], [7, 4, 4.0, 4.5]])
    header, rows, notices = read(path)
    assert header == ("team", "COM1", "COM2", "COM3")
    assert rows == [(2, ["7", "4", "4", "4.5"])]
    assert notices == ()


def test_text_that_other_programs_write_in_other_ways_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team", "COM1"], ["A", 4]])
    parts = "<x:r><x:t>甲 </x:t></x:r><x:r><x:t>B</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh>".encode()
    rich = b'<x:c t="inlineStr"><x:is>' + parts + b"</x:is></x:c><x:c><x:v>5.0E0</x:v></x:c>"
    row = b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + rich
    flags = b'<row><c t="b"><v>1</v></c><c t="str"><f>"x"</f><v>x</v></c></row>'
    repacked(path, lambda xml: xml.replace(b"</sheetData>", row + b"</x:row>" + flags + b"</sheetData>"))
    assert read(path)[1] == [(2, ["A", "4"]), (3, ["甲 B", "5"]), (4, ["TRUE", "x"])]


def test_a_sheet_without_its_size_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"]])
    repacked(path, lambda xml: re.sub(rb"<dimension[^>]*>", b"", xml))
    assert read(path)[1] == [(2, ["A"])]


def test_short_rows_are_filled_and_blank_rows_counted(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team", "COM1", "COM2"], ["A", 4], [], ["B", None, 3]])
    assert read(path)[1] == [(2, ["A", "4", ""]), (4, ["B", "", "3"])]


def test_a_name_without_xlsx_is_no_hindrance(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"]])
    assert read(path.rename(tmp_path / "answers.csv"))[1] == [(2, ["A"])]


def test_the_first_visible_sheet_is_read_with_a_notice(tmp_path: Path) -> None:
    def hide_first(book: Workbook, sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden"
        second = book.create_sheet("Antworten")
        second.append(["team", "COM1"])
        second.append(["B", 5])

    _header, rows, notices = read(workbook(tmp_path, [["team"], ["A"]], hide_first))
    assert rows == [(2, ["B", "5"])]
    assert notices == ("answers.xlsx has several sheets; only “Antworten” was read.",)


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"], [None]], lambda _book, sheet: sheet.merge_cells("A2:A3"))
    assert refusal(path) == "answers.xlsx: the cells A2:A3 are merged; unmerge them and fill in every row."


def test_a_formula_without_a_saved_value_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team", "COM1"], ["A", 4], ["B", "=2+2"]])
    assert refusal(path) == (
        "answers.xlsx, row 3, column B: the formula has no saved value; open the file in a spreadsheet program, "
        "save it and try again."
    )


def test_a_saved_formula_is_read_with_a_notice(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team", "COM1"], ["A", "=2+2"]])
    repacked(path, lambda xml: re.sub(rb"<v\s*/>|<v></v>", b"<v>4</v>", xml))
    _header, rows, notices = read(path)
    assert rows == [(2, ["A", "4"])]
    assert notices == ("answers.xlsx contains formulas; their last saved values were read.",)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/media/a", "w") as part,
    ):
        for _megabyte in range(201):
            part.write(bytes(1_000_000))
    assert path.stat().st_size < 2_000_000
    assert refusal(path) == "answers.xlsx is larger than 1 GB; split it into smaller files."


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    path = workbook(tmp_path, [["team"], ["A"]])
    repacked(path, lambda xml: bomb + xml.split(b"?>", 1)[-1].replace(b"<v>", b"<v>&b;", 1))
    assert "is damaged; open it in a spreadsheet program" in refusal(path)


def test_more_than_2000_columns_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"]])
    cells = b"".join(b'<c r="A3"><v>1</v></c>' for _cell in range(300_000))
    repacked(path, lambda xml: xml.replace(b"</sheetData>", b'<row r="3">' + cells + b"</row></sheetData>"))
    assert refusal(path) == "answers.xlsx, row 3: more than 2,000 columns; remove the columns that are not needed."


def test_one_cell_far_to_the_right_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"]], lambda _book, sheet: setattr(sheet["XFD2"], "value", 1))
    assert refusal(path) == "answers.xlsx, row 2: more than 2,000 columns; remove the columns that are not needed."


def test_a_row_number_beyond_measure_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"]])
    repacked(path, lambda xml: xml.replace(b'<row r="2"', b'<row r="999999999999"'))
    assert refusal(path) == "answers.xlsx has more than 2 million rows; split it into smaller files."


def test_a_cell_beyond_the_header_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team", "COM1"], ["A", 4, 4]])
    assert refusal(path) == (
        "answers.xlsx, row 2: there are 3 cells, but the header has 2; make every row as long as the header."
    )


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (OLE + bytes(600), "answers.xlsx is in the old XLS format; save it as XLSX or as “CSV UTF-8”."),
        (
            OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "answers.xlsx is protected by a password; save it without one and try again.",
        ),
        (b"team,COM1\nA,4\n", "answers.xlsx is no spreadsheet that can be read; save it as XLSX or as “CSV UTF-8”."),
        (
            b"PK\x03\x04 and nothing more",
            "answers.xlsx is damaged; open it in a spreadsheet program and save it as XLSX again.",
        ),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "answers.xlsx"
    path.write_bytes(content)
    assert refusal(path) == sentence


def test_another_office_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(path) == "answers.xlsx is no spreadsheet that can be read; save it as XLSX or as “CSV UTF-8”."


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("damage", [b"", b"<", b"\xff\xfe"])
def test_a_damaged_part_is_refused(tmp_path: Path, part: str, damage: bytes) -> None:
    path = repacked(workbook(tmp_path, [["team"], ["A"]]), lambda _xml: damage, part)
    assert refusal(path).startswith("answers.xlsx")


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["team"], ["A"]])
    path.write_bytes(path.read_bytes()[:-200])
    assert refusal(path) == "answers.xlsx is damaged; open it in a spreadsheet program and save it as XLSX again."


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_dates_are_counted_from_the_day_the_workbook_says(tmp_path: Path, epoch: datetime) -> None:
    def count_from(book: Workbook, _sheet: Worksheet) -> None:
        book.epoch = epoch

    path = workbook(tmp_path, [["team", "founded_on"], ["A", date(2024, 2, 29)]], count_from)
    with read_table(path) as table:
        (row,) = table.rows()
        assert table.day_zero is not None
        assert table.day_zero + timedelta(days=int(row[1][1])) == date(2024, 2, 29)
