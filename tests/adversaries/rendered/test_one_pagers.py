"""D4 for members: every number of a one-pager is of the released node it shows; hidden ones look alike."""

import re

import pytest

from assess.localisation import use_language
from assess.reports.one_pagers import one_pager, one_pager_pdf
from assess.reports.over_teams import Choice, over_teams
from assess.reports.page import report_page
from assess.reports.present.one_page import shown_instead
from assess.reports.told import Told
from tests.adversaries.rendered.company import LATEST, QUARTERS, Company, Entry, node_of
from tests.adversaries.rendered.seen import everything, numbers, text_of_page, without_checksums
from tests.adversaries.rendered.test_withheld_reports import NOBODY, body, unnamed

# Every number that the words themselves contain: scale, minimum, axis.
CONSTANT = {"0", "5", "25", "50", "75", "100"}


def page(company: Company, name: str, quarter: int, language: str) -> str:
    with use_language(language):
        reported = company.reported[quarter]
        return text_of_page(str(report_page(one_pager(reported, node_of(reported, name), told=Told()))))


def released(entry: Entry) -> set[str]:
    """List the numbers a one-pager may take from a node: how many answered, scores and their usual ranges."""
    figures = [entry["overall"], *entry["dimensions"].values()]
    shown = {str(entry["n"]), str(entry["headcount"])}
    for each in figures:
        shown |= {str(each[key]) for key in ("score_100", "compare_low_100", "compare_high_100") if key in each}
    return shown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_number_is_one_of_the_node_that_is_shown(company: Company, quarter: int, language: str) -> None:
    entries = {entry["team"]: entry for entry in company.nodes(quarter)}
    read = 0
    for name in entries:
        shown = shown_instead(company.reported[quarter].cycle, node_of(company.reported[quarter], name))
        allowed = CONSTANT | (set() if shown is None else released(entries[shown.name]))
        found = {number.lstrip("–") for number in numbers(body(page(company, name, quarter, language)))}
        assert found <= allowed, (name, found - allowed)
        read += len(found - CONSTANT)
    assert read > 20, "the adversary can read"


def test_withheld_teams_of_one_unit_with_one_reason_differ_in_nothing_but_their_names(company: Company) -> None:
    alike: dict[tuple[str | None, str], set[str]] = {}
    counts: dict[tuple[str | None, str], int] = {}
    for quarter in QUARTERS:
        cycle = company.reported[quarter].cycle
        for name, reason in company.withheld(quarter).items():
            above = cycle.parents[name]
            key = (f"{quarter} {above}", reason)
            alike.setdefault(key, set()).add(unnamed(page(company, name, quarter, "en"), name))
            counts[key] = counts.get(key, 0) + 1
    assert max(counts.values()) > 1
    assert all(len(texts) == 1 for texts in alike.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_drawn_file_says_no_more_than_its_page(company: Company, language: str) -> None:
    reported = company.reported[LATEST]
    for name in (*company.withheld(), "After-sales 售后"):
        content = one_pager_pdf(reported, node_of(reported, name), language=language, told=Told())
        drawn = {number.lstrip("–") for number in numbers(body(everything(content)))}
        told = {number.lstrip("–") for number in numbers(body(page(company, name, LATEST, language)))}
        assert drawn <= told | CONSTANT | {"1", "30"}, name  # one page, dated with the last day of the quarter
        assert NOBODY not in without_checksums(everything(content))


def test_a_page_never_names_a_neighbour_that_is_withheld(company: Company) -> None:
    for quarter in QUARTERS:
        hidden = set(company.withheld(quarter))
        for entry in company.nodes(quarter):
            text = page(company, entry["team"], quarter, "en")
            assert not [name for name in hidden - {entry["team"]} if re.search(re.escape(name), text)]


@pytest.mark.parametrize("code", ["overall", "TRU"])
def test_teams_over_time_print_what_each_quarter_released_and_nothing_of_a_hidden_team(
    company: Company, code: str
) -> None:
    latest = company.reported[LATEST]
    names = [entry["team"] for entry in company.nodes()]
    for start in range(0, len(names), 6):
        chosen = names[start : start + 6]
        page = over_teams(latest, Choice(tuple(chosen), code))
        for panel in (panel for row in page.rows for panel in row):
            allowed: set[str] = {"0", "50", "100", "5"}
            for quarter in QUARTERS:
                for entry in company.released(quarter):
                    if entry["team"] == panel.name:
                        figures = entry["overall"] if code == "overall" else entry["dimensions"][code]
                        allowed |= {
                            str(figures[key])
                            for key in ("score_100", "compare_low_100", "compare_high_100")
                            if key in figures
                        }
            found = {number.lstrip("–") for number in numbers(body(text_of_page(str(panel.chart))))}
            assert found <= allowed, (panel.name, found - allowed)
            assert found > {"0", "50", "100"}
