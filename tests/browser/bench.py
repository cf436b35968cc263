"""A workbench: the product's own scripts in a page of a secure origin, so that a test can call their functions.

In a page of the product the same scripts stand inside one block, and nothing of them can be reached.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

STATIC = Path(__file__).parent.parent.parent / "assess" / "static"
ORIGIN = "https://bench.example/"
SEALING = ("sealing/bytes.js", "sealing/hpke.js", "sealing/seal.js", "sealing/open.js", "sealing/answers.js")


class Bench:
    """A page with scripts in it."""

    def __init__(self, page: Page, names: tuple[str, ...]) -> None:
        self.page = page
        page.route(
            ORIGIN, lambda route: route.fulfill(body="<!doctype html><title>-</title>", content_type="text/html")
        )
        page.goto(ORIGIN)
        page.add_script_tag(content="\n".join((STATIC / name).read_text() for name in names))

    def run(self, code: str, argument: object = None) -> Any:
        """Run a function; bytes go in and come out as base64, which `$` and `text` turn round."""
        return self.page.evaluate(code, argument)


@contextmanager
def workbench(chromium: Browser, *names: str) -> Iterator[Bench]:
    """Open a bench with these scripts of `assess/static`."""
    context = chromium.new_context()
    yield Bench(context.new_page(), names)
    context.close()


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def unb64(text: str) -> bytes:
    return b64decode(text)
