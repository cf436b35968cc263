"""People who sign in, in a real Chromium: by keyboard, without a finding of axe-core, unseen by members' pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from tests.app.apps import App
from tests.browser.conftest import Watched
from tests.browser.test_accessibility import findings
from tests.browser.watching import Wire, listening
from tests.databases.stores import Store
from tests.surveys.member.member_cast import MemberSite, build_site

pytestmark = pytest.mark.browser

EMAIL = "kim@council.example"


@dataclass(frozen=True)
class Open:
    """A site with a key holder's account, one unused invitation, and everything that reached it."""

    site: MemberSite
    base: str
    wire: Wire
    invitation: str


@pytest.fixture
def opened(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    cheap_hashes(monkeypatch)
    site = build_site(tmp_path)
    now, holder = datetime.now(UTC), Roles(is_key_holder=True)
    link = add_account(site.database, email=EMAIL, name="Kim Sander", roles=holder, language="en", now=now)
    welcome(site.database, link, PASSWORD, now=now, language="en")
    unused = add_account(site.database, email="min@x.example", name="周敏", roles=holder, language="zh", now=now)
    wire = Wire()
    with listening(create_app(site.settings), wire) as base:
        yield Open(site, base, wire, unused)
    site.database.close()
    passwords.decoy_hash.cache_clear()
    set_language("en")


def sign_in(page: Page, base: str, password: str = PASSWORD) -> None:
    page.goto(f"{base}/app/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_load_state()


def set_up_app(page: Page, base: str, look: Callable[[str], None]) -> App:
    """Set an authenticator app up, looking at each page."""
    page.goto(f"{base}/app/security/app")
    look("before the app")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()
    page.click("summary")
    look("the picture")
    app = App("".join(page.inner_text("code").split()))
    page.fill("#code", app.code(0))
    page.press("#code", "Enter")
    page.wait_for_load_state()
    look("recovery codes")
    return app


def test_an_app_is_set_up_and_used_with_the_keyboard(opened: Open, phone: Watched) -> None:
    page = phone.page
    sign_in(page, opened.base)
    widths = []
    look = "[...document.querySelectorAll('.picture')].map(picture => picture.naturalWidth)"
    app = set_up_app(page, opened.base, lambda _what: widths.extend(page.evaluate(look)))
    assert [width > 100 for width in widths] == [True]
    assert page.inner_text("h1") == "Keep your recovery codes"
    page.context.clear_cookies()
    sign_in(page, opened.base)
    assert page.url.endswith("/app/sign-in/code")
    assert page.evaluate("document.activeElement.id") == "code"
    page.keyboard.type(app.code())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{opened.base}/app")
    assert page.inner_text("h1") == "Hello, Kim Sander"


def test_everything_can_be_done_with_the_keyboard(opened: Open, phone: Watched) -> None:
    page = phone.page
    page.goto(f"{opened.base}/app/key")
    assert page.url.endswith("/app/sign-in?next=/app/key")
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert reached == ["简体中文", "email", "password", "Sign in", "You cannot sign in?"]
    page.focus("#email")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{opened.base}/app/key")
    page.focus("nav form button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{opened.base}/app/sign-in?lang=en")
    page.goto(f"{opened.base}/app")
    assert "/app/sign-in" in page.url


def test_the_cookie_never_reaches_a_page_of_members(opened: Open, phone: Watched) -> None:
    page = phone.page
    sign_in(page, opened.base)
    assert [(cookie.get("path"), cookie.get("httpOnly")) for cookie in page.context.cookies()] == [("/app", True)]
    opened.wire.requests.clear()
    for path in ("/", "/s", f"/s/{opened.site.codes[0]}", f"/contract/{opened.site.contract_hash}"):
        page.goto(opened.base + path)
    assert len(opened.wire.requests) > 4
    assert opened.wire.holds("HTTP_COOKIE") == []
    page.goto(f"{opened.base}/app")
    assert page.inner_text("h1") == "Hello, Kim Sander"
    assert opened.wire.holds("HTTP_COOKIE") != []


def test_after_signing_out_the_back_button_shows_nothing(opened: Open, phone: Watched) -> None:
    page = phone.page
    sign_in(page, opened.base)
    page.goto(f"{opened.base}/app/password")
    page.click("nav form button")
    page.wait_for_load_state()
    page.go_back()
    page.wait_for_load_state()
    page.go_back()
    assert "Kim Sander" not in page.inner_text("body")


def test_a_chosen_language_stays(opened: Open, phone: Watched) -> None:
    page = phone.page
    sign_in(page, opened.base)
    page.click("button[name=language]")
    page.wait_for_load_state()
    assert page.inner_text("h1") == "您好，Kim Sander"
    page.goto(f"{opened.base}/app/password")
    assert page.inner_text("h1") == "修改密码"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_account_page_has_a_finding_or_scrolls_sideways(
    opened: Open, chromium: Browser, language: str, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 320, "height": 640},
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        found[what] = findings(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[what].append("scrolls sideways")

    page.goto(f"{opened.base}/app/sign-in")
    for summary in page.locator("summary").all():
        summary.click()
    look("sign-in")
    sign_in(page, opened.base, "wrong")
    look("wrong")
    page.goto(f"{opened.base}/app/welcome/{opened.invitation}")
    page.click("main form .button")
    look("welcome refused")
    page.goto(f"{opened.base}/app/welcome/nope")
    look("spent")
    sign_in(page, opened.base)
    if language == "zh":
        page.click("button[name=language]")
        page.wait_for_load_state()
    look("home")
    for path in ("security", "password", "key", "nothing-here"):
        page.goto(f"{opened.base}/app/{path}")
        look(path)
    set_up_app(page, opened.base, look)
    for path in ("security", "security/app/off", "security/codes"):
        page.goto(f"{opened.base}/app/{path}")
        look(path)
    page.context.clear_cookies()
    sign_in(page, opened.base)
    look("code")
    page.fill("#code", "123456")
    page.press("#code", "Enter")
    page.wait_for_load_state()
    look("wrong code")
    context.close()
    assert {where: what for where, what in found.items() if what} == {}
