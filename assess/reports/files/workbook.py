"""Tables as a workbook: a sheet a table, real numbers, frozen headings, the same bytes every time."""

import io
import re
import unicodedata
import zipfile
from calendar import monthrange
from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.reports.files.guarding import cell_text
from assess.reports.files.model import Column, FigureFile, Kind, Table, plain
from assess.tables.formula_safe import may_be_formula

_FORMATS = {Kind.TEXT: "@", Kind.NUMBER: "0", Kind.SIGNED: "+0;-0;0", Kind.HALVES: "+0.0;-0.0;0"}
_NARROWEST, _WIDEST, _WIDEST_OF_NUMBERS, _NOTE_WIDTHS = 9, 48, 24, (34, 100)
_LINE_HEIGHT, _MOST_LINES = 15, 27  # points; Excel draws rows up to 409 points high
_LONGEST = 32_767  # characters a cell holds
_FONT, _HEAD = Font(name="Calibri", size=11), Font(name="Calibri", size=11, bold=True)
_LINE = Border(bottom=Side(style="thin", color="FF8A9099"))
_GREY = PatternFill("solid", fgColor="FFF1F3F4")
_LEFT = Alignment(vertical="top", wrap_text=True)
_RIGHT = Alignment(vertical="top", horizontal="right", wrap_text=True, indent=1)
_NOT_IN_SHEET_NAMES = re.compile(r"[\\*?:/\[\]]")
_CORE = "docProps/core.xml"
Value: TypeAlias = str | float | None


def workbook(file: FigureFile) -> bytes:
    """Write the notes on reading and every table; dates and order are fixed, nothing in it can be computed."""
    with use_language(file.language):
        book = Workbook(write_only=True)
        _notes(book, file)
        for table in file.tables:
            _sheet(book, table)
        made = io.BytesIO()
        book.save(made)
    return _dated(made, file)


def _notes(book: Workbook, file: FigureFile) -> None:
    columns = [Column("name", _("Note"), "", Kind.TEXT), Column("text", _("Text"), "", Kind.TEXT)]
    sheet = book.create_sheet(_("How to read this"))
    _set_page(sheet, file.title)
    _fill(sheet, columns, list(file.about), _NOTE_WIDTHS)


def _sheet(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(sheet_name(table.title))
    columns = table.filled
    rows = [[plain(row.get(column.key)) for column in columns] for row in table.rows]
    _set_page(sheet, table.title)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    _fill(sheet, columns, rows, [_width(column, [row[place] for row in rows]) for place, column in enumerate(columns)])


def sheet_name(title: str) -> str:
    """Leave out what the name of a sheet cannot hold, and what is beyond its 31 characters.

    >>> sheet_name("Did it work?")
    'Did it work'
    """
    return _NOT_IN_SHEET_NAMES.sub("", title)[:31]


def _fill(sheet: Any, columns: Sequence[Column], rows: Sequence[Sequence[Value]], widths: Sequence[int]) -> None:  # noqa: ANN401 - openpyxl's type of a sheet that is only written
    """Write headings and rows; programs other than Excel need to be told how high a row of several lines is."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    headings = [column.heading for column in columns]
    for place, row in enumerate([headings, *rows], start=1):
        lines = max(_lines(value, width) for value, width in zip(row, widths, strict=True))
        if lines > 1:
            sheet.row_dimensions[place].height = _LINE_HEIGHT * min(lines, _MOST_LINES)
        sheet.append([_cell(sheet, v, c, head=place == 1) for v, c in zip(row, columns, strict=True)])


def _set_page(sheet: Any, title: str) -> None:  # noqa: ANN401 - openpyxl's type of a sheet that is only written
    """Keep the headings in sight, on the screen and on paper."""
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = cell_text(title).replace("&", "&&")[:120]


def _cell(sheet: Any, value: Value, column: Column, *, head: bool) -> Any:  # noqa: ANN401 - as above
    """Make a cell of a fixed type: openpyxl would take `=1+1` for a formula and `#N/A` for an error."""
    if value is None:
        return None
    text = cell_text(value)[:_LONGEST] if isinstance(value, str) else None
    cell = WriteOnlyCell(sheet, value if text is None else text)
    cell.number_format = _FORMATS[Kind.TEXT if text is not None else column.kind]
    cell.alignment = _LEFT if column.kind is Kind.TEXT else _RIGHT
    cell.font = _HEAD if head else _FONT
    if text is not None:
        cell.data_type = "s"
        cell.quotePrefix = may_be_formula(text)  # so that it stays text when somebody edits it
    if head:
        cell.border, cell.fill = _LINE, _GREY
    return cell


def _width(column: Column, values: Sequence[Value]) -> int:
    """Give a column room for its longest line, within bounds; longer ones are wrapped."""
    widest = max(_measured(line) for value in (column.heading, *values) for line in str(value or "").split("\n"))
    most = _WIDEST if column.kind is Kind.TEXT else _WIDEST_OF_NUMBERS
    return min(max(widest + 3, _NARROWEST), most)


def _lines(value: Value, width: int) -> int:
    """Count the lines a text takes in a column."""
    if not isinstance(value, str):
        return 1
    measured = [_measured(line) for line in value.split("\n")]
    return sum(1 if line <= width - 2 else ceil(line / (width - 3)) for line in measured)


def _measured(line: str) -> int:
    """Measure in characters; Chinese ones take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def _dated(made: io.BytesIO, file: FigureFile) -> bytes:
    """Pack anew with the last day of the quarter as the only date; openpyxl writes the clock into three places."""
    year, month = int(file.quarter[:4]), 3 * int(file.quarter[5:])
    day = datetime(year, month, monthrange(year, month)[1])  # noqa: DTZ001 - the format knows no zone
    core = DocumentProperties(
        creator="Assess", title=cell_text(file.title), language=file.language, created=day, modified=day
    )
    out = io.BytesIO()
    with zipfile.ZipFile(made) as written, zipfile.ZipFile(out, "w") as packed:
        for name in written.namelist():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            packed.writestr(entry, tostring(core.to_tree()) if name == _CORE else written.read(name))
    return out.getvalue()
