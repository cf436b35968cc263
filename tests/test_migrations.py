"""The migrations make the tables the models describe, and the answering side has the shape anonymity needs."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Date, DateTime, Integer, inspect
from sqlalchemy.schema import CheckConstraint

import assess.accounts.models
import assess.actions.models
import assess.audit.models
import assess.jobs.models
import assess.looks.models
import assess.migrations
import assess.organisation.models
import assess.releases.models
import assess.surveys.envelopes.models
import assess.surveys.holders.models
import assess.surveys.models
import assess.teams.models
from assess.extensions import Base, Database
from assess.migrations import downgrade, upgrade
from tests.databases.stores import Store

ANSWERING_SIDE = ("envelopes", "sealed_answers", "responses", "comments")
STEPS = len(list(Path(assess.migrations.__file__).parent.glob("versions/*.py")))
OPENING = ("openings", "opening_pieces")  # pieces of shuffled lists have numbers, nothing else does


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    yield database
    database.close()


def test_migrations_and_models_say_the_same(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrations_have_every_check_rule_of_the_models(
    database: Database, each_database: Store, tmp_path: Path
) -> None:
    migrated, declared = rules(database), checks_of_the_models()
    assert {table: set(found) for table, found in migrated.items()} == {t: set(found) for t, found in declared.items()}
    made = Database(
        each_database.empty(tmp_path / "made")
    )  # PostgreSQL words a rule anew: compare what it made of both
    Base.metadata.create_all(made.engine)
    assert migrated == rules(made)
    made.close()


def checks_of_the_models() -> dict[str, dict[str, str]]:
    return {
        name: {str(rule.name): str(rule.sqltext) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        for name, table in Base.metadata.tables.items()
    }


def rules(database: Database) -> dict[str, dict[str, str]]:
    """Read the check rules of every table but alembic's own, which has none."""
    inspector = inspect(database.engine)
    return {
        table: {str(rule["name"]): rule["sqltext"] for rule in inspector.get_check_constraints(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_going_down_and_up_again_ends_where_it_began(database: Database) -> None:
    first = shape(database)
    assert len(first) > len(ANSWERING_SIDE)
    downgrade(database, "base")
    assert set(shape(database)) == {"alembic_version"}
    upgrade(database)
    assert shape(database) == first
    upgrade(database)
    assert shape(database) == first


def test_every_single_step_down_can_be_taken_up_again(database: Database) -> None:
    first = shape(database)
    for _step in range(STEPS):
        below = shape(database)
        downgrade(database, "-1")
        assert shape(database) != below
        upgrade(database, "+1")
        assert shape(database) == below
        downgrade(database, "-1")
    upgrade(database)
    assert shape(database) == first


def shape(database: Database) -> dict[str, list[str]]:
    """Describe columns, keys and indexes of every table."""
    inspector = inspect(database.engine)
    return {
        table: [
            *sorted(
                f"{column['name']} {column['type']} {column['nullable']}" for column in inspector.get_columns(table)
            ),
            *sorted(f"{index['name']} {index['unique']}" for index in inspector.get_indexes(table)),
            *sorted(f"{key['name']} {key['referred_table']}" for key in inspector.get_foreign_keys(table)),
            *sorted(str(unique["name"]) for unique in inspector.get_unique_constraints(table)),
            *sorted(str(rule["name"]) for rule in inspector.get_check_constraints(table)),
        ]
        for table in inspector.get_table_names()
    }


@pytest.mark.parametrize("table", ANSWERING_SIDE)
def test_the_answering_side_has_no_key_to_people_no_clock_and_no_sequence(table: str) -> None:
    columns = Base.metadata.tables[table].columns
    assert not Base.metadata.tables[table].foreign_keys
    assert not any(isinstance(column.type, DateTime | Date | Integer) for column in columns)
    assert not any(column.server_default or column.identity or column.computed for column in columns)
    allowed = {"id", "key", "cycle_id", "group_id", "body", "ratings", "prompt", "text"}
    assert {column.name for column in columns} <= allowed


@pytest.mark.parametrize("table", [*ANSWERING_SIDE, *OPENING])
def test_no_other_table_points_to_the_answering_side(table: str) -> None:
    pointed_at = {key.column.table.name for other in Base.metadata.tables.values() for key in other.foreign_keys}
    assert table not in pointed_at


@pytest.mark.only_on("sqlite", "PostgreSQL has no rowid; its hidden columns are attacked in test_linkage")
@pytest.mark.parametrize("table", [*ANSWERING_SIDE, *OPENING])
def test_the_answering_side_has_no_rowid_that_would_count_arrivals(database: Database, table: str) -> None:
    with sqlite3.connect(str(database.url.database)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            connection.execute(f"SELECT rowid FROM {table}")  # noqa: S608 - a name from above
        connection.execute("SELECT rowid FROM people")
    connection.close()
