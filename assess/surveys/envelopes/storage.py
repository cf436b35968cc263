"""Storage: what is deleted must be gone from the files too.

SQLite: VACUUM rewrites the file (deleted pages, physical order), and a truncating checkpoint empties the write-ahead
log; with one open reader it returns without an exception and leaves everything, so its answer is read.
PostgreSQL: emptying is TRUNCATE, which starts a new file (anonymity.md, Storage); it has to wait until nobody reads
the table any more, and gives up as the checkpoint does.
"""

import sqlite3
from collections.abc import Sequence

from sqlalchemy import delete, text
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assess.extensions import Base, Database
from assess.localisation import gettext as _
from assess.surveys.errors import StorageBusyError

PATIENCE_MS = 5000
"""How long a rewrite waits for readers to leave."""
_LOCK_NOT_AVAILABLE = "55P03"
BOX_LOCK = 0x417373657373  # any number, the same for all processes of an installation
"""Shared by everybody who hands in an envelope, taken whole by closing."""


def hold_box(session: Session) -> None:
    """Wait until no envelope is on its way and keep others out until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": BOX_LOCK})


def empty(session: Session, *tables: type[Base]) -> None:
    """Empty tables of the answering side: only one cycle at a time is between open and published, all rows are its.

    StorageBusyError when a reader is in the way; the transaction can then only be rolled back.
    """
    if session.get_bind().dialect.name == "postgresql":
        _truncate(session, [table.__tablename__ for table in tables])
        return
    for table in tables:
        session.execute(delete(table))


def _truncate(session: Session, names: Sequence[str]) -> None:
    session.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
    try:
        session.execute(text(f"TRUNCATE {', '.join(names)}"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            raise _busy() from error
        raise


def rewrite(database: Database) -> None:
    """Rewrite the files so that nothing deleted is left in them; StorageBusyError when a reader is in the way."""
    if not database.is_sqlite:
        return
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        try:
            done = _vacuum_and_truncate(cursor)
        finally:
            cursor.execute("PRAGMA busy_timeout=30000")
            cursor.close()
    finally:
        connection.close()
    if not done:
        raise _busy()


def _busy() -> StorageBusyError:
    return StorageBusyError(
        _("The database is being read, so deleted answers are still in its files; run the same command again.")
    )


def _vacuum_and_truncate(cursor: DBAPICursor) -> bool:
    try:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return False
        raise
    return row is not None and row[0] == 0
