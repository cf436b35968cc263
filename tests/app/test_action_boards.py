"""The board of actions: its leader adopts, ticks off and gives up; HR reads; nobody else finds it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assess.accounts.administration import Roles
from assess.actions.catalogue import load_practices, practice_by_code
from assess.actions.models import NOTE_LENGTH, Action
from assess.releases.models import ResultDocument
from assess.teams.models import Person, Team
from tests.actions.history import LEVEL_OF_CONTROLS, TOP
from tests.app.browsing import Browsing
from tests.app.leader_cast import LEADERS, SECOND, Company, company, name_nodes
from tests.databases.stores import Store

pytestmark = pytest.mark.only_on("sqlite", "the services are tested on both; here are their pages")
SOON = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
OVER = (datetime.now(UTC).date() - timedelta(days=2)).isoformat()


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


def board(shop: Company, name: str = "Ada") -> str:
    return f"/app/actions/{shop.node(name)}"


def actions(shop: Company) -> list[Action]:
    with shop.database.reading() as session:
        return list(session.query(Action).filter(Action.dropped_at.is_(None)).order_by(Action.place))


def press(browsing: Browsing, way: str, what: str) -> int:
    """Press a button that stands on the board, with all that its form holds."""
    form = next(f for f in browsing.see(way).tree.xpath("//form") if f.get("action").endswith(what))
    data = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    return browsing.client.post(form.get("action"), data=data).status_code


def test_a_proposal_is_adopted_ticked_off_shown_noted_and_given_up(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    page = lea.see(here)
    (first, *_rest) = [str(way) for way in page.tree.xpath("//a[contains(@href, '/adopt/')]/@href")]
    assert "First step" in page.text
    assert "Why this one" in lea.see(first).text
    assert lea.send(first, owner="Xiao Li", due_on=SOON).location == here
    (action,) = actions(shop)
    assert (action.owner, str(action.due_on), action.practice) == ("Xiao Li", SOON, first[-3:])
    assert press(lea, here, "/1/tick") == 303
    assert press(lea, here, "/1/show") == 303
    (action,) = actions(shop)
    assert (action.steps[0].done_at is not None, action.is_shared) == (True, True)
    assert press(lea, here, "/1/untick") == 303
    assert press(lea, here, "/1/hide") == 303
    assert (
        lea.send(f"{here}/1/note", since=action.adopted_at.isoformat(), note="<b>Talked</b>\nwith all").status_code
        == 303
    )
    assert "<b>Talked</b>" in lea.see(here).text, "markup stays text"
    (action,) = actions(shop)
    assert (action.steps[0].done_at, action.is_shared, action.note) == (None, False, "<b>Talked</b>\nwith all")
    assert press(lea, f"{here}/1/drop", "/1/drop") == 303
    assert actions(shop) == []


def test_an_own_action_keeps_what_was_typed_until_it_fits(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    bad = {"csrf_token": lea.token(here), "title": "x" * 121, "steps": "\n \n", "due_on": OVER, "owner": "<i>Li"}
    page = lea.see(f"{here}/own", data=bad, status=422)
    said = {str(error.get("id")): error.text_content() for error in page.tree.xpath("//p[@class='error']")}
    assert "121 characters" in said["title-error"]
    assert "one to 8 steps" in said["steps-error"]
    assert "is over" in said["due_on-error"]
    assert page.tree.xpath("//input[@name='owner']/@value") == ["<i>Li"]
    assert actions(shop) == []
    good = {"title": "Talk <b>", "steps": "One\nTwo\n", "due_on": SOON, "dimension": "COM"}
    assert lea.send(f"{here}/own", **good).location == here
    again = lea.send(f"{here}/own", **good)
    assert (again.status_code, len(actions(shop))) == (409, 1), "a second click adds nothing"
    (action,) = actions(shop)
    assert ([step.text for step in action.steps], action.title, action.dimension) == (["One", "Two"], "Talk <b>", "COM")


@pytest.mark.parametrize(
    ("due", "said"),
    [("2026-13-01", "is no date"), ("soon", "is no date"), (f"{SOON}9", "is no date"), (OVER, "is over")],
)
def test_dates_that_do_not_fit_are_said_beside_their_field(shop: Company, due: str, said: str) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    page = lea.see(f"{here}/adopt/P24", data={"csrf_token": lea.token(here), "due_on": due}, status=422)
    assert said in page.tree.xpath("//p[@id='due_on-error']")[0].text_content()
    assert actions(shop) == []


def test_a_note_that_is_too_long_is_refused_in_the_readers_language_and_kept_on_the_page(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"], "zh"), board(shop)
    lea.send(f"{here}/adopt/P24")
    (action,) = actions(shop)
    text = "<script>alert(1)</script>" * 400
    assert len(text) == 10_000
    data = {"csrf_token": lea.token(here), "since": action.adopted_at.isoformat(), "note": text}
    page = lea.see(f"{here}/1/note", data=data, status=422)
    assert str(NOTE_LENGTH) in page.tree.xpath("//p[@id='note-error']")[0].text_content()
    assert page.tree.xpath("//textarea")[0].text.strip() == text
    assert not page.tree.xpath("//main//script")
    assert actions(shop)[0].note == ""


def test_a_browser_may_hold_back_half_a_date(shop: Company) -> None:
    page = shop.as_(LEADERS["Ada"]).see(f"{board(shop)}/own")
    (form,) = page.tree.xpath("//form[.//*[@id='due_on']]")
    assert form.get("novalidate") is None, "it would be sent as none, and the action stored without its date"
    assert form.xpath(".//@required") == []


def test_a_third_action_and_the_same_practice_twice_are_refused_with_a_sentence(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    lea.send(f"{here}/adopt/P24")
    again = lea.client.post(f"{here}/adopt/P24", data={"csrf_token": lea.token(here)})
    assert (again.status_code, "has adopted this practice already" in again.text) == (409, True)
    lea.send(f"{here}/adopt/P25")
    third = lea.client.post(f"{here}/adopt/P01", data={"csrf_token": lea.token(here)})
    assert (third.status_code, "has two actions already" in third.text) == (409, True)
    page = lea.see(here)
    assert not page.tree.xpath("//a[contains(@href, '/adopt/') or contains(@href, '/own')]")
    assert "Two actions are running" in page.text
    assert len(actions(shop)) == 2


def test_what_is_another_s_to_decide_is_not_offered_and_not_taken(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    assert not lea.see(f"{here}/catalogue").tree.xpath("//a[contains(@href, '/adopt/P84')]")
    refused = lea.client.post(f"{here}/adopt/P84", data={"csrf_token": lea.token(here)})
    assert (refused.status_code, "not for a team lead to decide" in refused.text) == (409, True)
    assert lea.client.get(f"{here}/adopt/P99").status_code == 404
    head = shop.as_(LEADERS[TOP])
    assert head.see(f"{board(shop, TOP)}/catalogue").tree.xpath("//a[contains(@href, '/adopt/P84')]")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_catalogue_has_every_practice_once_under_its_topic(shop: Company, language: str) -> None:
    """The head of the organisation may decide everything; a new topic without a name would lose its practices."""
    page = shop.as_(LEADERS[TOP], language).see(f"{board(shop, TOP)}/catalogue")
    found = [str(way).rsplit("/", 1)[1] for way in page.tree.xpath("//a[contains(@href, '/adopt/')]/@href")]
    assert sorted(found) == [texts.code for texts in load_practices()]
    first = page.tree.xpath("//details")[0]
    assert first.xpath("string(summary/h3/text())").strip() == {"en": "Communication", "zh": "沟通"}[language]
    assert {practice_by_code(code).practice.belongs_to[0] for code in _codes(first)} == {"COM"}


def _codes(part: Any) -> list[str]:
    return [str(way).rsplit("/", 1)[1] for way in part.xpath(".//a/@href")]


def test_words_and_owner_can_be_changed_and_steps_only_before_a_tick(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    lea.send(f"{here}/adopt/P24", due_on=SOON)
    since = actions(shop)[0].adopted_at.isoformat()
    page = lea.see(f"{here}/1/adapt")
    steps = page.tree.xpath("//textarea")[0].text.strip()
    lea.send(f"{here}/1/adapt", since=since, title=page.tree.xpath("//input[@name='title']/@value")[0], steps=steps)
    assert (actions(shop)[0].title, actions(shop)[0].steps[0].text) == (None, None), "unchanged words stay bilingual"
    lea.send(f"{here}/1/adapt", since=since, title="Our way", steps="A\nB")
    assert (actions(shop)[0].title, [step.text for step in actions(shop)[0].steps]) == ("Our way", ["A", "B"])
    lea.send(f"{here}/1/assign", since=since, owner="", due_on="", was_due_on=SOON)
    assert (actions(shop)[0].owner, actions(shop)[0].due_on) == ("", None)
    assert press(lea, here, "/1/tick") == 303
    assert not lea.see(f"{here}/1/adapt").tree.xpath("//textarea")


def test_a_date_that_is_over_by_now_does_not_hinder_another_owner(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    lea.send(f"{here}/adopt/P24", due_on=SOON)
    with shop.database.writing() as session:
        session.query(Action).one().due_on = date.fromisoformat(OVER)
    since = actions(shop)[0].adopted_at.isoformat()
    assert lea.send(f"{here}/1/assign", since=since, owner="Li", due_on=OVER, was_due_on=OVER).status_code == 303
    assert (actions(shop)[0].owner, str(actions(shop)[0].due_on)) == ("Li", OVER)


def test_an_owner_who_left_is_said(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    lea.send(f"{here}/adopt/P24", owner="Person of Ada")
    assert "no longer on the roster" not in lea.see(here).text
    with shop.database.writing() as session:
        session.delete(session.query(Person).filter(Person.name == "Person of Ada").one())
    assert "Person of Ada is no longer on the roster" in lea.see(here).text


def test_a_form_for_an_action_that_is_gone_does_nothing_to_the_one_in_its_place(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    lea.send(f"{here}/adopt/P24")
    since = actions(shop)[0].adopted_at.isoformat()
    press(lea, f"{here}/1/drop", "/1/drop")
    lea.send(f"{here}/adopt/P25")
    token = lea.token(here)
    for what in ("tick", "show", "drop", "note"):
        data = {"csrf_token": token, "since": since, "step": "1", "note": "x"}
        answer = lea.client.post(f"{here}/1/{what}", data=data)
        assert (answer.status_code, "not on the board any more" in answer.text) == (409, True), what
    (action,) = actions(shop)
    assert (action.practice, action.steps[0].done_at, action.is_shared, action.note) == ("P25", None, False, "")


def test_nobody_else_finds_a_board_and_hr_reads_it_without_forms(shop: Company) -> None:
    lea, ben = shop.as_(LEADERS["Ada"]), shop.as_(LEADERS["Bea"])
    hr, here = shop.as_("hr@shop.example", roles=Roles(is_hr=True)), board(shop)
    lea.send(f"{here}/adopt/P24")
    since = actions(shop)[0].adopted_at.isoformat()
    lea.send(f"{here}/1/note", since=since, note="for HR too")
    for other in (ben, hr):
        assert other.client.get(here).status_code == 404
        for what in ("/own", "/catalogue", "/adopt/P24", "/1/note", "/1/drop"):
            assert other.client.get(here + what).status_code == 404, what
        token = other.token("/app")
        for what in ("/own", "/prepare", "/adopt/P25", "/1/tick", "/1/note", "/1/drop"):
            answer = other.client.post(here + what, data={"csrf_token": token, "since": since, "step": "1"})
            assert answer.status_code == 404, what
    page = hr.see(f"/app/boards/{shop.node('Ada')}")
    assert "for HR too" in page.text
    assert page.tree.xpath("//main//form | //main//a[contains(@href, '/app/actions')]") == []
    assert press(lea, here, "/1/tick") == 303
    every = hr.see("/app/boards")
    assert "With an action on the board: 1 of " in every.text
    (ada,) = every.tree.xpath(f"//li[a[@href='/app/boards/{shop.node('Ada')}']]")
    (bea,) = every.tree.xpath(f"//li[a[@href='/app/boards/{shop.node('Bea')}']]")
    practice = practice_by_code("P24")
    assert ada.xpath("string(p)") == f"{practice.title['en']}: 1 of {len(practice.steps['en'])} steps"
    assert bea.xpath("p") == []
    assert lea.client.get("/app/boards").status_code == 403


def test_who_leads_no_longer_and_a_team_that_is_closed_lose_the_board_at_once(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    with shop.database.writing() as session:
        session.query(Team).filter(Team.name == "Ada").one().is_current = False
    assert lea.client.get(here).status_code == 404
    with shop.database.writing() as session:
        session.query(Team).filter(Team.name == "Ada").one().is_current = True
    assert lea.client.get(here).status_code == 200
    shop.lead("Ada", None)
    assert lea.client.get(here).status_code == 404
    assert lea.client.get("/app/actions/none").status_code == 404


def test_the_board_of_a_withheld_team_tells_no_verdict(shop: Company) -> None:
    page = shop.as_(LEADERS["Bea"]).see(board(shop, "Bea"))
    assert "Worth doing whatever the results say" in page.text
    for word in ("likely helped", "cannot tell", "did not help"):
        assert word not in page.text


def test_a_survey_that_has_opened_since_is_said(shop: Company) -> None:
    shop.history.open("2026Q3", ("Ada", "Bea", *LEVEL_OF_CONTROLS))
    name_nodes(shop)
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    assert "judged one quarter later" in lea.see(here).text or "has closed" in lea.see(here).text
    lea.send(f"{here}/adopt/P24")
    assert "judged against 2026 Q3" in lea.see(here).text


def test_looking_stores_nothing_and_proposals_are_worked_out_on_request(shop: Company) -> None:
    with shop.database.writing() as session:
        session.query(ResultDocument).filter(ResultDocument.kind == "actions").delete()
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    assert "has not been worked out yet" in lea.see(here).text
    with shop.database.reading() as session:
        assert session.query(ResultDocument).filter(ResultDocument.kind == "actions").count() == 0
    assert press(lea, here, "/prepare") == 303
    assert "Proposed after 2026 Q2" in lea.see(here).text


def test_the_home_page_says_for_each_node_how_it_stands_and_what_comes_next(shop: Company) -> None:
    lea, here = shop.as_(LEADERS["Ada"]), board(shop)
    page = lea.see("/app")
    assert "Ada · 2026 Q2" in page.text
    assert "Team health stands at" in page.text
    assert "Read the results, then choose" in page.text
    assert page.tree.xpath(f"//a[@href='/app/nodes/{SECOND}/{shop.node('Ada')}']")
    lea.send(f"{here}/adopt/P24", due_on=SOON)
    assert "Steps ticked off: 0 of" in lea.see("/app").text
    with shop.database.writing() as session:
        session.query(Action).one().due_on = date.fromisoformat(OVER)
    page = lea.see("/app")
    assert "was due on" in page.text
    assert page.tree.xpath(f"//section[contains(@class, 'waiting')]//a[@href='{here}']")
    assert "Fewer than 5 people answered" in shop.as_(LEADERS["Bea"]).see("/app").text
