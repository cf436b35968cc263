"""An installation with two published quarters of the shop, and a copy of the program for processes of its own."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assess.config import Settings, load_settings
from assess.extensions import Database, open_database
from tests.databases.stores import Store, migrated_database
from tests.reports.published import COMMENTS, published

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the program: who edits a file of it meanwhile would make it another version, which it notices."""
    folder = tmp_path_factory.mktemp("code")
    ignored = shutil.ignore_patterns("__pycache__", "fonts")
    shutil.copytree(ROOT / "assess", folder / "assess", ignore=ignored)
    (folder / "assess" / "fonts").symlink_to(ROOT / "assess" / "fonts")
    shutil.copytree(ROOT / "templates", folder / "templates")
    return folder


@pytest.fixture
def settings(tmp_path: Path, each_database: Store) -> Settings:
    chosen = load_settings({"ASSESS_DATA_DIR": str(tmp_path / "data"), "ASSESS_KEY_DIR": str(tmp_path / "keys")})
    return replace(chosen, database_url=migrated_database(chosen.data_dir))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    published(database, "2025Q1")
    published(database, "2025Q2", comments=COMMENTS)
    yield database
    database.close()
