"""HR reads a published quarter in a real Chromium: axe-core, narrow screens, and a ZIP that comes by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assess.accounts import passwords
from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.localisation import set_language
from tests.accounts.accounts_cast import PASSWORD, SECRET, cheap_hashes
from tests.app.test_results import PLACE, publish, work
from tests.browser.test_accessibility import findings
from tests.browser.watching import Wire, listening
from tests.databases.stores import Store
from tests.surveys.shop import Shop, open_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]
NARROW = 320


@dataclass(frozen=True)
class Open:
    """A shop with a published quarter, and where its site listens."""

    shop: Shop
    base: str


@pytest.fixture
def opened(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    cheap_hashes(monkeypatch)
    shop = open_shop(tmp_path)
    shop.settings = replace(shop.settings, secret_key=SECRET)
    publish(shop)
    now = datetime.now(UTC)
    for language in ("en", "zh"):
        email, roles = f"{language}@hr.example", Roles(is_hr=True)
        link = add_account(shop.database, email=email, name="HR", roles=roles, language=language, now=now)
        welcome(shop.database, link, PASSWORD, now=now, language=language)
    with listening(create_app(shop.settings), Wire()) as base:
        yield Open(shop, base)
    shop.database.close()
    passwords.decoy_hash.cache_clear()
    set_language("en")


def sign_in(page: Page, base: str, language: str) -> None:
    page.goto(f"{base}/app/sign-in")
    page.fill("#email", f"{language}@hr.example")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("nav.places")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_has_a_finding_or_scrolls_sideways(opened: Open, chromium: Browser, language: str, scheme: str) -> None:
    context = chromium.new_context(
        viewport={"width": NARROW, "height": 640}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page, said, found = context.new_page(), list[str](), dict[str, list[str]]()
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, opened.base, language)
    for address in ("", "/reports", "/over-time", "/over-time?team=Box&team=Nobody", "/organisation/en.pdf"):
        page.goto(f"{opened.base}{PLACE}{address}")
        found[address] = findings(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[address].append("scrolls sideways")
    context.close()
    assert not any(found.values()), found
    assert said == []


def test_the_zip_is_asked_for_and_the_page_tells_when_it_is_there(opened: Open, chromium: Browser) -> None:
    context = chromium.new_context()
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, opened.base, "en")
    page.get_by_role("link", name="Read the results").click()
    page.get_by_role("link", name="Reports and files").click()
    page.get_by_role("button", name="Make the ZIP").dblclick()
    expect(page.get_by_text("a worker takes it up in a moment")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work(opened.shop)
    ready = page.get_by_role("link", name="Download the ZIP")
    expect(ready).to_be_visible(timeout=20_000)  # the script looked again by itself
    with page.expect_download() as download:
        ready.click()
    assert download.value.suggested_filename == "2026-Q4_team-health.zip"
    context.close()
    assert said == []


def test_without_script_the_same_page_is_looked_at_again(opened: Open, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, opened.base, "zh")
    page.goto(f"{opened.base}{PLACE}/reports")
    page.get_by_role("button", name="生成 ZIP").click()
    work(opened.shop)
    page.get_by_role("button", name="再看一次").click()
    expect(page.get_by_role("link", name="下载 ZIP")).to_be_visible()
    context.close()
