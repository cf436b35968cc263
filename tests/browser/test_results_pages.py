"""The page of a unit's results has no finding of axe-core and fits a narrow telephone, in both languages."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from assess.app import create_app
from assess.reports.unit_links import links_of_units
from tests.actions.history import LEVEL_OF_CONTROLS, start
from tests.browser.test_accessibility import findings
from tests.browser.watching import Wire, listening

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("each_database"),
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_has_a_finding_and_none_is_wider_than_its_window(
    tmp_path: Path, chromium: Browser, language: str, scheme: str
) -> None:
    made = start(tmp_path)
    settings = replace(made.settings, secret_key="0123456789abcdef" * 4)
    made.publish("2026Q1", {"Ada": 30.0, "Bea": 50.0, **LEVEL_OF_CONTROLS}, people={"Bea": 4})
    with made.database.reading() as session:
        links = {each.unit: urlsplit(each.link).path for each in links_of_units(session, settings, "2026Q1")}
    context = chromium.new_context(
        viewport={"width": 320, "height": 740}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    with listening(create_app(settings), Wire()) as base:
        for unit in ("Team 01", "Bea"):
            page.goto(f"{base}{links[unit]}?lang={language}")
            assert findings(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.locator("svg.scale").count() == 5
        assert page.locator("svg.scale .dot").first.bounding_box() is not None
        page.set_viewport_size({"width": 1280, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 1280
    context.close()
    made.database.close()
    assert said == []
