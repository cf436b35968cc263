"""The pages that members get back: who finds them, what stands on them, and when they end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from assess.actions.adopting import add_own_action
from assess.actions.keeping import note_on, share_action, tick_step
from assess.app import create_app
from assess.errors import RefusalError
from assess.localisation import set_language
from assess.releases.withdrawals import withdraw
from assess.reports.cache import report_cache
from assess.reports.cycle_reports import reported_cycle
from assess.reports.drawn_reports import drawn_report
from assess.reports.one_pagers import one_pager_pdf
from assess.reports.provenance import ONE_PAGER
from assess.reports.rebuild import Comparison, rebuild
from assess.reports.unit_links import links_of_units, unit_code
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.links import write_code
from assess.surveys.models import Cycle
from tests.actions.history import LEVEL_OF_CONTROLS, TOP, History, after, opened, start
from tests.databases.stores import Store
from tests.surveys.member.visiting import visit

ZONE = ZoneInfo("Asia/Shanghai")
SECRET = "0123456789abcdef" * 4
LEVELS = {"Ada": 30.0, "Bea": 50.0, **LEVEL_OF_CONTROLS}
FEW = {"Bea": 4, "Ada": 9}
NOTE = "for my eyes only"


@pytest.fixture
def history(tmp_path: Path, each_database: Store) -> Iterator[History]:
    """Two quarters; of Bea four answer. Ada's leader shares one action and keeps another."""
    made = start(tmp_path)
    made.settings = replace(made.settings, secret_key=SECRET)
    made.publish("2026Q1", LEVELS, people=FEW)
    made.publish("2026Q2", {**LEVELS, "Ada": 60.0}, people=FEW)
    now = after("2026Q2")
    for title in ("Coffee with 客服", "A plan of my own"):
        add_own_action(made.database, "Ada", title, ["Ask <us>", "Answer"], now=now, zone=ZONE, owner="Li Na")
    share_action(made.database, "Ada", 1, now=now)
    tick_step(made.database, "Ada", 1, 1, now=now)
    note_on(made.database, "Ada", 1, NOTE, now=now)
    yield made
    made.database.close()


@pytest.fixture
def client(history: History) -> Iterator[FlaskClient]:
    app = create_app(history.settings)
    yield app.test_client()
    app.extensions["assess.database"].close()
    set_language("en")


def paths(history: History, quarter: str = "2026Q2") -> dict[str, str]:
    """List the path of every unit's page."""
    with history.database.reading() as session:
        links = links_of_units(session, history.settings, quarter)
    return {each.unit: urlsplit(each.link).path for each in links}


def cycle_of(history: History, quarter: str) -> Cycle:
    with history.database.reading() as session:
        return find_cycle(session, quarter)


def code_of(history: History, quarter: str, unit: str) -> str:
    return unit_code(SECRET.encode(), cycle_of(history, quarter).id, unit)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("9 of 10 answered", "Your scores", "1 of 2 steps done", "looked after by Li Na")),
        ("zh", ("10人中有9人填答", "你们团队的得分", "共2步，完成1步", "负责人：Li Na")),
    ],
)
def test_everybody_of_a_unit_reads_its_page_without_signing_in(
    history: History, client: FlaskClient, language: str, words: tuple[str, ...]
) -> None:
    page = visit(client, paths(history)["Ada"], language=language)
    assert page.h1 == "Ada"
    for word in words:
        assert word in page.text
    assert "Coffee with 客服" in page.text
    assert "Ask <us>" in page.text
    assert "A plan of my own" not in page.text
    assert NOTE not in page.text
    with history.database.reading() as session:
        register = reported_cycle(session, "2026Q2").cycle
    node = register.node("Ada")
    assert node is not None
    shown = [node.displayed()["overall"], *node.displayed()["dimensions"].values()]
    scores = [str(found) for found in page.tree.xpath("//ul[contains(@class, 'scores')]/li/p/b/text()")]
    assert scores == [str(figures["score_100"]) for figures in shown]
    assert page.tree.xpath("//a[starts-with(@href, '/contract/')]")


def test_the_page_leaves_nothing_anywhere(history: History, client: FlaskClient) -> None:
    answer = client.get(paths(history)["Ada"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert b'content="noindex, nofollow"' in answer.data
    assert b"<script" not in answer.data
    assert client.post(paths(history)["Ada"]).status_code == 405
    before = history.database.url
    assert client.get(paths(history)["Ada"]).data == answer.data
    assert history.database.url == before


def test_what_leaders_share_is_on_the_page_at_once_and_gone_at_once(history: History, client: FlaskClient) -> None:
    path, now = paths(history)["Ada"], after("2026Q2", 11)
    share_action(history.database, "Ada", 2, now=now)
    tick_step(history.database, "Ada", 1, 2, now=now)
    page = visit(client, path)
    assert "A plan of my own" in page.text
    assert "2 of 2 steps done" in page.text
    for place in (1, 2):
        share_action(history.database, "Ada", place, now=now, shown=False)
    assert "Nothing has been shared yet." in visit(client, path).text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_withheld_team_has_a_friendly_page_with_the_figures_of_the_whole(
    history: History, client: FlaskClient, language: str
) -> None:
    page, whole = (visit(client, paths(history)[name], language=language) for name in ("Bea", TOP))
    assert page.h1 == "Bea"
    assert {"en": "Fewer than 5 of you answered", "zh": "你们团队填答者不足5人"}[language] in page.text
    scores = "//ul[contains(@class, 'scores')]"
    assert [" ".join(found.text_content().split()) for found in page.tree.xpath(scores)] == [
        " ".join(found.text_content().split()) for found in whole.tree.xpath(scores)
    ]
    assert "4 of 10" not in page.text
    assert "10人中有4人" not in page.text


def test_the_next_survey_is_named_once_it_is_planned(history: History, client: FlaskClient) -> None:
    path = paths(history)["Ada"]
    assert "The date of the next survey is not fixed yet" in visit(client, path).text
    history.open("2026Q3", tuple(LEVELS))
    assert "The next survey runs from 6 September 2026 to 13 September 2026." in visit(client, path).text


def test_a_code_says_nothing_and_is_that_of_one_unit_of_one_quarter(history: History) -> None:
    found = paths(history)
    assert len(set(found.values())) == len(found) == len(LEVELS) + 1
    assert all(len(path) == len("/m/") + 26 for path in found.values())
    first = cycle_of(history, "2026Q1").id
    assert code_of(history, "2026Q2", "Ada") == found["Ada"].removeprefix("/m/")
    others = {unit_code(SECRET.encode(), first, "Ada"), unit_code(b"another secret" * 4, first, "Ada")}
    assert code_of(history, "2026Q2", "Ada") not in others
    assert len(others) == 2


def test_codes_are_the_same_in_another_process_and_stand_in_no_table(history: History, tmp_path: Path) -> None:
    again = opened(tmp_path, history.settings.database_url)
    again.settings = history.settings
    assert paths(again) == paths(history)
    again.database.close()
    if history.database.is_sqlite:
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert not [path for path in paths(history).values() if path.removeprefix("/m/").encode() in stored]


@pytest.mark.parametrize("code", ["nope", "0" * 25, write_code(bytes(range(16))), write_code(bytes(10)), "%00"])
def test_a_code_of_nobody_is_said_plainly_and_counted(history: History, client: FlaskClient, code: str) -> None:
    page = visit(client, f"/m/{code}", status=404)
    assert page.h1 == "No team has this link"
    for _time in range(59):
        assert client.get(f"/m/{code}").status_code == 404
    assert visit(client, f"/m/{code}.pdf", status=429).h1 == "Too many wrong codes"
    assert client.get(paths(history)["Ada"]).status_code == 200  # a good link is never held up


def test_a_link_of_a_unit_opens_no_survey(history: History, client: FlaskClient) -> None:
    code = paths(history)["Ada"].removeprefix("/m/")
    assert visit(client, f"/s/{code}", status=404).h1 == "No survey has this link"


def test_a_link_is_read_however_it_was_typed(history: History, client: FlaskClient) -> None:
    code = paths(history)["Ada"].removeprefix("/m/")
    assert visit(client, f"/m/{code.lower()[:13]}-{code.lower()[13:]}").h1 == "Ada"
    answer = client.get(f"/m/{code}/")
    assert (answer.status_code, answer.location) == (303, f"/m/{code}?lang=en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_link_ends_with_the_next_publication(history: History, client: FlaskClient, language: str) -> None:
    old = f"/m/{code_of(history, '2026Q1', 'Ada')}"
    page = visit(client, old, status=410, language=language)
    assert page.h1 == {"en": "Newer results are out", "zh": "已有更新的结果"}[language]
    set_language("en")
    with pytest.raises(RefusalError, match="The links of 2026 Q1 have ended: the results of 2026 Q2 are out"):
        paths(history, "2026Q1")
    path = paths(history)["Ada"]
    history.publish("2026Q3", LEVELS)
    assert client.get(path).status_code == 410


def test_withdrawn_results_say_so_with_the_reason(history: History, client: FlaskClient) -> None:
    path = paths(history)["Ada"]
    assert client.get(path).status_code == 200
    with history.database.writing() as session:
        withdraw(
            session,
            cycle_id=cycle_of(history, "2026Q2").id,
            quarter="2026Q2",
            because="A team was imported <twice>.",
            now=datetime(2026, 7, 1, tzinfo=UTC),
        )
    page = visit(client, path, status=410)
    assert page.h1 == "These results were withdrawn"
    assert "A team was imported <twice>." in page.text
    with pytest.raises(RefusalError, match="were withdrawn"):
        paths(history)
    assert client.get(f"/m/{code_of(history, '2026Q1', 'Ada')}").status_code == 410


def test_before_publication_there_is_no_link(history: History, client: FlaskClient) -> None:
    history.open("2026Q3", tuple(LEVELS))
    with pytest.raises(RefusalError, match="not published yet"):
        paths(history, "2026Q3")
    assert client.get(f"/m/{code_of(history, '2026Q3', 'Ada')}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_is_offered_once_it_is_drawn_and_never_an_outdated_one(
    history: History, client: FlaskClient, language: str
) -> None:
    path = paths(history)["Ada"]
    pdf = f"{path}.pdf?lang={language}"
    assert not visit(client, path, language=language).tree.xpath("//a[contains(@href, '.pdf')]")
    assert client.get(pdf).status_code == 404
    with history.database.reading() as session:
        reported = reported_cycle(session, "2026Q2")
    node = reported.cycle.node("Ada")
    assert node is not None
    cache = report_cache(history.settings)
    drawn = drawn_report(reported, node, language=language, cache=cache, kind=ONE_PAGER)
    (offered,) = visit(client, path, language=language).tree.xpath("//a[contains(@href, '.pdf')]/@href")
    answer = client.get(offered)
    assert (answer.status_code, answer.content_type, answer.data) == (200, "application/pdf", drawn)
    assert f"2026-Q2_ada_one-page_{language}.pdf" in unquote(answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    tick_step(history.database, "Ada", 1, 2, now=after("2026Q2", 12))
    assert client.get(offered).status_code == 404


def test_a_drawn_page_is_made_again_from_what_it_was_told(history: History) -> None:
    with history.database.reading() as session:
        reported = reported_cycle(session, "2026Q2")
    node = reported.cycle.node("Ada")
    assert node is not None
    content = one_pager_pdf(reported, node, language="zh")
    share_action(history.database, "Ada", 1, now=after("2026Q2", 13), shown=False)
    history.publish("2026Q3", LEVELS)
    with history.database.reading() as session:
        made = rebuild(session, content)
        now = one_pager_pdf(reported_cycle(session, "2026Q2"), node, language="zh")
    assert made.comparison == Comparison.IDENTICAL
    assert made.quarter == "2026Q2"
    assert now != content
