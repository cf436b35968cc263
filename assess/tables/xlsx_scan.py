"""What openpyxl passes over in silence: merged cells, formulas without a saved value, rows with endless cells."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.limits import MAX_COLUMNS, too_many_columns

_BLOCK = 1 << 20
_MAX_ROW_BYTES = 16 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([^"]+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_UNSAVED = re.compile(
    rb"<(?:\w+:)?c\b(?P<attributes>[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')


def scan_sheet(path: Path, part: str) -> list[str]:
    """Read the sheet's XML once in blocks; give notices. InputError for what would silently lose answers."""
    formulas = False
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        for row, piece in enumerate(_pieces(path.name, iter(lambda: stream.read(_BLOCK), b""))):
            if row and piece.count(b"<c") > MAX_COLUMNS and len(_CELL.findall(piece)) > MAX_COLUMNS:
                raise too_many_columns(path.name, row)
            if b"f" in piece and _FORMULA.search(piece):
                formulas = True
                _refuse_unsaved(path.name, piece)
            if b"mergeCell" in piece and (merged := _MERGED.search(piece)):
                raise InputError(
                    _(
                        "%(file)s: the cells %(cells)s are merged; unmerge them and fill in every row.",
                        file=path.name,
                        cells=merged[1].decode(),
                    )
                )
    if not formulas:
        return []
    return [_("%(file)s contains formulas; their last saved values were read.", file=path.name)]


def _pieces(file: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut at the beginning of each row; the first piece is what stands before row 1."""
    rest = b""
    pieces = 0
    for block in blocks:
        rest += block
        starts = [match.start() for match in _ROW.finditer(rest)]
        begin = 0
        for start in starts:
            if start > begin or not pieces:
                yield rest[begin:start]
                pieces += 1
            begin = start
        rest = rest[begin:]
        if len(rest) > _MAX_ROW_BYTES or (len(rest) > _BLOCK and len(_CELL.findall(rest)) > MAX_COLUMNS):
            raise too_many_columns(file, pieces)
    yield rest


def _refuse_unsaved(file: str, piece: bytes) -> None:
    for found in _UNSAVED.finditer(piece):
        attributes = found["attributes"]
        reference = _REFERENCE.search(attributes)
        if b't="str"' in attributes or reference is None:  # an empty text is a saved value
            continue
        raise InputError(
            _(
                "%(file)s, row %(row)d, column %(column)s: the formula has no saved value; open the file in a "
                "spreadsheet program, save it and try again.",
                file=file,
                row=int(reference[2]),
                column=reference[1].decode(),
            )
        )
