"""D4 on the one file that shows all teams at once: it tells no more than the released figures do one by one."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from assess.localisation import use_language
from assess.reports.organisation_report import organisation_report, organisation_report_pdf
from assess.reports.page import report_page
from tests.adversaries.rendered.company import LATEST, QUARTERS, Company
from tests.adversaries.rendered.matrix import residuals
from tests.adversaries.rendered.seen import everything, numbers, percents, printed, spoken, text_of_page
from tests.adversaries.rendered.test_rebuilt_matrix import parents_of

MINIMUM = 5
LOW_RESPONSE = 3
CODES = ("COM", "TRU", "ROL", "MOT")
# Percentages of the words themselves: intervals, false-discovery rates, the share below which a note is added.
CONSTANT = {5, 10, 70, 95}
_ROW = re.compile(
    r'<tr class="(?:team|unit|whole)"><th scope="row">([^<]+)</th><td class="answers">(\d+) of (\d+)</td>(.*?)</tr>'
)
_CELL = re.compile(r"<b>(?:[▲▼] )?(\d+|–)</b>(?: <span>(\d+)–(\d+)</span>)?")


def page_of(company: Company, quarter: int = LATEST, language: str = "en") -> str:
    with use_language(language):
        return report_page(organisation_report(company.reported[quarter]))


@pytest.fixture(scope="module")
def content(company: Company) -> bytes:
    return organisation_report_pdf(company.reported[LATEST], language="en")


def rows(page: str) -> dict[str, tuple[int, int, list[tuple[str, str, str]]]]:
    return {name: (int(n), int(heads), _CELL.findall(cells)) for name, n, heads, cells in _ROW.findall(page)}


@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_cell_is_a_released_figure_of_its_team(company: Company, quarter: int) -> None:
    found = rows(page_of(company, quarter))
    entries = {str(entry["team"]): entry for entry in company.released(quarter)}
    assert found.keys() == entries.keys()
    for name, (n, heads, cells) in found.items():
        entry = entries[name]
        assert (n, heads) == (entry["n"], entry["headcount"])
        assert len(cells) == 5
        for (score, low, high), figures in zip(
            cells, [entry["overall"], *(entry["dimensions"][code] for code in CODES)], strict=True
        ):
            if "suppressed" in figures:
                assert (score, low, high) == ("–", "", "")
            else:
                wanted = (figures["score_100"], figures["compare_low_100"], figures["compare_high_100"])
                assert (int(score), int(low), int(high)) == wanted, name


@pytest.mark.parametrize("quarter", QUARTERS)
def test_subtracting_the_counts_of_this_one_file_gives_nobody_or_at_least_five(company: Company, quarter: int) -> None:
    counts = {name: n for name, (n, _heads, _cells) in rows(page_of(company, quarter)).items()}
    assert len(counts) > 5
    assert all(count == 0 or count >= MINIMUM for count in residuals(counts, parents_of(company, quarter)).values())


@pytest.mark.parametrize("quarter", QUARTERS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_withheld_teams_are_named_once_with_a_reason_and_no_number(
    company: Company, quarter: int, language: str
) -> None:
    text = text_of_page(page_of(company, quarter, language))
    for name in company.withheld(quarter):
        lines = [line for line in text.splitlines() if name in line]
        assert len(lines) == 1, (name, lines)
        bare = lines[0]
        for other in company.withheld(quarter):
            bare = bare.replace(other, "")
        assert set(numbers(bare)) <= {str(MINIMUM)}, bare


def test_alternative_texts_and_metadata_name_no_withheld_team(company: Company, content: bytes) -> None:
    told = "\n".join(spoken(content))
    assert "Lighting 灯具" in told, "the adversary can read"
    assert not [name for name in company.withheld() if name in told]


def figures(part: Any, key: str) -> set[float]:
    """Collect all values under one key."""
    if isinstance(part, Mapping):
        own = {float(part[key])} if isinstance(part.get(key), (int, float)) else set()
        return own.union(*(figures(value, key) for value in part.values()))
    return set().union(*(figures(value, key) for value in part)) if isinstance(part, list) else set()


def test_every_percentage_is_a_rate_a_probability_or_a_share_of_the_whole_organisation(
    company: Company, content: bytes
) -> None:
    cycle = company.cycle()
    shown = [*cycle["units"], cycle["organisation"]]
    allowed: set[float] = {round(100 * rate) for rate in figures(shown, "response_rate")}
    allowed |= {round(100 * p) for p in figures(cycle["teams"], "p_bottom") if p >= 0.5}
    for kind in ("items", "outcomes"):
        for part in ("favourable", "neutral", "unfavourable"):
            allowed |= figures(cycle["organisation"][kind], f"percent_{part}")
    found = set(percents(everything(content)))
    assert len(found) > 8, "the adversary can read"
    assert found <= allowed | CONSTANT


def test_the_drawn_file_prints_what_the_page_says(company: Company, content: bytes) -> None:
    text = printed(content)
    for name, (n, heads, cells) in rows(page_of(company)).items():
        assert name.split()[0] in text
        assert re.search(rf"\b{n} of {heads}\b", text), name
        assert all(score in text for score, _low, _high in cells)


def test_no_leader_and_no_comment_is_in_it(company: Company, content: bytes) -> None:
    reported = company.reported[LATEST]
    text = everything(content)
    said = [str(t) for prompts in reported.cycle.comments.values() for texts in prompts.values() for t in texts]
    assert said
    assert not [each for each in said if each in text]
    assert reported.actions is not None
    for entries in reported.actions.content["readings"].values():
        for entry in entries:
            assert not entry["noted"] or entry["noted"] not in text
            assert not entry["owner"] or entry["owner"] not in text


def test_a_low_quarter_says_that_few_answered_and_compares_nothing(company: Company) -> None:
    page = page_of(company, LOW_RESPONSE)
    assert "Fewer than half answered" in page
