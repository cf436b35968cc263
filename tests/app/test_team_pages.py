"""HR's pages of the team tree: finding, changing, history; forms may be sent twice."""

import pytest
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from assess.accounts.models import Account
from assess.surveys.models import Cycle
from assess.teams.models import Person, Team, TeamChange
from tests.accounts.accounts_cast import NOW, Office
from tests.app.browsing import Browsing, signed_in
from tests.surveys.member.visiting import Visited


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    with office.database.writing() as session:
        rows = (
            Team(name="Lantern"),
            Team(name="Ads", parent_id=1, leader_email="lea@shop.example"),
            Team(name="Care & <b>", parent_id=1),
            Person(name="Ada", email="ada@x.example", team_id=2),
            Person(name="Bo", team_id=2),
        )
        for row in rows:  # one by one: an empty database numbers from 1
            session.add(row)
            session.flush()
    return signed_in(app, office, "hanna")


def send(browsing: Browsing, address: str, form_on: str, **values: str) -> TestResponse:
    page = browsing.see(form_on)
    form = str(page.tree.xpath("//main//input[@name='form']/@value")[0])
    return browsing.send(address, form_on, form=form, **values)


def refused(browsing: Browsing, address: str, form_on: str, status: int, **values: str) -> Visited:
    page = browsing.see(form_on)
    form = str(page.tree.xpath("//main//input[@name='form']/@value")[0])
    data = {"csrf_token": browsing.token(form_on), "form": form, **values}
    return browsing.see(address, status=status, data=data)


def teams(office: Office) -> dict[str, Team]:
    with office.database.reading() as session:
        return {team.name: team for team in session.scalars(select(Team))}


def test_teams_are_listed_and_searched_by_name_and_leader(hanna: Browsing) -> None:
    page = hanna.see("/app/teams")
    assert page.tree.xpath("//ul[@class='lines']/li/a/text()") == ["Ads", "Care & <b>", "Lantern"]
    assert "under Lantern · People: 2 · lea@shop.example" in page.text
    for asked, found in (("ads", ["Ads"]), ("LEA@", ["Ads"]), ("%", []), ("care", ["Care & <b>"])):
        page = hanna.see(f"/app/teams?q={asked}")
        assert page.tree.xpath("//ul[@class='lines']/li/a/text()") == found
    assert "No team fits" in hanna.see("/app/teams?q=nothing").text


def test_ten_thousand_teams_come_in_pages(office: Office, hanna: Browsing) -> None:
    with office.database.writing() as session:
        session.execute(insert(Team), [{"name": f"Team {number:05}", "parent_id": 1} for number in range(10_000)])
    page = hanna.see("/app/teams?page=2&q=Team")
    assert page.tree.xpath("//ul[@class='lines']/li/a/text()")[0] == "Team 00050"
    assert "Found: 10000" in page.text
    assert "Page 2 of 200" in page.text
    assert page.tree.xpath("//a[@rel='next']/@href") == ["/app/teams?page=3&q=Team"]
    last = hanna.see("/app/teams?page=999999&q=Team")
    assert "Page 200 of 200" in last.text
    assert last.tree.xpath("//a[@rel='next']") == []
    top = hanna.see("/app/teams/1")
    assert "Directly below (10002)" in top.text
    assert "and 9902 more" in top.text


def test_a_team_shows_what_is_around_it_and_what_became_of_it(office: Office, hanna: Browsing) -> None:
    sent = send(
        hanna, "/app/teams/2/describe", "/app/teams/2", leader="new@x.example", function="运营", since="2026-10-01"
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, "/app/teams/2?changed")
    page = hanna.see("/app/teams/2?changed")
    assert page.tree.xpath("//nav[@class='path']//a/text()") == ["Lantern"]
    assert "new@x.example · since 1 October 2026" in page.text
    assert "1 October 2026 Led by: lea@shop.example → new@x.example." in page.text
    assert "by hanna@shop.example" in page.text
    assert "Function: none → operations." in page.text


def test_a_team_is_founded_under_a_unit_that_is_named_in_part(office: Office, hanna: Browsing) -> None:
    sent = send(hanna, "/app/teams/new", "/app/teams/new", name="Shop", parent="lant")
    assert sent.status_code == 303
    assert teams(office)["Shop"].parent_id == 1


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"name": "ADS"}, "name", "There is a team Ads already"),
        ({"name": ""}, "name", "A name has 1 to 120 characters"),
        ({"name": "X", "parent": "a"}, "parent", "Perhaps: Ads, Care & <b>, Lantern"),
        ({"name": "X", "parent": "zzz"}, "parent", "There is no team “zzz”; look"),
        ({"name": "X", "founded": "soon"}, "founded", "“soon” is no day"),
        ({"name": "X", "founded": "2026-01-311"}, "founded", "“2026-01-311” is no day"),
        ({"name": "X", "since": "2999-01-01"}, "since", "the day lies in the future"),
        ({"name": "X", "leader": "nope"}, "leader", "is no e-mail address"),
        ({"name": "X", "function": "bell\x07"}, "function", "at most 120 characters on one line"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_what_was_typed_is_kept(
    office: Office, hanna: Browsing, values: dict[str, str], field: str, sentence: str
) -> None:
    page = refused(hanna, "/app/teams/new", "/app/teams/new", 422, **values)
    assert sentence in page.error_of(f"new-{field}")
    assert page.focused == [f"new-{field}"]
    assert page.tree.xpath("//input[@name='name']/@value") == [values["name"]]
    assert len(teams(office)) == 3


@pytest.mark.parametrize(
    ("what", "values", "field", "status", "sentence"),
    [
        ("rename", {"name": "Lantern"}, "name", 422, "There is a team Lantern already"),
        ("move", {"parent": "Ads"}, "parent", 409, "Ads is Ads itself or below it"),
        ("merge", {"other": "Ads", "name": "X"}, "other", 422, "Choose another team to merge with."),
        ("merge", {"other": "Lantern", "name": "X"}, "other", 409, "stand above each other"),
        ("merge", {"other": "Care", "name": "Lantern"}, "name", 422, "There is a team Lantern already"),
        ("describe", {"leader": "nope"}, "leader", 422, "is no e-mail address"),
        ("close", {"since": "soon"}, "since", 422, "“soon” is no day"),
        ("split", {"first": "One", "second": "one"}, "second", 422, "There is a team One already"),
        ("split", {"first": "", "second": "Two"}, "first", 422, "A name has 1 to 120 characters"),
    ],
)
def test_each_change_says_beside_which_field_it_failed(
    office: Office, hanna: Browsing, what: str, values: dict[str, str], field: str, status: int, sentence: str
) -> None:
    form_on = "/app/teams/2/split" if what == "split" else "/app/teams/2"
    page = refused(hanna, f"/app/teams/2/{what}", form_on, status, **values)
    assert sentence in page.error_of(f"{what}-{field}")
    assert page.tree.xpath("//*[@role='alert']") == []
    assert sorted(teams(office)) == ["Ads", "Care & <b>", "Lantern"]


def test_what_has_no_field_in_its_form_is_said_above(office: Office, hanna: Browsing) -> None:
    with office.database.writing() as session:
        session.add(Account(email="lea@shop.example", name="Lea", is_key_holder=True, created_at=NOW))
    page = refused(hanna, "/app/teams/2/merge", "/app/teams/2", 409, other="Care", name="X")
    assert "is a key holder" in page.tree.xpath("string(//*[@role='alert'])")


def test_a_rule_of_the_tree_is_told_beside_the_form_that_broke_it(office: Office, hanna: Browsing) -> None:
    answer = send(hanna, "/app/teams/1/move", "/app/teams/1", parent="Ads")
    assert answer.status_code == 409
    assert "Ads is Lantern itself or below it" in answer.get_data(as_text=True)
    answer = send(hanna, "/app/teams/2/close", "/app/teams/2")
    assert (answer.status_code, teams(office)["Ads"].is_current) == (409, True)
    assert "2 people are still in Ads" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/app/teams/2/merge", {"other": "Care", "name": "Ads"}),
        ("/app/teams/new", {"name": "Shop"}),
        ("/app/teams/2/split", {"first": "Ads", "second": "Box", "person": "2"}),
        ("/app/teams/2/rename", {"name": "Adverts"}),
    ],
)
def test_a_form_that_is_sent_twice_is_done_once(
    office: Office, hanna: Browsing, address: str, values: dict[str, str]
) -> None:
    form = "0" * 32
    first = hanna.send(address, "/app/teams/2", form=form, **values)
    with office.database.reading() as session:
        done = len(session.scalars(select(TeamChange)).all())
    again = hanna.send(address, "/app/teams/2", form=form, **values)
    assert (first.status_code, again.status_code) == (303, 303)
    with office.database.reading() as session:
        assert len(session.scalars(select(TeamChange)).all()) == done > 0


def test_a_split_sends_the_ticked_to_the_second_team(office: Office, hanna: Browsing) -> None:
    page = hanna.see("/app/teams/2/split")
    assert [box.get("value") for box in page.tree.xpath("//input[@name='person']")] == ["1", "2"]
    sent = send(hanna, "/app/teams/2/split", "/app/teams/2/split", first="One", second="Two", person="2")
    assert sent.status_code == 303
    found = teams(office)
    with office.database.reading() as session:
        where = {person.name: person.team_id for person in session.scalars(select(Person))}
    assert where == {"Ada": found["One"].id, "Bo": found["Two"].id}
    assert "Closed teams" in hanna.see("/app/teams?closed=1").h1
    back = send(hanna, "/app/teams/2/take_up", "/app/teams/2", parent="Lantern")
    assert (back.status_code, teams(office)["Ads"].is_current) == (303, True)


def test_a_running_survey_is_mentioned(office: Office, hanna: Browsing) -> None:
    with office.database.writing() as session:
        session.add(
            Cycle(
                quarter="2026Q4",
                level="confidential",
                instrument_code="x",
                instrument_source="x",
                opens_at=NOW,
                closes_at=NOW.replace(year=2027),
                latest_closes_at=NOW.replace(year=2027),
                state="open",
                running=True,
                contract=b"{}",
            )
        )
    for address in ("/app/teams", "/app/teams/2"):
        assert "The survey of 2026 Q4 is running. It keeps the teams it opened with" in hanna.see(address).text


@pytest.mark.parametrize("address", ["/app/teams/99", "/app/teams/99999999999", "/app/teams/99/split"])
def test_a_team_that_is_not_there_is_not_found(hanna: Browsing, address: str) -> None:
    assert hanna.client.get(address).status_code == 404


def test_a_form_without_its_id_changes_nothing(office: Office, hanna: Browsing) -> None:
    for form in ("", "zz", "x" * 32):
        answer = hanna.send("/app/teams/2/rename", "/app/teams/2", form=form, name="Adverts")
        assert answer.status_code == 422
    assert "Adverts" not in teams(office)


def test_pages_speak_chinese(app: Flask, office: Office) -> None:
    with office.database.writing() as session:
        session.add(Team(name="灯笼", function="service"))
    hanna = signed_in(app, office, "hanna", "zh")
    assert hanna.see("/app/teams").h1 == "团队"
    assert "客服" not in hanna.see("/app/teams/1").text.split("历史")[1]
    assert hanna.see("/app/teams/1/quarters").h1 == "灯笼的各季度"
