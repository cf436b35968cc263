"""The files themselves: the same bytes every time, nothing to compute, documented keys, words in both languages."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from assess.localisation import LANGUAGES, use_language
from assess.releases.released import Fixed, UnreleasedError
from assess.reports.files.as_json import figures_json
from assess.reports.files.contents import cycle_file, node_file
from assess.reports.files.delimited import delimited
from assess.reports.files.guarding import cell_text
from assess.reports.files.model import Cell, FigureFile, for_programs, plain
from assess.reports.files.workbook import workbook
from assess.tables.formula_safe import may_be_formula
from tests.releases.schema_check import faults
from tests.reports import shop
from tests.reports.files.reading import parts, sheets

DOCS = Path(__file__).parents[3] / "docs"
LATER = """
import datetime, sys, time
from tests.reports import drawing
time.time, real = (lambda: real() + drawing.LATER), time.time
datetime.datetime = drawing.LaterDateTime
time.localtime = lambda seconds=None: time.gmtime(time.time() if seconds is None else seconds)
from tests.reports.files.test_files import all_formats, told
sys.stdout.buffer.write(all_formats(told("zh")))
"""


def told(language: str = "en") -> FigureFile:
    reported = shop.told()[0]
    node = reported.cycle.node(shop.OPERATIONS)
    assert node is not None
    return node_file(reported, node, language=language, command="assess cycle export 2026Q4 --out exports")


def whole(language: str = "en") -> FigureFile:
    return cycle_file(shop.reported(), language=language, command="assess cycle export 2026Q4 --out exports")


def all_formats(file: FigureFile) -> bytes:
    return b"".join([workbook(file), figures_json(file), *delimited(file).values()])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_figures_give_the_same_bytes(language: str) -> None:
    for made in (told, whole):
        assert all_formats(made(language)) == all_formats(made(language))


def test_another_day_and_place_give_the_same_bytes(tmp_path: Path) -> None:
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LANG": "zh_CN.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", LATER],
        cwd=Path(__file__).parents[3],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert done.stdout == all_formats(told("zh"))


def test_a_workbook_knows_no_clock_and_no_person() -> None:
    read = parts(workbook(told()))
    core = read["docProps/core.xml"].decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-12-31T00:00:00Z"}
    assert re.search(r"<dc:creator[^>]*>Assess</dc:creator>", core)
    assert not re.search(rb"<f[ >]", b"".join(read.values())), "no formula"
    sheets_only = {f"xl/worksheets/sheet{place}.xml" for place in range(1, 8)}
    around = {"xl/workbook.xml", "xl/styles.xml", "xl/theme/theme1.xml", "docProps/app.xml", "docProps/core.xml"}
    assert {name for name in read if ".rels" not in name} == sheets_only | around | {"[Content_Types].xml"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_stay_in_sight_and_columns_are_wide_enough(language: str) -> None:
    book = load_workbook(io.BytesIO(workbook(told(language))))
    assert len(book.sheetnames) == 7
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        widths = [sheet.column_dimensions[get_column_letter(place)].width for place in range(1, sheet.max_column + 1)]
        assert all(9 <= width <= 100 for width in widths)
        assert all(cell.font.b and cell.value for cell in sheet[1])


def test_numbers_are_set_as_numbers_and_differences_with_their_sign() -> None:
    book = load_workbook(io.BytesIO(workbook(told())))
    sheet = book["Scores"]
    columns = {cell.value: place for place, cell in enumerate(sheet[1], start=1)}
    change, slope = (sheet.cell(4, columns[name]) for name in ("change", "trend a quarter"))
    assert (change.value, change.data_type, change.number_format) == (-21, "n", "+0;-0;0")
    assert (slope.value, slope.number_format) == (-2.5, "+0.0;-0.0;0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_have_names_every_program_takes(language: str) -> None:
    names = [table.title for table in told(language).tables]
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sheet_explains_every_column(language: str) -> None:
    file = told(language)
    notes = dict(file.about)
    for table in file.tables:
        for column in table.filled:
            assert column.meaning in notes.values(), column.key
    first = next(iter(sheets(workbook(file)).values()))
    assert len(first) == len(file.about)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_json_has_the_documented_keys(language: str) -> None:
    schema = json.loads((DOCS / "figures.schema.json").read_text(encoding="utf-8"))
    page = (DOCS / "figures-json.md").read_text(encoding="utf-8")
    withheld = shop.reported().cycle.node(shop.WITHHELD)
    assert withheld is not None
    for file in (told(language), whole(language), node_file(shop.reported(), withheld, language=language, command="x")):
        read = json.loads(figures_json(file))
        assert list(faults(read, schema, schema)) == []
        for key in {*read, *(key for rows in read["tables"].values() for row in rows for key in row)}:
            assert f"`{key}`" in page
    assert list(faults({**read, "more": 1}, schema, schema)), "the schema can refuse"


def test_json_holds_no_comment() -> None:
    assert "Keep the shared list" not in figures_json(told()).decode()
    assert any("Keep the shared list" in content.decode() for content in delimited(told()).values())


def test_a_mark_tells_excel_that_a_file_is_utf_8() -> None:
    plainly, marked = delimited(told("zh")), delimited(told("zh"), bom=True)
    for key, content in plainly.items():
        assert marked[key] == b"\xef\xbb\xbf" + content
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")


@pytest.mark.parametrize("cell", [3, 2.5, True, b"3", ("a",)])
def test_a_bare_number_stands_in_no_file(cell: Cell) -> None:
    for convert in (plain, for_programs):
        with pytest.raises(UnreleasedError):
            convert(cell)
    assert plain(Fixed(3)) == 3


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "\u200b=1", "＝1", "＋1", "－1", "＠x", "|calc", "%x"],
)
def test_what_could_be_computed_is_recognised(text: str) -> None:
    assert may_be_formula(cell_text(text))


@pytest.mark.parametrize("text", ["", "Ads", "1-2", "a=b", "客服", "龘", "🚀", "–", "−3"])
def test_what_cannot_be_computed_is_left_alone(text: str) -> None:
    assert not may_be_formula(text)
    assert cell_text(text) == text


def test_every_language_has_its_own_words() -> None:
    with use_language("en"):  # the file's own language counts, not that of the process
        titles = {language: [table.title for table in told(language).tables] for language in LANGUAGES}
    assert not set(titles["en"]) & set(titles["zh"])
