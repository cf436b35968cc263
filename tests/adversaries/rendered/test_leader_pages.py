"""D4 for leaders: the page of a node says no more than its PDF, and of what is inside a unit released scores only."""

import re

import pytest

from assess.localisation import use_language
from assess.reports.leader_pages import board_words, leader_page, page_body, verdict_of
from assess.reports.present.leader_page import LeaderPage
from tests.adversaries.rendered.company import LATEST, QUARTERS, Company, Entry, node_of
from tests.adversaries.rendered.seen import numbers, percents, text_of_page
from tests.adversaries.rendered.test_withheld_reports import NOBODY, unnamed
from tests.reports.opened import entry as opened

FULL = 10
FIRST_OF_ALL = 1


def markup(company: Company, name: str, quarter: int, language: str, *, inside: bool = False) -> str:
    with use_language(language):
        reported = company.reported[quarter]
        return str(page_body(leader_page(reported, node_of(reported, name), with_inside=inside)))


def seen(company: Company, name: str, quarter: int, language: str, *, inside: bool = False) -> str:
    return text_of_page(markup(company, name, quarter, language, inside=inside))


def bare(text: str) -> set[str]:
    return {number.lstrip("–−+-") for number in numbers(text)}


def scores(entry: Entry) -> set[str]:
    figures = [entry["overall"], *entry["dimensions"].values()]
    keys = ("score_100", "compare_low_100", "compare_high_100")
    return {str(entry["n"]), str(entry["headcount"])} | {str(f[key]) for f in figures for key in keys if key in f}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("quarter", [FIRST_OF_ALL, 3, LATEST])
def test_every_number_of_a_page_stands_in_the_report_of_the_same_node(
    company: Company, quarter: int, language: str
) -> None:
    read = 0
    for entry in company.nodes(quarter):
        name = entry["team"]
        told = bare(text_of_page(company.page(name, quarter, language)))
        found = bare(seen(company, name, quarter, language))
        assert found <= told, (name, found - told)
        read += len(found)
    assert read > 200, "the adversary can read"


def test_geometry_of_bars_is_that_of_printed_numbers(company: Company) -> None:
    """What is drawn is told beside it: every place of a dot, band or line is a printed score or limit."""
    drawn = 0
    for entry in company.released():
        text = bare(seen(company, entry["team"], LATEST, "en"))
        for svg in re.findall(r'<svg class="scale".*?</svg>', markup(company, entry["team"], LATEST, "en")):
            places = re.findall(r'<(?:circle|rect|line class="mark")[^>]*? (?:cx|x|x1)="([\d.]+)%"', svg)
            assert set(places) <= text, (entry["team"], svg)
            drawn += len(places)
    assert drawn > 100


def test_changes_show_where_the_quarter_before_stood(company: Company) -> None:
    page = markup(company, "After-sales 售后", LATEST, "en")
    assert page.count('class="then"') == page.count('class="mark"') == 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_inside_a_unit_stand_released_scores_of_its_own_nodes_and_no_other_name(
    company: Company, language: str
) -> None:
    rows = 0
    for quarter in QUARTERS:
        entries = {entry["team"]: entry for entry in company.nodes(quarter)}
        cycle = company.reported[quarter].cycle
        hidden = set(company.withheld(quarter))
        for name in entries:
            children = [child for child in entries if cycle.parents.get(child) == name and child not in hidden]
            alone = bare(seen(company, name, quarter, language))
            more = bare(seen(company, name, quarter, language, inside=True)) - alone
            assert more <= set().union(*(scores(entries[child]) for child in children)), name
            with use_language(language):
                page = leader_page(
                    company.reported[quarter], node_of(company.reported[quarter], name), with_inside=True
                )
            shown = [] if page.inside is None else [row.name for row in page.inside.rows]
            assert sorted(shown) == sorted(children)
            rows += len(shown)
            text = seen(company, name, quarter, language, inside=True)
            assert not [other for other in hidden - {name} if re.search(re.escape(other), text)]
    assert rows > 20


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reason", ["too_few", "protects_others"])
def test_the_page_of_a_withheld_node_is_that_of_a_team_that_does_not_exist(
    company: Company, language: str, reason: str
) -> None:
    (name,) = [name for name, why in company.withheld().items() if why == reason]
    with use_language(language):
        invented = opened({"team": NOBODY, "suppressed": reason})
        page = page_body(leader_page(company.reported[LATEST], invented, with_inside=True))
    assert unnamed(markup(company, name, LATEST, language, inside=True), name) == str(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_of_a_small_group_has_no_percent_and_tells_items_in_words(company: Company, language: str) -> None:
    read = set[float]()
    for entry in company.released():
        page = markup(company, entry["team"], LATEST, language)
        found = set(percents(text_of_page(page)))
        with use_language(language):
            shown = leader_page(
                company.reported[LATEST], node_of(company.reported[LATEST], entry["team"]), with_inside=False
            )
        assert isinstance(shown, LeaderPage)
        items = [item for block in shown.items for item in block.items]
        if entry["n"] < FULL:
            assert found <= {95, 5}, entry["team"]
            assert not [item for item in items if re.search(r"\d", item.says + item.range_text)]
        else:
            read |= found
    assert len(read) > 10, "the adversary can read"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("quarter", [3, LATEST])
def test_a_board_and_a_card_say_nothing_that_the_report_does_not(company: Company, quarter: int, language: str) -> None:
    said = 0
    for entry in company.nodes(quarter):
        reported = company.reported[quarter]
        node = node_of(reported, entry["team"])
        with use_language(language):
            words, verdict = board_words(reported, node), verdict_of(reported, node)
        parts = [verdict, *words.past_sentences, *(s for past in words.past for s in (past.verdict, *past.sentences))]
        parts += [s for each in words.proposals for s in (*each.sheet.why, each.card.first_step)]
        told = text_of_page(company.page(entry["team"], quarter, language))
        withheld = "suppressed" in entry
        for part in parts:
            if withheld and part not in told:
                assert not numbers(part.replace("30", "")), (entry["team"], part)
            elif not withheld:
                assert part in told, (entry["team"], part)
        assert not (withheld and words.past), "a verdict speaks of scores"
        said += len(parts)
    assert said > 50, "the adversary can read"
