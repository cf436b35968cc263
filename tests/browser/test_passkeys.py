"""A passkey made and used in a real Chromium, whose device is a virtual one."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page
from werkzeug.serving import make_server

from assess.accounts import passwords
from assess.app import create_app
from tests.accounts.accounts_cast import PASSWORD, PEOPLE, Office, cheap_hashes, open_office
from tests.browser.test_accessibility import findings
from tests.browser.watching import Silent
from tests.databases.stores import Store

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    cheap_hashes(monkeypatch)
    office = open_office(tmp_path)
    yield office
    office.database.close()
    passwords.decoy_hash.cache_clear()


@pytest.fixture
def base(office: Office) -> Iterator[str]:
    """Listen under a name: browsers make no passkeys for numbers."""
    import threading

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://localhost:{port}"
    app = create_app(replace(office.settings, base_url=base))
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield base
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["assess.database"].close()


def device(page: Page, *, verifies: bool = True) -> tuple[CDPSession, str]:
    """Give the browser a device with a fingerprint reader."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def welcomed(page: Page, office: Office, base: str, language: str) -> None:
    page.goto(f"{base}/app/welcome/{office.invite('ada')}?lang={language}")
    page.fill("#password", PASSWORD)
    page.fill("#repeated", PASSWORD)
    page.click("main form .button")
    page.wait_for_url(f"{base}/app/security")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_passkey_is_made_used_and_removed(office: Office, base: str, chromium: Browser, language: str) -> None:
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, locale={"en": "en-GB", "zh": "zh-CN"}[language]
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        found[what] = findings(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[what].append("scrolls sideways")

    session, authenticator = device(page)
    welcomed(page, office, base, language)
    page.click("a[href='/app/security/passkey']")
    look("password first")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("form[data-passkey=create]")
    look("make it")
    page.fill("#name", "办公笔记本")
    page.press("#name", "Enter")
    page.wait_for_selector(".recovery-codes")
    look("codes")
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [(entry["rpId"], entry["isResidentCredential"]) for entry in kept] == [("localhost", True)]
    page.goto(f"{base}/app/security")
    look("security")
    page.click("nav.places summary")
    page.click("nav.places form button")
    page.wait_for_selector("form[data-passkey=get]:not([hidden])")
    look("sign in")
    page.click("form[data-passkey=get] button")
    page.wait_for_url(f"{base}/app")
    assert PEOPLE["ada"][1] in page.inner_text("h1")
    page.goto(f"{base}/app/security")
    page.click("a[href*='/remove']")
    look("remove")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/app/security?done=removed")
    context.close()
    assert troubles == []
    assert {where: what for where, what in found.items() if what} == {}


def test_a_device_that_does_not_check_its_owner_makes_none(office: Office, base: str, chromium: Browser) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    device(page, verifies=False)
    welcomed(page, office, base, "en")
    page.goto(f"{base}/app/security/passkey")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("form[data-passkey=create]")
    page.click("form[data-passkey] button")
    page.wait_for_selector("[data-fault]:not([hidden])")
    assert "No passkey was made" in page.inner_text("[data-fault]")
    context.close()


def test_without_scripts_the_button_is_not_there_and_the_password_works(
    office: Office, base: str, chromium: Browser
) -> None:
    office.settle("hanna")
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{base}/app/sign-in")
    assert not page.locator("form[data-passkey]").is_visible()
    page.fill("#email", PEOPLE["hanna"][0])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/app")
    page.goto(f"{base}/app/security/passkey")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()
    assert "makes no passkeys, or runs no scripts" in page.inner_text("main")
    context.close()
