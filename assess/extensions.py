"""The one database, opened the way the anonymity rules want it.

SQLite: write-ahead log, full synchronisation, secure deletion, temporary files in memory only. A session is opened
either for reading or for writing; a writing one takes the write lock at once (`BEGIN IMMEDIATE`), because a lock
that is upgraded later fails under load instead of waiting.

PostgreSQL: who looks first and writes then must find the same there, so writers take turns as well, by an advisory
lock; only members who hand in their envelopes do not wait for each other. A commit is on the disk before it is
acknowledged, whatever the server's default is, and nobody waits longer for a lock than on SQLite.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from select import POLLIN, poll
from threading import RLock
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Insert,
    LargeBinary,
    MetaData,
    Select,
    TypeDecorator,
    Update,
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


# In committed reading, what follows the wait for a lock sees what was done meanwhile.
_POSTGRESQL_SESSION = (
    "SET synchronous_commit = on; SET lock_timeout = '30s'; SET default_transaction_isolation = 'read committed'"
)
_ONE_WRITER = 0x777269746572  # any number, the same for all processes of an installation
# Whatever the server's default: what follows the wait for the lock has to see what was done meanwhile.
_BEGIN_SHARING = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock_shared({:d})"


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


_Convert = Callable[[Any], Any]
_Statement = Select[*tuple[Any, ...]] | Insert | Update


class Prepared:
    """A statement that SQLAlchemy writes once and the driver runs: for the few of every visit.

    Around a statement on one row SQLAlchemy spends ten times what the driver spends on it, and meanwhile the write
    lock is held.
    """

    def __init__(self, statement: _Statement) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def on(self, dialect: Dialect) -> "_Written":
        """Return it as one database understands it."""
        if dialect.name not in self._written:
            self._written[dialect.name] = _write(self._statement, dialect)
        return self._written[dialect.name]


@dataclass(frozen=True)
class _Written:
    """SQL, the order of values where they go by place, and what to do to a value or a column on its way."""

    sql: str
    order: tuple[str, ...]
    by_place: bool
    binders: Mapping[str, _Convert]
    readers: tuple[_Convert | None, ...]

    def values(self, given: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the driver takes
        for name, binder in self.binders.items():
            given[name] = binder(given[name])
        return tuple([given[name] for name in self.order]) if self.by_place else given


def _write(statement: _Statement, dialect: Dialect) -> _Written:
    compiled = statement.compile(dialect=dialect)
    kinds = {name: bind.type for name, bind in compiled.binds.items() if not isinstance(bind.type, LargeBinary)}
    binders = {name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in kinds.items()}
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    return _Written(
        str(compiled),
        tuple(compiled.positiontup or ()),
        compiled.positional,
        {name: binder for name, binder in binders.items() if binder is not None},
        tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
    )


class Driver:
    """A connection of the driver itself, lent for the prepared statements of one visit."""

    def __init__(self, cursor: Any, dialect: Dialect) -> None:  # noqa: ANN401 - drivers have no common type
        self._cursor = cursor
        self._dialect = dialect

    @property
    def name(self) -> str:
        """The database it leads to: `sqlite` or `postgresql`."""
        return self._dialect.name

    def first(self, prepared: Prepared, **given: object) -> tuple[Any, ...] | None:
        """Run a statement that selects and return its first row."""
        written = prepared.on(self._dialect)
        self._cursor.execute(written.sql, written.values(given))
        row = self._cursor.fetchone()
        if row is None:
            return None
        pairs = zip(written.readers, row, strict=True)
        return tuple(value if reader is None else reader(value) for reader, value in pairs)

    def run(self, prepared: Prepared, **given: object) -> None:
        """Run a statement that changes something."""
        written = prepared.on(self._dialect)
        self._cursor.execute(written.sql, written.values(given))


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
        self._write_engine = self.engine.execution_options(assess_writing=True)
        # Visits say BEGIN and COMMIT themselves; on SQLite every connection leaves that to whoever uses it.
        self._visits = self.engine if self.is_sqlite else create_engine(self.url, isolation_level="AUTOCOMMIT")
        if not self.is_sqlite:
            event.listen(self._visits, "connect", _prepare_postgresql)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only looks; whatever it changes is thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def looking(self) -> Iterator[Driver]:
        """Lend a connection for single statements that only look: no transaction is begun and ended around them."""
        with self._lent() as cursor:
            yield Driver(cursor, self.engine.dialect)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open one transaction, one at a time: committed when the block ends well, rolled back otherwise."""
        with self._turn, Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            if not self.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_WRITER})
            yield session

    @contextmanager
    def writing_rows(self, *, shared_lock: int) -> Iterator[Driver]:
        """Open one transaction for the few statements of a visit; on PostgreSQL many of them write at the same time.

        They share an advisory lock that somebody may take whole to keep them out; SQLite's write lock is that already.
        """
        with self._turn, self._lent() as cursor:
            if self.is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            else:
                cursor.execute(_BEGIN_SHARING.format(shared_lock), prepare=False)
            yield Driver(cursor, self.engine.dialect)
            cursor.execute("COMMIT")

    @contextmanager
    def _lent(self) -> Iterator[Any]:
        """Lend a cursor of the driver; the pool rolls back what comes back in the middle of something."""
        fairy = self._visits.raw_connection()
        while not self.is_sqlite and _is_shut(fairy.driver_connection):
            fairy.invalidate()
            fairy = self._visits.raw_connection()
        connection: Any = fairy.driver_connection
        cursor = connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()  # one that still reads would hold its snapshot
            if not self.is_sqlite and connection.closed:
                fairy.invalidate()
            fairy.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._visits.dispose()


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


def _is_shut(connection: Any) -> bool:  # noqa: ANN401 - of the driver
    """Whether PostgreSQL has closed an idle connection: it says so, and says nothing else; no question is needed."""
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    return bool(waiting.poll(0))


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("assess_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
