"""Those whom mail reaches in a quarter: members in front of their envelope, a key holder, a leader, members again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import look_at
from tests.browser.quarters import CODE, MEMBERS, Quarter, sign_in
from tests.browser.watching import Member
from tests.messages.scripted_server import ScriptedServer, Taken

CHOOSE = "(items, place) => items.forEach(item => item.querySelectorAll('input[type=radio]')[place].click())"
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
SENT = {"en": "Your envelope is in the box", "zh": "您的信封已投入"}
HANDED_BACK = {"en": f"Done: {MEMBERS} answers handed back", "zh": f"已交回{MEMBERS}份"}


@dataclass
class Post:
    """What a mail server has taken, read message by message."""

    server: ScriptedServer
    read: int = 0

    def new(self) -> list[Taken]:
        """Return what came since the last time."""
        came = self.server.taken[self.read :]
        self.read = len(self.server.taken)
        return came


def text_of(taken: Taken) -> str:
    """Read the plain part."""
    part = taken.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def path_in(taken: Taken, prefix: str) -> str:
    """Find the link in a message, as a path on this site."""
    found = re.findall(rf"https?://[^/\s]+({prefix}[^\s>)]*)", text_of(taken))
    assert len(set(found)) == 1, text_of(taken)
    return str(found[0])


@contextmanager
def in_front(chromium: Browser, language: str, width: int = 360) -> Iterator[Page]:
    """Put somebody in front of a page; nothing may go wrong on it."""
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, locale=LOCALES[language], reduced_motion="reduce"
    )
    member = Member.at(context)
    yield member.page
    context.close()
    assert member.troubles == []


def answer_by_mail(chromium: Browser, quarter: Quarter, link: str, language: str, rating: int, comment: str) -> None:
    """Open a personal link, rate everything alike, perhaps write, and send: sealed in this browser."""
    with in_front(chromium, language) as page:
        page.goto(quarter.base + link)
        page.locator("[data-do=start]").click()
        while not page.locator("[data-do=send]").is_visible():
            page.locator("fieldset:visible:has(input[type=radio])").evaluate_all(CHOOSE, rating)
            if comment and page.locator("#CMT1").is_visible():
                page.locator("#CMT1").fill(comment)
            page.locator("[data-do=next]:visible").click()
        page.locator("[data-do=send]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(SENT[language])


def open_at_home(chromium: Browser, quarter: Quarter, link: str) -> None:
    """Follow the message to a key holder and open the envelopes."""
    with in_front(chromium, "en") as page:
        sign_in(page, quarter.base, "ada@holders.example")
        page.goto(quarter.base + link)
        page.locator("main").get_by_role("link").filter(has_text="2026").or_(
            page.locator(f"main a[href$='/{quarter.cycle().quarter}']")
        ).first.click()
        faults = look_at(page, "quarter holder opening", quarter.folder)
        page.get_by_label("Opening code").fill(CODE)
        page.get_by_role("button", name="Open the envelopes").click()
        expect(page.get_by_text(HANDED_BACK["en"])).to_be_visible()
        assert faults == [], faults
