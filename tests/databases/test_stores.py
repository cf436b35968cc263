"""The two kinds of databases that tests run on: apart from each other, gone afterwards, and missed aloud."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from assess.extensions import Database
from tests import conftest
from tests.databases import stores
from tests.databases.postgresql_server import MISSING
from tests.databases.stores import POSTGRESQL, Store, current_store, open_store, using

ROOT = Path(__file__).parents[2]
# Where a test says itself which kind of database it makes, because it is about that kind.
ABOUT_FILES = {
    "tests/databases/stores.py",
    "tests/databases/test_stores.py",
    "tests/operations/test_doctor.py",
    "tests/test_config.py",
}


def insert_team(url: str, name: str) -> None:
    database = Database(url)
    with database.writing() as session:
        session.execute(text("INSERT INTO teams (name, function, is_current) VALUES (:name, '', true)"), {"name": name})
    database.close()


def teams(url: str) -> list[str]:
    database = Database(url)
    with database.reading() as session:
        found = list(session.scalars(text("SELECT name FROM teams ORDER BY name")))
    database.close()
    return found


def test_databases_of_one_store_do_not_see_each_other(each_database: Store, tmp_path: Path) -> None:
    one, two = (each_database.migrated(tmp_path / name) for name in ("one", "two"))
    insert_team(one, "Ads")
    assert (teams(one), teams(two)) == (["Ads"], [])


def test_an_empty_one_has_no_tables(each_database: Store, tmp_path: Path) -> None:
    database = Database(each_database.empty(tmp_path))
    assert inspect(database.engine).get_table_names() == []
    database.close()


def test_a_copy_can_be_put_back(each_database: Store, tmp_path: Path) -> None:
    url = each_database.migrated(tmp_path)
    insert_team(url, "Ads")
    copied = each_database.copy(url, tmp_path / "copy")
    insert_team(url, "Box")
    each_database.put_back(copied, url)
    assert teams(url) == ["Ads"]


def test_what_is_stored_is_in_its_bytes(each_database: Store, tmp_path: Path) -> None:
    url = each_database.migrated(tmp_path)
    insert_team(url, "a heron in the rain")
    assert b"a heron in the rain" in each_database.stored_bytes(url)


@pytest.mark.only_on("postgresql", "files lie in folders that pytest removes")
def test_databases_are_gone_when_the_store_is_forgotten(each_database: Store, tmp_path: Path) -> None:
    store = open_store(POSTGRESQL)
    url = store.migrated(tmp_path)
    store.forget()
    with pytest.raises(Exception, match="does not exist"):
        teams(url)


def test_a_helper_outside_the_fixture_is_refused() -> None:
    with pytest.raises(AssertionError, match="asks for the fixture each_database"):
        current_store()


def test_helpers_make_their_databases_in_the_innermost_store(each_database: Store) -> None:
    other = open_store(each_database.kind)
    with using(other):
        assert current_store() is other
    assert current_store() is each_database


def test_without_postgresql_a_test_is_skipped_and_the_summary_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stores, "find_programs", lambda: None)
    with pytest.raises(pytest.skip.Exception) as skipped:
        open_store(POSTGRESQL)
    said: list[str] = []

    class Report:
        longrepr = ("tests/x.py", 1, f"Skipped: {skipped.value.msg}")

    class Reporter:
        def __init__(self) -> None:
            self.stats = {"skipped": [Report(), Report()]}

        def write_line(self, line: str, **_markup: bool) -> None:
            said.append(line)

    conftest.pytest_terminal_summary(Reporter())  # type: ignore[arg-type]
    assert said == [f"2 tests skipped: {MISSING}"]
    assert "apt-get install postgresql" in MISSING


@pytest.mark.only_on("postgresql", "there is no server of SQLite")
@pytest.mark.usefixtures("each_database")
def test_the_server_ends_with_the_tests_however_they_end() -> None:
    code = (
        "from tests.databases.postgresql_server import PostgresqlServer, find_programs\n"
        "server = PostgresqlServer(find_programs())\n"
        "print(server.data, flush=True)\n"
        "input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        data = Path(tests.stdout.readline().strip())
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(tests.pid, signal.SIGKILL)
    for _try in range(600):
        if not data.parent.exists():
            break
        time.sleep(0.05)
    assert not data.parent.exists()
    assert not Path(f"/proc/{pid}").exists()


def test_no_other_test_says_where_its_database_lies() -> None:
    named = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if "sqlite:///" in path.read_text(encoding="utf-8")
    }
    assert named == ABOUT_FILES, "ask the fixture each_database for the address, so that the test runs on both kinds"
