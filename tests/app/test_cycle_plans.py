"""HR plans a survey on pages: what the form takes, what it refuses and where, and two people at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from assess.surveys.cycles import find_cycle
from assess.surveys.models import Cycle, Level, State
from assess.teams.models import Person, Team
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in
from tests.app.surveys_cast import A_WEEK, QUARTER, form_of, hire_lantern, plan, planned, set_clock
from tests.surveys.member.visiting import Visited
from tests.surveys.shop import appoint


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    set_clock(app)
    return signed_in(app, office, "hanna")


def refused(browsing: Browsing, address: str = "/app/cycles/new", **values: str) -> Visited:
    fields: dict[str, Any] = form_of(browsing, address) | values
    fields["module"] = str(fields["module"]).split()
    return browsing.see(address, status=422, data=fields)


def test_the_home_page_leads_from_nothing_to_a_plan(office: Office, hanna: Browsing) -> None:
    assert "Next: the teams" in hanna.see("/app").text
    hire_lantern(office.database, people=0)
    assert "Next: the roster People on the roster so far: 0. A survey needs at least 6" in hanna.see("/app").text
    hire_lantern(office.database, people=8)
    home = hanna.see("/app")
    assert "Next: plan a survey" in home.text
    assert home.tree.xpath("//section[contains(@class, 'waiting')]//a/@href") == ["/app/cycles/new"]
    assert home.tree.xpath("//nav//a[@href='/app/cycles']/text()") == ["Surveys"]


def test_the_form_is_filled_in_with_what_most_will_want(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    fields = form_of(hanna, "/app/cycles/new")
    opens, closes = (datetime.fromisoformat(fields[name]).date() for name in ("opens_on", "closes_on"))
    assert fields["quarter"] == QUARTER
    assert (fields["instrument"], fields["modules_by"], fields["level"]) == ("team24", "rotation", "confidential")
    assert (opens.isoformat(), closes.isoformat()) == ("2027-11-30", "2027-12-09"), "between two campaigns"
    assert (fields["opens_time"], fields["closes_time"]) == ("09:00", "18:00")
    assert datetime.fromisoformat(fields["latest_on"]).date() - closes == timedelta(days=14)


def test_a_plan_is_kept_and_asks_nobody(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    assert plan(hanna).headers["Location"] == f"/app/cycles/{QUARTER}?planned"
    page = hanna.see(f"/app/cycles/{QUARTER}?planned")
    assert "Nobody has been asked yet" in page.text
    assert "At 90 % response about 3 of 3 groups get a report of their own." in page.text
    cycle = planned(office)
    assert (cycle.state, cycle.instrument_code, cycle.modules) == (State.CREATED, "team24", ["LOAD", "REVW"])
    assert cycle.closes_at - cycle.opens_at == timedelta(days=7, hours=9)
    assert "Next: open 2027 Q4" in hanna.see("/app").text


def test_times_are_those_of_the_installation(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna, opens_on="2027-11-15", opens_time="07:30")
    assert planned(office).opens_at == datetime(2027, 11, 15, 7, 30, tzinfo=office.settings.zone)


@pytest.mark.parametrize(
    ("field", "values", "said"),
    [
        ("quarter", {"quarter": "2019Q1"}, "Choose one of the quarters in the list."),
        ("quarter", {"quarter": "<b>"}, "Choose one of the quarters in the list."),
        ("opens_on", {"opens_on": "soon"}, "Write a day like 2026-12-01."),
        ("opens_on", {"opens_on": "2020-01-06"}, "This day has passed; choose today or a later day."),
        ("opens_time", {"opens_time": "25:00"}, "Write a time like 09:00."),
        ("closes_on", {"opens_on": "2020-01-06", "closes_on": "2020-01-07"}, "The closing has passed already"),
        ("closes_on", {"closes_on": "2027-11-01"}, "The survey would close before it opens"),
        ("latest_on", {"latest_on": "2027-11-16"}, "The latest closing lies before the closing"),
        ("latest_on", {"latest_on": "99999-99-99"}, "Write a day like 2026-12-01."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    office: Office, hanna: Browsing, field: str, values: dict[str, str], said: str
) -> None:
    hire_lantern(office.database)
    page = refused(hanna, **{**A_WEEK, **values})
    assert said in page.error_of(field)
    assert "Nothing was saved." in page.text
    with office.database.reading() as session:
        assert session.scalars(select(Cycle)).all() == []


def test_the_first_field_that_is_wrong_has_the_focus(hanna: Browsing) -> None:
    values = {**A_WEEK, "latest_on": "later", "opens_on": "2026-02-30"}
    assert refused(hanna, **values).focused == ["opens_on"]
    assert refused(hanna, **{**values, "quarter": "2019Q1"}).focused == ["quarter"]
    page = refused(hanna, **{**A_WEEK, "level": "anonymous"})
    assert "needs two key holders" in page.error_of("level")
    assert page.focused == ["level"]
    page = refused(hanna, **{**A_WEEK, "modules_by": "own", "module": "LOAD LOAD"})
    assert page.focused == ["module"]
    assert page.tree.xpath("//select[@aria-describedby='module-error'][@aria-invalid]/@id") == ["module-1", "module-2"]


def test_a_browser_may_hold_back_half_a_date(hanna: Browsing) -> None:
    form = hanna.see("/app/cycles/new").tree.xpath("//form[.//*[@id='latest_on']]")[0]
    assert form.get("novalidate") is None, (
        "the latest closing may be empty: half a date would become the one by default"
    )
    assert form.xpath(".//@required") == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"instrument": "../../etc/passwd"}, "Choose one of the questionnaires in the list."),
        ({"instrument": ""}, "Choose one of the questionnaires in the list."),
        ({"modules_by": "all"}, "Choose one of the three."),
        ({"modules_by": "own", "module": "LOAD LOAD"}, "A driver module is chosen twice"),
        ({"modules_by": "own", "module": "NOPE"}, "NOPE"),
        ({"modules_by": "own", "module": "LOAD REVW GOAL"}, "Choose at most two modules"),
        ({"level": "secret"}, "Choose one of the two levels."),
        ({"level": "anonymous"}, "An anonymous survey needs two key holders who have made their key; so far it is 0."),
    ],
)
def test_what_is_not_offered_is_refused(office: Office, hanna: Browsing, values: dict[str, str], said: str) -> None:
    hire_lantern(office.database)
    page = refused(hanna, **{**A_WEEK, **values})
    assert said in " ".join(page.tree.xpath("//p[@class='error']/text()"))
    with office.database.reading() as session:
        assert session.scalars(select(Cycle)).all() == []


def test_anonymous_is_offered_with_two_key_holders_who_are_named(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    appoint(office.database, "Ada")
    page = hanna.see("/app/cycles/new")
    assert "Ada key ready since" in page.text
    assert "Anonymous needs two with a key." in page.text
    appoint(office.database, "Bo")
    assert form_of(hanna, "/app/cycles/new")["level"] == "anonymous"
    plan(hanna, level="anonymous")
    assert planned(office).level == Level.ANONYMOUS
    assert "Ada, Bo" in hanna.see(f"/app/cycles/{QUARTER}").text


def test_errors_are_in_the_language_of_the_reader(app: Flask, office: Office) -> None:
    hire_lantern(office.database)
    set_clock(app)
    hanna = signed_in(app, office, "hanna", "zh")
    page = refused(hanna, **{**A_WEEK, "closes_on": "2027-11-01"})
    assert page.error_of("closes_on") == "截止时间早于启动时间，请把截止时间改晚一些。" or "截止" in page.error_of(
        "closes_on"
    )
    assert "没有保存" in page.text


def test_a_second_click_finds_the_plan_of_the_first(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    fields = form_of(hanna, "/app/cycles/new") | A_WEEK
    answers = [hanna.client.post("/app/cycles/new", data=fields) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[1].headers["Location"] == f"/app/cycles/{QUARTER}"
    assert "Next: open 2027 Q4" in hanna.see("/app").text


def test_a_quarter_that_somebody_else_has_planned_is_refused(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    mine = form_of(hanna, "/app/cycles/new") | A_WEEK
    plan(hanna)
    page = hanna.see("/app/cycles/new", status=422, data=mine | {"closes_on": "2027-11-30", "latest_on": ""})
    assert page.error_of("quarter") == (
        "There is a survey of 2027 Q4 already; somebody has planned it. Choose another quarter, or change that plan."
    )


def test_the_last_free_quarter_is_not_taken_for_another_one(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    for quarter in ("2027Q3", "2027Q4", "2028Q1", "2028Q2"):
        assert plan(hanna, quarter=quarter).status_code == 303
    page = refused(hanna, **{**A_WEEK, "quarter": "2030Q1"})
    assert page.error_of("quarter") == "Choose one of the quarters in the list."
    assert page.tree.xpath("//select[@id='quarter']/option/@value") == ["2028Q3"]


def test_a_plan_can_be_changed_until_it_is_opened(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna)
    address = f"/app/cycles/{QUARTER}/edit"
    fields = form_of(hanna, address)
    assert fields["closes_on"] == A_WEEK["closes_on"]
    answer = hanna.client.post(address, data=fields | {"instrument": "team16", "modules_by": "none"})
    assert answer.headers["Location"] == f"/app/cycles/{QUARTER}?planned"
    assert (planned(office).instrument_code, planned(office).modules) == ("team16", [])
    assert "team16" in hanna.see(f"/app/cycles/{QUARTER}").text
    page = hanna.see(address, status=422, data=form_of(hanna, address) | {"closes_on": "2027-11-01"})
    assert "close before it opens" in page.error_of("closes_on")
    assert planned(office).modules == []


def test_of_two_who_change_one_plan_the_second_is_told(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna)
    address = f"/app/cycles/{QUARTER}/edit"
    first, second = form_of(hanna, address), form_of(hanna, address)
    hanna.client.post(address, data=first | {"closes_on": "2027-11-29"})
    mine = {"closes_on": "2027-11-30", "instrument": "team16", "modules_by": "own", "module": "LOAD"}
    page = hanna.see(address, status=409, data=second | mine)
    assert "Somebody has changed this plan since you opened the form; nothing of yours was saved." in page.text
    assert (
        "What you had typed otherwise Questionnaire Team health, 16 items (team16 0.9) "
        "Driver modules Workload and time Closes on 2027-11-30 What is asked"
    ) in page.text
    assert page.tree.get_element_by_id("closes_on").get("value") == "2027-11-29"
    again = hanna.client.post(address, data=first | {"closes_on": "2027-11-29"})
    assert again.status_code == 303, "the same change twice is one change"


def test_a_plan_can_be_thrown_away_and_nothing_else(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna)
    page = hanna.see(f"/app/cycles/{QUARTER}/discard", status=422, data={"csrf_token": hanna.token("/app/cycles/new")})
    assert page.error_of("discarding") == "Tick the box first: this cannot be taken back."
    answer = send(hanna, f"/app/cycles/{QUARTER}/discard", sure="yes")
    assert answer.headers["Location"] == "/app/cycles?discarded"
    assert "The plan has been thrown away." in hanna.see("/app/cycles?discarded").text
    assert "There is no survey yet." in hanna.see("/app/cycles").text, "nobody was asked"
    assert plan(hanna).status_code == 303, "the quarter is free again"


def test_a_survey_too_short_for_a_figure_says_so(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna)
    unseen = "It is so short that nobody will see how many take part"
    assert unseen not in hanna.see(f"/app/cycles/{QUARTER}").text
    send(hanna, f"/app/cycles/{QUARTER}/discard", sure="yes")
    plan(hanna, closes_on="2027-11-15", closes_time="18:00", latest_on="")
    assert unseen in hanna.see(f"/app/cycles/{QUARTER}").text
    send(hanna, f"/app/cycles/{QUARTER}/discard", sure="yes")
    plan(hanna, closes_on="2027-11-16", closes_time="09:01", latest_on="")
    assert unseen not in hanna.see(f"/app/cycles/{QUARTER}").text


def test_who_is_asked_together_is_said_before_opening(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna)
    assert "How people are asked together" not in hanna.see(f"/app/cycles/{QUARTER}").text
    with office.database.writing() as session:
        for team in session.scalars(select(Team).where(Team.name == "Ads")):
            leader = session.scalars(select(Person).where(Person.team_id == team.id)).first()
            assert leader is not None
            team.leader_email = leader.email
    text = hanna.see(f"/app/cycles/{QUARTER}").text
    assert "Whoever leads a team answers with the unit above it" in text
    assert "Ads + Lantern: 8 people in one group, since one part alone has fewer than 6." in text


def test_a_later_quarter_is_proposed_with_its_own_days(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna)
    fields = form_of(hanna, "/app/cycles/new")
    assert fields["quarter"] == "2028Q1"
    assert fields["opens_on"] > "2028-01-01"


@pytest.mark.parametrize(
    ("today", "first"), [("2027-10-20", "2027Q3"), ("2027-11-02", "2027Q4"), ("2028-01-01", "2027Q4")]
)
def test_the_quarter_before_is_offered_for_a_month(
    app: Flask, office: Office, hanna: Browsing, today: str, first: str
) -> None:
    hire_lantern(office.database)
    set_clock(app, datetime.fromisoformat(f"{today}T10:00+00:00"))
    page = hanna.see("/app/cycles/new")
    assert page.tree.xpath("//select[@id='quarter']/option/@value")[0] == first


def test_busy_weeks_are_named(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna, opens_on="2027-11-08", closes_on="2027-11-30", latest_on="")
    text = hanna.see(f"/app/cycles/{QUARTER}").text
    assert "Double 11: from 1 November 2027 to 11 November 2027" in text
    assert "Black Friday: from 22 November 2027 to 29 November 2027" in text


def test_the_preview_shows_the_questions_and_sends_nothing(office: Office, hanna: Browsing) -> None:
    hire_lantern(office.database)
    plan(hanna)
    for language, words in (("en", "How is work going in your team?"), ("zh", "团队")):
        hanna.language = language
        page = hanna.see(f"/app/cycles/{QUARTER}/preview?lang={language}")
        assert words in page.h1
        assert page.tree.xpath("//form | //script") == []
        assert page.tree.xpath("//fieldset[@disabled]//input[@name='COM1']")
        assert len(page.tree.xpath("//fieldset[@disabled]//fieldset")) == 24 + 3 + 4
    with office.database.reading() as session:
        assert find_cycle(session, QUARTER).contract is None


def send(browsing: Browsing, address: str, **data: str) -> TestResponse:
    return browsing.send(address, f"/app/cycles/{QUARTER}", **data)
