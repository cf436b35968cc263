"""A leader's way in a real Chromium: from the home page to the results, an action adopted, ticked off and shown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assess.accounts import passwords
from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.localisation import set_language
from tests.accounts.accounts_cast import PASSWORD, cheap_hashes
from tests.actions.history import TOP
from tests.app.leader_cast import SECOND, Company, company
from tests.browser.test_accessibility import findings
from tests.browser.watching import Wire, listening
from tests.databases.stores import Store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]
PEOPLE = (("Ada", "ada", "en"), (TOP, "zoe", "zh"), ("Team 05", "ming", "zh"), ("Bea", "ben", "en"))
WORDS = {
    "en": {
        "read": "Read the results",
        "choose": "Choose what to do",
        "adopt": "Adopt",
        "tick": "Tick off",
        "show": "Show it to members",
        "private": "Private note",
        "keep": "Keep the change",
        "over": "is over",
        "own": "An action of your own",
        "put": "Put it on the board",
        "give": "Give it up",
        "seen": "Members see title",
    },
    "zh": {
        "read": "查看结果",
        "choose": "选择要做的事",
        "adopt": "采纳",
        "tick": "勾选完成",
        "show": "向成员显示",
        "private": "备注",
        "keep": "保存修改",
        "over": "已经过去",
        "own": "自拟行动",
        "put": "放上行动板",
        "give": "放弃",
        "seen": "成员在本团队的结果页上可以看到",
    },
}


@pytest.fixture
def shop(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    cheap_hashes(monkeypatch)
    with company(tmp_path) as made:
        now = datetime.now(UTC)
        for team, who, language in PEOPLE:
            email = f"{who}@shop.example"
            made.lead(team, email)
            link = add_account(made.database, email=email, name=who.title(), roles=Roles(), language=language, now=now)
            welcome(made.database, link, PASSWORD, now=now, language=language)
        yield made
    passwords.decoy_hash.cache_clear()
    set_language("en")


def sign_in(page: Page, base: str, who: str) -> None:
    page.goto(f"{base}/app/sign-in")
    page.fill("#email", f"{who}@shop.example")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("form[action='/app/sign-out']")).to_be_visible()


@pytest.mark.parametrize(("language", "who", "width"), [("en", "ada", 360), ("zh", "ming", 1280)])
def test_from_the_home_page_to_an_action_that_members_see(
    shop: Company, chromium: Browser, language: str, who: str, width: int
) -> None:
    said, found, words = list[str](), dict[str, list[str]](), WORDS[language]
    context = chromium.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))

    def look(what: str) -> None:
        found[what] = findings(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[what].append("scrolls sideways")

    with listening(shop.app, Wire()) as base:
        sign_in(page, base, who)
        look("home")
        page.get_by_role("link", name=words["read"]).first.click()
        expect(page.locator("svg.scale")).to_have_count(4)
        look("results")
        page.locator("summary").nth(1).click()
        expect(page.locator(".items").first).to_be_visible()
        look("items")
        page.get_by_role("link", name=words["choose"]).click()
        look("board")
        page.get_by_role("link", name=words["adopt"]).first.click()
        page.fill("#owner", "李雷")
        page.fill("#due_on", "2020-01-31")
        page.get_by_role("button", name=words["adopt"]).click()
        expect(page.locator("#due_on-error")).to_contain_text(words["over"])
        look("a date that is over")
        page.fill("#due_on", (datetime.now(UTC) + timedelta(days=30)).date().isoformat())
        page.get_by_role("button", name=words["adopt"]).click()
        page.get_by_role("button", name=words["tick"]).first.click()
        expect(page.locator(".steps .done")).to_have_count(1)
        page.get_by_role("button", name=words["show"]).click()
        expect(page.get_by_text(words["seen"])).to_be_visible()
        page.get_by_role("link", name=words["private"]).click()
        look("note")
        page.fill("#note", "<b>一步</b>")
        page.get_by_role("button", name=words["keep"]).click()
        expect(page.locator(".kept")).to_have_text("<b>一步</b>")
        page.get_by_role("link", name=words["own"]).click()
        look("own")
        page.fill("#title", "Own")
        page.fill("#steps", "One\nTwo")
        page.get_by_role("button", name=words["put"]).click()
        expect(page.locator("article h3", has_text="Own")).to_have_count(1)
        look("full board")
        page.get_by_role("link", name=words["give"]).first.click()
        look("give up")
        page.get_by_role("button", name=words["give"]).click()
        expect(page.locator("article .choices")).to_have_count(1)
    context.close()
    assert not any(found.values()), found
    assert [each for each in said if "status of 4" not in each] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_other_pages_have_no_finding_in_either_scheme(shop: Company, chromium: Browser, scheme: str) -> None:
    found, said = dict[str, list[str]](), list[str]()
    top = shop.node(TOP)
    ways = {
        "zoe": ("/app", "/app/reports", f"/app/nodes/{SECOND}/{top}", f"/app/actions/{top}/catalogue", "/app/guide/hr"),
        "ben": ("/app", f"/app/nodes/{SECOND}/{shop.node('Bea')}", f"/app/actions/{shop.node('Bea')}"),
    }
    with listening(shop.app, Wire()) as base:
        for who, addresses in ways.items():
            context = chromium.new_context(
                viewport={"width": 320, "height": 640}, color_scheme="dark" if scheme == "dark" else "light"
            )
            page = context.new_page()
            page.on("console", lambda message: said.append(message.text))
            sign_in(page, base, who)
            for address in addresses:
                page.goto(base + address)
                found[who + address] = findings(page)
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found[who + address].append("scrolls sideways")
            context.close()
    assert not any(found.values()), found
    assert said == []


def test_the_board_works_without_script(shop: Company, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    with listening(shop.app, Wire()) as base:
        sign_in(page, base, "ada")
        page.goto(f"{base}/app/actions/{shop.node('Ada')}/adopt/P24")
        page.get_by_role("button", name="Adopt").click()
        page.get_by_role("button", name="Tick off").first.click()
        expect(page.locator(".steps .done")).to_have_count(1)
    context.close()
