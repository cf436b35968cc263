from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases.stores import Store
from tests.messages.cast import mailed_shop
from tests.messages.scripted_server import ScriptedServer
from tests.surveys.shop import Shop


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def shop(tmp_path: Path, each_database: Store, server: ScriptedServer) -> Iterator[Shop]:
    shop = mailed_shop(tmp_path, server.port)
    yield shop
    shop.database.close()
