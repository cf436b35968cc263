"""The rows of a backup into empty tables, in the caller's transaction."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Integer, Table, insert, text, update

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.operations.archive import Archive
from assess.operations.snapshot import BATCH
from assess.operations.tables import KEPT, read_row, reflected
from assess.surveys.models import State

Row = dict[str, Any]


def load(connection: Connection, archive: Archive, *, ended: Collection[bytes]) -> None:
    """Insert all tables; cycles in `ended` arrive as aborted, and their envelopes not at all."""
    tables = reflected(connection).tables
    for name in [name for name in KEPT if name in archive.tables]:
        table = tables.get(name)
        if table is None or set(archive.tables[name].columns) != set(table.columns.keys()):
            raise InputError(
                _("The table %(table)s of this backup does not fit this version; take another backup.", table=name)
            )
        rows = (read_row(table, archive.tables[name].columns, values) for values in archive.rows(name))
        _insert(connection, table, _as_they_end(name, rows, ended))
        _go_on_counting(connection, table)


def _as_they_end(table: str, rows: Iterable[Row], ended: Collection[bytes]) -> Iterator[Row]:
    for row in rows:
        if table == "cycles" and row["id"] in ended:
            yield row | {"state": State.ABORTED.value, "running": None}
        elif table != "envelopes" or row["cycle_id"] not in ended:
            yield row


def _insert(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    """Insert in batches; what points to a row of the same table is set once all of them are there."""
    own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    later: list[Row] = []
    batch: list[Row] = []
    for row in rows:
        if any(row[column.name] is not None for column in own):
            later.append({name: row[name] for name in _names(table, own)})
        batch.append(row | {column.name: None for column in own})
        if len(batch) == BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    for row in later:
        key = [column == row[column.name] for column in table.primary_key.columns]
        connection.execute(update(table).where(*key).values({column.name: row[column.name] for column in own}))


def _names(table: Table, own: list[Any]) -> list[str]:
    return [column.name for column in (*table.primary_key.columns, *own)]


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's sequences go on behind the highest number that was restored; SQLite does so by itself."""
    key = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql" or len(key) != 1 or not isinstance(key[0].type, Integer):
        return
    name, column = table.name, key[0].name
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), MAX({column})) FROM {name} "  # noqa: S608
            f"HAVING MAX({column}) IS NOT NULL"
        )
    )
