"""The demo company, built once: an adversary gets its reports, and this folder gets the truth to mark the attacks."""

from collections.abc import Iterator

import pytest

from tests.adversaries.rendered.company import Company, build


@pytest.fixture(scope="package")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    built = build(tmp_path_factory.mktemp("rendered"))
    yield built
    built.database.close()
