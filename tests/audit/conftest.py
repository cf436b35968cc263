from collections.abc import Iterator
from pathlib import Path

import pytest

from assess.accounts import passwords
from assess.localisation import set_language
from tests.accounts.accounts_cast import Office, cheap_hashes, open_office
from tests.databases.stores import Store


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cheap_hashes(monkeypatch)
    yield
    passwords.decoy_hash.cache_clear()
    set_language("en")


@pytest.fixture
def office(tmp_path: Path, each_database: Store) -> Iterator[Office]:
    office = open_office(tmp_path)
    yield office
    office.database.close()
