"""A database with the table of jobs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assess.extensions import Database
from assess.migrations import upgrade


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'assess.sqlite'}")
    upgrade(database)
    yield database
    database.close()
