"""The organisation report as a file: tagged, the same bytes twice, legible for one team and for three hundred."""

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import page
import pikepdf
import pytest

from assess.releases.register import Register
from assess.reports.organisation_report import organisation_report_pdf
from tests.reports import shop
from tests.reports.organisation import cycles
from tests.reports.organisation.cycles import figure, hidden, low, names, node, whole, with_top
from tests.reports.reading import structure

MANY = 300


def many() -> Register:
    """Make 30 units of ten teams; every seventh team is withheld, and long names stand among short ones."""
    teams, units, above = [], [], {}
    for unit in range(30):
        name = f"Division {unit + 1:02} 事业部"
        units.append(node(name, parent=cycles.TOP, n=86, heads=100))
        above[name] = cycles.TOP
        for team in range(10):
            label = f"Team {unit + 1:02}-{team + 1:02}" + (" with a name that is long" if team == 4 else "")
            number = 10 * unit + team
            shown = node(label, {"ROL": low(25 + number % 60, 0.05, 50), "COM": figure(40 + number % 45)})
            teams.append(hidden(label) if number % 7 == 3 else shown)
            above[label] = name
    organisation = whole(2580, gates=("ROL",), bottom_k=5)
    top = node(cycles.TOP, parent=None, n=2580, heads=2600)
    return cycles.cycle(teams, organisation, units=[top, *units], above=above)


def full() -> Register:
    eight = [
        node(name, {"ROL": low(20, 1.0, 30)} if name == "Team 004" else None, change={"COM": shop.change(25, "higher")})
        for name in names(8)
    ]
    return with_top([*eight, hidden("Small")], whole(96, gates=("ROL",)), change={"COM": shop.change(4)})


STATES: dict[str, Callable[[], Register]] = {
    "full": full,
    "many": many,
    "one": lambda: with_top([node("A")], whole(12, bottom_k=None)),
    "none": lambda: with_top([hidden("A"), hidden("B")], whole(9, bottom_k=None)),
    "withheld": lambda: cycles.cycle([hidden("A")], {"suppressed": "too_few"}),
}
DRAWN = [("full", "en"), ("full", "zh"), ("many", "en"), ("one", "zh"), ("none", "en"), ("withheld", "zh")]


@cache
def pdf(state: str, language: str) -> bytes:
    register = STATES[state]()
    before = [with_top([node(name) for name in names(8)], whole(96), label="2026Q3")] if state == "full" else []
    return organisation_report_pdf(cycles.reported(register, before), language=language)


@pytest.mark.parametrize(("state", "language"), DRAWN)
def test_it_passes_pdf_ua_1(state: str, language: str, tmp_path: Path) -> None:
    path = shop.write(tmp_path / "report.pdf", pdf(state, language))
    result = page.validate_pdf(str(path), profile="ua1")
    assert result.is_compliant, result


@pytest.mark.parametrize(("state", "language"), DRAWN)
def test_a_screen_reader_gets_headings_table_headers_and_the_numbers_of_every_chart(state: str, language: str) -> None:
    with pikepdf.open(io.BytesIO(pdf(state, language))) as document:
        assert str(document.Root.Lang) == {"en": "en", "zh": "zh-CN"}[language]
        assert "Lantern" in str(document.docinfo.Title)
        elements = list(structure(document))
        kinds = [str(element.S) for element in elements]
        assert kinds.count("/H1") == 1
        for chart in (element for element in elements if str(element.S) == "/Figure"):
            assert re.search(r"\d|答卷|answers", str(chart.Alt)), str(chart.Alt)
        cells = [element for element in elements if str(element.S) == "/TD"]
        for cell in cells:
            attributes = cell.get("/A", pikepdf.Array())
            entries = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
            assert any("/Headers" in entry for entry in entries)
        with document.open_outline() as outline:
            assert len(outline.root[0].children) >= (1 if state == "withheld" else 5)


@pytest.mark.parametrize(("state", "language"), [("full", "en"), ("many", "en"), ("withheld", "zh")])
def test_the_same_figures_give_the_same_bytes(state: str, language: str) -> None:
    first = pdf(state, language)
    pdf.cache_clear()
    assert pdf(state, language) == first


def test_three_hundred_teams_are_all_there_and_every_page_of_the_table_repeats_its_head() -> None:
    text = shop.text_of(pdf("many", "en"), layout=True)
    sheets = [sheet for sheet in text.split("\f") if re.search(r"^ *Team \d\d-\d\d", sheet, re.MULTILINE)]
    table = [sheet for sheet in sheets if re.search(r"Team +answers +Team health +Communication", sheet)]
    assert len(table) >= 5
    flat = " ".join(text.split())
    for number in range(MANY):
        assert f"Team {number // 10 + 1:02}-{number % 10 + 1:02}" in flat, number
    rows = re.findall(r"^ *Team \d\d-\d\d.*?\d+ of \d+", "\n".join(table), re.MULTILINE)
    assert len(rows) == sum(number % 7 != 3 for number in range(MANY)) - 26  # 26 of the shown names take two lines


def test_no_row_of_the_table_is_cut_by_a_page() -> None:
    """Number and range of a cell stand on one page: a page never begins with a range alone."""
    for sheet in shop.text_of(pdf("many", "en"), layout=True).split("\f"):
        lines = [line for line in sheet.splitlines() if line.strip()]
        if lines:
            assert not re.match(r"^ *\d+–\d+( +\d+–\d+)* *$", lines[0]), lines[0]


def test_eight_to_twelve_pages_for_a_usual_organisation() -> None:
    with pikepdf.open(io.BytesIO(pdf("full", "en"))) as document:
        assert 6 <= len(document.pages) <= 12


def test_the_file_says_what_it_is_and_how_to_make_it_again() -> None:
    with pikepdf.open(io.BytesIO(pdf("full", "en"))) as document:
        info = document.docinfo
        assert str(info["/AssessReport"]) == "organisation-health"
        assert str(info["/AssessNode"]) == "Lantern"
        assert str(info["/AssessCommand"]) == f"{shop.COMMAND} --organisation"
    assert f"{shop.COMMAND} --organisation" in " ".join(shop.text_of(pdf("full", "en")).split())
