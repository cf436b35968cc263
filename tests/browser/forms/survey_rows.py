"""The forms of surveys: planning and running one, key holders, and the code that a member types."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.forms.cast import PLANNED
from tests.browser.forms.rows import CONTROL, Form, Half, Try, wrong

FILES = Path(__file__).parent / "files"
_RUN = "/app/cycles/<quarter>"
_CODE_FAULTS = ("", "ABCD", "口令🙂", "0" * 28, "123A-" * 7)
_DATES = (
    wrong("opens_on", opens_on="2026-02-30"),
    wrong("opens_on", opens_on="2020-01-31"),
    wrong("opens_on", "closes_on", opens_on="", closes_on=""),
    wrong("opens_time", "closes_time", opens_time="25:00", closes_time="九点"),
    wrong("closes_on", opens_on="2027-12-20", closes_on="2027-12-10", latest_on=""),
    wrong("closes_on", opens_on="2027-12-10", closes_on="31/12/2027"),
    wrong("latest_on", opens_on="2027-12-10", closes_on="2027-12-20", latest_on="2027-12-01"),
    wrong("latest_on", latest_on="２０２７-１２-３１"),
    wrong("latest_on", latest_on=Half()),
    wrong("opens_on", opens_on=CONTROL),
    Try({"level-anonymous": True}, ("level",)),
    Try({"modules_by-own": True, "module-1": "LOAD", "module-2": "LOAD"}, ("module-1", "module-2"), focus="module"),
)


def _key_page(page: Page, _places: Mapping[str, str]) -> None:
    page.locator("[data-do=make]").click()
    page.locator("[data-do=next]").click()


PLANS = (
    Form("a plan", "/app/cycles/new", "hr", "/app/cycles/new", _DATES, form="main form:has(#opens_on)"),
    Form(
        "changing a plan",
        "/app/cycles/<quarter>/edit",
        "hr",
        f"/app/cycles/{PLANNED}/edit",
        _DATES[::3],
        form="main form:has(#opens_on)",
    ),
    Form(
        "a questionnaire",
        "/app/questionnaires",
        "hr",
        "/app/questionnaires",
        (Try({}, ("file",)), wrong("file", file=FILES / "notes.txt"), wrong("file", file=FILES / "team24.toml")),
        form="form[action='/app/questionnaires']",
    ),
    Form(
        "teams over time",
        "/app/results/<quarter>/over-time",
        "hr",
        "/app/results/2026Q2/over-time",
        (
            Try({"team-0": "nowhere"}, ("team-0",)),
            Try({"team-0": "Ada", "team-2": CONTROL}, ("team-2",)),
        ),
        form="form[action$='/over-time']",
        method="GET",
    ),
    Form(
        "a typed code",
        "/s",
        "",
        "/s?lang={language}",
        tuple(wrong("code", code=text) for text in (*_CODE_FAULTS, "UUUU", "7" * 26, "K" * 16, CONTROL, "ＡＢＣＤ")),
    ),
)
PLANNED_ALONE = (
    Form(
        "opening a survey",
        f"{_RUN}/open",
        "hr",
        "/app/cycles/{quarter}",
        (Try({}, ("sure",)),),
        form="form[action$='/open']",
    ),
    Form(
        "throwing a plan away",
        f"{_RUN}/discard",
        "hr",
        "/app/cycles/{quarter}",
        (Try({}, ("discarding",)),),
        form="form[action$='/discard']",
    ),
)
OPEN = (
    Form(
        "extending a survey",
        f"{_RUN}/extend",
        "hr",
        "/app/cycles/{quarter}",
        (
            wrong("day", day="2026-02-30"),
            wrong("day", day=""),
            wrong("time", time="25:00"),
            wrong("day", "time", day="soon", time="６点"),
            wrong("day", day="2020-01-31", extending=True),
            wrong("day", day="2099-01-31", extending=True),
            Try({}, ("extending",)),
        ),
        form="form[action$='/extend']",
    ),
    Form(
        "aborting a survey",
        f"{_RUN}/abort",
        "hr",
        "/app/cycles/{quarter}",
        (Try({}, ("abort",)),),
        form="form[action$='/abort']",
    ),
)
OPENED = (
    Form(
        "publishing",
        f"{_RUN}/publish",
        "hr",
        "/app/cycles/{quarter}",
        (Try({}, ("publish",)),),
        form="form[action$='/publish']",
    ),
)
SEALED = (
    Form(
        "a file of opened answers",
        "/app/opening/<quarter>/opened.json",
        "holder",
        "/app/opening/{quarter}",
        (
            Try({}, ("opened",)),
            *(wrong("opened", opened=FILES / name) for name in ("empty.json", "no_key.json", "with_script.svg")),
        ),
        form="form[enctype]",
    ),
    Form(
        "opening with a code",
        "/app/opening/<quarter>/start",
        "holder",
        "/app/opening/{quarter}",
        tuple(Try({"opening-code": text}, ("opening-code",)) for text in _CODE_FAULTS),
        form="#opening-form",
        by_script="#open-now",
    ),
    Form(
        "trying the code",
        "/app/key/test",
        "holder",
        "/app/key",
        tuple(Try({"holder-code-typed": text}, ("holder-code-typed",)) for text in _CODE_FAULTS),
        form="#holder-test",
        by_script="[data-do=open]",
    ),
    Form(
        "a new key",
        "/app/key",
        "holder",
        "/app/key?new",
        tuple(Try({"holder-typed": text}, ("holder-typed",)) for text in _CODE_FAULTS),
        form="#holder-form",
        way=_key_page,
        by_script="[data-do=check]",
    ),
)
