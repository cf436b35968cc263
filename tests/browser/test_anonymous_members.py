"""Eight members at level `anonymous`, in a real Chromium under the real policy; every byte that arrives is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, ViewportSize, expect

from assess.surveys.answers import PlainAnswers
from assess.surveys.models import Cycle
from tests.browser.conftest import FLAGS
from tests.browser.watching import LiveSite, Member, anonymous_site
from tests.databases.stores import Store
from tests.surveys.member.member_cast import HOLDER_KEYS, envelopes, opened_answers

pytestmark = pytest.mark.browser

PHONE = ViewportSize(width=360, height=740)
WORDS = "kestrel over the harbour"
SENT, ALREADY = "Your envelope is in the box", "There is already an envelope for this link"
UNABLE = "Your answers cannot be sealed on this page yet."


@pytest.fixture
def live(tmp_path: Path, each_database: Store) -> Iterator[LiveSite]:
    with anonymous_site(tmp_path) as live:
        yield live


@contextmanager
def visitor(
    chromium: Browser, *, language: str = "en-GB", scripts: bool = True, expected: tuple[str, ...] = ()
) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, locale=language, has_touch=True, java_script_enabled=scripts)
    member = Member.at(context, expected=expected)
    yield member.page
    context.close()
    assert member.troubles == []


def start(page: Page) -> None:
    page.get_by_role("button", name="Start").tap()


def choose(page: Page, item: str, option: str) -> None:
    page.locator(f"#{item}").get_by_text(option, exact=True).tap()


def to_comments(page: Page) -> None:
    while not page.locator("#CMT1").is_visible():
        page.get_by_role("button", name="Next", exact=True).tap()


def send(page: Page) -> None:
    to_review(page)
    page.get_by_role("button", name="Send my envelope").tap()


def to_review(page: Page) -> None:
    while not page.get_by_role("heading", name="Look it over, then send").is_visible():
        page.get_by_role("button", name="Next", exact=True).tap()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def kept_by(page: Page) -> list[int]:
    lengths: list[int] = page.evaluate(
        "async () => [sessionStorage.length, localStorage.length, document.cookie.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length]"
    )
    return lengths


def wait_for_drafts(page: Page, count: int) -> None:
    for _round in range(100):
        if kept_by(page)[0] == count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"there are not {count} drafts")


def everything(live: LiveSite) -> list[PlainAnswers]:
    first, second = (opened_answers(live.member, key) for key in HOLDER_KEYS)
    assert first == second
    return sorted(first, key=lambda answers: (sorted(answers.ratings.items()), sorted(answers.comments)))


def test_eight_members(live: LiveSite, chromium: Browser) -> None:
    with visitor(chromium) as page:  # answers everything a person can: a rating, "cannot tell", a number, a comment
        page.goto(live.link(0))
        start(page)
        choose(page, "COM1", "Strongly agree")
        choose(page, "COM2", "Not applicable or I cannot tell")
        to_comments(page)
        page.locator("#CMT1").fill(WORDS)
        send(page)
        heading(page, SENT)
        wait_for_drafts(page, 0)  # the heading may be there before the script has run
        assert kept_by(page) == [0, 0, 0, 0, 0]

    with visitor(chromium) as page:  # two in one tab, one after the other
        page.goto(live.link(1))
        start(page)
        choose(page, "COM1", "Agree")
        to_comments(page)
        page.locator("#CMT2").fill(f"Ben: {WORDS}")
        send(page)
        heading(page, SENT)
        page.goto(live.link(2))
        start(page)
        assert page.locator("input:checked").count() == 0
        assert page.locator("#CMT2").input_value() == ""
        choose(page, "COM1", "Neither agree nor disagree")
        send(page)
        heading(page, SENT)

    with visitor(chromium, scripts=False) as page:  # without script: asked first, then sealed on arrival
        page.goto(live.link(3))
        expect(page.get_by_text(UNABLE)).to_be_visible()
        expect(page.locator("fieldset:visible")).to_have_count(0)
        expect(page.get_by_role("button")).to_have_count(0)
        page.get_by_role("link", name="Or answer without sealing here").tap()
        heading(page, "Answer without sealing in your browser?")
        page.get_by_role("link", name="I agree: the server seals").tap()
        expect(page.get_by_text("confidential, not anonymous")).to_be_visible()
        page.locator("#COM1").get_by_text("Disagree", exact=True).tap()
        page.get_by_role("button", name="Send my envelope").tap()
        heading(page, SENT)

    with visitor(chromium, expected=("net::ERR_FAILED",)) as page:  # the script is blocked on the way
        page.route("**/sealing/*", lambda route: route.abort())
        page.goto(live.link(4))
        expect(page.get_by_text(UNABLE)).to_be_visible(timeout=6000)
        expect(page.locator("fieldset:visible")).to_have_count(0)
        page.get_by_role("link", name="Or answer without sealing here").tap()
        page.get_by_role("link", name="Back, without sending anything").tap()
        page.unroute("**/sealing/*")
        page.reload()
        start(page)
        choose(page, "COM1", "Strongly disagree")
        send(page)
        heading(page, SENT)

    with visitor(chromium) as page:  # goes back and sends again
        page.goto(live.link(5))
        for option in ("Agree", "Strongly agree"):
            start(page)
            choose(page, "COM2" if option == "Agree" else "COM1", option)
            send(page)
            heading(page, SENT)
            page.go_back()
            heading(page, ALREADY)
            assert page.locator("input").count() == 0
            if option == "Agree":
                page.get_by_role("link", name="Answer anew").tap()

    with visitor(chromium, language="zh-CN") as page:  # in Chinese, with the keyboard's Enter on an option
        page.goto(live.link(6))
        page.get_by_role("button", name="开始作答").tap()
        page.locator("#COM1 input").nth(1).check()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="信任")).to_be_focused()
        for _part in range(7):
            page.get_by_role("button", name="下一步", exact=True).tap()
        page.get_by_role("button", name="投入信封").dblclick()
        heading(page, "您的信封已投入")

    with visitor(chromium) as page:  # comes too late with a page opened in time
        page.goto(live.link(7))
        start(page)
        choose(page, "COM1", "Agree")
        close(live)
        send(page)
        heading(page, "This survey has closed")
        expect(page.get_by_text("Your answers came after closing. They were not taken")).to_be_visible()
        wait_for_drafts(page, 0)  # the heading may be there before the script has run
        assert kept_by(page) == [0, 0, 0, 0, 0]

    assert everything(live) == [
        PlainAnswers({"COM1": 1}, {}),
        PlainAnswers({"COM1": 2}, {}),
        PlainAnswers({"COM1": 3}, {}),
        PlainAnswers({"COM1": 4}, {}),
        PlainAnswers({"COM1": 4}, {"CMT2": f"Ben: {WORDS}"}),
        PlainAnswers({"COM1": 5}, {}),
        PlainAnswers({"COM1": 5}, {"CMT1": WORDS}),
    ]
    assert live.wire.holds(WORDS, WORDS.replace(" ", "+"), WORDS.replace(" ", "%20")) == []
    plain = [head for head, content in live.wire.requests if head.startswith("POST") and b"COM1=" in content]
    assert plain == [f"POST /s/{live.member.codes[3]}/plain"]
    sealed = [body for body in live.wire.posts() if body.startswith(b"sealed=")]
    assert len(sealed) == 8  # one of eight sent twice, one came too late; a double click sends once
    assert {len(body) for body in sealed} == {len(b"sealed=") + 8448 * 4 // 3}


def close(live: LiveSite) -> None:
    with live.member.database.writing() as session:
        cycle = session.get_one(Cycle, live.member.cycle_id)
        cycle.closes_at = datetime.now(UTC) - timedelta(seconds=1)


def test_a_slow_script_is_waited_for_and_nothing_leaves_before(live: LiveSite, chromium: Browser) -> None:
    with visitor(chromium) as page:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/sealing/*", hold)
        page.goto(live.link(), wait_until="commit")
        expect(page.get_by_text(UNABLE)).to_be_visible(timeout=6000)
        expect(page.get_by_role("button")).to_have_count(0)
        held[0].continue_()
        start(page)
        expect(page.get_by_text(UNABLE)).to_be_hidden()
        choose(page, "COM1", "Agree")
        send(page)
        heading(page, SENT)
    assert [dict(answers.ratings) for answers in everything(live)] == [{"COM1": 4}]


BROKEN = {
    "no WebCrypto, as over plain http": "Object.defineProperty(crypto, 'subtle', {value: undefined})",
    "no keys": "crypto.subtle.generateKey = () => Promise.reject(new Error('refused'))",
    "an old browser": "Object.defineProperty(window, 'crypto', {value: undefined})",
}


@pytest.mark.parametrize("how", list(BROKEN))
def test_a_browser_that_cannot_seal_says_so_at_once_and_sends_nothing(
    live: LiveSite, chromium: Browser, how: str
) -> None:
    with visitor(chromium) as page:
        page.add_init_script(BROKEN[how])
        page.goto(live.link())
        expect(page.get_by_text(UNABLE)).to_be_visible(timeout=1500)
        expect(page.locator("fieldset:visible")).to_have_count(0)
        page.evaluate("document.querySelector('#envelope').requestSubmit()")
        heading(page, "Your answers were not taken")
    assert envelopes(live.member) == []
    assert live.wire.posts() == [b"sealed="]


THROWING = {
    "sealing": "crypto.subtle.encrypt = () => Promise.reject(new Error('refused'))",
    "writing down": "JSON.stringify = () => { throw new Error('refused') }",
    "encoding": "window.btoa = () => { throw new Error('refused') }",
}


@pytest.mark.parametrize("how", list(THROWING))
def test_when_sealing_fails_at_the_end_nothing_leaves_and_the_answers_stay(
    live: LiveSite, chromium: Browser, how: str
) -> None:
    with visitor(chromium, expected=("refused",)) as page:
        page.goto(live.link())
        start(page)
        choose(page, "COM1", "Agree")
        to_comments(page)
        page.locator("#CMT1").fill(WORDS)
        to_review(page)
        page.evaluate(f"() => {{ {THROWING[how]} }}")
        page.get_by_role("button", name="Send my envelope").tap()
        expect(page.locator("[data-failed]")).to_be_focused()
        expect(page.get_by_text("Sealing failed in this browser, so nothing was sent.")).to_be_visible()
        assert page.locator("#COM1 input:checked").get_attribute("value") == "4"
        assert page.locator("#CMT1").input_value() == WORDS
        expect(page.get_by_role("button", name="Send my envelope")).not_to_have_attribute("aria-disabled", "true")
    assert live.wire.posts() == []
    assert envelopes(live.member) == []


def test_a_script_that_breaks_off_anywhere_sends_no_plain_field(live: LiveSite, chromium: Browser) -> None:
    """Whatever the script has done so far: the fields stand in no form, so a form cannot take them along."""
    with visitor(chromium) as page:
        page.goto(live.link())
        start(page)
        choose(page, "COM1", "Agree")
        to_comments(page)
        page.locator("#CMT1").fill(WORDS)
        assert page.evaluate("[...document.forms].flatMap(f => [...f.elements].map(e => e.name || e.dataset.do))") == [
            "send",
            "sealed",
        ]
        for form in range(page.evaluate("document.forms.length")):
            page.evaluate(f"() => {{ document.forms[{form}].submit(); }}")
        heading(page, "Your answers were not taken")
        page.go_back()
        to_comments(page)
        assert page.locator("#CMT1").input_value() == WORDS  # the draft is still there
    assert live.wire.posts() == [b"sealed="]
    assert live.wire.holds(WORDS.replace(" ", "+"), WORDS.replace(" ", "%20"), "COM1") == []


def test_a_script_that_was_changed_on_the_way_does_not_run(live: LiveSite, chromium: Browser) -> None:
    with visitor(chromium, expected=("integrity",)) as page:
        page.route("**/sealing/*", lambda route: route.fulfill(body="document.title = 'stolen'"))
        page.goto(live.link())
        expect(page.get_by_text(UNABLE)).to_be_visible(timeout=6000)
        assert "stolen" not in page.title()


def test_a_draft_survives_reload_and_language(live: LiveSite, chromium: Browser) -> None:
    with visitor(chromium) as page:
        page.goto(live.link())
        start(page)
        choose(page, "COM4", "Disagree")
        to_comments(page)
        wait_for_drafts(page, 1)
        before = page.evaluate("Object.values(sessionStorage).join()")
        page.locator("#CMT2").fill(WORDS)
        page.wait_for_function("before => Object.values(sessionStorage).join() !== before", arg=before)
        page.reload()
        expect(page.locator("#CMT2")).to_have_value(WORDS)
        page.get_by_role("link", name="简体中文").tap()
        expect(page.locator("#CMT2")).to_have_value(WORDS)
        assert page.locator("#COM4 input:checked").get_attribute("value") == "2"
        names, values = page.evaluate("[Object.keys(sessionStorage), Object.values(sessionStorage).join()]")
        assert WORDS not in values
        assert "COM4" not in values
        page.goto(live.link(1))  # somebody else's link in the same tab: the draft goes
        start(page)
        assert page.locator("input:checked").count() == 0
        assert page.evaluate("names => names.map(name => sessionStorage.getItem(name))", names) == [None]


def test_arrow_keys_stay_within_an_item_and_its_options_are_one_group(live: LiveSite, chromium: Browser) -> None:
    with visitor(chromium) as page:
        page.goto(live.link())
        start(page)
        page.locator("#COM1 input").first.focus()
        for _step in range(8):
            page.keyboard.press("ArrowDown")
        assert page.locator("#COM1 input:checked").count() == 1
        assert page.locator("#COM2 input:checked").count() == 0
        choose(page, "COM2", "Agree")
        choose(page, "COM2", "Disagree")
        assert page.locator("#COM2 input:checked").count() == 1


def test_afterwards_no_file_of_the_browser_holds_an_answer(
    live: LiveSite, playwright: Playwright, chromium_path: str, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(
        str(profile), executable_path=chromium_path, args=FLAGS, viewport=PHONE, locale="en-GB"
    )
    page = context.new_page()
    page.goto(live.link())
    page.get_by_role("button", name="Start").click()
    page.locator("#COM1 input").first.check()
    while not page.locator("#CMT1").is_visible():
        page.get_by_role("button", name="Next", exact=True).click()
    page.locator("#CMT1").fill(WORDS)
    wait_until_the_draft_is_on_disk(context, profile)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Send my envelope").click()
    heading(page, SENT)
    page.go_back()
    heading(page, ALREADY)
    context.close()
    texts = [encoded for text in (WORDS, '"COM1"') for encoded in (text.encode(), text.encode("utf-16-le"))]
    files = [path for path in profile.rglob("*") if path.is_file()]
    assert [str(path) for path in files if any(text in path.read_bytes() for text in texts)] == []
    assert len(envelopes(live.member)) == 1


def wait_until_the_draft_is_on_disk(context: BrowserContext, profile: Path) -> None:
    """Chromium writes sessionStorage down after some seconds; without that the search would find nothing anyhow."""
    for _round in range(120):
        logs = list((profile / "Default" / "Session Storage").glob("*.log"))
        if any("assess/draft".encode(form) in log.read_bytes() for log in logs for form in ("utf-8", "utf-16-le")):
            return
        context.pages[0].wait_for_timeout(250)
    raise AssertionError("the draft never reached the disk")
