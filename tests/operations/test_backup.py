"""What a backup holds, what it leaves out, and that it is one moment of the database while others write."""

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete, inspect, select, text, update
from sqlalchemy.exc import OperationalError

from assess.errors import RefusalError
from assess.extensions import Database
from assess.migrations import downgrade, newest_revision
from assess.operations.backup import Saved, last_backup, note_backup, write_backup
from assess.operations.snapshot import rows_of, snapshot
from assess.operations.tables import ANSWERS, KEPT, USED_ONCE, reflected
from assess.surveys.envelopes.models import Envelope
from assess.surveys.models import Level, State
from assess.teams.models import Person
from tests.databases.stores import Store
from tests.operations.databases import postgres_database
from tests.operations.saving import bring_back, empty_place, rows, save, unpacked
from tests.surveys.shop import DURING, QUARTER, Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "shop")
    shop.everybody_answers("Ads")
    yield shop
    shop.database.close()


def test_every_table_is_either_saved_or_left_out_on_purpose(shop: Shop) -> None:
    present = set(inspect(shop.database.engine).get_table_names()) - {"alembic_version"}
    assert present == {*KEPT, *ANSWERS, *USED_ONCE}
    assert len(KEPT) + len(ANSWERS) + len(USED_ONCE) == len(present)


def test_the_manifest_names_what_is_there_and_what_is_not(shop: Shop) -> None:
    members = unpacked(shop.database)
    manifest = json.loads(members["manifest.json"])
    assert set(members) == {"manifest.json", *(f"tables/{name}.jsonl" for name in KEPT)}
    assert (manifest["format"], manifest["revision"]) == ("assess/backup/1", newest_revision())
    assert manifest["made_at"] == DURING.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert set(manifest["left_out"]) == {*ANSWERS, *USED_ONCE}
    for name in KEPT:
        assert manifest["tables"][name]["sha256"] == hashlib.sha256(members[f"tables/{name}.jsonl"]).hexdigest()
        assert manifest["tables"][name]["rows"] == len(rows(members, name))
    assert manifest["tables"]["envelopes"]["rows"] == 8
    assert manifest["tables"]["people"]["rows"] == 21


def test_the_checksum_is_that_of_the_whole_file_and_the_same_state_gives_the_same_bytes(
    shop: Shop, tmp_path: Path
) -> None:
    saved = save(shop.database, tmp_path / "one.zip")
    assert saved.sha256 == hashlib.sha256((tmp_path / "one.zip").read_bytes()).hexdigest()
    save(shop.database, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_it_tells_which_cycle_is_running(shop: Shop) -> None:
    running = write_backup(shop.database, io.BytesIO(), now=DURING).running
    assert running is not None
    assert (running.quarter, running.state, running.level) == (QUARTER, State.OPEN, Level.CONFIDENTIAL)
    shop.finish()
    assert write_backup(shop.database, io.BytesIO(), now=DURING).running is None


def test_tables_of_another_version_are_not_saved(shop: Shop) -> None:
    downgrade(shop.database, "0003")
    with pytest.raises(RefusalError, match="bring them up to date: assess init"):
        write_backup(shop.database, io.BytesIO(), now=DURING)


def test_when_the_last_backup_was_made_is_remembered_and_nonsense_is_not_believed(shop: Shop) -> None:
    settings = shop.settings
    assert last_backup(settings) is None
    note_backup(settings, Saved("00", None), now=DURING)
    assert last_backup(settings) == DURING
    for nonsense in ("", "[]", '{"made_at": 7}', '{"made_at": "yesterday"}', "\x00"):
        (settings.data_dir / "backup.json").write_text(nonsense, encoding="utf-8")
        assert last_backup(settings) is None


def write_elsewhere(database: Database) -> None:
    """Change two tables together, as somebody who works while the backup runs."""
    with database.writing() as session:
        session.execute(update(Person).values(name="changed later"))
        session.execute(delete(Envelope))


def names_and_envelopes(database: Database, *, as_one_moment: bool) -> tuple[set[str], int]:
    """Read people, then let somebody write, then read envelopes."""
    if not as_one_moment:
        with database.engine.connect() as connection:
            people = set(connection.scalars(text("SELECT name FROM people")))
        write_elsewhere(database)
        with database.engine.connect() as connection:
            return people, len(connection.scalars(text("SELECT body FROM envelopes")).all())
    with snapshot(database) as connection:
        tables = reflected(connection).tables
        people = {str(row[1]) for row in rows_of(connection, tables["people"])}
        write_elsewhere(database)
        return people, len(list(rows_of(connection, tables["envelopes"])))


def test_what_is_written_while_it_runs_is_seen_in_no_table(shop: Shop) -> None:
    people, envelopes = names_and_envelopes(shop.database, as_one_moment=True)
    assert "changed later" not in people
    assert envelopes == 8


def test_reading_table_after_table_would_mix_two_moments(shop: Shop) -> None:
    people, envelopes = names_and_envelopes(shop.database, as_one_moment=False)
    assert "changed later" not in people
    assert envelopes == 0


@pytest.fixture
def on_postgres(shop: Shop, tmp_path: Path) -> Iterator[Database]:
    """The shop on PostgreSQL: restored from a backup of its SQLite file."""
    save(shop.database, tmp_path / "shop.zip")
    with postgres_database() as url:
        settings, database = empty_place(tmp_path / "bigger", key_dir=shop.settings.key_dir, url=url)
        bring_back(tmp_path / "shop.zip", settings, database)
        yield database
        database.close()


def test_on_postgresql_what_is_written_while_it_runs_is_seen_in_no_table(on_postgres: Database) -> None:
    people, envelopes = names_and_envelopes(on_postgres, as_one_moment=True)
    assert "changed later" not in people
    assert envelopes == 8
    with on_postgres.reading() as session:
        assert set(session.scalars(select(Person.name))) == {"changed later"}


def _try_to_empty(engine: Engine) -> bool:
    """Empty the box as closing does, without waiting for anybody."""
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
            connection.execute(text("TRUNCATE envelopes"))
    except OperationalError:
        return False
    return True


def test_on_postgresql_closing_waits_until_the_backup_is_done(on_postgres: Database) -> None:
    with snapshot(on_postgres) as connection:
        assert not _try_to_empty(on_postgres.engine)
        assert len(list(rows_of(connection, reflected(connection).tables["envelopes"]))) == 8
    assert _try_to_empty(on_postgres.engine)


def test_on_postgresql_a_snapshot_without_locks_would_lose_the_envelopes_of_its_own_moment(
    on_postgres: Database,
) -> None:
    """TRUNCATE does not respect snapshots: this is why the product locks first."""
    engine = on_postgres.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people")) == 21
        assert _try_to_empty(on_postgres.engine)
        assert connection.scalar(text("SELECT count(*) FROM envelopes")) == 0


def test_both_databases_give_the_same_file(shop: Shop, on_postgres: Database) -> None:
    assert unpacked(on_postgres) == unpacked(shop.database)


def test_a_database_without_tables_is_not_saved(tmp_path: Path, each_database: Store) -> None:
    database = Database(each_database.empty(tmp_path))
    with pytest.raises(RefusalError, match="assess init"):
        write_backup(database, io.BytesIO(), now=datetime.now(UTC))
    database.close()


def test_the_postgres_address_of_the_tests_is_no_address_of_an_installation() -> None:
    """Tests create and drop databases of their own name; they never touch the one they connect to."""
    with postgres_database() as url:
        engine = create_engine(url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()
