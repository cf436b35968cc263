"""A row of numbers names its low end before the first number and its high end after the last, however it wraps."""

from typing import Any

import pytest
from playwright.sync_api import Locator, ViewportSize

from tests.browser.conftest import LiveSite, Watched

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "where words stand on a page does not depend on the database"),
]

ENDS = {"en": ("0 = not at all likely", "10 = extremely likely"), "zh": ("0 = 完全不可能", "10 = 极有可能")}


def box(part: Locator) -> dict[str, Any]:
    found = part.bounding_box()
    assert found is not None
    return {**found, "bottom": found["y"] + found["height"], "right": found["x"] + found["width"]}


@pytest.mark.parametrize("width", [320, 360, 390, 1280])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_end_stands_on_its_own_side_of_the_numbers(
    live: LiveSite, phone: Watched, language: str, width: int
) -> None:
    page = phone.page
    page.set_viewport_size(ViewportSize(width=width, height=800))
    page.goto(f"{live.link()}?lang={language}")
    page.locator("[data-do=start]").click()
    item = page.locator("fieldset:has(.range)")
    while not item.is_visible():
        page.locator("[data-do=next]").click()
    low, high = item.locator(".end").first, item.locator(".end").last
    assert (low.inner_text(), high.inner_text()) == ENDS[language]
    numbers = [box(each) for each in item.locator(".range label").all()]
    assert len(numbers) == 11
    assert box(low)["bottom"] <= min(each["y"] for each in numbers)
    assert box(high)["y"] >= max(each["bottom"] for each in numbers)
    described = (item.get_attribute("aria-describedby") or "").split()
    assert [page.locator(f"[id='{each}']").inner_text() for each in described] == list(ENDS[language])
    assert low.evaluate("low => getComputedStyle(low).textAlign") in {"start", "left"}
    assert high.evaluate("high => getComputedStyle(high).textAlign") in {"end", "right"}
