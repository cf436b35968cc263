"""What to do in full, and what became of earlier actions, as a leader reads it in both languages."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assess.actions.adopting import add_own_action, adopt_practice
from assess.actions.frozen import freeze_actions
from assess.actions.keeping import note_on, tick_step
from assess.localisation import LANGUAGES, use_language
from assess.releases.released import Fixed, Released
from assess.reports.cycle_reports import reported_cycle
from assess.reports.files.contents import node_file
from assess.reports.page import report_page
from assess.reports.present.pages import ActionPage, TeamReport
from assess.reports.team_reports import ReportedCycle, team_report, team_report_pdf
from tests.actions.history import LEVEL_OF_CONTROLS, TOP, History, after, start
from tests.databases.stores import Store, using
from tests.reports import shop
from tests.reports.files.reading import tables

ZONE = ZoneInfo("Asia/Shanghai")
NOTE = '<script>alert("1")</script>\nlate notices: 9, then 2'
REST = {"TRU": 30.0, "ROL": 30.0, "MOT": 30.0}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store) -> Iterator[History]:
    """Ada's action helped, Team 01 did not finish, Team 14 added one of its own that aims at nothing."""
    with using(each_database_of_module):
        made = start(Path(tmp_path_factory.mktemp("reports")))
    made.publish("2026Q1", {"Ada": 30.0, **LEVEL_OF_CONTROLS})
    now, database = after("2026Q1"), made.database
    for node in ("Ada", "Team 01"):
        adopt_practice(database, node, "P24", now=now, zone=ZONE, owner="Li Na <b>")
    for step in range(1, 5):
        tick_step(database, "Ada", 1, step, now=now)
    tick_step(database, "Team 01", 1, 1, now=now)
    note_on(database, "Ada", 1, NOTE, now=now)
    add_own_action(database, "Team 14", "和客服喝咖啡", ["约时间", "问一问"], now=now, zone=ZONE)
    made.publish("2026Q2", {"Ada": {"COM": 80.0, **REST}, **LEVEL_OF_CONTROLS})
    yield made
    made.database.close()


def reported(history: History, quarter: str = "2026Q2") -> ReportedCycle:
    with history.database.reading() as session:
        return reported_cycle(session, quarter)


def report(history: History, node: str, quarter: str = "2026Q2", language: str = "en") -> TeamReport:
    cycle = reported(history, quarter)
    team = cycle.cycle.node(node)
    assert team is not None
    with use_language(language):
        found = team_report(cycle, team)
    assert isinstance(found, TeamReport)
    return found


def page(history: History, node: str, **more: str) -> ActionPage:
    return report(history, node, **more).action_page


@pytest.mark.parametrize("written_as", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_figures_tells_it_too(history: History, language: str, written_as: str) -> None:
    cycle = reported(history)
    ada = cycle.cycle.node("Ada")
    assert ada is not None
    file = node_file(cycle, ada, language=language, command="assess cycle export 2026Q2 --out exports")
    (told,) = tables(file, written_as)["past_actions"]
    (block,) = report(history, "Ada", language=language).action_page.past
    assert told["title"] == block.title
    assert block.verdict == told["verdict"] or block.tone == told["verdict"]


def test_the_report_shows_the_frozen_proposals_of_the_board(history: History) -> None:
    proposed = freeze_actions(history.database, "2026Q2", now=after("2026Q2")).proposals("Ada")
    shown = report(history, "Ada")
    assert len(proposed) == len(shown.actions) == len(shown.action_page.sheets)
    assert [sheet.title for sheet in shown.action_page.sheets] == [card.title for card in shown.actions]


def test_a_sheet_says_why_this_one_its_steps_how_it_is_seen_and_what_to_ask(history: History) -> None:
    first, second = page(history, "Ada").sheets
    assert first.why[0].endswith("below 50.")
    assert first.why[1].startswith("Among what fits Trust it comes first")
    assert first.why[2] == "Proposed in the last three quarters already: “Promise list and a review without blame”."
    assert 3 <= len(first.steps) <= 6
    assert first.seen_by[0].startswith("In the survey: ")
    assert first.seen_by[1].startswith("At work: ")
    assert len(first.talk) == 3
    assert second.title != first.title


def test_what_helped_says_against_what_it_was_held(history: History) -> None:
    (past,) = page(history, "Ada").past
    assert (past.title, past.verdict, past.tone) == (
        "Who gets what, where, how often",
        "likely helped",
        "likely_helped",
    )
    assert past.facts == ("adopted after 2026 Q1", "Communication", "4 of 4 steps done", "Li Na <b>")
    assert past.sentences[0] == "Communication: 30 in 2026 Q1, 80 now (+50 points)."
    assert "beyond what happened in the other teams" in past.sentences[1]
    assert past.sentences[-1] == f"Noted: {NOTE}"
    assert report(history, "Ada").follow_up == "What became of “Who gets what, where, how often”: likely helped."


def test_cannot_tell_yet_is_said_without_blame_and_with_what_could_have_been_seen(history: History) -> None:
    (past,) = page(history, "Team 01").past
    assert past.verdict == "cannot tell yet"
    assert past.facts[2] == "1 of 4 steps done"
    assert any("it is judged once more next quarter" in sentence for sentence in past.sentences)
    assert any("a rise of about" in sentence for sentence in past.sentences)


def test_an_own_action_without_a_dimension_has_no_figures(history: History) -> None:
    (past,) = page(history, "Team 14", language="zh").past
    assert (past.title, past.verdict) == ("和客服喝咖啡", "尚无定论")
    assert past.sentences == ("它没有对应调查中的维度，调查无从判断；做到了就好。",)


def test_in_the_first_quarter_nothing_is_looked_back_on(history: History) -> None:
    assert page(history, "Ada", quarter="2026Q1").past == ()


def test_the_business_head_gets_what_leads_or_the_company_decide(history: History) -> None:
    assert page(history, TOP, quarter="2026Q1").sheets[0].title == "Interface meeting of two departments"


def test_every_number_on_the_page_is_released_or_fixed(history: History) -> None:
    def numbers(value: object) -> Iterator[object]:
        if is_dataclass(value) and not isinstance(value, Released | Fixed):
            for field in fields(value):
                yield from numbers(getattr(value, field.name))
        elif isinstance(value, tuple):
            for each in value:
                yield from numbers(each)
        elif not isinstance(value, str):
            yield value

    for found in numbers(page(history, "Ada")):
        assert isinstance(found, Released | Fixed)


def test_what_leaders_write_is_text_and_nothing_else(history: History) -> None:
    cycle = reported(history)
    team = cycle.cycle.node("Ada")
    assert team is not None
    html = report_page(team_report(cycle, team))
    assert "<script" not in str(html)
    assert "&lt;script&gt;" in str(html)
    assert "Li Na &lt;b&gt;" in str(html)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_has_a_page_to_take_along_and_a_first_page_that_is_one_page(history: History, language: str) -> None:
    cycle = reported(history)
    team = cycle.cycle.node("Ada")
    assert team is not None
    content = team_report_pdf(cycle, team, language=language)
    pages = shop.text_of(content).split("\f")
    heading = {"en": "What to do", "zh": "做什么"}[language]
    asked = {"en": "Did it work?", "zh": "有没有用？"}[language]
    (along,) = [text for text in pages if text.lstrip().startswith(heading)]
    assert asked in along
    assert pages[1].lstrip().startswith({"en": "Dimensions", "zh": "维度"}[language])


@pytest.mark.usefixtures("each_database")
def test_a_long_note_stays_on_its_page(tmp_path: Path) -> None:
    made = start(tmp_path)
    made.publish("2026Q1", {"Ada": 30.0, **LEVEL_OF_CONTROLS})
    adopt_practice(made.database, "Ada", "P24", now=after("2026Q1"), zone=ZONE)
    note_on(made.database, "Ada", 1, "很长的备注 " * 285, now=after("2026Q1"))
    made.publish("2026Q2", {"Ada": 30.0, **LEVEL_OF_CONTROLS})
    cycle = reported(made)
    team = cycle.cycle.node("Ada")
    assert team is not None
    pages = shop.text_of(team_report_pdf(cycle, team, language="zh")).split("\f")
    assert sum("很长的备注" in text for text in pages) in {1, 2}
    made.database.close()
