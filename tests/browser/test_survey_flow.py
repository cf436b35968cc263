"""A member answers: with and without script, by keyboard, twice, with a reload in between."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveSite, Watched
from tests.surveys.member.member_cast import opened_answers

pytestmark = pytest.mark.browser


def next_part(page: Page) -> None:
    page.get_by_role("button", name="Next", exact=True).tap()


def choose(page: Page, item: str, option: str) -> None:
    page.locator(f"#{item}").get_by_text(option, exact=True).tap()


def go_to_review(page: Page) -> None:
    for _part in range(20):
        if page.get_by_role("heading", name="Look it over, then send").is_visible():
            return
        next_part(page)
    raise AssertionError("the review never came")


def drafts(page: Page) -> list[str]:
    kept: list[str] = page.evaluate("Object.keys(sessionStorage)")
    return kept


def test_a_member_answers_on_a_phone(live: LiveSite, phone: Watched) -> None:
    page = phone.page
    page.goto(live.link())
    expect(page.get_by_text("About 5 minutes")).to_be_visible()
    expect(page.locator("fieldset:visible")).to_have_count(0)
    page.get_by_role("button", name="Start").tap()
    expect(page.get_by_role("heading", name="Communication")).to_be_focused()
    expect(page.locator(".progress [role=status]")).to_have_text("Part 1 of 9: Communication")
    expect(page.locator("fieldset:visible")).to_have_count(6)
    choose(page, "COM1", "Strongly agree")
    choose(page, "COM2", "Not applicable or I cannot tell")
    choose(page, "COM3", "Disagree")
    page.get_by_role("button", name="Clear: After team meetings").tap()
    next_part(page)
    expect(page.get_by_role("heading", name="Trust")).to_be_focused()
    choose(page, "TRU6", "Strongly disagree")
    for _part in range(5):
        next_part(page)
    choose(page, "OUT1", "10")
    next_part(page)
    page.get_by_label("What should this team keep doing?").fill("Short stand-ups.")
    expect(page.locator("#CMT1-count")).to_have_text("984 characters left")
    next_part(page)
    review = page.locator("[data-review]")
    expect(review.locator("> p")).to_have_text("Answered: 5. Skipped: 28. You may send it like this.")
    expect(review.locator("div:not(.open) > dd")).to_have_text(
        ["Strongly agree", "Not applicable or I cannot tell", "Strongly disagree", "10", "Short stand-ups."]
    )
    page.get_by_role("button", name="Answer: I learn too late").tap()
    expect(page.locator("#COM6 input").first).to_be_focused()
    choose(page, "COM6", "Agree")
    go_to_review(page)
    page.get_by_role("button", name="Send my envelope").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your envelope is in the box")
    answers = opened_answers(live.member)
    assert [dict(a.ratings) for a in answers] == [{"COM1": 5, "COM6": 4, "TRU6": 1, "OUT1": 10}]
    assert dict(answers[0].comments) == {"CMT1": "Short stand-ups."}


def test_in_chinese_without_script_it_is_one_long_form(live: LiveSite, chinese_phone_without_script: Watched) -> None:
    page = chinese_phone_without_script.page
    page.goto(live.link())
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("fieldset:visible")).to_have_count(31)
    expect(page.get_by_role("button")).to_have_text(["投入信封"])
    page.get_by_role("button", name="投入信封").tap()
    expect(page.get_by_role("alert")).to_contain_text("还没有作答")
    page.locator("#ROL2").get_by_text("同意", exact=True).tap()
    page.locator("#MOT1").get_by_text("不适用或说不清", exact=True).tap()
    page.locator("#OUT1").get_by_text("7", exact=True).tap()
    page.get_by_label("下个季度，团队最该改进的一件事是什么？").fill("少开会。")
    page.get_by_role("button", name="投入信封").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的信封已投入")
    answers = opened_answers(live.member)
    assert [(dict(a.ratings), dict(a.comments)) for a in answers] == [({"ROL2": 4, "OUT1": 7}, {"CMT2": "少开会。"})]


def test_the_keyboard_alone_is_enough(live: LiveSite, phone: Watched) -> None:
    page, keys = phone.page, phone.page.keyboard
    page.goto(live.link())
    focus_on(page, "[data-do=start]")
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Space")  # the first option of the first item
    keys.press("ArrowDown")
    expect(page.locator("#COM1 input[value='4']")).to_be_checked()
    keys.press("Enter")  # on an option: the next part, not sending
    expect(page.get_by_role("heading", name="Trust")).to_be_focused()
    focus_on(page, "[data-do=back]")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Communication")).to_be_focused()
    for _part in range(8):
        focus_on(page, "[data-do=next]")
        keys.press("Enter")
    focus_on(page, "[data-do=send]")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your envelope is in the box")
    assert [dict(a.ratings) for a in opened_answers(live.member)] == [{"COM1": 4}]


def focus_on(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that the focus is visible on the way."""
    for _key in range(120):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_a_draft_survives_reload_and_language_and_goes_with_sending(live: LiveSite, phone: Watched) -> None:
    page = phone.page
    page.goto(live.link())
    page.evaluate("sessionStorage.setItem('assess/draft/of-somebody-else', '{}')")
    page.get_by_role("button", name="Start").tap()
    choose(page, "COM4", "Disagree")
    page.reload()
    expect(page.locator("#COM4 input[value='2']")).to_be_checked()
    expect(page.get_by_role("heading", name="Communication")).to_be_visible()
    kept = drafts(page)
    assert len(kept) == 1
    assert re.fullmatch(r"assess/draft/[0-9a-f]{64}", kept[0])
    page.get_by_role("link", name="简体中文").tap()
    expect(page.get_by_role("heading", name="沟通")).to_be_visible()
    expect(page.locator("#COM4 input[value='2']")).to_be_checked()
    page.get_by_role("link", name="English").tap()
    go_to_review(page)
    page.get_by_role("button", name="Send my envelope").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your envelope is in the box")
    page.wait_for_function("sessionStorage.length === 0")
    stored = page.evaluate("[localStorage.length, document.cookie, indexedDB.databases().then(d => d.length)]")
    assert stored[:2] == [0, ""]


def test_going_back_after_sending_shows_no_answer(live: LiveSite, phone: Watched) -> None:
    page = phone.page
    page.goto(live.base)
    page.goto(live.link())
    page.get_by_role("button", name="Start").tap()
    choose(page, "COM1", "Agree")
    go_to_review(page)
    page.get_by_role("button", name="Send my envelope").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your envelope is in the box")
    for _step in range(12):  # the start, nine parts, the page before
        page.go_back()
        assert page.locator("input:checked").count() == 0
        if page.url.rstrip("/") == live.base:
            break
        expect(page.get_by_role("heading", level=1)).to_have_text("There is already an envelope for this link")
    assert page.url.rstrip("/") == live.base


def test_answering_anew_replaces_the_envelope_and_back_never_shows_an_empty_form(
    live: LiveSite, phone: Watched
) -> None:
    page = phone.page
    for option in ("Agree", "Disagree"):
        page.goto(live.link())
        if page.get_by_role("link", name="Answer anew").is_visible():
            page.get_by_role("link", name="Answer anew").tap()
            expect(page.get_by_text("What you send now replaces it.")).to_be_visible()
        page.get_by_role("button", name="Start").tap()
        choose(page, "COM1", option)
        go_to_review(page)
        page.get_by_role("button", name="Send my envelope").dblclick()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your envelope is in the box")
    assert [dict(a.ratings) for a in opened_answers(live.member)] == [{"COM1": 2}]
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is already an envelope for this link")


def test_the_back_gesture_goes_one_part_back(live: LiveSite, phone: Watched) -> None:
    page = phone.page
    page.goto(live.link())
    page.get_by_role("button", name="Start").tap()
    next_part(page)
    expect(page.get_by_role("heading", name="Trust")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Communication")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_nothing_answered_is_said_before_it_travels(live: LiveSite, phone: Watched) -> None:
    page = phone.page
    page.goto(live.link())
    page.get_by_role("button", name="Start").tap()
    go_to_review(page)
    page.get_by_role("button", name="Send my envelope").tap()
    expect(page.locator("[data-nothing]")).to_be_focused()
    assert opened_answers(live.member) == []


def test_every_body_has_one_length(live: LiveSite, phone: Watched) -> None:
    page, lengths = phone.page, []
    page.on("request", lambda r: lengths.append(len(r.post_data or "")) if r.method == "POST" else None)
    for place, comment in enumerate(("", "长" * 1000)):
        page.goto(live.link(place))
        page.get_by_role("button", name="Start").tap()
        choose(page, "COM1", "Agree")
        for _part in range(7):
            next_part(page)
        page.locator("#CMT1").fill(comment)
        page.locator("#CMT2").fill(comment)
        next_part(page)
        page.get_by_role("button", name="Send my envelope").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your envelope is in the box")
    assert lengths == [24_576, 24_576]


@pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database")
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen(live: LiveSite, phone: Watched, width: int) -> None:
    page = phone.page
    page.set_viewport_size({"width": width, "height": 700})
    for address in (live.base, live.link(), f"{live.base}/s/nope", f"{live.base}/contract/{live.member.contract_hash}"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(live.link())
    page.get_by_role("button", name="Start").tap()
    for _part in range(9):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            "[...document.querySelectorAll('label.option, .range label, button')]"
            ".map(e => e.getBoundingClientRect()).filter(r => r.width && (r.height < 44 || r.width < 24)).length"
        )
        assert small == 0
        if page.get_by_role("button", name="Next", exact=True).is_visible():
            next_part(page)
