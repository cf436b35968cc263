"""A real Chromium in front of a real site; every page is watched for policy violations and script errors."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from assess.app import create_app
from tests.browser.watching import Silent
from tests.databases.stores import Store
from tests.surveys.member.member_cast import CLOSED_LONG_AGO, MemberSite, build_site

expect.set_options(timeout=20_000)  # what comes late on a busy machine has come all the same

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class LiveSite:
    """A site that listens."""

    member: MemberSite
    base: str

    def link(self, place: int = 0) -> str:
        """Return the personal link of one member."""
        return f"{self.base}/s/{self.member.codes[place]}"


@dataclass
class Watched:
    """A page and everything that went wrong on it."""

    page: Page
    troubles: list[str] = field(default_factory=list)


def _serve(site: MemberSite) -> Iterator[LiveSite]:
    app = create_app(site.settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield LiveSite(site, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["assess.database"].close()
    site.database.close()


@pytest.fixture
def live(tmp_path: Path, each_database: Store) -> Iterator[LiveSite]:
    yield from _serve(build_site(tmp_path))


@pytest.fixture
def live_closed(tmp_path: Path, each_database: Store) -> Iterator[LiveSite]:
    (tmp_path / "closed").mkdir()
    yield from _serve(build_site(tmp_path / "closed", closes_at=CLOSED_LONG_AGO))


@pytest.fixture
def live_early(tmp_path: Path, each_database: Store) -> Iterator[LiveSite]:
    (tmp_path / "early").mkdir()
    yield from _serve(build_site(tmp_path / "early", opens_in=timedelta(days=2)))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "no Chromium on this machine; script/test installs it"
    return found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Watched]:
    yield from _page(chromium.new_context(viewport={"width": 360, "height": 740}, locale="en-GB", has_touch=True))


@pytest.fixture
def chinese_phone_without_script(chromium: Browser) -> Iterator[Watched]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="zh-CN", has_touch=True, java_script_enabled=False
    )
    yield from _page(context)


def _page(context: BrowserContext) -> Iterator[Watched]:
    watched = Watched(context.new_page())
    context.on("console", lambda message: _note(watched, message.type, message.text))
    context.on("weberror", lambda error: watched.troubles.append(str(error.error)))
    yield watched
    context.close()
    assert watched.troubles == []


def _note(watched: Watched, kind: str, text: str) -> None:
    refused_on_purpose = "the server responded with a status of 4" in text
    if kind in {"error", "warning"} and not refused_on_purpose:
        watched.troubles.append(text)
