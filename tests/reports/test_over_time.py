"""The page of earlier quarters: small charts on one axis, gaps and breaks said in words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from assess.localisation import use_language
from assess.reports.charts.quarters import QuarterDot, quarter_chart
from assess.reports.present.history import item_set, line_of
from assess.reports.present.pages import OverTime, TeamReport
from assess.reports.present.trends import trend_of
from assess.reports.team_reports import team_report
from tests.reports import shop
from tests.reports.opened import entry, register
from tests.reports.opened import shown as opened

SVG = "{http://www.w3.org/2000/svg}"
JOINT, DASHED, DOT = 'stroke-width="1.50"/>', "stroke-dasharray", "<circle"
CODES = [d.code for d in shop.instrument().dimensions]


def page_of(
    history: Sequence[dict[str, Any]], language: str = "en", now: dict[str, Any] | None = None, **changes: Any
) -> OverTime | None:
    """Present the page for Operations; `now` changes the cycle, `changes` its own entry."""
    reported = shop.reported()
    with use_language(language):
        cycle = register({**shop.document()["cycles"][0], **(now or {})})
        reported = replace(reported, cycle=cycle, history=tuple(map(register, history)))
        report = team_report(reported, entry({**shop.team(shop.OPERATIONS), **changes}))
    assert isinstance(report, TeamReport)
    return report.over_time


def shown(*history: dict[str, Any], **changes: Any) -> OverTime:
    page = page_of(history, **changes)
    assert page is not None
    return page


def charts(page: OverTime) -> dict[str, str]:
    return {panel.name: str(panel.chart) for row in page.rows for panel in row}


def spoken(chart: str) -> list[str]:
    title = re.search(r"<title>(.*?)</title>", chart)
    assert title is not None
    return title[1].split("; ")


def test_one_quarter_has_no_page() -> None:
    assert page_of([]) is None
    assert page_of([shop.withheld_quarter("2026Q3")]) is None
    assert page_of([{**shop.quarter("2026Q3"), "teams": []}]) is None


def test_every_dimension_and_the_overall_score_has_a_chart_that_states_its_numbers() -> None:
    page = shown(shop.quarter("2026Q2", {"COM": 41}), shop.quarter("2026Q3", {"COM": 52}))
    figures = shop.team(shop.OPERATIONS)["dimensions"]
    drawn = charts(page)
    assert list(drawn) == ["Team health", *(d.name["en"] for d in shop.instrument().dimensions)]
    low, high = figures["COM"]["compare_low_100"], figures["COM"]["compare_high_100"]
    assert spoken(drawn["Communication"]) == [
        f"2026 Q2: 41 points, usual range {low} to {high}",
        f"2026 Q3: 52 points, usual range {low} to {high}",
        f"2026 Q4: {figures['COM']['score_100']} points, usual range {low} to {high}",
    ]
    for code in CODES:
        own = figures[code]
        chart = drawn[shop.instrument().dimension(code).name["en"]]
        assert chart.count(DOT) == 3
        assert f"{own['low_100']} to {own['high_100']}" not in chart  # never both kinds of range


def test_at_most_eight_quarters_stand_on_the_axis() -> None:
    labels = [f"{year}Q{number}" for year in (2024, 2025, 2026) for number in (1, 2, 3, 4)][:-1]
    drawn = charts(shown(*(shop.quarter(label) for label in labels)))["Trust"]
    assert drawn.count(DOT) == 8
    assert spoken(drawn)[0].startswith("2025 Q1")


def test_a_quarter_that_is_not_shown_is_a_gap_in_words_and_never_a_dot() -> None:
    page = shown(shop.quarter("2026Q2"), shop.withheld_quarter("2026Q3"))
    for chart in charts(page).values():
        assert chart.count(DOT) == 2
        assert JOINT not in chart
        assert spoken(chart)[1] == "2026 Q3: fewer than 5 answers"
        assert ">not<" in chart or ">not shown<" in chart
        assert " 0 points" not in chart
    assert "2026 Q3: fewer than 5 answers." in page.notes
    assert "A gap is not a score of zero." in page.notes
    assert JOINT in charts(shown(shop.quarter("2026Q3")))["Trust"]


def test_a_gap_in_one_dimension_is_said_of_that_one() -> None:
    entry = shop.team(shop.OPERATIONS)["dimensions"]
    history = [
        shop.quarter("2026Q2"),
        shop.quarter("2026Q3", dimensions={**entry, "COM": {"suppressed": "not_asked"}}),
    ]
    page = shown(*history)
    assert "2026 Q3, Communication: not asked that quarter." in page.notes
    assert charts(page)["Communication"].count(DOT) == 2
    assert charts(page)["Trust"].count(DOT) == 3


def test_a_quarter_without_the_group_is_said_and_the_minimum_is_that_of_its_time() -> None:
    absent = {**shop.quarter("2026Q3"), "teams": []}
    assert "2026 Q3: not asked as a group of its own." in shown(shop.quarter("2026Q2"), absent).notes
    stricter = {**shop.withheld_quarter("2026Q3"), "minimum": 8}
    assert "2026 Q3: fewer than 8 answers." in shown(shop.quarter("2026Q2"), stricter).notes


def grouped(label: str, *teams: str) -> dict[str, Any]:
    return {**shop.quarter(label), "groups": [{"name": shop.OPERATIONS, "headcount": 9, "teams": list(teams)}]}


def test_a_line_breaks_where_the_group_is_made_of_other_teams() -> None:
    now = grouped("2026Q4", "A", "B")["groups"]
    page = shown(grouped("2026Q1", "A"), grouped("2026Q2", "A"), grouped("2026Q3", "B", "A"), now={"groups": now})
    for chart in charts(page).values():
        assert chart.count(DASHED) == 1
        assert chart.count(JOINT) == 2
        assert spoken(chart)[2].startswith("new line from 2026 Q3: ")
    (note,) = [note for note in page.notes if note.startswith("Since 2026 Q3 the team has been made up of other")]
    assert note.endswith("earlier quarters cannot be compared with it.")


def test_a_line_breaks_in_the_dimension_whose_items_differ_also_over_a_gap() -> None:
    sets = {code: [f"{code}1"] for code in [*CODES, "overall"]}
    other = {**sets, "COM": ["COM9"]}
    page = shown(
        {**shop.quarter("2026Q2"), "item_sets": other},
        shop.withheld_quarter("2026Q3"),
        now={"item_sets": sets},
    )
    drawn = charts(page)
    assert drawn["Communication"].count(DASHED) == 1
    assert DASHED not in drawn["Trust"]
    assert any(note.startswith("Since 2026 Q4 other questions have been asked (Communication)") for note in page.notes)
    unknown = shown({**shop.quarter("2026Q3"), "item_sets": {}}, now={"item_sets": sets})
    assert all(chart.count(DASHED) == 1 for chart in charts(unknown).values())


def test_a_file_knows_the_items_that_were_asked() -> None:
    cycle = shop.quarter("2026Q3")
    assert item_set(register(cycle), "COM", shop.instrument()) == frozenset(
        i.code for i in shop.instrument().items_of("COM")
    )
    items = {**cycle["organisation"]["items"], "COM1": {"suppressed": "not_asked"}}
    fewer = register({**cycle, "organisation": {**cycle["organisation"], "items": items}})
    line = line_of([fewer], shop.reported().cycle, shop.OPERATIONS, "COM", shop.instrument())
    assert [moment.broken is not None for moment in line] == [False, True]
    same = line_of([fewer], shop.reported().cycle, shop.OPERATIONS, "TRU", shop.instrument())
    assert [moment.broken is not None for moment in same] == [False, False]


TREND = {"quarters": 6, "slope_100": -2.5, "low_100": -4.5, "high_100": -0.5, "word": "down"}


@pytest.mark.parametrize(
    ("language", "says", "finding"),
    [
        (
            "en",
            "▼ Falling over 6 quarters: about −2.5 a quarter (−4.5 to −0.5).",
            "Over the quarters as a whole falling: Trust.",
        ),
        ("zh", "▼ 6个季度呈下降趋势：每季度约−2.5分（−4.5至−0.5）。", "从各季度整体看，下降：信任。"),
    ],
)
def test_a_direction_is_told_where_the_document_tells_it(language: str, says: str, finding: str) -> None:
    calm = {**TREND, "slope_100": 0.5, "low_100": -1.0, "high_100": 2.0, "word": "no_clear_trend"}
    page = shown(shop.quarter("2026Q3"), language=language, trend={"TRU": TREND, "COM": calm})
    panels = [panel for row in page.rows for panel in row]
    assert page.finding == finding
    assert [panel.says for panel in panels if says in panel.says] == [(says,)]
    quiet = {"en": "No clear trend over 6 quarters: +0.5 a quarter", "zh": "6个季度趋势不明显：每季度+0.5分"}
    assert sum(quiet[language] in "".join(panel.says) for panel in panels) == 1


def test_rising_and_falling_and_the_last_change_are_told_together() -> None:
    up = {**TREND, "slope_100": 2.5, "low_100": 0.5, "high_100": 4.5, "word": "up"}
    changes = {"COM": shop.change(24, "higher"), "TRU": shop.change(-24, "lower")}
    page = shown(shop.quarter("2026Q3"), trend={"TRU": TREND, "COM": up}, change=changes)
    assert page.finding == (
        "Higher than in 2026 Q3: Communication. Lower than in 2026 Q3: Trust. "
        "Over the quarters as a whole rising: Communication; falling: Trust."
    )
    panel = page.rows[0][1]
    assert panel.says[0].startswith("▲ Higher than in 2026 Q3: +24 points")
    assert panel.says[1].startswith("▲ Rising over 6 quarters")


def test_a_line_that_has_just_turned_has_no_direction_in_the_headline_and_no_arrow_in_its_panel() -> None:
    page = shown(shop.quarter("2026Q3"), trend={"TRU": TREND}, change={"TRU": shop.change(24, "higher")})
    assert page.finding == "Higher than in 2026 Q3: Trust."
    told = [sentence for row in page.rows for panel in row for sentence in panel.says]
    assert any(sentence.startswith("Taken over all 6 quarters it still fell: about −2.5") for sentence in told)
    assert not any("▼" in sentence for sentence in told)


@pytest.mark.parametrize("difference", [24, 4])
def test_no_trend_is_denied_where_a_line_has_one_that_the_last_step_goes_against(difference: int) -> None:
    flat = {**TREND, "slope_100": 0.5, "low_100": -1.0, "high_100": 2.0, "word": "no clear trend"}
    step = shop.change(difference, "higher" if difference == 24 else "no clear change")
    page = shown(shop.quarter("2026Q3"), trend={"TRU": TREND, "COM": flat}, change={"TRU": step})
    assert "No clear trend" not in page.finding
    assert "alling" not in page.finding
    told = [sentence for row in page.rows for panel in row for sentence in panel.says]
    assert any(sentence.startswith("Taken over all 6 quarters it still fell") for sentence in told)


def test_too_few_quarters_for_a_trend_are_counted_from_the_last_break() -> None:
    note = "A trend is told from 5 shown quarters on one line; so far there are"
    page = shown(shop.quarter("2026Q2"), shop.withheld_quarter("2026Q3"))
    assert f"{note} 2." in page.notes
    broken = shown(grouped("2026Q2", "A"), grouped("2026Q3", "B"), now={"groups": grouped("2026Q4", "B")["groups"]})
    assert f"{note} 2." in broken.notes
    assert page.finding == "The scores of the quarters"
    told = shown(*(shop.quarter(f"2025Q{n}") for n in range(1, 5)))
    assert not any(entry.startswith(note) for entry in told.notes)


def test_no_direction_when_fewer_than_half_answered() -> None:
    page = shown(shop.quarter("2026Q3"), trend={"TRU": TREND}, response_rate=0.4)
    assert page.finding == "Fewer than half answered this quarter, so no direction is told."
    assert all(panel.says == () for row in page.rows for panel in row)


@pytest.mark.parametrize(
    "trend", [{"suppressed": "too_few"}, {"TRU": {"suppressed": "too_few"}}, {"TRU": {"word": "up"}}]
)
def test_a_trend_that_is_not_there_is_not_told(trend: object) -> None:
    assert trend_of(entry({"team": "A", "trend": trend}), "TRU") is None


def test_panels_stand_in_pairs_and_the_notes_fill_the_place_left_over() -> None:
    assert [len(row) for row in shown(shop.quarter("2026Q3")).rows] == [2, 2, 1]
    without = shown(shop.quarter("2026Q3"), overall={"suppressed": "too_few"})
    assert [len(row) for row in without.rows] == [2, 2]


def dot(place: int, score: int | None, *, label: str = "Q1", year: str = "2026", breaks: bool = False) -> QuarterDot:
    middle = None if score is None else opened(score)
    return QuarterDot(
        place, label, year, middle, breaks, f"{place}", low=opened(40), high=opened(100), note="not shown"
    )


def test_time_keeps_its_place_and_every_mark_stays_on_the_drawing() -> None:
    dots = [dot(0, 0), dot(1, 100), dot(4, 50), dot(5, None), dot(7, 70)]
    drawing = ET.fromstring(str(quarter_chart(dots, language="en")))  # noqa: S314 - our own drawing
    width, height = float(drawing.get("width", "0")), float(drawing.get("height", "0"))
    xs = [float(c.get("cx", "0")) for c in drawing.findall(f"{SVG}circle")]
    assert xs[2] - xs[0] == pytest.approx(4 * (xs[1] - xs[0]), abs=0.05)
    ys = {float(c.get("cy", "0")) for c in drawing.findall(f"{SVG}circle")}
    grid = [float(line.get("y1", "0")) for line in drawing.findall(f"{SVG}line") if line.get("stroke") == "#d5dfe1"]
    assert {min(grid), max(grid)} <= ys  # 100 and 0 lie on the ends of the scale
    for text in drawing.findall(f"{SVG}text"):
        assert 5 < float(text.get("x", "0")) < width - 5
        assert 8 < float(text.get("y", "0")) < height


def test_labels_that_would_touch_are_left_out_but_never_the_last() -> None:
    dots = [dot(place, 50, label=f"Q{place % 4 + 1}", year=str(2020 + place // 4)) for place in (0, 1, 2, 27)]
    texts = re.findall(r">(Q\d)<", str(quarter_chart(dots, language="en")))
    assert "Q4" in texts
    assert len(texts) < 4


def test_one_year_is_named_once() -> None:
    dots = [dot(place, 50, year="2025" if place < 2 else "2026") for place in range(4)]
    assert re.findall(r">(20\d\d)<", str(quarter_chart(dots, language="en"))) == ["2026", "2025"]
