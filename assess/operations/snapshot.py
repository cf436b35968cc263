"""One moment of the whole database, while the site goes on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, select, text

from assess.extensions import Database
from assess.operations.tables import KEPT

BATCH = 200
"""Rows in memory at a time."""


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Read everything as it is now; what is committed later is not seen.

    SQLite: a reading transaction over the write-ahead log is such a moment from its first read on. PostgreSQL:
    repeatable read, with a shared lock on every table taken before it begins: TRUNCATE does not respect snapshots, and
    a table that closing empties in the meantime would look as if it had been empty all along.
    """
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))
            yield connection
        return
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.execute(text(f"LOCK TABLE {', '.join(KEPT)} IN ACCESS SHARE MODE"))
        yield connection


def rows_of(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """Read a table in the order of its key: the order of arrival, which pages of a database keep, is left behind."""
    ordered = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=BATCH).execute(ordered):
        yield tuple(row)
