from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases.stores import Store
from tests.surveys.shop import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    yield shop
    shop.database.close()
