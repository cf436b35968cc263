"""A company with one published quarter; Ada's team is low in everything, fourteen others are spread from 40 to 79."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.history import FILE, LEVEL_OF_CONTROLS, History, opened, start


@pytest.fixture(scope="session")
def first_quarter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The database after its first quarter, written once and copied for every test."""
    folder = tmp_path_factory.mktemp("history")
    made = start(folder)
    made.publish("2026Q1", {"Ada": 30.0, **LEVEL_OF_CONTROLS})
    made.database.close()
    return folder / FILE, made.teams


@pytest.fixture
def history(tmp_path: Path, first_quarter: tuple[Path, dict[str, str]]) -> Iterator[History]:
    file, teams = first_quarter
    shutil.copy(file, tmp_path / FILE)
    copied = opened(tmp_path)
    copied.teams |= teams
    yield copied
    copied.database.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[History]:
    """An installation without any quarter."""
    made = start(tmp_path)
    yield made
    made.database.close()
