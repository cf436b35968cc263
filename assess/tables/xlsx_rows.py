"""Rows of the first visible sheet of an XLSX workbook, read as a stream."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.limits import MAX_BYTES, MAX_ROWS, too_large, too_many_rows
from assess.tables.xlsx_cells import sheet_rows
from assess.tables.xlsx_scan import scan_sheet

DAY_ZERO, DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""Of the two systems: the usual one, which takes 1900 for a leap year, and that of old programs on the Mac."""
_MAX_OTHER_PART = 200_000_000  # bytes; everything but worksheets, shared text above all, is kept in memory

# What openpyxl, zipfile and the XML parser raise on a damaged or hostile file.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    SyntaxError,  # of the XML, whichever parser openpyxl found
    DefusedXmlException,
    OSError,
    EOFError,
    ExpatError,
)


@dataclass(frozen=True)
class _Sheet:
    title: str
    part: str
    visible: bool


@contextmanager
def xlsx_rows(path: Path) -> Iterator[tuple[Iterator[list[str]], list[str], date]]:
    """Open a workbook; give its rows, the header first, notices, and the day 0 its dates are counted from.

    Numbers come as text, `4.0` as `4`.
    """
    _check_archive(path)
    with path.open("rb") as stream:  # a stream, because openpyxl judges a name by its ending
        sheets, strings, day_zero = _open(path.name, stream)
        sheet = next((sheet for sheet in sheets if sheet.visible), None)
        if sheet is None:
            raise InputError(_("%(file)s has no visible sheet; show the sheet with the answers.", file=path.name))
        notices = _scanned(path, sheet.part)
        if len(sheets) > 1:
            notices.append(
                _("%(file)s has several sheets; only “%(sheet)s” was read.", file=path.name, sheet=sheet.title)
            )
        with zipfile.ZipFile(stream) as archive, archive.open(sheet.part) as xml:
            yield _rows(path.name, sheet_rows(path.name, xml, strings)), notices, day_zero


def _open(file: str, stream: BinaryIO) -> tuple[list[_Sheet], list[str], date]:
    """List the sheets and the shared text; `load_workbook` would read a sheet through when its size is not stated."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about extensions that do not matter here
            reader: Any = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            found = [
                _Sheet(sheet.name, relation.target, sheet.state == "visible")
                for sheet, relation in reader.parser.find_sheets()
                if relation.target in reader.valid_files and "chartsheet" not in relation.Type
            ]
    except _BROKEN as error:
        raise _damaged(file) from error
    day_zero = DAY_ZERO_1904 if reader.wb.epoch == CALENDAR_MAC_1904 else DAY_ZERO
    return found, [str(text) for text in reader.shared_strings], day_zero


def _scanned(path: Path, part: str) -> list[str]:
    try:
        return scan_sheet(path, part)
    except _BROKEN as error:
        raise _damaged(path.name) from error


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _damaged(path.name) from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise InputError(
            _("%(file)s is no spreadsheet that can be read; save it as XLSX or as “CSV UTF-8”.", file=path.name)
        )
    # A part that unpacks to more than its directory entry says is cut off by zipfile, so these sizes can be relied on.
    other = max(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    if sum(part.file_size for part in parts) > MAX_BYTES or other > _MAX_OTHER_PART:
        raise too_large(path.name)


def _rows(file: str, found: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        for row, cells in enumerate(found, start=1):
            if row > MAX_ROWS + 1:
                raise too_many_rows(file)
            yield _trimmed(cells)
    except _BROKEN as error:
        raise _damaged(file) from error


def _trimmed(cells: list[str]) -> list[str]:
    """Drop the empty cells at the end, which a spreadsheet keeps wherever a format was set."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _damaged(file: str) -> InputError:
    return InputError(_("%(file)s is damaged; open it in a spreadsheet program and save it as XLSX again.", file=file))
