"""Every form of a survey that is planned, open, sealed or opened, sent with bad input in both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.forms.cast import LANGUAGES, Site, standing
from tests.browser.forms.driving import all_faults
from tests.browser.forms.survey_cast import survey
from tests.browser.forms.table import SURVEYS
from tests.databases.stores import Store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the words of a page do not depend on the database"),
]


@pytest.fixture
def site(
    tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store, request: pytest.FixtureRequest
) -> Iterator[Site]:
    state = request.getfixturevalue("state")
    with standing(each_database_of_module), survey(tmp_path_factory.mktemp(state), state) as site:
        yield site


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", SURVEYS)
def test_bad_input_is_said_beside_its_field(site: Site, chromium: Browser, state: str, language: str) -> None:
    found = {row.name: all_faults(site, chromium, row, language) for row in SURVEYS[state]}
    assert {name: faults for name, faults in found.items() if faults} == {}
