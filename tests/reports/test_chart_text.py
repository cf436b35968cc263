"""Charts are drawn line by line and whole: every text at its anchor, and a chart that fails stops the report."""

import gc
import re
from typing import Any

import pytest

from assess.reports import chart_text, team_reports
from assess.reports.charts.svg import Drawing
from assess.reports.page import report_page
from assess.reports.parsed_page import parsed_page
from assess.reports.pdf import DrawingError, render_pdf
from assess.reports.present.pages import TeamReport, WithheldReport
from tests.reports import shop
from tests.reports.reading import boxes

WIDTH = 400.0


def page_with(*drawings: Drawing, language: str = "en") -> str:
    charts = "".join(f"<p>{drawing.finish()}</p>" for drawing in drawings)
    style = "@page { size: 600px 400px; margin: 0 } body, p { margin: 0 } svg { display: block }"
    return f'<html lang="{language}"><title>x</title><style>{style}</style>{charts}</html>'


def drawing(language: str = "en") -> Drawing:
    return Drawing(WIDTH, 100, title="A chart of 1", language=language)


@pytest.mark.parametrize("words", ["Above", "WAVE", "42", "客服一组", "Trust 信任", "68–74"])
def test_a_line_stands_at_its_anchor(words: str) -> None:
    made = drawing()
    for y, anchor in ((20, "start"), (50, "middle"), (80, "end")):
        made.text(WIDTH / 2, y, words, size=14, anchor=anchor)
    (found,) = boxes(render_pdf(page_with(made)))
    lines = [[box for box in found if abs((box[1] + box[3]) / 2 - 0.75 * (y - 5)) < 9] for y in (20, 50, 80)]
    assert sum(map(len, lines)) == len(found)
    starts = [min(box[0] for box in line) for line in lines]
    ends = [max(box[2] for box in line) for line in lines]
    middle = WIDTH / 2 * 0.75  # pixels of a page are three quarters of a point
    assert starts[0] == pytest.approx(middle, abs=0.5)
    assert (starts[1] + ends[1]) / 2 == pytest.approx(middle, abs=0.5)
    assert ends[2] == pytest.approx(middle, abs=0.5)


@pytest.mark.parametrize(("name", "language"), [(shop.SERVICE, "en"), (shop.TECHNOLOGY, "zh"), (shop.TOLD, "en")])
def test_every_text_of_every_chart_is_in_the_file(name: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def overheard(report: TeamReport | WithheldReport) -> str:
        seen.append(report_page(report))
        return seen[-1]

    monkeypatch.setattr(team_reports, "report_page", overheard)
    shop.pdf.__wrapped__(name, language)  # not the one that was drawn before
    text = re.sub(r"\s", "", shop.text_of(shop.pdf(name, language)))
    lines = [re.sub(r"\s", "", each) for each in re.findall(r"<text [^>]*>([^<&]*)</text>", seen[0])]
    assert len(lines) > 20
    assert [line for line in lines if line not in text] == []


def test_a_chart_that_cannot_be_drawn_stops_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_args: object) -> Any:
        raise ValueError("no such colour")

    made = drawing()
    made.text(0, 20, "text", size=14)
    render_pdf(page_with(made))
    monkeypatch.setattr(chart_text, "_colour", failing)
    with pytest.raises(DrawingError, match="A picture in the report could not be drawn"):
        render_pdf(page_with(made))


def test_text_of_other_pictures_is_left_to_the_library() -> None:
    picture = '<svg width="90" height="20"><title>y</title><text x="1 20" y="9">ab</text></svg>'
    html = f'<html lang="en"><title>x</title>{picture}'
    page, _sheets = parsed_page(html, None)
    assert [element.tag for element in page.etree_element.iter() if "text" in str(element.tag)] == [
        "{http://www.w3.org/2000/svg}text"
    ]
    assert "a" in shop.text_of(render_pdf(html))


def test_a_chart_that_is_no_xml_is_read_as_the_library_reads_it() -> None:
    broken = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><title>y</title><text y="9">loose</svg>'
    assert "loose" in shop.text_of(render_pdf(f'<html lang="en"><title>x</title>{broken}<p>after</p></html>'))


def test_an_entity_that_would_grow_without_end_is_not_read_as_xml() -> None:
    declared = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]>'
    used = '<svg xmlns="http://www.w3.org/2000/svg" width="9"><text>&a;</text></svg>'
    text = shop.text_of(render_pdf(f'<html lang="en"><title>x</title>{declared}{used}<p>after</p></html>'))
    assert "aaaaaaaaaa" not in text
    assert "after" in text


def test_the_sheet_of_one_page_is_not_that_of_the_next() -> None:
    pages = [
        f'<html lang="en"><title>x</title><style>p::before {{ content: "{word}" }}</style><p></html>' for word in "ab"
    ]
    assert [shop.text_of(render_pdf(page)).strip() for page in [*pages, *pages]] == ["a", "b", "a", "b"]


def test_collecting_garbage_is_as_before_afterwards() -> None:
    before = gc.get_threshold()
    render_pdf('<html lang="en"><title>x</title><p>text</html>')
    assert gc.get_threshold() == before
