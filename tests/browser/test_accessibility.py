"""No page has a finding of axe-core, in both languages, light and dark.

axe-core travels inside the package axe-playwright-python, so that no Node is needed.
"""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import LiveSite, Watched
from tests.browser.watching import anonymous_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("each_database"),
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def findings(page: Page) -> list[str]:
    """Run axe-core in the page; it is evaluated by the browser's debugger, so the page's policy stays as it is."""
    page.evaluate(AXE.read_text())
    result = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert result["passes"]
    return [f"{v['id']}: {n['html'][:120]} {n['failureSummary']}" for v in result["violations"] for n in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_has_a_finding(
    live: LiveSite, live_closed: LiveSite, live_early: LiveSite, chromium: Browser, language: str, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = Watched(context.new_page()).page
    found: dict[str, list[str]] = {}
    addresses = (
        live.base,
        f"{live.base}/s",
        f"{live.base}/s/nope",
        f"{live.base}/contract/{live.member.contract_hash}",
        live_closed.link(),
        live_early.link(),
    )
    for address in addresses:
        page.goto(address)
        found[address] = findings(page)
    page.goto(live.link())
    for summary in page.locator("summary").all():
        summary.click()
    found["start"] = findings(page)
    page.locator("[data-do=start]").click()
    page.locator("#COM1 input").first.check()
    for part in range(9):
        found[f"part {part + 1}"] = findings(page)
        if part < 8:
            page.locator("[data-do=next]").click()
    page.locator("[data-do=send]").click()
    page.wait_for_selector("svg.mark")
    found["sent"] = findings(page)
    page.goto(live.link())
    found["already"] = findings(page)
    page.evaluate(
        "() => { const f = document.createElement('form'); f.method = 'post'; document.body.append(f); f.submit(); }"
    )
    page.wait_for_selector("[role=alert]")
    found["refused"] = findings(page)
    context.close()
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_of_an_anonymous_survey_has_a_finding(
    tmp_path: Path, chromium: Browser, language: str, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page, found = context.new_page(), {}
    with anonymous_site(tmp_path) as live:
        for rest in ("/plain", "/plain?agreed=1", "?unable"):
            if rest == "?unable":
                page.route("**/sealing/*", lambda route: route.abort())
            page.goto(live.link() + rest)
            page.wait_for_timeout(3000 if rest == "?unable" else 100)
            found[rest] = findings(page)
        page.unroute("**/sealing/*")
        page.goto(f"{live.base}/contract/{live.member.contract_hash}")
        found["contract"] = findings(page)
        page.goto(live.link())
        for summary in page.locator("summary").all():
            summary.click()
        found["start"] = findings(page)
        page.locator("[data-do=start]").click()
        page.locator("#COM1 input").first.check()
        found["part"] = findings(page)
        page.goto(live.link())
        page.evaluate("document.querySelector('#envelope').submit()")
        page.locator("body[data-draft=keep] .hero svg.mark").wait_for()
        found["refused"] = findings(page)
    context.close()
    assert {where: what for where, what in found.items() if what} == {}
