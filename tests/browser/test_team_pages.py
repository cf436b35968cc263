"""HR's pages of teams and roster in a real Chromium: without script, by keyboard, on a narrow phone, with axe-core."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from assess.accounts import passwords
from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.localisation import set_language
from tests.accounts.accounts_cast import PASSWORD, cheap_hashes
from tests.browser.conftest import Watched
from tests.browser.test_accessibility import findings
from tests.browser.watching import Wire, listening
from tests.databases.stores import Store
from tests.surveys.member.member_cast import build_site
from tests.teams.messy_roster import alike_rows, as_csv, faulty_rows, teams_csv

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]


@pytest.fixture
def base(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    cheap_hashes(monkeypatch)
    site = build_site(tmp_path)
    now = datetime.now(UTC)
    for language in ("en", "zh"):
        email, hr = f"{language}@hr.example", Roles(is_hr=True)
        link = add_account(site.database, email=email, name="HR", roles=hr, language=language, now=now)
        welcome(site.database, link, PASSWORD, now=now, language=language)
    for name, text in (
        ("teams.csv", teams_csv()),
        ("faulty.csv", as_csv(faulty_rows()[0])),
        ("people.csv", as_csv(alike_rows())),
        ("staff.csv", "Full name,E-mail,Department\nZoë,zoe@x.example,A team that is not there yet\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    with listening(create_app(site.settings), Wire()) as base:
        yield base
    site.database.close()
    passwords.decoy_hash.cache_clear()
    set_language("en")


def sign_in(page: Page, base: str, language: str = "en") -> None:
    page.goto(f"{base}/app/sign-in")
    page.fill("#email", f"{language}@hr.example")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()


def send(page: Page, base: str, kind: str, file: Path) -> None:
    page.goto(f"{base}/app/import/{kind}")
    page.set_input_files("#file", file)
    page.press("main form .button", "Enter")
    page.wait_for_load_state()


def confirm(page: Page) -> None:
    for box in page.locator("main input[name=agreed]").all():
        box.press("Space")
    page.press("main form button:not([formaction])", "Enter")
    page.wait_for_load_state()


def test_everything_goes_without_a_script_and_by_keyboard(
    base: str, tmp_path: Path, chinese_phone_without_script: Watched
) -> None:
    page = chinese_phone_without_script.page
    sign_in(page, base, "zh")
    send(page, base, "teams", tmp_path / "teams.csv")
    confirm(page)
    send(page, base, "roster", tmp_path / "people.csv")
    confirm(page)
    assert "已导入。新增：511" in page.inner_text("main")
    page.goto(f"{base}/app/teams")
    page.fill("#q", "ware")
    page.press("#q", "Enter")
    page.wait_for_load_state()
    page.press("ul.lines a", "Enter")
    page.wait_for_load_state()
    page.press("summary:has-text('改名')", "Enter")
    page.fill("#rename-name", "仓储部")
    page.press("#rename-name", "Enter")
    page.wait_for_load_state()
    assert page.inner_text("h1") == "仓储部"
    assert "改名：Warehouse → 仓储部。" in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_has_a_finding_or_scrolls_sideways(
    base: str, tmp_path: Path, chromium: Browser, language: str, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 320, "height": 640},
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        color_scheme="dark" if scheme == "dark" else "light",
    )
    watched = Watched(context.new_page())
    page, found = watched.page, dict[str, list[str]]()
    context.on(
        "console",
        lambda m: watched.troubles.append(m.text) if m.type in {"error", "warning"} and "of 4" not in m.text else None,
    )

    def look(what: str) -> None:
        found[what] = findings(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[what].append("scrolls sideways")

    sign_in(page, base, language)
    look("home")
    send(page, base, "teams", tmp_path / "teams.csv")
    look("teams preview")
    page.locator("main form button:not([formaction])").first.click()
    look("teams go, and nobody has said so")
    confirm(page)
    look("teams imported")
    send(page, base, "roster", tmp_path / "faulty.csv")
    look("errors")
    send(page, base, "roster", tmp_path / "people.csv")
    look("roster preview")
    confirm(page)
    send(page, base, "roster", tmp_path / "staff.csv")
    look("a roster that takes people away and begins a team")
    for path in ("people", "people?q=nobody", "teams", "teams?q=nothing", "teams?closed=1", "teams/new"):
        page.goto(f"{base}/app/{path}")
        look(path)
    page.goto(f"{base}/app/teams?q=Ads")
    page.click("ul.lines a")
    page.wait_for_load_state()
    address = page.url
    for summary in page.locator("main summary").all():  # the menu of places lies over the page while it is open
        summary.click()
    look("team")
    for path in ("split", "quarters"):
        page.goto(f"{address}/{path}")
        look(path)
    page.goto(address)
    page.locator("main details summary").last.click()
    page.locator("form[action$=close] .button").click()
    page.wait_for_load_state()
    look("refused")
    context.close()
    assert watched.troubles == []
    assert {where: what for where, what in found.items() if what} == {}
