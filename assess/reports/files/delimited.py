"""Tables as delimited text: UTF-8, commas, one file a table, safe to open in a spreadsheet program."""

import csv
import io
from collections.abc import Sequence

from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.reports.files.guarding import cell_text
from assess.reports.files.model import FigureFile, Table, plain
from assess.tables.formula_safe import formula_safe

_BOM = "\ufeff"


def delimited(file: FigureFile, *, bom: bool = False) -> dict[str, bytes]:
    """Write every table, and the notes on reading, by their keys. `bom` tells Excel that the text is UTF-8."""
    with use_language(file.language):
        made = {"about": _written(_("Note"), _("Text"), rows=file.about, bom=bom)}
        return made | {table.key: _table(table, bom=bom) for table in file.tables}


def _table(table: Table, *, bom: bool) -> bytes:
    columns = table.filled
    rows = [[plain(row.get(column.key)) for column in columns] for row in table.rows]
    return _written(*(column.heading for column in columns), rows=rows, bom=bom)


def _written(*headings: str, rows: Sequence[Sequence[str | float | None]], bom: bool) -> bytes:
    out = io.StringIO(_BOM if bom else "")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)  # lines end in CR LF, as RFC 4180 says
    writer.writerow(headings)
    writer.writerows([[_guarded(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def _guarded(cell: str | float | None) -> str | float | None:
    """Put an apostrophe before a text that could be computed; numbers are numbers, negative ones too."""
    if not isinstance(cell, str):
        return cell
    return formula_safe(cell_text(cell))
