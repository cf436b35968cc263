"""What the two imports share: required columns, single cells, and sentences that name file, row, column and remedy."""

from collections.abc import Mapping, Sequence
from datetime import date

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables import Table
from assess.tables.labels import clean_name, is_email, some

NAME_LENGTH = 120


class Row:
    """One row with its cells by column name; a missing optional column reads as empty."""

    def __init__(self, table: Table, number: int, cells: Sequence[str], places: Mapping[str, int]) -> None:
        self.file = table.file
        self.number = number
        self._cells = cells
        self._places = places

    def text(self, column: str) -> str:
        """Read a cell, outer blanks dropped."""
        place = self._places.get(column)
        return "" if place is None else clean_name(self._cells[place])

    def name(self, column: str) -> str:
        """Read a name that must be there, on one line, of at most 120 characters."""
        text = self.text(column)
        if not text:
            raise self.error(column, _("it is empty; fill it in"))
        if len(text) > NAME_LENGTH or any(ord(sign) < 32 for sign in text):
            raise self.error(column, _("a name has at most 120 characters on one line; shorten it"))
        return text

    def email(self, column: str) -> str | None:
        """Read an address in lower case, or None."""
        text = self.text(column).lower()
        if not text:
            return None
        if not is_email(text):
            raise self.error(column, _("“%(value)s” is no e-mail address; correct it or leave it empty", value=text))
        return text

    def day(self, column: str) -> date | None:
        """Read an ISO date, or None."""
        text = self.text(column)
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            raise self.error(column, _("“%(value)s” is no date; write it like 2026-11-23", value=text)) from None

    def error(self, column: str, what: str) -> InputError:
        """Build the refusal for one cell."""
        return InputError(
            _(
                "%(file)s, row %(row)d, column %(column)s: %(what)s.",
                file=self.file,
                row=self.number,
                column=column,
                what=what,
            )
        )


def find_places(table: Table, required: Sequence[str], optional: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Find the columns; InputError for a missing one, a notice for those that nobody reads."""
    places = {name: place for name in (*required, *optional) if (place := table.place(name)) is not None}
    for name in required:
        if name not in places:
            raise InputError(
                _(
                    "%(file)s, row 1: the column %(column)s is missing; the columns are %(columns)s.",
                    file=table.file,
                    column=name,
                    columns=", ".join((*required, *optional)),
                )
            )
    extra = [name for place, name in enumerate(table.header) if place not in places.values() and name]
    notices = [_("%(file)s: columns ignored: %(columns)s.", file=table.file, columns=some(extra))] if extra else []
    return places, notices
