"""Signing in at a certified OpenID Connect provider, written by others, in a real Chromium."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from assess.accounts import passwords
from assess.app import create_app
from tests.accounts.accounts_cast import PEOPLE, Office, cheap_hashes, open_office
from tests.browser.watching import Silent
from tests.databases.stores import Store

pytestmark = pytest.mark.browser

NODE = Path(__file__).parent.parent / "node"
CLIENT_ID, CLIENT_SECRET = "assess", "only for tests, 32 characters or more"


@contextmanager
def certified_provider(base: str) -> Iterator[str]:
    """Run it in a process of its own; give its issuer."""
    command = ["node", str(NODE / "provider.mjs"), CLIENT_ID, CLIENT_SECRET, base]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        yield issuer
        process.terminate()


@pytest.fixture
def office(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    cheap_hashes(monkeypatch)
    office = open_office(tmp_path)
    yield office
    office.database.close()
    passwords.decoy_hash.cache_clear()


@pytest.fixture
def base(office: Office) -> Iterator[str]:
    if shutil.which("node") is None or not (NODE / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("the certified provider is not installed; script/test does that where npm is")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with certified_provider(base) as issuer:
        settings = replace(
            office.settings,
            base_url=base,
            oidc_issuer=issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_name="Lantern ID",
        )
        app = create_app(settings)
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield base
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["assess.database"].close()


def go_through(page: Page, base: str, who: str) -> None:
    """Sign in at the provider and agree to what it asks."""
    page.goto(f"{base}/app/sign-in")
    page.click("text=Sign in with Lantern ID")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", "whatever it takes")
    page.click("button[type=submit]")
    page.wait_for_load_state()
    if not page.url.startswith(base):
        page.click("button[type=submit]")
    page.wait_for_url(f"{base}/**")


def test_an_invited_person_signs_in_at_the_provider_and_out_of_both(
    office: Office, base: str, chromium: Browser
) -> None:
    office.invite("ada")
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    go_through(page, base, "ada")
    assert page.url == f"{base}/app"
    assert PEOPLE["ada"][1] in page.inner_text("h1")
    page.click("nav.places summary")
    page.click("nav.places form button")
    page.wait_for_load_state()
    page.click("text=Sign out there too")
    page.wait_for_load_state()
    assert not page.url.startswith(base)
    page.click("button[name=logout]")
    page.wait_for_url(f"{base}/app/sign-in*")
    page.click("text=Sign in with Lantern ID")
    page.wait_for_selector("input[name=login]")
    context.close()


def test_an_administrator_tries_it_from_the_settings(office: Office, base: str, chromium: Browser) -> None:
    office.invite("ada")
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    go_through(page, base, "ada")
    page.goto(f"{base}/app/settings")
    page.locator("form[action='/app/settings/provider'] button").click()
    expect(page.locator("main").get_by_role("status")).to_contain_text("answers under its own name; keys: ")
    context.close()


def test_an_address_that_the_provider_has_not_verified_opens_nothing(
    office: Office, base: str, chromium: Browser
) -> None:
    office.invite("hanna")
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    go_through(page, base, "hanna-unverified")
    assert "Nobody here belongs to your account at Lantern ID" in page.inner_text("[role=alert]")
    page.goto(f"{base}/app")
    assert "/app/sign-in" in page.url
    context.close()
