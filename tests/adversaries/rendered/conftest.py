"""The demo company, built once: an adversary gets its reports, and this folder gets the truth to mark the attacks."""

from collections.abc import Iterator

import pytest

from tests.adversaries.rendered.company import Company, build
from tests.databases.stores import Store


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory, each_database_of_session: Store) -> Iterator[Company]:
    built = build(tmp_path_factory.mktemp("rendered"), each_database_of_session)
    yield built
    built.database.close()
