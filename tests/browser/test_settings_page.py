"""The settings page in a real Chromium: name, logo and colour from the form to a member's page, in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assess.accounts import passwords
from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.localisation import set_language
from tests.accounts.accounts_cast import PASSWORD, cheap_hashes
from tests.browser.conftest import Watched
from tests.browser.test_accessibility import findings
from tests.browser.test_weight import hold_to_limits, weigh
from tests.browser.watching import Wire, listening
from tests.databases.stores import Store
from tests.looks.pictures import picture
from tests.surveys.member.member_cast import MemberSite, build_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]

WORDS = {
    "en": {"saved": "It is saved.", "preview": "How it would look", "invite": "Invite a key holder"},
    "zh": {"saved": "已保存。", "preview": "预览外观", "invite": "邀请密钥保管人"},
}


@pytest.fixture
def site(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemberSite]:
    cheap_hashes(monkeypatch)
    site = build_site(tmp_path)
    now = datetime.now(UTC)
    for language in ("en", "zh"):
        email, admin = f"{language}@admin.example", Roles(is_admin=True)
        link = add_account(site.database, email=email, name="Ada", roles=admin, language=language, now=now)
        welcome(site.database, link, PASSWORD, now=now, language=language)
    (tmp_path / "logo.png").write_bytes(picture())
    yield site
    site.database.close()
    passwords.decoy_hash.cache_clear()
    set_language("en")


@pytest.fixture
def base(site: MemberSite) -> Iterator[str]:
    with listening(create_app(replace(site.settings, second_step="nobody")), Wire()) as base:
        yield base


def settings(page: Page, base: str, language: str) -> None:
    page.goto(f"{base}/app/sign-in")
    page.fill("#email", f"{language}@admin.example")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/app")
    page.goto(f"{base}/app/settings")


def use_look(page: Page, file: Path) -> None:
    """Send logo and colour, look at the preview, use them."""
    page.set_input_files("#logo", file)
    page.fill("#accent", "#8a1c4a")
    page.click("#look form[enctype] button")
    page.wait_for_url("**/app/settings/look")
    page.click("form[action$='/use'] button")
    page.wait_for_url("**/app/settings?saved=look#look")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_administrator_sets_name_and_look_on_a_phone_without_script(
    base: str, site: MemberSite, chromium: Browser, language: str
) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page, words = context.new_page(), WORDS[language]
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    settings(page, base, language)
    page.fill("#set-organisation", "Lamp & Söhne 灯")
    page.click("#organisation button")
    expect(page.locator("#organisation [role=status]")).to_have_text(words["saved"])
    expect(page.locator(".brand span")).to_have_text("Lamp & Söhne 灯")
    page.set_input_files("#logo", site.settings.data_dir / "logo.png")
    page.fill("#accent", "#8a1c4a")
    page.click("#look form[enctype] button")
    expect(page.locator("h1")).to_have_text(words["preview"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("form[action$='/use'] button")
    expect(page.locator("#look [role=status]")).to_have_text(words["saved"])
    expect(page.locator(".brand img.logo")).to_be_visible()
    assert page.locator(".brand img.logo").evaluate("picture => picture.naturalWidth") > 100
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')") == "#8a1c4a"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert troubles == []
    context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_of_it_is_hard_to_read(base: str, site: MemberSite, phone: Watched, language: str, scheme: str) -> None:
    page = phone.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two words
    settings(page, base, language)
    page.get_by_text(WORDS[language]["invite"]).click()
    assert findings(page) == []
    page.set_input_files("#logo", site.settings.data_dir / "logo.png")
    page.fill("#accent", "#77ccff")
    page.click("#look form[enctype] button")
    expect(page.locator("#accent-error")).to_be_visible()
    assert findings(page) == []
    page.set_input_files("#logo", site.settings.data_dir / "logo.png")
    page.fill("#accent", "#8a1c4a")
    page.click("#look form[enctype] button")
    page.wait_for_url("**/app/settings/look")
    assert findings(page) == []
    page.click("form[action$='/use'] button")
    page.wait_for_url("**/app/settings?saved=look#look")
    assert findings(page) == []
    page.goto(f"{base}/s/{site.codes[0]}?lang={language}")
    assert findings(page) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_first_visit_stays_light_with_logo_and_colour(
    base: str, site: MemberSite, chromium: Browser, language: str
) -> None:
    admin = chromium.new_context()
    settings(admin.new_page(), base, language)
    use_look(admin.pages[0], site.settings.data_dir / "logo.png")
    admin.close()
    member = chromium.new_context(viewport={"width": 360, "height": 740})
    sizes = weigh(member.new_page(), f"{base}/s/{site.codes[0]}?lang={language}")
    assert len([address for address in sizes if "/look/" in address]) == 2
    hold_to_limits(sizes, base, "with logo and colour", language)
    member.close()
