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
import assess.jobs.models
import assess.releases.models
import assess.surveys.envelopes.models
import assess.surveys.holders.models
import assess.surveys.models
import assess.teams.models  # noqa: F401 - imported so that their tables are known
from assess.extensions import Base, Database
from assess.migrations import downgrade, upgrade

ANSWERING_SIDE = ("envelopes", "sealed_answers", "responses", "comments")
OPENING = ("openings", "opening_pieces")  # pieces of shuffled lists have numbers, nothing else does


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'assess.sqlite'}")
    upgrade(database)
    yield database
    database.close()


def test_migrations_and_models_say_the_same(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_migrations_have_every_check_rule_of_the_models(database: Database, table: str) -> None:
    stored = {rule["name"]: rule["sqltext"] for rule in inspect(database.engine).get_check_constraints(table)}
    declared = {
        str(rule.name): str(rule.sqltext)
        for rule in Base.metadata.tables[table].constraints
        if isinstance(rule, CheckConstraint)
    }
    assert stored == declared


def test_going_down_and_up_again_ends_where_it_began(database: Database) -> None:
    first = set(inspect(database.engine).get_table_names())
    downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    upgrade(database)
    assert set(inspect(database.engine).get_table_names()) == first
    upgrade(database)


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


@pytest.mark.parametrize("table", [*ANSWERING_SIDE, *OPENING])
def test_the_answering_side_has_no_rowid_that_would_count_arrivals(database: Database, table: str) -> None:
    with sqlite3.connect(str(database.url.database)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            connection.execute(f"SELECT rowid FROM {table}")  # noqa: S608 - a name from above
        connection.execute("SELECT rowid FROM people")
    connection.close()
