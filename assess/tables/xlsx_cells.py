"""The cells of one worksheet part, row by row.

openpyxl's own reader builds an element for each cell, several times slower than this. Expat is fed in blocks; a
document type, the door to entity bombs, is refused as defusedxml does.
"""

from collections.abc import Iterator, Sequence
from typing import IO, Final
from xml.parsers import expat

from assess.tables.limits import MAX_COLUMNS, too_many_columns

_BLOCK = 1 << 18
_DIGITS = "0123456789"


def sheet_rows(file: str, stream: IO[bytes], strings: Sequence[str]) -> Iterator[list[str]]:
    """Give every row's cells as text, rows left out as empty lists; `strings` is the workbook's shared text.

    ValueError, LookupError or expat.ExpatError for a part that is no worksheet.
    """
    sheet = _Sheet(file, strings)
    while block := stream.read(_BLOCK):
        sheet.parser.Parse(block, False)
        yield from sheet.finished()
    sheet.parser.Parse(b"", True)
    yield from sheet.finished()


class _Sheet:
    """What expat tells of one worksheet, gathered into rows."""

    def __init__(self, file: str, strings: Sequence[str]) -> None:
        self._file: Final = file
        self._strings: Final = strings
        self._done: list[tuple[int, list[str]]] = []
        self._columns: dict[str, int] = {}
        self._given, self._row, self._place, self._kind = 0, 0, 0, ""
        self._cells: list[str] = []
        self._text: list[str] = []
        self._listening, self._phonetic = False, False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse

    def finished(self) -> Iterator[list[str]]:
        """Give the rows that are complete, and an empty one for each that the file leaves out."""
        done, self._done = self._done, []
        for row, cells in done:
            while self._given + 1 < row:
                self._given += 1
                yield []
            self._given += 1
            yield cells

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._kind = attributes.get("t", "n")
            self._place = self._column(attributes["r"]) if "r" in attributes else len(self._cells)
            self._text.clear()
        elif name in {"v", "t"}:
            self._listening = not self._phonetic
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._cells = []
        elif name == "rPh":  # how to pronounce Japanese text, not part of it
            self._phonetic = True

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in {"v", "t"}:
            self._listening = False
        elif name == "c":
            self._put()
        elif name == "row":
            self._done.append((self._row, self._cells))
        elif name == "rPh":
            self._phonetic = False

    def _characters(self, text: str) -> None:
        if self._listening:
            self._text.append(text)

    def _put(self) -> None:
        missing = self._place - len(self._cells)
        if self._place >= MAX_COLUMNS:
            raise too_many_columns(self._file, self._row)
        if missing >= 0:
            self._cells.extend([""] * (missing + 1))
        self._cells[self._place] = self._value("".join(self._text))

    def _value(self, text: str) -> str:
        if self._kind == "s" and text:
            return str(self._strings[int(text)])
        if self._kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        return _number(text) if self._kind == "n" else text

    def _column(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        place = self._columns.get(letters)
        if place is None:
            place = self._columns[letters] = _column_place(letters)
        return place

    def _refuse(self, *_declaration: object) -> None:
        raise ValueError("a worksheet has no document type")


def _column_place(letters: str) -> int:
    """Give the place of column A (0), Z (25), AA (26)."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise ValueError(letters)
    place = 0
    for letter in letters.upper():
        place = 26 * place + ord(letter) - 64
    return place - 1


def _number(text: str) -> str:
    """Write a stored number as people see it: `4.0` is 4."""
    if text.isdecimal() or not text:
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() else repr(value)
