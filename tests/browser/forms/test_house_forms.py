"""Every form of accounts, settings, teams, boards and plans, sent with bad input in both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.forms.cast import LANGUAGES, Site, house, standing
from tests.browser.forms.driving import all_faults
from tests.browser.forms.rows import Form
from tests.browser.forms.table import HOUSE
from tests.databases.stores import Store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the words of a page do not depend on the database"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store) -> Iterator[Site]:
    with standing(each_database_of_module), house(tmp_path_factory.mktemp("house")) as site:
        yield site


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", HOUSE, ids=lambda row: row.name)
def test_bad_input_is_said_beside_its_field(site: Site, chromium: Browser, row: Form, language: str) -> None:
    assert all_faults(site, chromium, row, language) == {}
