"""Rows of the first visible sheet of an XLSX workbook, read as a stream."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, cast

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.limits import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, too_large, too_many_columns, too_many_rows
from assess.tables.xlsx_scan import scan_sheet

_MAX_STRINGS = 200_000_000  # bytes of shared text, which openpyxl keeps in memory

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
)


@contextmanager
def xlsx_rows(path: Path) -> Iterator[tuple[Iterator[list[str]], list[str]]]:
    """Open a workbook; give its rows, the header first, and notices. Numbers come as text, `4.0` as `4`."""
    _check_archive(path)
    with path.open("rb") as stream:  # a stream, because openpyxl judges a name by its ending
        workbook = _open(path.name, stream)
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise InputError(_("%(file)s has no visible sheet; show the sheet with the answers.", file=path.name))
        sheet = visible[0]
        notices = _scanned(path, sheet)
        if len(workbook.worksheets) > 1:
            notices.append(
                _("%(file)s has several sheets; only “%(sheet)s” was read.", file=path.name, sheet=sheet.title)
            )
        sheet.reset_dimensions()  # the size some programs write there is wrong
        yield _rows(path.name, sheet.iter_rows(values_only=True)), notices
        workbook.close()


def _open(file: str, stream: BinaryIO) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions that do not matter here
            return load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except _BROKEN as error:
        raise _damaged(file) from error


def _scanned(path: Path, sheet: object) -> list[str]:
    part = cast("Any", sheet)._worksheet_path  # openpyxl tells the name of the part nowhere else
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
    strings = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    if sum(part.file_size for part in parts) > MAX_BYTES or strings > _MAX_STRINGS:
        raise too_large(path.name)


def _rows(file: str, found: Iterator[tuple[object, ...]]) -> Iterator[list[str]]:
    row = 0
    try:
        for row, cells in enumerate(found, start=1):
            if len(cells) > MAX_COLUMNS:
                raise too_many_columns(file, row)
            if row > MAX_ROWS + 1:
                raise too_many_rows(file)
            yield _trimmed([_text(value) for value in cells])
    except _BROKEN as error:
        raise _damaged(file) from error


def _trimmed(cells: list[str]) -> list[str]:
    """Drop the empty cells at the end, which a spreadsheet keeps wherever a format was set."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value)


def _damaged(file: str) -> InputError:
    return InputError(_("%(file)s is damaged; open it in a spreadsheet program and save it as XLSX again.", file=file))
