"""What a first visit costs: at most five requests and 30 kB on the wire, nothing from elsewhere."""

import pytest

from tests.browser.conftest import LiveSite, Watched

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_first_visit_is_light(live: LiveSite, phone: Watched, language: str) -> None:
    session = phone.page.context.new_cdp_session(phone.page)
    session.send("Network.enable")
    sizes: dict[str, float] = {}
    session.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    addresses: list[str] = []
    phone.page.on("request", lambda request: addresses.append(request.url))
    phone.page.goto(f"{live.link()}?lang={language}", wait_until="networkidle")
    assert all(address.startswith(live.base + "/") for address in addresses)
    assert 1 < len(sizes) <= 5
    assert sum(sizes.values()) <= 30_000
