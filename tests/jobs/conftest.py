"""A database with the table of jobs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assess.extensions import Database
from tests.databases.stores import Store, migrated_database


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(migrated_database(tmp_path))
    yield database
    database.close()
