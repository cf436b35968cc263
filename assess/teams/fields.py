"""What the two imports share: single cells, and sentences that name file, row, column and remedy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.localisation import ngettext as _n
from assess.tables import Table
from assess.tables.formula_safe import may_be_formula
from assess.tables.labels import clean_name, is_email
from assess.teams.columns import COLUMNS

NAME_LENGTH = 120
SHOWN_ERRORS = 200
"""How many errors of one file are written out; the others are counted."""

_DAY = re.compile(r"([12][0-9]{3})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T].*)?")
_SERIAL = re.compile(r"[1-9][0-9]{4}")
NO_HEADINGS: Mapping[str, str] = {}
"""Of a file whose columns are called as ours are."""


@dataclass(frozen=True)
class RowError:
    """One thing that is wrong in a file, in the reader's language; without a row it is about the whole file.

    `cells` is the row as it was read, to be shown beside the message.
    """

    row: int | None
    column: str | None
    what: str
    cells: str = ""

    def sentence(self, file: str, headings: Mapping[str, str] = NO_HEADINGS) -> str:
        """Write it as one sentence that names file, row, column (as the file calls it) and remedy."""
        if self.row is None:
            return self.what
        if self.column is None:
            return _("%(file)s, row %(row)d: %(what)s.", file=file, row=self.row, what=self.what)
        return _(
            "%(file)s, row %(row)d, column %(column)s: %(what)s.",
            file=file,
            row=self.row,
            column=headings.get(self.column, self.column),
            what=self.what,
        )


class FaultyFileError(InputError):
    """A file with errors in its rows: all of them, in the order of the rows; nothing of it was imported."""

    def __init__(self, file: str, errors: Sequence[RowError], headings: Mapping[str, str] = NO_HEADINGS) -> None:
        self.file = file
        self.headings = headings
        self.errors = tuple(sorted(errors, key=_by_place))
        super().__init__("\n".join(self._lines()))

    @property
    def shown(self) -> tuple[RowError, ...]:
        """The first of them."""
        return self.errors[:SHOWN_ERRORS]

    @property
    def others(self) -> int:
        """How many are only counted."""
        return len(self.errors) - len(self.shown)

    def _lines(self) -> list[str]:
        lines = [error.sentence(self.file, self.headings) for error in self.shown]
        if self.others:
            lines.append(
                _n(
                    "%(num)d more error is not written out; correct these first.",
                    "%(num)d more errors are not written out; correct these first.",
                    self.others,
                )
            )
        return lines


class Row:
    """One row with its cells by column name; a missing optional column reads as empty. Errors are noted, not raised."""

    def __init__(
        self, table: Table, number: int, cells: Sequence[str], places: Mapping[str, int], errors: list[RowError]
    ) -> None:
        self.number = number
        self._cells = tuple(cells)
        self._places = places
        self._errors = errors
        self._day_zero = table.day_zero

    @property
    def cells(self) -> str:
        """The row as it was read."""
        return shown_cells(self._cells)

    def text(self, column: str) -> str:
        """Read a cell, outer blanks dropped, and the apostrophe that keeps a text from being a formula."""
        place = self._places.get(column)
        if place is None:
            return ""
        text = clean_name(self._cells[place])
        return unguarded(text) if self._day_zero is None else text

    def name(self, column: str) -> str:
        """Read a name that must be there, on one line, of at most 120 characters."""
        text = self.text(column)
        if not text:
            self.note(column, _("it is empty; fill it in"))
        elif len(text) > NAME_LENGTH:
            self.note(column, _("a name has at most 120 characters on one line; shorten it"))
        elif not text.isprintable():
            self.note(column, _("there is an invisible character in it; type it anew"))
        return text

    def email(self, column: str) -> str | None:
        """Read an address in lower case, or None; a wrong one is noted and returned, or it would be taken for none."""
        text = self.text(column).lower()
        if text and not is_email(text):
            self.note(column, _("“%(value)s” is no e-mail address; correct it or leave it empty", value=_short(text)))
        return text or None

    def day(self, column: str) -> date | None:
        """Read a date with the year first, or the number by which a spreadsheet means one, or None."""
        text = self.text(column)
        if not text:
            return None
        if self._day_zero is not None and _SERIAL.fullmatch(text):
            return self._day_zero + timedelta(days=int(text))
        found = _DAY.fullmatch(text)
        try:
            if found is not None:
                return date(*(int(part) for part in found.groups()))
        except ValueError:
            pass
        self.note(column, _("“%(value)s” is no date; write it like 2026-11-23", value=_short(text)))
        return None

    def note(self, column: str | None, what: str) -> None:
        """Note what is wrong with one cell."""
        self._errors.append(RowError(self.number, column, what, self.cells))


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; `unguarded` is the way back.

    >>> guarded("=1+1"), guarded("'=1"), unguarded(guarded("'=1"))
    ("'=1+1", "''=1", "'=1")
    """
    return f"'{text}" if may_be_formula(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """Take such an apostrophe away again."""
    return text[1:] if text.startswith("'") and may_be_formula(text.lstrip("'")) else text


def shown_cells(cells: Sequence[str]) -> str:
    """Write a row on one short line."""
    return _short(" | ".join(" ".join(cell.split()) for cell in cells), 160)


def _by_place(error: RowError) -> tuple[bool, int, int]:
    """Sort by row, then by column as our files have them; what is about the whole file comes last."""
    return error.row is None, error.row or 0, COLUMNS.index(error.column) if error.column in COLUMNS else -1


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
