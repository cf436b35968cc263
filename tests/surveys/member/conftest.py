from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assess.app import create_app
from assess.localisation import set_language
from tests.databases.stores import Store
from tests.surveys.member.member_cast import MemberSite, build_site


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Go back to English: a request sets the language of its whole thread."""
    yield
    set_language("en")


@pytest.fixture
def site(tmp_path: Path, each_database: Store) -> Iterator[MemberSite]:
    site = build_site(tmp_path)
    yield site
    site.database.close()


@pytest.fixture
def client(site: MemberSite) -> Iterator[FlaskClient]:
    app = create_app(site.settings)
    yield app.test_client()
    app.extensions["assess.database"].close()
