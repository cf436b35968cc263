"""What a file says is what the report of the same team prints, number for number and word for word."""

import re
from typing import Any

import pytest

from assess.reports.files.contents import cycle_file, node_file
from assess.reports.files.model import FigureFile
from tests.adversaries.rendered.company import page_of
from tests.adversaries.rendered.seen import everything, text_of_page
from tests.reports import shop
from tests.reports.files.reading import tables

FORMATS = ("xlsx", "csv", "json")
NAMES = (shop.SERVICE, shop.OPERATIONS, shop.TECHNOLOGY)


def file_of(name: str, language: str = "en") -> FigureFile:
    reported = shop.told()[0] if name == shop.TOLD else shop.reported()
    node = reported.cycle.node(shop.OPERATIONS if name == shop.TOLD else name)
    assert node is not None
    return node_file(reported, node, language=language, command="assess cycle export 2026Q4 --out exports")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def seen(name: str, language: str = "en") -> str:
    return squeezed(everything(shop.pdf(name, language)))


def span(row: dict[str, Any], low: str, high: str) -> str:
    return str(row[low]) if row[low] == row[high] and low == "low_100" else f"{row[low]}–{row[high]}"


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_scores_are_the_lines_of_the_printed_table(name: str, written_as: str) -> None:
    text = seen(name)
    rows = [row for row in tables(file_of(name), written_as)["scores"] if row["code"] != "overall"]
    assert [row["code"] for row in rows] == ["COM", "TRU", "ROL", "MOT"]
    for row in rows:
        own, usual = span(row, "low_100", "high_100"), span(row, "compare_low_100", "compare_high_100")
        line = f"{row['dimension']} {row['n']} {row['score_100']} {own} {usual} {row['organisation_100']}"
        assert line in text
        share = row.get("percent_favourable")
        if isinstance(share, int | float) or str(share).isdigit():
            assert f"{line} {share}%" in text


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_overall_score_and_answers_are_those_of_the_first_page(name: str, written_as: str) -> None:
    read = tables(file_of(name), written_as)
    (overall,) = [row for row in read["scores"] if row["code"] == "overall"]
    (asked,) = read["participation"]
    text = seen(name)
    assert f"Team health stands at {overall['score_100']} of 100" in text
    assert f"{asked['n']} of {asked['headcount']} answered" in text
    if asked["n"] != asked["headcount"]:
        assert f"between {overall['low_100']} and {overall['high_100']}" in text


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_items_say_what_the_charts_say(name: str, written_as: str) -> None:
    rows = tables(file_of(name), written_as)["items"]
    assert len(rows) == 24 + 2, "a sensitive outcome is in no file of a team"
    text = seen(name)
    with_numbers = 0
    for row in rows:
        if "percent_favourable" in row:
            spoken = f"{row['label']}: {row['percent_favourable']}% favourable, {row['percent_neutral']}% neutral"
            assert f"{spoken}, {row['percent_unfavourable']}% unfavourable" in text
            if "percent_low" in row:
                assert f"{row['percent_low']}–{row['percent_high']}" in text
            with_numbers += 1
        elif written_as != "json":
            assert f"{row['label']}: {row['word']}" in text
    assert (with_numbers > 5) == (name != shop.OPERATIONS), "eight answers give words"


@pytest.mark.parametrize("written_as", ["xlsx", "csv"])
def test_changes_and_trends_are_those_of_the_report(written_as: str) -> None:
    text = seen(shop.TOLD)
    rows = {row["code"]: row for row in tables(file_of(shop.TOLD), written_as)["scores"]}
    assert {code: str(row["change_100"]) for code, row in rows.items()} == {
        "overall": "14", "COM": "24", "TRU": "-21", "ROL": "-100", "MOT": "-100",
    }  # fmt: skip
    for row in rows.values():
        shown = [f"{int(row[key]):+d}".replace("-", "−") for key in ("change_100", "change_low_100", "change_high_100")]
        shown = ["0" if each == "+0" else each for each in shown]
        assert f"{row['since']}: {shown[0]} points ({shown[1]} to {shown[2]})" in text or row["code"] == "overall"
        assert (str(row["trend_slope_100"]), row["trend_word"]) == ("-2.5", "▼ falling")
    assert "about −2.5 a quarter (−4.5 to −0.5)" in text
    assert rows["COM"]["change_word"] == "▲ higher"


@pytest.mark.parametrize("written_as", FORMATS)
def test_earlier_quarters_are_those_of_the_small_charts(written_as: str) -> None:
    text = seen(shop.TOLD)
    rows = tables(file_of(shop.TOLD), written_as)["quarters"]
    assert len(rows) == 5 * 8
    for row in rows:
        if "compare_low_100" in row and written_as != "json":
            assert f"{row['quarter']}: {row['score_100']} points, usual range {row['compare_low_100']} to" in text
    gaps = [row for row in rows if "compare_low_100" not in row]
    assert len(gaps) == 5
    expected: object = {"suppressed": "too_few"} if written_as == "json" else "fewer than 5 answers"
    assert all(gap["score_100"] == expected for gap in gaps)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_proposals_and_comments_are_told_in_the_words_of_the_report(language: str) -> None:
    text = text_of_page(page_of(shop.told()[0], shop.OPERATIONS, language))  # in a file, cards stand side by side
    read = tables(file_of(shop.TOLD, language), "xlsx")
    assert len(read["recommendations"]) == 2
    for row in read["recommendations"]:
        for key in ("basis", "title", "why", "text", "first_step"):
            assert row[key] in text
    assert len(read["comments"]) == 11
    assert all(row["text"] in text for row in read["comments"])


@pytest.mark.parametrize("written_as", FORMATS)
def test_a_withheld_team_has_its_reason_in_place_of_every_figure(written_as: str) -> None:
    read = tables(file_of(shop.WITHHELD), written_as)
    expected: object = {"suppressed": "too_few"} if written_as == "json" else "fewer than 5 answers"
    assert set(read) == {"participation", "scores", "items"}
    assert [row["n"] for row in read["participation"]] == [expected]
    assert all(set(row) == {"node", "kind", "n"} for row in read["participation"])
    for row in read["scores"]:
        assert [row[key] for key in ("n", "score_100", "low_100", "high_100")] == [expected] * 4
        assert not {"band", "compare_low_100", "place", "spread", "percent_favourable"} & set(row)
    assert [row["word"] for row in read["items"]] == [expected] * 26


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("written_as", FORMATS)
def test_the_file_of_a_cycle_says_of_each_team_what_its_own_file_says(written_as: str, language: str) -> None:
    reported = shop.reported()
    whole = tables(cycle_file(reported, language=language, command="assess"), written_as)
    for name in (*NAMES, shop.WITHHELD):
        own = tables(file_of(name, language), written_as)
        for key in ("participation", "scores", "items"):
            assert [row for row in whole[key] if row["node"] == name] == own[key]
    assert "comments" not in whole
    assert "recommendations" not in whole


def test_numbers_are_numbers_and_reasons_are_texts() -> None:
    for row in tables(cycle_file(shop.reported(), language="en", command="assess"), "xlsx")["scores"]:
        for key in ("n", "score_100", "low_100", "organisation_100"):
            assert isinstance(row.get(key, 0), int) or row[key].startswith("fewer than"), (key, row)
