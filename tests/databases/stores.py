"""Where a test keeps its data: files of SQLite, or databases of a private PostgreSQL server.

A test asks for the fixture `each_database` and runs once on either; what it makes with `migrated_database` then lies
there. Both copy a template, because migrations take longer than most tests.
"""

import atexit
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, make_url
from sqlalchemy.pool import Pool

from assess.extensions import Database
from assess.migrations import upgrade
from tests.databases.postgresql_server import MISSING, PostgresqlServer, find_programs

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_TEMPLATE, _EMPTY = "assess_template", "template0"
_numbers = count(1)


# What the product opened: a site that a test makes has no end at which it would close its connections.
_opened: dict[str, list[psycopg.Connection[Any]]] = {}


@event.listens_for(Pool, "connect")
def _remember(connection: object, _entry: object) -> None:
    if isinstance(connection, psycopg.Connection):
        _opened.setdefault(connection.info.dbname, []).append(connection)


class Store(ABC):
    """Makes databases that live as long as the fixture it came from."""

    kind: str

    @abstractmethod
    def empty(self, folder: Path) -> str:
        """Make a database without tables and return its address; SQLite's is `assess.sqlite` in the folder."""

    @abstractmethod
    def migrated(self, folder: Path) -> str:
        """Make a database with all tables and return its address; the folder is there afterwards."""

    @abstractmethod
    def stored_bytes(self, url: str) -> bytes:
        """Return every byte of a database's files, journals included."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where a server keeps what it writes, its log and its journal included; a file lies where it was asked for."""
        return ()

    @abstractmethod
    def copy(self, url: str, place: Path) -> str:
        """Copy a database that nobody is connected to; return the address of the copy."""

    @abstractmethod
    def put_back(self, copied: str, url: str) -> None:
        """Put a copy in the place of the database it was taken from, as a restore does."""

    def drop(self, url: str) -> None:  # noqa: B027 - same
        """Drop one of them."""

    def forget(self) -> None:  # noqa: B027 - files lie in folders that pytest removes
        """Drop everything made here."""


class SqliteStore(Store):
    """Each database is a file."""

    kind = SQLITE

    def empty(self, folder: Path) -> str:
        return _file_url(folder / "assess.sqlite")

    def migrated(self, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_sqlite_template(), folder / "assess.sqlite")
        return _file_url(folder / "assess.sqlite")

    def stored_bytes(self, url: str) -> bytes:
        file = _file(url)
        return b"\0".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))

    def copy(self, url: str, place: Path) -> str:
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_file(url), place / "assess.sqlite")
        return _file_url(place / "assess.sqlite")

    def put_back(self, copied: str, url: str) -> None:
        for journal in _file(url).parent.glob(f"{_file(url).name}-*"):
            journal.unlink()
        shutil.copyfile(_file(copied), _file(url))


class PostgresqlStore(Store):
    """Each database is one of the server that this process of the tests started."""

    kind = POSTGRESQL

    def __init__(self, server: PostgresqlServer) -> None:
        self.server = server
        self._made: list[str] = []

    def empty(self, folder: Path) -> str:  # noqa: ARG002 - only files lie in folders
        return self._make(_EMPTY)

    def migrated(self, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        _make_template(self.server)
        return self._make(_TEMPLATE)

    def stored_bytes(self, url: str) -> bytes:
        """Return the files of this database as they are after a checkpoint, without the log of the whole server."""
        with self.server.connect(_name(url)) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        assert row is not None
        folder = self.server.data / "base" / str(row[0])
        return b"\0".join(path.read_bytes() for path in sorted(folder.iterdir()))

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.server.folder,)

    def copy(self, url: str, place: Path) -> str:  # noqa: ARG002 - same
        return self._make(_name(url))

    def put_back(self, copied: str, url: str) -> None:
        self._drop(_name(url))
        self._create(_name(url), _name(copied))

    def drop(self, url: str) -> None:
        name = _name(url)
        self._made.remove(name)
        for connection in _opened.pop(name, []):
            connection.close()
        self._drop(name)

    def forget(self) -> None:
        for name in list(self._made):
            self.drop(self.server.url(name))

    def _make(self, template: str) -> str:
        name = f"test_{next(_numbers)}"
        self._create(name, template)
        self._made.append(name)
        return self.server.url(name)

    def _create(self, name: str, template: str) -> None:
        with self.server.connect() as connection:
            _create(connection, name, template)

    def _drop(self, name: str) -> None:
        with self.server.connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def open_store(kind: str) -> Store:
    """Return a store of this kind; skip the test where PostgreSQL is not installed."""
    if kind == SQLITE:
        return SqliteStore()
    if find_programs() is None:
        pytest.skip(MISSING)
    return PostgresqlStore(_server())


class _Current:
    store: Store | None = None


@contextmanager
def using(store: Store) -> Iterator[Store]:
    """Let helpers make databases there until the block ends."""
    before, _Current.store = _Current.store, store
    try:
        yield store
    finally:
        _Current.store = before


def current_store() -> Store:
    """Return what the fixture `each_database` chose."""
    assert _Current.store, "a test that makes a database asks for the fixture each_database, to run on both kinds"
    return _Current.store


def migrated_database(folder: Path) -> str:
    """Make a database with all tables in the current store and return its address."""
    return current_store().migrated(folder)


def _file(url: str) -> Path:
    return Path(str(make_url(url).database))


def _file_url(file: Path) -> str:
    return f"sqlite:///{file}"


def _name(url: str) -> str:
    return str(make_url(url).database)


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="assess-template-"))
    atexit.register(shutil.rmtree, folder)
    _migrate(_file_url(folder / "assess.sqlite"))
    return folder / "assess.sqlite"


@cache
def _server() -> PostgresqlServer:
    programs = find_programs()
    assert programs is not None
    return PostgresqlServer(programs)


@cache
def _make_template(server: PostgresqlServer) -> None:
    with server.connect() as connection:
        _create(connection, _TEMPLATE, _EMPTY)
    _migrate(server.url(_TEMPLATE))


def _create(connection: psycopg.Connection[object], name: str, template: str) -> None:
    by_file = " STRATEGY file_copy" if connection.info.server_version >= 150000 else ""  # before, the only way
    connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{by_file}".encode())


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()
