"""A table file of either kind: its header, its rows as text, and what the reader should know about it."""

import stat
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.csv_rows import csv_rows
from assess.tables.limits import MAX_BYTES, too_large

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # XLS, and XLSX behind a password
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"SQLite format 3", b"\x7fELF", b"{\\rtf")


@dataclass(frozen=True)
class Table:
    """An open file. Rows count from 1 and include the header row; blank rows are passed over."""

    file: str
    header: tuple[str, ...]
    notices: tuple[str, ...]
    _rows: Iterator[list[str]] = field(repr=False)
    day_zero: date | None = field(default=None, repr=False)
    """The day from which a spreadsheet counts its dates; None for text, where a number is no date."""

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Give row number and as many cells as the header has; once. InputError for a ragged row or no row at all."""
        width, number, seen = len(self.header), 1, False
        for cells in self._rows:
            number += 1
            if len(cells) != width:
                if not any(cell.strip() for cell in cells):
                    continue
                if self.day_zero is None or len(cells) > width:
                    raise self._ragged(number, len(cells))
                cells.extend([""] * (width - len(cells)))
            seen = True
            yield number, cells
        if not seen:
            raise InputError(
                _("%(file)s has a header but no rows; add one row for each person or team.", file=self.file)
            )

    def place(self, column: str) -> int | None:
        """Find a column by its name, whatever its case and outer blanks."""
        wanted = column_name(column)
        return next((i for i, name in enumerate(self.header) if column_name(name) == wanted), None)

    def _ragged(self, row: int, cells: int) -> InputError:
        return InputError(
            _(
                "%(file)s, row %(row)d: there are %(cells)d cells, but the header has %(columns)d; "
                "make every row as long as the header.",
                file=self.file,
                row=row,
                cells=cells,
                columns=len(self.header),
            )
        )


def column_name(text: str) -> str:
    """Bring a header cell to the form in which columns are compared."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@contextmanager
def read_table(path: str | Path) -> Iterator[Table]:
    """Open a CSV or XLSX file by its content, not its name; rows are read one by one.

    CSV: UTF-8 with or without byte-order mark, GB18030, UTF-16 with mark; comma, semicolon or tab. XLSX: the first
    visible sheet. At most 2,000 columns, 2 million rows, 1 GB. Errors: InputError with file, row, column and remedy.
    """
    path = Path(path)
    is_xlsx = _kind(path) == "xlsx"
    with _opened(path, is_xlsx=is_xlsx) as (rows, notices, day_zero):
        header = next((cells for cells in rows), None)
        if not header or not any(cell.strip() for cell in header):
            raise InputError(
                _("%(file)s, row 1: there are no column names; write them into the first row.", file=path.name)
            )
        names = tuple(cell.strip() for cell in header)
        _check_names(path.name, names)
        yield Table(path.name, names, tuple(notices), rows, day_zero)


_Opened = AbstractContextManager[tuple[Iterator[list[str]], list[str], date | None]]


def _opened(path: Path, *, is_xlsx: bool) -> _Opened:
    if not is_xlsx:
        return _text(path)
    from assess.tables.xlsx_rows import xlsx_rows  # openpyxl takes longer to import than most files to read

    return xlsx_rows(path)


@contextmanager
def _text(path: Path) -> Iterator[tuple[Iterator[list[str]], list[str], date | None]]:
    with csv_rows(path) as (rows, notices):
        yield rows, notices, None


def _check_names(file: str, names: tuple[str, ...]) -> None:
    first: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        plain = column_name(name)
        if plain and plain in first:
            raise InputError(
                _(
                    "%(file)s, row 1: the column %(name)s is there twice (columns %(one)d and %(two)d); "
                    "remove or rename one.",
                    file=file,
                    name=name,
                    one=first[plain],
                    two=place,
                )
            )
        first[plain] = place


def _kind(path: Path) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError(_("%(file)s is no file; name a CSV or XLSX file.", file=str(path)))
        with path.open("rb") as stream:
            start = stream.read(16)
    except FileNotFoundError as error:
        raise InputError(_("There is no file %(file)s; check the path.", file=str(path))) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            _("%(file)s cannot be read (%(what)s); check the path.", file=str(path), what=reason)
        ) from error
    if not start:
        raise InputError(_("%(file)s is empty; name a file with a header and rows.", file=path.name))
    if status.st_size > MAX_BYTES:
        raise too_large(path.name)
    if start.startswith(_OLE):
        raise _old_or_locked(path)
    if start.startswith(_OTHER) or (path.suffix.lower() in {".xlsx", ".xlsm"} and not start.startswith(_ZIP)):
        raise InputError(
            _("%(file)s is no spreadsheet that can be read; save it as XLSX or as “CSV UTF-8”.", file=path.name)
        )
    return "xlsx" if start.startswith(_ZIP) else "csv"


def _old_or_locked(path: Path) -> InputError:
    with path.open("rb") as stream:
        content = stream.read(4 << 20)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return InputError(_("%(file)s is protected by a password; save it without one and try again.", file=path.name))
    return InputError(_("%(file)s is in the old XLS format; save it as XLSX or as “CSV UTF-8”.", file=path.name))
