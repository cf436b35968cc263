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


@pytest.mark.only_on("sqlite", "clicks are the same on every database")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_twelve_clicks_lead_from_an_empty_installation_to_an_open_survey(
    tmp_path: Path, each_database: Store, chromium: Browser, language: str
) -> None:
    """Each step leads to the next one; choosing a file in the dialog of the system counts as one."""
    (tmp_path / "teams.csv").write_text("team,unit\nLantern,\nAds,Lantern\nBox,Lantern\n", encoding="utf-8")
    people = [f"Person {n},p{n}@shop.example,{'Ads' if n < 9 else 'Box'}" for n in range(17)]
    (tmp_path / "roster.csv").write_text("\n".join(["name,email,team", *people]), encoding="utf-8")
    with running_quarter(tmp_path, chromium, language, teams=()) as quarter:
        page = quarter.page
        for kind in ("teams", "roster"):
            page.locator("main a.button").first.click()  # what the page says is next
            page.wait_for_url(f"**/app/import/{kind}")
            page.set_input_files("#file", tmp_path / f"{kind}.csv")
            page.locator("main form .button").first.click()
            page.wait_for_url(f"**/app/import/{kind}/preview")
            quarter.look(f"preview of {kind}")
            page.locator("main form button:not([formaction])").first.click()
            page.wait_for_url("**?imported")
            quarter.clicks += 4
        page.locator("main a.button").first.click()
        page.wait_for_url("**/app/cycles/new")
        quarter.press("save")
        page.wait_for_url("**?planned")
        page.get_by_label(quarter.words["sure"]).check()
        quarter.press("open")
        quarter.says("now open")
        assert quarter.clicks + 2 == 12
        assert quarter.cycle().state == State.OPEN
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
        expect(page.get_by_role("heading", level=1)).to_contain_text("about to begin")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_contain_text("about to begin")
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
        expect(page.locator("main")).to_contain_text("约定已确定。")
        context.close()
