"""A company with one published quarter; Ada's team is low in everything, fourteen others are spread from 40 to 79."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.history import LEVEL_OF_CONTROLS, History, opened, start
from tests.databases.stores import Store, using


@pytest.fixture(scope="session")
def first_quarter(
    tmp_path_factory: pytest.TempPathFactory, each_database_of_session: Store
) -> tuple[str, dict[str, str]]:
    """The database after its first quarter, written once and copied for every test."""
    with using(each_database_of_session):
        made = start(tmp_path_factory.mktemp("history"))
    made.publish("2026Q1", {"Ada": 30.0, **LEVEL_OF_CONTROLS})
    made.database.close()
    return made.settings.database_url, made.teams


@pytest.fixture
def history(
    tmp_path: Path, first_quarter: tuple[str, dict[str, str]], each_database_of_session: Store
) -> Iterator[History]:
    url, teams = first_quarter
    copied = opened(tmp_path, each_database_of_session.copy(url, tmp_path))
    copied.teams |= teams
    yield copied
    copied.database.close()
    each_database_of_session.drop(copied.settings.database_url)


@pytest.fixture
def empty(tmp_path: Path, each_database: Store) -> Iterator[History]:
    """An installation without any quarter."""
    made = start(tmp_path)
    yield made
    made.database.close()
