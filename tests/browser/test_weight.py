"""What a first visit costs: at most five requests and 30 kB on the wire, nothing from elsewhere."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LiveSite, Watched
from tests.browser.watching import anonymous_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]


def weigh(page: Page, address: str) -> dict[str, int]:
    """Load a page for the first time; return the bytes on the wire by address, headers included."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda e: names.update({e["requestId"]: e["request"]["url"]}))
    session.on("Network.loadingFinished", lambda e: sizes.update({names[e["requestId"]]: int(e["encodedDataLength"])}))
    page.goto(address, wait_until="networkidle")
    return sizes


def hold_to_limits(sizes: dict[str, int], base: str, level: str, language: str) -> None:
    print(f"{level}, {language}: {len(sizes)} requests, {sum(sizes.values()):,} bytes")  # noqa: T201 - shown with -s
    assert all(address.startswith(base + "/") for address in sizes)
    assert 1 < len(sizes) <= 5
    assert sum(sizes.values()) <= 30_000


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_first_visit_is_light(live: LiveSite, phone: Watched, language: str) -> None:
    hold_to_limits(weigh(phone.page, f"{live.link()}?lang={language}"), live.base, "confidential", language)


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_sealing_in_the_browser_is_light_too(tmp_path: Path, phone: Watched, language: str) -> None:
    with anonymous_site(tmp_path) as live:
        sizes = weigh(phone.page, f"{live.link()}?lang={language}")
    assert [address for address in sizes if "/sealing/" in address]
    hold_to_limits(sizes, live.base, "anonymous", language)
