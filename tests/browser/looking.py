"""One look at a page that is open: in three widths, with a picture of each, and as a whole for its faults."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.browser.test_accessibility import findings

WIDTHS = (360, 768, 1280)
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : ["the page",
  ...[...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > innerWidth + 0.5)
    .slice(0, 5).map(each => each.outerHTML.slice(0, 100))]"""
BLANKS = """() => document.documentElement.lang.startsWith("zh")
  ? [...document.querySelectorAll("main p, main li, main dd")].map(each => each.innerText)
      .filter(text => /[。！？；] +[一-鿿]/.test(text)).map(text => text.slice(0, 80))
  : []"""


def look_at(page: Page, name: str, folder: Path) -> list[str]:
    """List what is wrong; pictures go to the folder ASSESS_PICTURES, else to `folder`. The first width stays."""
    pictures = Path(os.environ.get("ASSESS_PICTURES", folder / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    file, faults = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"), []
    for width in reversed(WIDTHS):
        page.set_viewport_size(ViewportSize(width=width, height=800))
        page.screenshot(path=pictures / f"{file}-{width}.png", full_page=True, animations="disabled")
        faults += [f"at {width}: {each}" for each in too_wide(page)]
        if page.evaluate("(document.querySelector('nav.places')?.clientHeight ?? 0) > 60"):
            faults.append(f"at {width}: the places take more than one line")
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
    faults += [f"folded open: {each}" for each in too_wide(page)]
    faults += [f"a blank between Chinese sentences: {each}" for each in page.evaluate(BLANKS)]
    return faults + findings(page)


def too_wide(page: Page) -> list[str]:
    """Name what reaches beyond the right edge, where the page can be scrolled sideways."""
    return list(page.evaluate(TOO_WIDE))
