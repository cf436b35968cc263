"""The one database, opened the way the anonymity rules want it.

SQLite: write-ahead log, full synchronisation, secure deletion, temporary files in memory only. A session is opened
either for reading or for writing; a writing one takes the write lock at once (`BEGIN IMMEDIATE`), because a lock
that is upgraded later fails under load instead of waiting.

PostgreSQL: who looks first and writes then must find the same there, so writers take turns as well, by an advisory
lock; only members who hand in their envelopes do not wait for each other. A commit is on the disk before it is
acknowledged, whatever the server's default is, and nobody waits longer for a lock than on SQLite.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from assess.config import Settings

_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "foreign_keys=ON",
    "busy_timeout=30000",
)


_POSTGRESQL_SESSION = "SET synchronous_commit = on; SET lock_timeout = '30s'"
_ONE_WRITER = 0x777269746572  # any number, the same for all processes of an installation


class Base(DeclarativeBase):
    """The tables of all rooms; constraints are named after the rule they state."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, stored as UTC without offset; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn any aware instant into UTC before it is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Hand back an aware instant."""
        return None if value is None else value.replace(tzinfo=UTC)


class Database:
    """An engine and the two ways to use it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database not in {None, "", ":memory:"}:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        # A connection that PostgreSQL has closed since, by a restart say, is replaced before it is used.
        self.engine: Engine = create_engine(self.url, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", _prepare_postgresql)
        # SQLite lets a thread that finds the lock taken sleep in growing naps; threads of one process queue here
        # instead and lose no time (four threads: 50 visits a second without it).
        self._turn: AbstractContextManager[object] = RLock() if self.is_sqlite else nullcontext()
        self._write_engine = self.engine.execution_options(assess_begin="BEGIN IMMEDIATE")
        # On SQLite every statement is a transaction already: it is enough to say no BEGIN.
        alone: dict[str, str] = {"assess_begin": ""} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._look_engine = self.engine.execution_options(**alone)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only looks; whatever it changes is thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Lend a connection for one statement that only looks: no transaction is begun and ended around it."""
        with self._look_engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open one transaction, one at a time: committed when the block ends well, rolled back otherwise."""
        with self._turn, Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            if not self.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_WRITER})
            yield session

    @contextmanager
    def writing_rows(self) -> Iterator[Connection]:
        """Open one transaction for statements on rows alone; on PostgreSQL many of them write at the same time."""
        with self._turn, self._write_engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """Open the database of an installation."""
    return Database(settings.database_url)


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    raw: Any = connection
    raw.isolation_level = None  # SQLAlchemy's BEGIN below is the only one
    cursor = raw.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(_POSTGRESQL_SESSION)
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("assess_begin", "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)
