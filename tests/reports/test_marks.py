"""Actions on the time line: where each letter stands, what it says, and what a withheld team hears of its own."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from assess.actions.adopting import adopt_practice
from assess.actions.frozen import FrozenActions
from assess.actions.keeping import tick_step
from assess.localisation import use_language
from assess.reports.charts.quarters import ActionMark, QuarterDot, quarter_chart
from assess.reports.cycle_reports import reported_cycle
from assess.reports.drawn_reports import report_key
from assess.reports.page import report_page
from assess.reports.pdf import render_pdf
from assess.reports.present.pages import TeamReport, WithheldReport
from assess.reports.team_reports import ReportedCycle, team_report, team_report_pdf
from tests.actions.history import LEVEL_OF_CONTROLS, after, start
from tests.reports import shop
from tests.reports.opened import entry, register, shown

ZONE = ZoneInfo("Asia/Shanghai")
BADGE = re.compile(r'<text x="([\d.]+)" y="[\d.]+" font-size="9.00" fill="#ffffff"[^>]*>([^<]+)</text>')
UNSAID = "Whether it helped is not said in a quarter in which nothing about the team is shown. What was done counts."
QUARTERS = ("2025Q4", "2026Q1", "2026Q2", "2026Q3")


def read(
    number: int, since: str, dimension: str | None, *, title: str | None = None, done: int = 2, **more: Any
) -> dict[str, Any]:
    """Make the reading of an action of three steps as a frozen document holds it."""
    return {
        "since": since,
        "action": f"{number:032x}",
        "practice": None,
        "title": title or f"Deed {number}",
        "owner": "",
        "noted": "a note of the leader",
        "dimension": dimension,
        "basis": None,
        "steps": [{"text": f"step {place}", "done": place < done} for place in range(3)],
        "steps_done": done,
        "verdict": "cannot_tell_yet",
        "reason": "noise",
        "visible_change_100": None,
        "final": True,
        "adopted_in": since,
    } | more


def frozen(*readings: dict[str, Any], withdrawn: str = "") -> FrozenActions:
    content = {"proposals": {}, "readings": {shop.OPERATIONS: list(readings)}}
    return FrozenActions(content, "0" * 64, frozenset({withdrawn}))


def cycle_of(*earlier: FrozenActions, now: FrozenActions | None = None) -> ReportedCycle:
    history = tuple(register(shop.quarter(label)) for label in QUARTERS)
    return replace(shop.reported(), history=history, actions=now, earlier_actions=earlier)


def report_of(reported: ReportedCycle, language: str = "en", **changes: Any) -> TeamReport:
    # What became of them stands on another page, which reads its figures from the register.
    reported = replace(reported, actions=None, earlier_actions=(*reported.earlier_actions, *_one(reported.actions)))
    with use_language(language):
        report = team_report(reported, entry({**shop.team(shop.OPERATIONS), **changes}))
    assert isinstance(report, TeamReport)
    return report


def _one(actions: FrozenActions | None) -> tuple[FrozenActions, ...]:
    return () if actions is None else (actions,)


def charts(report: TeamReport) -> dict[str, str]:
    assert report.over_time is not None
    return {panel.name: str(panel.chart) for row in report.over_time.rows for panel in row}


def letters(chart: str) -> list[str]:
    return [found for _x, found in BADGE.findall(chart)]


TWO = (frozen(read(1, "2025Q4", "COM")), frozen(read(2, "2026Q2", None), read(3, "2026Q2", "TRU")))


def test_a_letter_stands_in_the_chart_of_its_dimension_and_in_that_of_the_whole() -> None:
    drawn = charts(report_of(cycle_of(*TWO)))
    assert letters(drawn["Team health"]) == ["A", "B C"]
    assert letters(drawn["Communication"]) == ["A"]
    assert letters(drawn["Trust"]) == ["C"]
    assert letters(drawn["Motivation"]) == []


def test_a_letter_stands_half_way_between_the_survey_it_followed_and_the_next() -> None:
    report = report_of(cycle_of(*TWO))
    places = [float(x) for x, _letters in BADGE.findall(charts(report)["Team health"])]
    step = (313 - 26) / 5  # five quarters share the width beside the scale
    assert places == pytest.approx([26 + 1 * step, 26 + 3 * step], abs=0.01)


@pytest.mark.parametrize(
    ("language", "spoken", "sentences"),
    [
        (
            "en",
            "action C after 2026 Q2, “Deed 3”",
            (
                "A, after 2025 Q4: “Deed 1” (Communication); 2 of 3 steps done.",
                "B, after 2026 Q2: “Deed 2”; 2 of 3 steps done.",
                "C, after 2026 Q2: “Deed 3” (Trust); 2 of 3 steps done.",
            ),
        ),
        (
            "zh",
            "行动C始于2026年第二季度之后，“Deed 3”",
            (
                "A，2025年第四季度之后：“Deed 1”（沟通）；共3步，完成2步。",
                "B，2026年第二季度之后：“Deed 2”；共3步，完成2步。",
                "C，2026年第二季度之后：“Deed 3”（信任）；共3步，完成2步。",
            ),
        ),
    ],
)
def test_what_a_letter_marks_is_said_in_words_and_to_those_who_do_not_see_it(
    language: str, spoken: str, sentences: tuple[str, ...]
) -> None:
    report = report_of(cycle_of(*TWO), language)
    assert report.over_time is not None
    assert report.over_time.actions == sentences
    assert spoken in charts(report)[{"en": "Trust", "zh": "信任"}[language]]


def test_an_action_that_was_read_twice_stands_once_as_it_was_read_last() -> None:
    report = report_of(cycle_of(frozen(read(1, "2026Q1", "COM", done=1)), frozen(read(1, "2026Q1", "COM", done=3))))
    assert report.over_time is not None
    assert report.over_time.actions == ("A, after 2026 Q1: “Deed 1” (Communication); 3 of 3 steps done.",)


def test_what_began_before_the_axis_or_beside_a_withdrawn_quarter_is_not_marked() -> None:
    report = report_of(cycle_of(frozen(read(1, "2025Q3", "COM")), frozen(read(2, "2026Q1", "COM"), withdrawn="2026Q1")))
    assert report.over_time is not None
    assert report.over_time.actions == ()
    assert letters(charts(report)["Communication"]) == []


def test_many_letters_in_a_row_are_told_by_their_ends() -> None:
    report = report_of(cycle_of(frozen(*(read(number, "2026Q1", "COM") for number in range(4)))))
    assert letters(charts(report)["Communication"]) == ["A–D"]
    assert report.over_time is not None
    assert len(report.over_time.actions) == 4


def test_a_report_without_actions_has_no_word_about_letters() -> None:
    html = report_page(report_of(cycle_of()))
    assert "letter stands" not in str(html)
    assert "letter stands" in str(report_page(report_of(cycle_of(*TWO))))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_letters_stand_apart_from_dots_and_stay_inside_the_chart(language: str) -> None:
    dots = [
        QuarterDot(place, "Q1", "2026", shown(100 * (place % 2)), breaks=False, spoken="", low=None, high=None)
        for place in range(8)
    ]
    marks = [ActionMark(after, "A–D", ("",)) for after in range(7)]
    drawn = str(quarter_chart(dots, language=language, marks=marks))
    boxes = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="12.00"', drawn)
    middles = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn)]
    assert len(boxes) == 7
    for left, width in boxes:
        assert 0 < float(left) < float(left) + float(width) < 313
        assert all(abs(float(left) + float(width) / 2 - middle) > float(width) / 2 + 5.5 for middle in middles)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_eight_quarters_full_of_long_actions_fit_on_their_pages(language: str) -> None:
    reported, own = shop.told()
    quarters = [register.label or "" for register in reported.history]
    long = "Ask, note, decide, tell 问清、记下、决定、告知 " * 3
    told = [
        frozen(*(read(2 * place + n, quarter, "COM", title=long[:120]) for n in range(2)))
        for place, quarter in enumerate(quarters)
    ]
    with use_language(language):
        report = team_report(replace(reported, earlier_actions=tuple(told)), entry(own))
        content = render_pdf(report_page(report))
    assert isinstance(report, TeamReport)
    assert report.over_time is not None
    assert len(report.over_time.actions) == 14
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 8  # the letters take one page more at the most
    text = re.sub(r"\s+", "", shop.text_of(content))
    assert "N,after2026Q3:" in text or "N，2026年第三季度之后：" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "“Deed 1”, adopted after 2026 Q2: 2 of 3 steps done.",
                UNSAID,
            ),
        ),
        (
            "zh",
            (
                "“Deed 1”，2026年第二季度结果公布后采纳：共3步，完成2步。",
                "本季度不显示团队的任何数据，因此不说行动是否有用；做到的都算数。",
            ),
        ),
    ],
)
@pytest.mark.parametrize("verdict", ["likely_helped", "likely_did_not_help", "cannot_tell_yet"])
def test_a_withheld_team_hears_what_was_done_and_no_verdict(language: str, said: tuple[str, ...], verdict: str) -> None:
    reason = "noise" if verdict == "cannot_tell_yet" else None
    now = frozen(read(1, "2026Q2", "COM", verdict=verdict, reason=reason, visible_change_100=17))
    hidden = entry({"team": shop.OPERATIONS, "suppressed": "too_few"})
    with use_language(language):
        report = team_report(cycle_of(now=now), hidden)
        without = team_report(cycle_of(), hidden)
    assert isinstance(report, WithheldReport)
    assert isinstance(without, WithheldReport)
    assert report.past == said
    assert replace(report, past=()) == without
    page = str(report_page(report))
    assert "a note of the leader" not in page


@pytest.mark.usefixtures("each_database")
def test_letters_come_from_the_frozen_documents_of_every_quarter(tmp_path: Path) -> None:
    made = start(tmp_path)
    for quarter, next_quarter in (("2026Q1", "2026Q2"), ("2026Q2", "2026Q3")):
        if quarter not in made.quarters:
            made.publish(quarter, {"Ada": 30.0, **LEVEL_OF_CONTROLS})
        practice = "P24" if quarter == "2026Q1" else "P25"
        adopted = adopt_practice(made.database, "Ada", practice, now=after(quarter), zone=ZONE)
        tick_step(made.database, "Ada", adopted.place, 1, now=after(quarter))
        made.publish(next_quarter, {"Ada": 40.0, **LEVEL_OF_CONTROLS})
    with made.database.reading() as session:
        last = reported_cycle(session, "2026Q3")
        second = reported_cycle(session, "2026Q2")
    team = last.cycle.node("Ada")
    assert team is not None
    report = team_report(last, team)
    assert isinstance(report, TeamReport)
    assert report.over_time is not None
    first, later = report.over_time.actions
    assert first.startswith("A, after 2026 Q1: “")
    assert later.startswith("B, after 2026 Q2: “")
    assert later.endswith("; 1 of 4 steps done.")
    # A later tick belongs to no frozen document and changes no byte.
    before = team_report_pdf(last, team, language="en")
    tick_step(made.database, "Ada", adopted.place, 2, now=after("2026Q3"))
    with made.database.reading() as session:
        again = reported_cycle(session, "2026Q3")
    assert team_report_pdf(again, team, language="en") == before
    # What an older quarter says of actions decides the bytes, and so the place in the cache.
    other = replace(last, source=replace(last.source, earlier_actions_sha256=("1" * 64,)))
    assert report_key(last, team, language="en") != report_key(other, team, language="en")
    assert len(last.source.earlier_actions_sha256) == 2
    assert len(second.source.earlier_actions_sha256) == 1
    made.database.close()
