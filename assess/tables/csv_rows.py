"""Rows of a delimited text file, one at a time, however the lines end."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TextIO

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.encoding import detect_encoding, encoding_notice
from assess.tables.limits import MAX_COLUMNS, MAX_LINE, MAX_ROWS, too_many_columns, too_many_rows

_LINE_END = re.compile(rb"[\r\n]")
_DELIMITERS = (",", ";", "\t")
Rows = Iterator[list[str]]


@contextmanager
def csv_rows(path: Path) -> Iterator[tuple[Rows, list[str]]]:
    """Open a text file; give its rows, the header first, and notices. A blank line is an empty list."""
    with path.open("rb") as raw:
        _check_first_line(path.name, raw.read(MAX_LINE))
    codec = detect_encoding(path)
    notice = encoding_notice(path.name, codec)
    with path.open(encoding=codec, newline="") as stream:
        yield _rows(path.name, stream), [notice] if notice else []


def _check_first_line(file: str, start: bytes) -> None:
    """Refuse a header with a million columns before the whole file is looked at for its encoding."""
    header = _LINE_END.split(start, 1)[0].replace(b"\0", b"")
    if max(header.count(d.encode()) for d in _DELIMITERS) >= 10 * MAX_COLUMNS:
        raise too_many_columns(file, 1)


def _rows(file: str, stream: TextIO) -> Rows:
    lines = _lines(file, stream)
    first = next(lines, "")
    delimiter = _delimiter(first)
    reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            if len(cells) > MAX_COLUMNS:
                raise too_many_columns(file, row)
            if row > MAX_ROWS + 1:
                raise too_many_rows(file)
            yield cells
    except csv.Error as error:
        raise InputError(
            _(
                "%(file)s, row %(row)d: a quotation mark is not closed or text follows it; correct it (%(what)s).",
                file=file,
                row=row + 1,
                what=str(error),
            )
        ) from error


def _lines(file: str, stream: TextIO) -> Iterator[str]:
    """Give lines with their ends; a line of a million characters or a NUL is refused."""
    row = 1
    while line := stream.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            if max(line.count(d) for d in _DELIMITERS) >= MAX_COLUMNS:
                raise too_many_columns(file, row)
            raise InputError(
                _("%(file)s, row %(row)d: the row is longer than a million characters; shorten it.", file=file, row=row)
            )
        if "\0" in line:
            raise InputError(
                _(
                    "%(file)s, row %(row)d: there is a NUL byte, so this is no text file or a damaged one; "
                    "save it as “CSV UTF-8”.",
                    file=file,
                    row=row,
                )
            )
        yield line
        row += 1


def _delimiter(header: str) -> str:
    """Choose the one that occurs most in the header outside quotation marks; the comma when none does."""
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)
