"""What members get back on one page: released figures, what was taken on, the next survey, in two languages."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pikepdf
import pytest

from assess.actions.shared import SharedAction
from assess.localisation import use_language
from assess.releases.register import Register
from assess.releases.released import Fixed, Released
from assess.reports.charts.page_bar import page_bar
from assess.reports.one_pagers import one_pager, one_pager_pdf
from assess.reports.page import report_page
from assess.reports.present.one_page import shown_instead
from assess.reports.present.pages import OnePager
from assess.reports.provenance import ONE_PAGER, provenance_of
from assess.reports.read_back import read_back
from assess.reports.team_reports import ReportedCycle
from assess.reports.told import Told, read_told
from assess.surveys.coming import Coming
from tests.reports import shop
from tests.reports.opened import entry, register, shown
from tests.reports.reading import boxes

STEPS = ("Ask who waits for what", None)
SHARED = SharedAction("P24", "Coffee <b>on Mondays</b>", STEPS, (True, False), "Li Na", date(2027, 2, 1))
TOLD = Told((SHARED,), Coming("2027Q1", date(2027, 3, 6), date(2027, 3, 15)))


def page(name: str = shop.OPERATIONS, language: str = "en", told: Told = TOLD, **changes: Any) -> OnePager:
    with use_language(language):
        return one_pager(shop.reported(), entry({**shop.team(name), **changes}), told=told)


def under(above: Mapping[str, str | None], **more: Any) -> Register:
    """Put the shop's teams under units, which are copies of shown and withheld teams."""
    cycle = {**shop.document()["cycles"][0], **more}
    return replace(register(cycle), parents=above)


def unit(name: str, like: str) -> dict[str, Any]:
    return {**shop.team(like), "team": name, "parent": None}


def test_every_released_score_stands_on_it_with_its_usual_range() -> None:
    own = shop.team(shop.OPERATIONS)
    lines = page().lines
    assert [line.name for line in lines] == ["Team health", "Communication", "Trust", "Role clarity", "Motivation"]
    for line, figures in zip(lines, [own["overall"], *own["dimensions"].values()], strict=True):
        assert line.score is not None
        assert line.score.value == figures["score_100"]
        assert line.range_text == f"{figures['compare_low_100']}–{figures['compare_high_100']}"
        assert (line.change, line.since) == ("", "")
    assert page().cover.answered == "8 of 9 answered"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("since 2026 Q3: ▲ higher", "since 2026 Q3: no clear change")),
        ("zh", ("与2026年第三季度相比：▲ 升高", "与2026年第三季度相比：变化不明显")),
    ],
)
def test_a_change_is_told_in_a_word_and_never_as_a_number(language: str, words: tuple[str, str]) -> None:
    change = {"COM": shop.change(24, "higher"), "TRU": shop.change(-9)}
    made = page(language=language, change=change)
    told = {line.since for line in made.lines}
    assert told == {*words, ""}
    assert [line.is_clear for line in made.lines] == [False, True, False, False, False]
    with use_language(language):
        text = str(report_page(made))
    assert "+24" not in text
    assert "−9" not in text


@pytest.mark.parametrize(
    ("language", "facts", "coming"),
    [
        (
            "en",
            ("1 of 2 steps done", "looked after by Li Na", "until 1 February 2027"),
            "The next survey runs from 6 March 2027 to 15 March 2027. You get a new link for it.",
        ),
        (
            "zh",
            ("共2步，完成1步", "负责人：Li Na", "2027年2月1日前完成"),
            "下次调查时间：2027年3月6日至2027年3月15日。届时您会收到新的链接。",
        ),
    ],
)
def test_what_was_taken_on_and_the_next_survey_are_said(language: str, facts: tuple[str, ...], coming: str) -> None:
    made = page(language=language)
    (taken,) = made.commitments
    assert taken.title == "Coffee <b>on Mondays</b>"
    assert taken.facts == facts
    assert [bool(done) for _text, done in taken.steps] == [True, False]
    assert taken.steps[0][0] == STEPS[0]
    assert made.coming == coming
    assert "&lt;b&gt;" in str(report_page(made))


def test_where_nothing_is_shared_or_planned_it_says_so() -> None:
    made = page(told=Told())
    html = str(report_page(made))
    assert "Nothing has been shared yet." in html
    assert made.coming.startswith("The date of the next survey is not fixed yet")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_members_of_a_withheld_team_read_the_nearest_unit_above_that_is_shown(language: str) -> None:
    hidden = {"team": "North", "suppressed": "too_few", "parent": "Whole"}
    units = [hidden, unit("Whole", shop.SERVICE)]
    cycle = under({shop.WITHHELD: "North", "North": "Whole", "Whole": None}, units=units)
    reported = replace(shop.reported(), cycle=cycle)
    node = cycle.node(shop.WITHHELD)
    assert node is not None
    with use_language(language):
        made = one_pager(reported, node, told=TOLD)
    assert made.scores_of == "Whole"
    scores = [line.score.value for line in made.lines if line.score is not None]
    own = shop.team(shop.SERVICE)
    assert scores == [own["overall"]["score_100"], *(each["score_100"] for each in own["dimensions"].values())]
    assert (
        made.verdict
        == {
            "en": "Fewer than 5 of you answered, so nothing about your team is shown.",
            "zh": "你们团队填答者不足5人，因此不显示团队的任何结果。",
        }[language]
    )
    assert made.cover.answered == ""
    assert made.commitments


@pytest.mark.parametrize("reason", ["too_few", "protects_others"])
def test_without_a_shown_unit_above_there_is_a_friendly_page_without_figures(reason: str) -> None:
    hidden = entry({"team": shop.WITHHELD, "suppressed": reason})
    made = one_pager(shop.reported(), hidden, told=Told())
    assert (made.lines, made.chart, made.scores_of, made.answered) == ((), None, "", "")
    body = str(report_page(made)).split("</style>")[1]
    body = re.sub(r"[0-9a-f]{20,}|2026|Q4|0 to 100|50 is|75 is|-12-31|256", "", body)
    assert set(re.findall(r"(?<![\w-])\d+", re.sub(r"<[^>]+>", " ", body))) <= {"5"}


def test_the_unit_above_is_found_and_a_tree_without_end_is_none() -> None:
    cycle = under({shop.WITHHELD: "nowhere"})
    node = cycle.node(shop.WITHHELD)
    assert node is not None
    assert shown_instead(cycle, node) is None
    team = cycle.node(shop.OPERATIONS)
    assert team is not None
    assert shown_instead(cycle, team) is team


def test_a_withheld_dimension_says_why_and_has_no_bar() -> None:
    dimensions = {**shop.team(shop.OPERATIONS)["dimensions"], "TRU": {"suppressed": "too_few"}}
    line = next(line for line in page(dimensions=dimensions).lines if line.name == "Trust")
    assert (line.score, line.bar, line.instead) == (None, None, "fewer than 5 answers")


def test_every_number_on_the_page_is_released_or_fixed() -> None:
    def numbers(value: object) -> Iterator[object]:
        if is_dataclass(value) and not isinstance(value, Released | Fixed):
            for field in fields(value):
                yield from numbers(getattr(value, field.name))
        elif isinstance(value, tuple):
            for each in value:
                yield from numbers(each)
        elif not isinstance(value, str | bool | None):
            yield value

    found = list(numbers(page(change={"COM": shop.change(24, "higher")})))
    assert found
    assert all(isinstance(each, Released | Fixed) for each in found)


def test_the_bar_of_a_page_has_no_style_of_its_own_and_says_nothing_aloud() -> None:
    bar = str(page_bar(shown(60), shown(44), shown(76)))
    assert 'x="44%" width="32%"' in bar
    assert 'cx="60%"' in bar
    assert "style" not in bar
    assert 'aria-hidden="true"' in bar


@pytest.mark.parametrize("told", [Told(), TOLD])
def test_what_was_told_is_read_back_as_it_was(told: Told) -> None:
    assert read_told(told.written()) == told


def reported_with(told: Told) -> ReportedCycle:
    return replace(shop.reported(), shared={shop.OPERATIONS: told.actions}, coming=told.coming)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_is_one_page_that_says_what_it_was_told(language: str) -> None:
    reported = reported_with(TOLD)
    team = reported.cycle.node(shop.OPERATIONS)
    assert team is not None
    content = one_pager_pdf(reported, team, language=language)
    assert content == one_pager_pdf(reported, team, language=language)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 1
        assert document.Root.MarkInfo.Marked
    provenance = provenance_of(read_back(content).information)
    assert (provenance.report, provenance.node, provenance.language) == (ONE_PAGER, shop.OPERATIONS, language)
    assert read_told(provenance.told) == TOLD
    # Made again from what it says it was told, whatever is shared by now.
    again = one_pager_pdf(shop.reported(), team, language=language, told=read_told(provenance.told))
    assert again == content


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [shop.SERVICE, shop.WITHHELD])
def test_no_words_are_printed_over_each_other(language: str, name: str) -> None:
    node = shop.reported().cycle.node(name)
    assert node is not None
    (words,) = boxes(one_pager_pdf(reported_with(TOLD), node, language=language))
    for place, (left, top, right, bottom, text) in enumerate(words):
        assert 40 < left < right < 596 - 40, text
        for left2, top2, right2, bottom2, other in words[place + 1 :]:
            wide, high = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
            assert wide <= 0 or high <= 0, (text, other)
