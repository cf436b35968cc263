"""HR runs a whole quarter in a real Chromium on a narrow phone, while eight members answer in theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assess.accounts import passwords
from assess.localisation import set_language
from assess.surveys.models import State
from assess.surveys.participation import first_figure_at
from tests.accounts.accounts_cast import cheap_hashes
from tests.browser.quarters import (
    MEMBERS,
    answer,
    links_of,
    plan_and_open,
    running_quarter,
    sign_in,
)
from tests.databases.stores import Store

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cheap_hashes(monkeypatch)
    yield
    passwords.decoy_hash.cache_clear()
    set_language("en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hr_runs_a_whole_quarter(tmp_path: Path, each_database: Store, chromium: Browser, language: str) -> None:
    with running_quarter(tmp_path, chromium, language) as quarter:
        plan_and_open(quarter, "confidential")
        assert (quarter.cycle().state, quarter.cycle().level) == (State.OPEN, "confidential")
        links = links_of(quarter)
        assert len(links) == MEMBERS
        for code in links:
            answer(chromium, quarter, code)
        quarter.go(first_figure_at(quarter.cycle()))
        quarter.press("count")
        quarter.says("figure")
        quarter.look("half-time")
        quarter.go(quarter.cycle().closes_at)
        quarter.look("time is over")
        quarter.press("close")
        quarter.says("publish")
        assert (quarter.cycle().state, quarter.answers()) == (State.OPENED, MEMBERS)
        quarter.look("to be published")
        quarter.page.locator("#publish").check()
        quarter.press("publish")
        quarter.says("published")
        assert (quarter.cycle().state, quarter.answers()) == (State.PUBLISHED, 0)
        quarter.look("published")
        quarter.page.goto(f"{quarter.base}/app/cycles")
        quarter.says("next")
        quarter.look("list")
        assert quarter.found == {}


@pytest.mark.only_on("sqlite", "what a browser does with Back does not depend on the database")
def test_back_and_a_double_click_do_nothing_twice(tmp_path: Path, each_database: Store, chromium: Browser) -> None:
    with running_quarter(tmp_path, chromium, "en") as quarter:
        page = quarter.page
        quarter.press("plan", "link")
        page.get_by_role("button", name="Save the plan").dblclick()
        expect(page.get_by_role("heading", level=1)).to_contain_text("planned")
        name = quarter.cycle().quarter
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Plan a survey")
        page.goto(f"{quarter.base}/app/cycles/{name}")
        page.get_by_label("I have looked at the plan").check()
        page.get_by_role("button", name="Open 2").dblclick()
        expect(page.get_by_role("heading", level=1)).to_contain_text("open")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_contain_text("open")
        assert quarter.cycle().state == State.OPEN


@pytest.mark.only_on("sqlite", "keys are the same on every database")
def test_a_plan_is_made_and_opened_by_keyboard_without_a_script(
    tmp_path: Path, each_database: Store, chromium: Browser
) -> None:
    with running_quarter(tmp_path, chromium, "zh") as quarter:
        context = chromium.new_context(locale="zh-CN", java_script_enabled=False)
        page = context.new_page()
        sign_in(page, quarter.base, "hr@x.example")
        page.press("main a.button", "Enter")
        page.press("main form .button[type=submit]", "Enter")
        page.wait_for_url("**?planned")
        page.press("#sure", "Space")
        page.press("form[action$='/open'] .button", "Enter")
        expect(page.locator("main")).to_contain_text("调查已启动，约定已确定。")
        context.close()
