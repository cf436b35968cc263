"""Comments: the words as they were frozen, by prompt, and nothing that could mark a writer."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import pikepdf
import pytest

from assess.localisation import use_language
from assess.reports.page import report_page
from assess.reports.present.pages import TeamReport
from assess.reports.team_reports import ReportedCycle, team_report, team_report_pdf
from tests.reports import shop
from tests.reports.opened import entry, register
from tests.reports.reading import structure

ENGLISH = tuple(f"Please keep rule number {place} of the late shift." for place in range(4))
CHINESE = tuple(f"交接记录第{place}条写得清楚，请保持。" for place in range(6))
MIXED = (CHINESE[2], ENGLISH[3], *CHINESE[:2], ENGLISH[0], "IT 系统太慢。", ENGLISH[1], *CHINESE[3:], ENGLISH[2])
RELEASED = {shop.SERVICE: {"CMT2": ("Fewer lists <b>& forms</b>\nand one board.",), "CMT1": MIXED, "CMT9": ("lost",)}}
FORMER = {shop.TECHNOLOGY: {"CMT1": ("Technology said this.",)}}


def with_comments(comments: Mapping[str, Mapping[str, Sequence[str]]]) -> ReportedCycle:
    return replace(shop.reported(), cycle=register(shop.document()["cycles"][0], comments))


def reported(comments: Mapping[str, Mapping[str, Sequence[str]]]) -> TeamReport:
    report = team_report(with_comments(comments), entry(shop.team(shop.SERVICE)))
    assert isinstance(report, TeamReport)
    return report


@cache
def drawn(language: str) -> bytes:
    return team_report_pdf(with_comments({**RELEASED, **FORMER}), entry(shop.team(shop.SERVICE)), language=language)


def spoken_languages(content: bytes) -> list[str]:
    """List the languages of all list items that have one of their own, in reading order."""
    with pikepdf.open(io.BytesIO(content)) as document:
        items = [element for element in structure(document) if element.S == "/LI" and "/Lang" in element]
        return [str(item.Lang) for item in items]


def test_without_released_comments_there_is_no_page() -> None:
    assert reported({}).comments is None
    assert reported({shop.SERVICE: {}}).comments is None
    assert reported({shop.SERVICE: {"CMT1": ()}}).comments is None
    assert reported(FORMER).comments is None  # those of another node
    assert "Comments" not in report_page(reported(FORMER))


def test_prompts_stand_in_the_order_of_the_questionnaire_and_texts_in_the_order_they_were_frozen() -> None:
    page = reported(RELEASED).comments
    assert page is not None
    prompts = {prompt.code: prompt.text["en"] for prompt in shop.instrument().comments}
    assert [block.prompt for block in page.blocks] == [prompts["CMT1"], prompts["CMT2"]]
    assert tuple(said.text.value for said in page.blocks[0].texts) == MIXED
    assert page.blocks[0].count == f"{len(MIXED)} comments"


def test_each_comment_carries_its_own_language() -> None:
    page = reported(RELEASED).comments
    assert page is not None
    languages = {said.text.value: said.html_language for said in page.blocks[0].texts}
    assert {languages[text] for text in ENGLISH} == {"en"}
    assert {languages[text] for text in (*CHINESE, "IT 系统太慢。")} == {"zh-CN"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_stands_beside_a_comment(language: str) -> None:
    with use_language(language):
        html = report_page(reported(RELEASED))
    items = re.findall(r"<li lang=.*?</li>", html, flags=re.DOTALL)
    expected = [*MIXED, "Fewer lists &lt;b&gt;&amp; forms&lt;/b&gt;\nand one board."]
    assert [re.sub(r'<li lang="[-\w]+">(.*)</li>', r"\1", item, flags=re.DOTALL) for item in items] == expected


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_reads_each_comment_in_its_language_and_shows_nobody_elses(language: str) -> None:
    text = "".join(shop.text_of(drawn(language)).split())
    assert all("".join(comment.split()) in text for comment in MIXED)
    assert "<b>&forms</b>" in text
    assert "Technologysaidthis" not in text
    wanted = ["en" if comment in ENGLISH else "zh-CN" for comment in MIXED]
    assert spoken_languages(drawn(language)) == [*wanted, "en"]


def test_a_long_list_flows_over_pages_and_loses_nothing() -> None:
    many = tuple(f"Comment {place}: " + "the same long thought again and again, " * 4 for place in range(45))
    content = team_report_pdf(
        with_comments({shop.SERVICE: {"CMT1": many}}), entry(shop.team(shop.SERVICE)), language="en"
    )
    pages = [" ".join(sheet.split()) for sheet in shop.text_of(content).split("\f")]
    holding = [place for place, sheet in enumerate(pages) if "the same long thought" in sheet]
    assert len(holding) >= 2
    assert holding == list(range(holding[0], holding[-1] + 1))
    assert all(f"Comment {place}:" in " ".join(pages) for place in range(45))
    assert spoken_languages(content) == ["en"] * 45


def test_an_endless_comment_runs_on_over_pages_in_its_language() -> None:
    texts = ("第一条。", "另一件事，也是同一件事。" * 600, "The last one.")
    content = team_report_pdf(
        with_comments({shop.SERVICE: {"CMT1": texts}}), entry(shop.team(shop.SERVICE)), language="en"
    )
    assert "".join(shop.text_of(content).split()).count("另一件事，也是同一件事。") > 590  # footers cut some in two
    languages = spoken_languages(content)
    assert (languages[0], languages[-1]) == ("zh-CN", "en")
    assert set(languages[1:-1]) == {"zh-CN"}
