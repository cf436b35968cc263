"""Answers from a CSV or XLSX file, one row per respondent, read in blocks into one signed byte per answer."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.scoring.answers import MISSING
from assess.scoring.key import SCALE_LIMIT, ItemKey
from assess.surveys.instruments import Instrument
from assess.surveys.response_columns import Columns, find_columns
from assess.tables import read_table
from assess.tables.labels import clean_name, is_quarter, natural_order

_BLOCK_ROWS = 1 << 15
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(?:\.0*)?", re.ASCII)
_REMEMBERED = 10_000  # spellings of ratings; there are a dozen in an honest file
_ABSENT, _WRONG = -1, -2

Bytes = npt.NDArray[np.int8]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True)
class CycleAnswers:
    """The answers of one cycle: `ratings` int8 (respondents, items and outcomes), `team_of` int32 places in `teams`."""

    cycle: str | None
    teams: tuple[str, ...]
    team_of: Places
    ratings: Bytes


@dataclass(frozen=True)
class ResponseFile:
    """What a file held: `instrument` is the given one with those driver modules that have columns."""

    instrument: Instrument
    cycles: tuple[CycleAnswers, ...]  # oldest first
    notices: tuple[str, ...]


def read_responses(
    path: str | Path, instrument: Instrument, *, team_column: str = "team", cycle_column: str = "cycle"
) -> ResponseFile:
    """Read a response file; a row without any answer counts nowhere.

    Errors: InputError with file, row, column and remedy for whatever cannot be read as the answers of a team.
    """
    with read_table(path) as table:
        columns = find_columns(table, instrument, team_column=team_column, cycle_column=cycle_column)
        reader = _Reader(table.file, columns, team_column=team_column, cycle_column=cycle_column)
        blocks = [block for block in reader.blocks(table.rows()) if block.ratings.shape[0]]
    if not blocks:
        raise InputError(
            _("%(file)s has no row with an answer; fill in the item columns, or check the codes.", file=table.file)
        )
    ratings = np.concatenate([block.ratings for block in blocks])
    teams = np.concatenate([block.teams for block in blocks])
    cycles = np.concatenate([block.cycles for block in blocks])
    labels: list[str | None] = list(reader.cycle_labels) or [None]
    found = (
        _cycle_answers(labels[place], reader.team_names, teams[cycles == place], ratings[cycles == place])
        for place in sorted(np.unique(cycles).tolist(), key=lambda place: labels[place] or "")
    )
    return ResponseFile(columns.instrument, tuple(found), columns.notices)


def _cycle_answers(cycle: str | None, names: Sequence[str], teams: Places, ratings: Bytes) -> CycleAnswers:
    """Pick one cycle and number its teams in natural order, so that nothing depends on the order of rows."""
    used = sorted(np.unique(teams).tolist(), key=lambda place: natural_order(names[place]))
    renumbered = np.full(len(names), _ABSENT, dtype=np.int32)
    renumbered[used] = np.arange(len(used), dtype=np.int32)
    return CycleAnswers(cycle, tuple(names[place] for place in used), renumbered[teams], ratings)


@dataclass(frozen=True)
class _Block:
    ratings: Bytes
    teams: Places
    cycles: Places


class _Ratings(dict[str, int]):
    """From the text of a cell to an unsigned byte; each spelling is worked out once. ValueError for no rating."""

    def __missing__(self, text: str) -> int:
        plain = text.strip()
        value = int(MISSING)
        if plain:
            if not _WHOLE.fullmatch(plain):
                raise ValueError(plain)
            value = int(plain.partition(".")[0])
            if abs(value) > SCALE_LIMIT:
                raise ValueError(plain)
        byte = value & 0xFF
        if len(self) < _REMEMBERED:
            self[text] = byte
        return byte


class _Names(dict[str, int]):
    """From the text of a cell to the place of a cleaned name; blank is absent, what `accept` refuses is wrong."""

    def __init__(self, accept: Callable[[str], bool]) -> None:
        super().__init__()
        self._accept = accept
        self._places: dict[str, int] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._places)

    def __missing__(self, text: str) -> int:
        name = clean_name(text)
        if not name:
            place = _ABSENT
        elif self._accept(name):
            place = self._places.setdefault(name, len(self._places))
        else:
            place = _WRONG
        self[text] = place
        return place


class _Reader:
    """Turns rows into blocks of bytes and refuses the first one that is wrong."""

    def __init__(self, file: str, columns: Columns, *, team_column: str, cycle_column: str) -> None:
        self._file = file
        self._columns = columns
        self._team_column, self._cycle_column = team_column, cycle_column
        self._items: tuple[ItemKey, ...] = columns.instrument.whole_key().items
        self._ratings = _Ratings()
        self._teams = _Names(lambda _name: True)
        self._cycles = _Names(is_quarter)
        self._asked = [place for place, column in enumerate(columns.ratings) if column is not None]
        self._lo = np.array([self._items[place].scale.lo for place in self._asked], dtype=np.int8)
        self._hi = np.array([self._items[place].scale.hi for place in self._asked], dtype=np.int8)

    @property
    def team_names(self) -> tuple[str, ...]:
        return self._teams.names

    @property
    def cycle_labels(self) -> tuple[str, ...]:
        return self._cycles.names

    def blocks(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[_Block]:
        while block := list(islice(rows, _BLOCK_ROWS)):
            yield self._block(block)

    def _block(self, rows: list[tuple[int, list[str]]]) -> _Block:
        given = self._bytes(rows)
        missing = given == MISSING
        self._check_range(rows, given, missing)
        answered = np.flatnonzero(~missing.all(axis=1))
        teams = self._places(rows, self._columns.team, self._teams)[answered]
        cycle = self._columns.cycle
        cycles = np.zeros(len(answered), dtype=np.int32)
        if cycle is not None:
            cycles = self._places(rows, cycle, self._cycles)[answered]
        self._check_labels(rows, answered, teams, cycles)
        ratings = np.full((len(answered), len(self._items)), MISSING, dtype=np.int8)
        ratings[:, self._asked] = given[answered]
        return _Block(ratings, teams, cycles)

    def _bytes(self, rows: list[tuple[int, list[str]]]) -> Bytes:
        """Convert one block; no array of text is made on the way, which would take most of the time."""
        columns = [column for column in self._columns.ratings if column is not None]
        # itemgetter gives a bare cell for one column and a tuple for more
        pick = itemgetter(*columns, columns[0]) if len(columns) == 1 else itemgetter(*columns)
        width = max(len(columns), 2)
        found, rating = bytearray(), self._ratings.__getitem__
        for row, cells in rows:
            try:
                found.extend(map(rating, pick(cells)))
            except ValueError:
                raise self._wrong_rating(row, cells) from None
        return np.frombuffer(found, dtype=np.int8).reshape(len(rows), width)[:, : len(columns)]

    @staticmethod
    def _places(rows: list[tuple[int, list[str]]], column: int, names: _Names) -> Places:
        return np.array([names[cells[column]] for _row, cells in rows], dtype=np.int32)

    def _check_range(self, rows: list[tuple[int, list[str]]], given: Bytes, missing: npt.NDArray[np.bool_]) -> None:
        wrong = ((given < self._lo) | (given > self._hi)) & ~missing
        if wrong.any():
            raise self._wrong_rating(*rows[int(np.flatnonzero(wrong.any(axis=1))[0])])

    def _wrong_rating(self, row: int, cells: list[str]) -> InputError:
        item, text = next((item, text) for item, text in self._cells(cells) if not self._fits(item, text))
        return InputError(
            _(
                "%(file)s, row %(row)d, column %(column)s: “%(value)s” is no rating; allowed are whole numbers from "
                "%(lo)d to %(hi)d, or an empty cell for no answer.",
                file=self._file,
                row=row,
                column=item.code,
                value=text.strip()[:40],
                lo=item.scale.lo,
                hi=item.scale.hi,
            )
        )

    def _cells(self, cells: list[str]) -> Iterator[tuple[ItemKey, str]]:
        for item, column in zip(self._items, self._columns.ratings, strict=True):
            if column is not None:
                yield item, cells[column]

    @staticmethod
    def _fits(item: ItemKey, text: str) -> bool:
        plain = text.strip()
        if not plain:
            return True
        return bool(_WHOLE.fullmatch(plain)) and item.scale.lo <= int(plain.partition(".")[0]) <= item.scale.hi

    def _check_labels(
        self, rows: list[tuple[int, list[str]]], answered: npt.NDArray[np.int64], teams: Places, cycles: Places
    ) -> None:
        wrong = np.flatnonzero((teams < 0) | (cycles < 0))
        if not wrong.size:
            return
        row, cells = rows[int(answered[wrong[0]])]
        if teams[wrong[0]] < 0:
            raise InputError(
                _(
                    "%(file)s, row %(row)d, column %(column)s: the team is missing; fill it in.",
                    file=self._file,
                    row=row,
                    column=self._team_column,
                )
            )
        value = "" if self._columns.cycle is None else cells[self._columns.cycle].strip()[:40]
        raise InputError(
            _(
                "%(file)s, row %(row)d, column %(column)s: “%(value)s” is no quarter; write it like 2026Q3.",
                file=self._file,
                row=row,
                column=self._cycle_column,
                value=value,
            )
        )
