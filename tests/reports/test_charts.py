"""Charts: labels that fit, numbers as real text, an alternative that states them."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.reports.charts.interval_bars import IntervalRow, interval_bars
from assess.reports.charts.stacked_bars import EmptyRow, ItemRow, ShareRow, WordRow, item_bars, reach_of
from assess.reports.charts.svg import wrap
from assess.reports.fonts import text_width
from tests.reports.opened import shown

SVG = "{http://www.w3.org/2000/svg}"
LONG_EN = "I am able to obtain all of the information that I need for my work well before anybody else asks for it"
LONG_ZH = "遇到影响我们工作的决定，会有人及时、完整地告诉我们作出这个决定的全部原因以及之后要做的事情和完成的时间"


def row(label: str, score: int | None = 60) -> IntervalRow:
    dot = None if score is None else shown(score)
    limits = (shown(44), shown(76), shown(65))
    return IntervalRow(label, ("no clear difference",), dot, *limits, "44–76", f"{label}: 60 points")


def shares(label: str, low: int, middle: int, high: int) -> ShareRow:
    return ShareRow(label, shown(low), shown(middle), shown(high), f"{high}%", "", label)


@given(st.text(min_size=1, max_size=80), st.integers(40, 300))
@settings(max_examples=200, deadline=None)
def test_wrapped_lines_fit_their_room_and_lose_nothing_but_blanks(label: str, room: int) -> None:
    lines = wrap(label, 12, room, most=200, language="en")
    for line in lines:
        assert text_width(line, 12, language="en") <= room or len(line) == 1
    assert "".join("".join(lines).split()) == "".join(label.split())


@pytest.mark.parametrize(("label", "language"), [(LONG_EN, "en"), (LONG_ZH, "zh")])
def test_a_long_label_ends_with_an_ellipsis_inside_its_room(label: str, language: str) -> None:
    lines = wrap(label, 12, 200, most=2, language=language)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(line, 12, language=language) <= 200 for line in lines)


def test_chinese_does_not_begin_a_line_with_a_comma() -> None:
    for room in range(60, 200, 7):
        assert not any(line[0] in "，。；：！？）》、" for line in wrap(LONG_ZH, 12, room, most=99, language="zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chart_begins_with_its_title_and_names_its_own_font(language: str) -> None:
    drawing = ET.fromstring(  # noqa: S314 - our own drawing
        str(interval_bars([row("A <b> & c")], headings=("score", "usual range"), language=language))
    )
    assert drawing[0].tag == f"{SVG}title"
    assert drawing[0].text == "A <b> & c: 60 points"
    texts = drawing.findall(f"{SVG}text")
    assert {"60", "44–76"} <= {text.text for text in texts}
    first = {"en": "'Source Sans 3'", "zh": "'Noto Sans SC'"}[language]
    assert drawing.get("font-family", "").startswith(first)


def test_a_withheld_score_has_no_dot_and_no_band() -> None:
    drawing = str(interval_bars([row("A", score=None)], headings=("score", "range"), language="en"))
    assert "<circle" not in drawing
    assert "44–76" not in drawing


def test_bars_are_equally_long_whatever_rounding_did_to_their_parts() -> None:
    rows = [shares("a", 35, 30, 40), shares("b", 30, 30, 35)]
    drawing = ET.fromstring(str(item_bars(rows, reach=reach_of(rows), language="en")))  # noqa: S314 - our own drawing
    widths = [float(part.get("width", "0")) for part in drawing.findall(f"{SVG}rect")]
    assert sum(widths[:3]) == pytest.approx(sum(widths[3:]), abs=0.05)


@given(st.lists(st.tuples(*[st.integers(0, 100)] * 3).filter(any), min_size=1, max_size=8))
@settings(deadline=None)
def test_no_bar_leaves_the_plot(parts: list[tuple[int, int, int]]) -> None:
    rows = [shares(str(place), *part) for place, part in enumerate(parts)]
    drawing = ET.fromstring(str(item_bars(rows, reach=reach_of(rows), language="en")))  # noqa: S314 - our own drawing
    for part in drawing.findall(f"{SVG}rect"):
        left, width = float(part.get("x", "0")), float(part.get("width", "0"))
        assert left >= 229.9
        assert left + width <= 658 - 92 + 0.1


def test_words_stand_in_the_same_place_as_bars() -> None:
    words: list[ItemRow] = [WordRow("a", "few", 0, 3, "a"), WordRow("b", "most", 2, 3, "b")]
    rows = [*words, EmptyRow("c", "not asked", "c")]
    drawing = str(item_bars(rows, reach=reach_of(rows), language="en"))
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="middle"[^>]*>(?:few|most)<', drawing)]
    assert places[0] < (230 + 566) / 2 < places[1]
    assert "not asked" in drawing
