"""The database is opened the way the anonymity rules want it, and waits instead of failing under load."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event, text

from assess.extensions import Database
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
@pytest.mark.parametrize(("setting", "value"), [("synchronous_commit", "on"), ("lock_timeout", "30s")])
def test_every_connection_has_the_promised_settings(
    tmp_path: Path, each_database: Store, setting: str, value: str
) -> None:
    url = each_database.empty(tmp_path)
    careless = Database(url)
    with careless.engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
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


@pytest.mark.only_on("sqlite", "BEGIN IMMEDIATE is SQLite's own")
def test_a_look_begins_no_transaction_and_a_transaction_of_rows_takes_the_write_lock_at_once(
    database: Database,
) -> None:
    told = statements(database)
    with database.looking() as connection:
        connection.execute(text("SELECT value FROM counter"))
    with database.writing_rows() as connection:
        connection.execute(text("UPDATE counter SET value = 7"))
    spoken = [statement for statement in told if not statement.startswith("PRAGMA")]
    assert spoken == ["SELECT value FROM counter", "BEGIN IMMEDIATE", "UPDATE counter SET value = 7", "COMMIT"]


def test_a_failing_transaction_of_rows_leaves_nothing_behind(database: Database) -> None:
    with suppress(RuntimeError), database.writing_rows() as connection:
        connection.execute(text("UPDATE counter SET value = 99"))
        raise RuntimeError
    with database.looking() as connection:
        assert connection.execute(text("SELECT value FROM counter")).scalar_one() == 0
