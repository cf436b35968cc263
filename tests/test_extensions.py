"""The database is opened the way the anonymity rules want it, and waits instead of failing under load."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Boolean, Integer, bindparam, column, event, func, insert, select, table, text, update

from assess.extensions import Database, Prepared, UtcDateTime
from tests.databases.stores import Store


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    opened = Database(each_database.empty(tmp_path / "folder"))
    with opened.writing() as session:
        session.execute(text("CREATE TABLE counter (value INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    yield opened
    opened.close()


@pytest.mark.only_on("sqlite", "only SQLite has pragmas; what PostgreSQL must promise is below")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("temp_store", 2), ("foreign_keys", 1)],
)
def test_every_connection_has_the_promised_pragmas(database: Database, pragma: str, value: object) -> None:
    for _ in range(2):
        with database.reading() as session:
            assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


@pytest.mark.only_on("postgresql", "SQLite has pragmas instead, above")
@pytest.mark.parametrize(
    ("setting", "value"),
    [("synchronous_commit", "on"), ("lock_timeout", "30s"), ("transaction_isolation", "read committed")],
)
def test_every_connection_has_the_promised_settings(
    tmp_path: Path, each_database: Store, setting: str, value: str
) -> None:
    url = each_database.empty(tmp_path)
    careless = Database(url)
    with careless.engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'"))
        connection.commit()
    careless.close()
    database = Database(url)
    for _ in range(2):
        with database.reading() as session:
            assert session.execute(text(f"SHOW {setting}")).scalar() == value
    database.close()


@pytest.mark.only_on("postgresql", "a file of SQLite does not close connections")
def test_a_connection_that_the_server_closed_is_replaced(database: Database) -> None:
    with database.reading() as session:
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Database(database.url.render_as_string())
    with other.reading() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
    other.close()
    with database.reading() as session:
        assert session.execute(text("SELECT value FROM counter")).scalar_one() == 0


def test_a_hundred_read_then_write_transactions_at_once_all_succeed(database: Database) -> None:
    def add_one(_number: int) -> None:
        with database.writing() as session:
            value = session.execute(text("SELECT value FROM counter")).scalar_one()
            session.execute(text("UPDATE counter SET value = :v"), {"v": value + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(100)))
    with database.reading() as session:
        assert session.execute(text("SELECT value FROM counter")).scalar_one() == 100


def test_a_failing_block_leaves_nothing_behind(database: Database) -> None:
    with suppress(RuntimeError), database.writing() as session:
        session.execute(text("UPDATE counter SET value = 99"))
        raise RuntimeError
    with database.reading() as session:
        assert session.execute(text("SELECT value FROM counter")).scalar_one() == 0


def statements(database: Database) -> list[str]:
    """Everything SQLite is told from now on, over connections that are opened from now on."""
    told: list[str] = []
    database.close()
    event.listen(database.engine, "connect", lambda raw, _entry: raw.set_trace_callback(told.append))
    return told


counter = table("counter", column("value", Integer))
LOOK = Prepared(select(counter.c.value))
SET = Prepared(update(counter).values(value=bindparam("new")))


@pytest.mark.only_on("sqlite", "BEGIN IMMEDIATE is SQLite's own")
def test_a_look_begins_no_transaction_and_a_transaction_of_rows_takes_the_write_lock_at_once(
    database: Database,
) -> None:
    told = statements(database)
    with database.looking() as driver:
        assert driver.first(LOOK) == (0,)
    with database.writing_rows(shared_lock=1) as driver:
        driver.run(SET, new=7)
    spoken = [" ".join(statement.split()) for statement in told if not statement.startswith("PRAGMA")]
    assert spoken == [
        "SELECT counter.value FROM counter",
        "BEGIN IMMEDIATE",
        "UPDATE counter SET value=7",
        "COMMIT",
    ]


def test_a_failing_transaction_of_rows_leaves_nothing_behind_and_no_lock(database: Database) -> None:
    with suppress(RuntimeError), database.writing_rows(shared_lock=1) as driver:
        driver.run(SET, new=99)
        raise RuntimeError
    with database.looking() as driver:
        assert driver.first(LOOK) == (0,)
    with database.writing_rows(shared_lock=1) as driver:
        driver.run(SET, new=1)
    with database.reading() as session:
        assert session.execute(text("SELECT value FROM counter")).scalar_one() == 1


def test_a_refused_statement_of_rows_is_the_driver_s_own_error_and_leaves_nothing_behind(database: Database) -> None:
    nowhere = Prepared(update(table("nowhere", column("value", Integer))).values(value=bindparam("new")))

    def fail() -> None:
        with database.writing_rows(shared_lock=1) as driver:
            driver.run(SET, new=99)
            driver.run(nowhere, new=1)

    with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedTable)):
        fail()
    with database.looking() as driver:
        assert driver.first(LOOK) == (0,)


def test_a_prepared_statement_turns_values_and_columns_as_the_tables_do(database: Database) -> None:
    moments = table("moments", column("at", UtcDateTime()), column("seen", Boolean()))
    with database.writing() as session:
        session.execute(text("CREATE TABLE moments (at TIMESTAMP, seen BOOLEAN)"))
    noon = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))
    with database.writing_rows(shared_lock=1) as driver:
        driver.run(Prepared(insert(moments)), at=noon, seen=True)
    with database.looking() as driver:
        row = driver.first(
            Prepared(select(moments.c.at, moments.c.seen).where(moments.c.at == bindparam("at"))), at=noon
        )
        nothing = driver.first(Prepared(select(moments.c.at).where(moments.c.at < bindparam("at"))), at=noon)
    assert row == (datetime(2026, 11, 23, 4, tzinfo=UTC), True)
    assert row[1] is True
    assert nothing is None


@pytest.mark.only_on("sqlite", "on PostgreSQL transactions of rows run beside each other")
def test_rows_of_eight_threads_at_once_are_all_there(database: Database) -> None:
    add = Prepared(update(counter).values(value=bindparam("new")))

    def add_one(_number: int) -> None:
        with database.writing_rows(shared_lock=1) as driver:
            row = driver.first(LOOK)
            assert row is not None
            driver.run(add, new=row[0] + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(100)))
    with database.looking() as driver:
        assert driver.first(LOOK) == (100,)


@pytest.mark.only_on("postgresql", "SQLite has no server and checks at once")
def test_rows_are_committed_or_gone(database: Database) -> None:
    with database.writing_rows(shared_lock=1) as driver:
        assert driver.first(LOOK) == (0,)
        driver.run(SET, new=7)
    with suppress(RuntimeError), database.writing_rows(shared_lock=1) as driver:
        driver.run(SET, new=99)
        raise RuntimeError
    with database.looking() as driver:
        assert driver.first(LOOK) == (7,)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'")).scalar() == 0


@pytest.mark.only_on("postgresql", "SQLite has no server and checks at once")
def test_a_transaction_that_cannot_be_committed_is_no_success(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE parents (value INTEGER PRIMARY KEY)"))
        session.execute(text("ALTER TABLE counter ADD FOREIGN KEY (value) REFERENCES parents (value) NOT VALID"))
        session.execute(text("ALTER TABLE counter ALTER CONSTRAINT counter_value_fkey DEFERRABLE INITIALLY DEFERRED"))

    def orphan() -> None:
        with database.writing_rows(shared_lock=1) as driver:
            driver.run(SET, new=99)

    with pytest.raises(psycopg.errors.ForeignKeyViolation):  # raised by COMMIT
        orphan()
    with database.looking() as driver:
        assert driver.first(LOOK) == (0,)


@pytest.mark.only_on("postgresql", "a file of SQLite does not close connections")
def test_no_visit_notices_that_the_server_closed_all_connections(database: Database) -> None:
    def look(_number: int = 0) -> tuple[object, ...] | None:
        with database.looking() as driver:
            return driver.first(LOOK)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(look, range(40))) == {(0,)}
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with database.writing() as session:
        session.execute(text(f"SELECT pg_terminate_backend(pid, 5000) {others}"))
    assert [look() for _again in range(5)] == [(0,)] * 5


@pytest.mark.only_on("postgresql", "a file of SQLite does not close connections")
def test_a_connection_closed_in_the_middle_fails_that_visit_alone(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def cut() -> None:
        with database.writing_rows(shared_lock=1) as driver:
            driver.run(SET, new=99)
            row = driver.first(Prepared(select(func.pg_backend_pid())))
            assert row is not None
            with database.writing() as session:
                session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": row[0]})
            driver.first(LOOK)

    with pytest.raises(psycopg.OperationalError):
        cut()
    with database.writing_rows(shared_lock=1) as driver:
        assert driver.first(LOOK) == (0,)
    assert {record.name for record in caplog.records} <= {"psycopg"}  # it says that a pipeline ended early
