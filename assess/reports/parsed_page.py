"""Parsing a page quickly: its sheet once per process, its charts as the XML they are.

Hundreds of reports are drawn with the same sheet. Two thirds of a page are charts, which a parser for HTML reads letter
by letter.
"""

import re
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from assess.reports.chart_text import LINE_OF_TEXT, draw_lines_of_text
from assess.reports.fetching import InlineDataOnly

_SVG = "{http://www.w3.org/2000/svg}"
_CHART = re.compile(r'<svg xmlns="http://www\.w3\.org/2000/svg" .*?</svg>', re.DOTALL)
_SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SHEETS_KEPT = 8  # one per language and look


def parsed_page(html: str, font_configuration: Any) -> tuple[Any, list[Any]]:  # noqa: ANN401 - WeasyPrint has no type hints
    """Return page and sheets as WeasyPrint holds them; a drawing that is no chart of ours is left to WeasyPrint."""
    from weasyprint import HTML

    draw_lines_of_text()
    charts: dict[str, Element] = {}

    def take_out(found: re.Match[str]) -> str:
        try:
            chart = fromstring(found[0])
        except (ParseError, DefusedXmlException):
            return found[0]
        name = f"chart-{len(charts)}"
        charts[name] = chart
        return f'<svg class="{name}"></svg>'

    sheets = [_sheet(text, font_configuration) for text in _SHEET.findall(html)]
    page = HTML(string=_CHART.sub(take_out, _SHEET.sub("", html)), url_fetcher=InlineDataOnly(), base_url=None)
    for place in page.etree_element.iter(f"{_SVG}svg"):
        chart = charts.get(place.attrib.get("class", ""))
        if chart is not None:
            _put_back(place, chart)
    return page, sheets


@lru_cache(_SHEETS_KEPT)
def _sheet(text: str, font_configuration: Any) -> Any:  # noqa: ANN401 - WeasyPrint has no type hints
    from weasyprint import CSS

    return CSS(string=text, url_fetcher=InlineDataOnly(), font_config=font_configuration, base_url=None)


def _put_back(place: Element, chart: Element) -> None:
    """Fill a place with its chart, whose texts are single lines: one place, no parts."""
    place.attrib.clear()
    place.attrib.update(chart.attrib)
    place.extend(chart)
    for text in place.iter(f"{_SVG}text"):
        if not len(text):
            text.tag = _SVG + LINE_OF_TEXT
