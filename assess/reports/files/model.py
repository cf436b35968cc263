"""What a file of figures holds: tables of typed cells, the same for every format."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from assess.releases.released import Fixed, Released, Suppressed, UnreleasedError


class Kind(Enum):
    """How the cells of a column are set."""

    TEXT = "text"
    NUMBER = "number"
    HALVES = "halves"
    """A difference in steps of a half, with its sign."""
    SIGNED = "signed"
    """A difference in whole points, with its sign."""


@dataclass(frozen=True)
class Word:
    """One of a few words: its code for programs, its text for readers."""

    code: str
    text: str


@dataclass(frozen=True)
class Withheld:
    """The reason that stands in place of a figure; `needed` is how many answers this kind of figure needs."""

    reason: Suppressed
    needed: int


Cell: TypeAlias = str | Word | Released[Any] | Fixed | Withheld | None
Row: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True)
class Column:
    """A column: its key for programs, its heading for readers, and what it means in one sentence."""

    key: str
    heading: str
    meaning: str
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True)
class Table:
    """One sheet of a workbook, one file of delimited text, one list of the JSON."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def filled(self) -> tuple[Column, ...]:
        """The columns in which some row has something: without an earlier quarter there are no changes."""
        return tuple(column for column in self.columns if any(row.get(column.key) is not None for row in self.rows))


@dataclass(frozen=True)
class FigureFile:
    """Everything one file says. `head` is for programs, `about` for people: name and text, line by line."""

    language: str
    title: str
    quarter: str
    head: Mapping[str, object]
    about: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]


def plain(cell: Cell) -> str | int | float | None:
    """Turn a cell into a real number, or the text a reader gets. UnreleasedError for a bare number."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, Word):
        return cell.text
    if isinstance(cell, Withheld):
        return cell.reason.sentence(cell.needed)
    return _value(cell)


def for_programs(cell: Cell) -> object:
    """Turn a cell into what stands in the JSON: numbers, codes of words, reasons as in the Score JSON."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, Word):
        return cell.code
    if isinstance(cell, Withheld):
        return {"suppressed": cell.reason.reason.value}
    return _value(cell)


def _value(cell: object) -> str | int | float:
    if isinstance(cell, Released | Fixed) and isinstance(cell.value, str | int | float):
        return cell.value
    raise UnreleasedError(f"only text and released figures stand in a file, not {type(cell).__name__}")
