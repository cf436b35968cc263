"""Tables as JSON: stable keys and codes, released figures only (docs/figures-json.md)."""

import json

from assess.reports.files.guarding import cell_text
from assess.reports.files.model import Cell, FigureFile, Table, for_programs

_TOLD_TO_PEOPLE = {"comments"}  # in the reports of their teams, and in no file that programs pass on


def figures_json(file: FigureFile) -> bytes:
    """Write the figures; a key that is not there has no figure, a reason stands as in the Score JSON."""
    tables = {table.key: _rows(table) for table in file.tables if table.key not in _TOLD_TO_PEOPLE}
    text = json.dumps({**file.head, "tables": tables}, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def _rows(table: Table) -> list[dict[str, object]]:
    return [{key: _value(cell) for key, cell in row.items() if cell is not None} for row in table.rows]


def _value(cell: Cell) -> object:
    value = for_programs(cell)
    return cell_text(value) if isinstance(value, str) else value
