"""Which column of a response file holds what."""

import re
from dataclasses import dataclass

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.surveys.instruments import Instrument
from assess.tables import Table, column_name
from assess.tables.labels import some

_ENDING_NUMBER = re.compile(r"[0-9]+$")


@dataclass(frozen=True)
class Columns:
    """Places in a row; `ratings` has one entry per item and outcome of `instrument`, None where none was asked."""

    instrument: Instrument
    team: int
    cycle: int | None
    ratings: tuple[int | None, ...]
    notices: tuple[str, ...]


def find_columns(table: Table, instrument: Instrument, *, team_column: str, cycle_column: str) -> Columns:
    """Match the header with the instrument; driver modules count as asked when one of their items has a column.

    Errors: InputError for a missing team column, an unknown item code, a dimension without any column.
    """
    team = _required(table, team_column)
    cycle = _optional_cycle(table, cycle_column)
    known = {column_name(r.code) for r in instrument.ratings}
    present = {
        name: place
        for place, header in enumerate(table.header)
        if place not in {team, cycle} and (name := column_name(header)) in known
    }
    ignored = [
        header for place, header in enumerate(table.header) if place not in {team, cycle, *present.values()} and header
    ]
    _refuse_unknown_codes(table.file, ignored, instrument)
    asked = instrument.restricted(
        tuple(
            m for m in instrument.modules if any(column_name(i.code) in present for i in instrument.items_of_module(m))
        )
    )
    ratings = tuple(present.get(column_name(r.code)) for r in asked.ratings)
    notices = [_("%(file)s: columns ignored: %(columns)s.", file=table.file, columns=some(ignored))] if ignored else []
    notices += _absent(table.file, asked, ratings)
    return Columns(asked, team, cycle, ratings, (*table.notices, *notices))


def _required(table: Table, team_column: str) -> int:
    place = table.place(team_column)
    if place is None:
        raise InputError(
            _(
                "%(file)s, row 1: there is no column %(column)s; the columns are: %(known)s. "
                "Rename the one with the team, or name it with --team-column.",
                file=table.file,
                column=team_column,
                known=some([name for name in table.header if name]),
            )
        )
    return place


def _optional_cycle(table: Table, cycle_column: str) -> int | None:
    place = table.place(cycle_column)
    if place is None and column_name(cycle_column) != "cycle":
        raise InputError(
            _(
                "%(file)s, row 1: there is no column %(column)s; correct --cycle-column or leave it out.",
                file=table.file,
                column=cycle_column,
            )
        )
    return place


def _refuse_unknown_codes(file: str, ignored: list[str], instrument: Instrument) -> None:
    """Refuse COM9 where there are COM1 to COM6: a slip of the keyboard, or another instrument."""
    families: dict[str, list[str]] = {}
    for rating in instrument.ratings:
        families.setdefault(_family(rating.code), []).append(rating.code)
    for header in ignored:
        family = _family(header)
        if family != column_name(header) and family in families:
            raise InputError(
                _(
                    "%(file)s, row 1, column %(column)s: unknown item code; the instrument %(instrument)s has "
                    "%(known)s. Rename or remove the column, or choose the instrument that was used.",
                    file=file,
                    column=header,
                    instrument=instrument.code,
                    known=some(families[family]),
                )
            )


def _family(code: str) -> str:
    return _ENDING_NUMBER.sub("", column_name(code))


def _absent(file: str, asked: Instrument, ratings: tuple[int | None, ...]) -> list[str]:
    missing = [r.code for r, place in zip(asked.ratings, ratings, strict=True) if place is None]
    for dimension in asked.dimensions:
        codes = [item.code for item in asked.items_of(dimension.code)]
        if all(code in missing for code in codes):
            raise InputError(
                _(
                    "%(file)s, row 1: no column for the dimension %(dimension)s of the instrument %(instrument)s; "
                    "it needs %(known)s.",
                    file=file,
                    dimension=dimension.code,
                    instrument=asked.code,
                    known=some(codes),
                )
            )
    if not missing:
        return []
    return [_("%(file)s: no column, taken as not asked: %(codes)s.", file=file, codes=some(missing))]
