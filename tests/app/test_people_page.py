"""HR looks people up: by name, address or team, page by page; nothing can be changed, nothing tells of answers."""

import pytest
from flask import Flask
from sqlalchemy import select

from assess.teams.models import Person, Team
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in
from tests.surveys.member.visiting import Visited


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    with office.database.writing() as session:
        ads, care = Team(name="Ads"), Team(name="Care 50%")
        session.add_all([ads, care])
        session.flush()
        session.add(Person(name="张伟", email="zw@lantern.example", team_id=care.id, mail_language="zh"))
        session.add(Person(name="<i>Paper</i>", email=None, team_id=care.id))
        session.add_all(Person(name=f"Person {n:03}", email=f"p{n}@shop.example", team_id=ads.id) for n in range(120))
    return signed_in(app, office, "hanna")


def lines(page: Visited) -> list[str]:
    return [" ".join(line.text_content().split()) for line in page.tree.xpath("//ul[@class='lines']/li")]


def test_people_are_found_by_name_address_or_team(hanna: Browsing) -> None:
    expected = "张伟 Care 50% · zw@lantern.example · mails in 简体中文"
    for asked in ("张", "ZW@lan", "zw@lantern.example"):
        assert lines(hanna.see(f"/app/people?q={asked}")) == [expected]
    assert lines(hanna.see("/app/people?q=0%25")) == ["<i>Paper</i> Care 50% · no address, a slip of paper", expected]
    assert "Nobody fits." in hanna.see("/app/people?q=nobody").text
    assert "download the roster, change the row and import the file again" in hanna.see("/app/people").text


def test_the_list_has_pages_that_keep_what_was_searched_for(hanna: Browsing) -> None:
    first = hanna.see("/app/people?q=Person")
    assert ("People found: 120" in first.text, len(lines(first))) == (True, 50)
    following = first.tree.xpath("//a[@rel='next']/@href")
    assert following == ["/app/people?page=2&q=Person"]
    assert lines(hanna.see(following[0]))[0].startswith("Person 050 ")
    last = hanna.see("/app/people?q=Person&page=99")
    assert ("Page 3 of 3" in last.text, len(lines(last)), last.tree.xpath("//a[@rel='next']")) == (True, 20, [])
    for odd in ("0", "-1", "x", "٣", "9" * 30):
        assert "Page 1 of 3" in hanna.see(f"/app/people?q=Person&page={odd}").text


def test_a_team_leads_to_its_people_and_they_to_their_team(office: Office, hanna: Browsing) -> None:
    with office.database.reading() as session:
        care = session.scalars(select(Team.id).where(Team.name == "Care 50%")).one()
    team = hanna.see(f"/app/teams/{care}")
    assert team.tree.xpath("//a[.='Show these people']/@href") == [f"/app/people?team={care}"]
    page = hanna.see(f"/app/people?team={care}")
    assert (page.h1, len(lines(page))) == ("People in Care 50%", 2)
    assert page.tree.xpath("//ul[@class='lines']//a/@href") == [f"/app/teams/{care}"] * 2
    assert len(lines(hanna.see(f"/app/people?team={care}&q=paper"))) == 1
    for unknown in ("0", "x", "99999", "9" * 40):
        assert hanna.client.get(f"/app/people?team={unknown}").status_code == 404


def test_the_roster_leads_to_the_list_which_can_change_nothing(hanna: Browsing) -> None:
    assert "/app/people" in hanna.see("/app/import/roster").tree.xpath("//main//a/@href")
    assert hanna.client.post("/app/people").status_code in {400, 405}
    assert hanna.see("/app/people").tree.xpath("//main//form/@method") == ["get"]


@pytest.mark.parametrize(
    ("language", "heading", "sentence"),
    [("en", "People", "Nobody is on the roster yet."), ("zh", "人员", "名册上还没有人。")],
)
def test_an_empty_roster_says_so(app: Flask, office: Office, language: str, heading: str, sentence: str) -> None:
    page = signed_in(app, office, "hanna", language).see("/app/people")
    assert (page.h1, sentence in page.text) == (heading, True)


@pytest.mark.parametrize("who", ["ada", "lea"])
def test_it_is_for_hr_alone(app: Flask, office: Office, who: str) -> None:
    assert signed_in(app, office, who).client.get("/app/people").status_code in {403, 404}
