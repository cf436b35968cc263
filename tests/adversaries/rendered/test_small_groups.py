"""D4: below ten answers there are whole points, coarse ranges and words; no share, no spread, no count per option."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.adversaries.rendered.company import LATEST, QUARTERS, Company, Entry
from tests.adversaries.rendered.seen import everything, pages, percents, spoken, text_of_page

FULL = 10
NEVER = {"mean_raw", "sd_raw", "percent_favourable", "percent_neutral", "percent_unfavourable", "percent_low"}
NEVER |= {"percent_high", "counts", "rwg_j", "rwg_j_skew", "ad", "spread_word", "p", "q", "welch_p", "mann_whitney_p"}
NEVER |= {"hedges_g", "cliffs_delta"}
VERSUS_REST = {"difference_100", "p", "q"}
WORDS = {
    5: {"less_than_half", "half_or_more"},
    6: {"less_than_half", "half_or_more"},
    7: {"less_than_half", "half_or_more"},
    8: {"few", "about_half", "most"},
    9: {"few", "about_half", "most"},
}
SPREAD = re.compile(r"\bSD\b|standard deviation|标准差|spread of answers|rwg|agreement index|Hedges|histogram|直方图")


def small(company: Company, quarter: int = LATEST) -> list[Entry]:
    return [entry for entry in company.released(quarter) if entry["n"] < FULL]


def shown(part: Mapping[str, Any]) -> set[str]:
    """Name the keys that hold a figure."""
    return {key for key, value in part.items() if not (isinstance(value, Mapping) and "suppressed" in value)}


def figures(entry: Entry, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((code, each) for code, each in entry.get(kind, {}).items() if "suppressed" not in each)


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_document_holds_no_number_that_needs_ten_answers(company: Company, quarter: int) -> None:
    assert small(company, quarter)
    for entry in company.released(quarter):
        for kind in ("dimensions", "change", "trend"):
            for code, each in figures(entry, kind):
                n = each.get("n", entry["n"])
                if n < FULL:
                    assert not shown(each) & NEVER, (entry["team"], code)
                    assert not set(each.get("versus_rest", {})) & VERSUS_REST
        for kind in ("items", "outcomes"):
            for code, each in figures(entry, kind):
                if each["n"] < FULL:
                    assert set(each) == {"n", "word"}, (entry["team"], code)
                    assert each["word"] in WORDS[each["n"]]
                elif "word" in each:
                    assert set(each) == {"n", "word"}


@pytest.mark.parametrize("quarter", QUARTERS)
def test_small_groups_have_whole_points_and_half_widths_of_fives(company: Company, quarter: int) -> None:
    seen = 0
    for entry in small(company, quarter):
        for _code, each in (*figures(entry, "dimensions"), ("overall", entry["overall"])):
            score = each["score_100"]
            assert isinstance(score, int)
            for prefix in ("", "compare_"):
                low, high = each[f"{prefix}low_100"], each[f"{prefix}high_100"]
                census = prefix == "" and low == score == high and entry["n"] == entry["headcount"]
                assert census or (low == 0 or (score - low) % 5 == 0 < score - low)
                assert census or (high == 100 or (high - score) % 5 == 0 < high - score)
            assert each.get("fluctuation_100", 5) % 5 == 0
            seen += 1
        for _code, each in figures(entry, "change"):
            half = each["high_100"] - each["difference_100"]
            assert half % 5 == 0 or each["high_100"] == 100
            assert isinstance(each["difference_100"], int)
    assert seen > 10


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_of_a_small_group_prints_no_percent(company: Company, language: str) -> None:
    for entry in company.released():
        found = set(percents(text_of_page(company.page(entry["team"], LATEST, language))))
        if entry["n"] < FULL:
            assert found == {95, 5}, entry["team"]  # how wide a range is, and the rate of false findings
        else:
            assert len(found - {95, 5}) > 3, "the adversary can read"


def test_a_drawn_report_of_a_small_group_holds_no_percent_anywhere(company: Company) -> None:
    small_text, large_text = (everything(company.pdf(name)) for name in ("Home textiles 家纺", "Pre-sales 售前咨询"))
    assert set(percents(small_text)) == {95, 5}
    assert len(set(percents(large_text))) > 5
    for found in SPREAD.findall("\n".join(pages(company.pdf("Home textiles 家纺"))[:-1])):
        pytest.fail(found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_items_of_a_small_group_are_told_in_words_without_a_digit(company: Company, language: str) -> None:
    word = {"en": "favourable", "zh": "正向"}[language]
    texts = [text for text in spoken(company.pdf("Home textiles 家纺", LATEST, language)) if text.count(word) > 1]
    assert len(texts) == 5, "four dimensions and the outcomes"
    for text in texts:
        assert not re.search(r"\d", text), text
