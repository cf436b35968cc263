"""HR runs a survey on pages: opening, looking after it, closing, publishing; twice, too early, and by two people."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assess.accounts.models import Account
from assess.app import create_app
from assess.audit.models import AuditEntry
from assess.audit.words import sentence_of
from assess.mail_config import MailSettings
from assess.messages.models import Kind, OutboxMessage
from assess.releases.models import ResultDocument
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import put_answers
from assess.surveys.envelopes.links import read_code
from assess.surveys.envelopes.models import Response
from assess.surveys.models import Invitation, State
from assess.surveys.participation import first_figure_at
from assess.teams.models import Person
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in
from tests.app.surveys_cast import QUARTER, form_of, hire_lantern, plan, planned, set_clock
from tests.reports.shop import text_of
from tests.surveys.shop import appoint

PLACE = f"/app/cycles/{QUARTER}"


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    office.settings.key_dir.mkdir()
    set_clock(app)
    hire_lantern(office.database)
    return signed_in(app, office, "hanna")


@pytest.fixture
def mailing(office: Office) -> Iterator[Browsing]:
    """HR of an installation that sends mail."""
    office.settings.key_dir.mkdir()
    server = MailSettings(host="mail.invalid", port=25, sender="survey@lantern.example", security="none")
    app = create_app(replace(office.settings, mail=server))
    set_clock(app)
    hire_lantern(office.database)
    yield signed_in(app, office, "hanna")
    app.extensions["assess.database"].close()


def open_form(browsing: Browsing) -> dict[str, str]:
    page = browsing.see(PLACE)
    (form,) = page.tree.xpath(f"//form[@action='{PLACE}/open']")
    return {str(name): str(value) for name, value in form.form_values()}


def open_it(browsing: Browsing, **values: str) -> TestResponse:
    return browsing.client.post(f"{PLACE}/open", data=open_form(browsing) | {"sure": "yes"} | values)


def opened(browsing: Browsing, **values: str) -> None:
    plan(browsing)
    assert open_it(browsing, **values).headers["Location"] == f"{PLACE}?now_open"


def do(browsing: Browsing, what: str, **data: str) -> TestResponse:
    return browsing.send(f"{PLACE}/{what}", PLACE, **data)


def links_of(browsing: Browsing) -> list[str]:
    text = do(browsing, "links.csv").get_data().decode("utf-8-sig")
    return [row["link"] for row in csv.DictReader(StringIO(text))]


def answer_all(browsing: Browsing, office: Office, number: int = 24) -> None:
    """Let members hand in their envelopes, on the day the survey begins."""
    now = planned(office).opens_at + timedelta(hours=1)
    for link in links_of(browsing)[:number]:
        put_answers(office.database, link.rsplit("/", 1)[1], PlainAnswers({"COM1": 4, "TRU1": 5}, {}), now=now)


def at(browsing: Browsing, moment: datetime) -> None:
    set_clock(browsing.app, moment)


def count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_survey_is_opened_under_its_contract(office: Office, hanna: Browsing) -> None:
    plan(hanna)
    page = hanna.see(PLACE)
    assert "Mail is not set up on this server" in page.text
    assert "People invited: 24; with an e-mail address: 24, without: 0." in page.text
    assert open_it(hanna).headers["Location"] == f"{PLACE}?now_open"
    cycle = planned(office)
    assert cycle.state == State.OPEN
    page = hanna.see(f"{PLACE}?now_open")
    assert page.h1 == "2027 Q4, about to begin"
    assert "The contract is fixed. The survey begins on 15 November 2027, 09:00" in page.text
    assert "Members can answer from 15 November 2027, 09:00 to 22 November 2027, 18:00. It closes then" in page.text
    assert page.tree.xpath(f"//a[@href='/contract/{cycle.contract_hash}']")
    assert "2027 Q4 is about to begin" in hanna.see("/app").text
    assert count(office, Invitation) == 24
    at(hanna, cycle.opens_at)
    assert "It is open. The contract is fixed." in hanna.see(f"{PLACE}?now_open").text
    assert "From 19 November 2027, 09:00 on you see how many take part" in hanna.see("/app").text
    at(hanna, first_figure_at(cycle))
    assert "You can look after it, and remind everybody." in hanna.see("/app").text


def test_opening_is_asked_for_twice_and_only_done_once(office: Office, hanna: Browsing) -> None:
    plan(hanna)
    fields = open_form(hanna)
    page = hanna.see(f"{PLACE}/open", status=422, data=fields)
    assert "Tick that you have looked at the plan" in page.error_of("sure")
    assert planned(office).state == State.CREATED
    page = hanna.see(f"{PLACE}/open", status=422, data=fields | {"by": "pigeon", "sure": "yes"})
    assert "Choose how people get their links." in page.text
    places = [hanna.client.post(f"{PLACE}/open", data=fields | {"sure": "yes"}).location for _click in range(2)]
    assert places == [f"{PLACE}?now_open", f"{PLACE}?opened"]
    assert "It has been opened already" in hanna.see(f"{PLACE}?opened").text
    assert count(office, Invitation) == 24
    for address in ("edit", "preview"):
        assert hanna.client.get(f"{PLACE}/{address}").status_code == 303


def test_what_was_not_seen_is_not_opened(office: Office, hanna: Browsing) -> None:
    plan(hanna)
    fields = open_form(hanna) | {"sure": "yes"}
    with office.database.writing() as session:
        person = session.scalars(select(Person).limit(1)).one()
        session.delete(person)
    page = hanna.see(f"{PLACE}/open", status=409, data=fields)
    assert "have changed since the preview you saw; nothing was opened. This is how it stands now." in page.text
    assert "People invited: 23" in page.text
    assert planned(office).state == State.CREATED
    assert open_it(hanna).location == f"{PLACE}?now_open"


def test_a_changed_plan_is_not_opened_by_somebody_who_saw_the_old_one(office: Office, hanna: Browsing) -> None:
    plan(hanna)
    fields = open_form(hanna) | {"sure": "yes"}
    edit = form_of(hanna, f"{PLACE}/edit")
    hanna.client.post(f"{PLACE}/edit", data=edit | {"closes_on": "2027-11-29"})
    hanna.see(f"{PLACE}/open", status=409, data=fields)
    assert planned(office).state == State.CREATED


def test_a_roster_too_small_is_said_with_the_way_out(office: Office, hanna: Browsing) -> None:
    plan(hanna)
    hire_lantern(office.database, people=1)
    page = hanna.see(PLACE)
    assert "It cannot be opened yet: People on the roster so far: 3." in page.text
    assert page.tree.xpath("//section[@id='open']//a/@href") == ["/app/import/roster"]
    assert page.tree.xpath(f"//form[@action='{PLACE}/open']") == []


def test_key_holders_who_have_gone_are_missed_before_opening(office: Office, hanna: Browsing) -> None:
    appoint(office.database, "Ada")
    appoint(office.database, "Bo")
    plan(hanna, level="anonymous")
    with office.database.writing() as session:
        session.scalars(select(Account).where(Account.name == "Bo")).one().is_active = False
    assert "An anonymous survey needs two key holders" in hanna.see(PLACE).text


def test_where_the_keys_are_elsewhere_the_command_is_named(office: Office, hanna: Browsing) -> None:
    plan(hanna)
    fields = open_form(hanna) | {"sure": "yes"}
    office.settings.key_dir.rmdir()
    assert f"assess cycle open {QUARTER} --mail" in hanna.see(PLACE).text
    hanna.see(f"{PLACE}/open", status=409, data=fields)
    assert not office.settings.key_dir.exists()


def test_invitations_go_by_mail_where_mail_is_set_up(office: Office, mailing: Browsing) -> None:
    plan(mailing)
    assert "Sent through mail.invalid:25 as survey@lantern.example" in mailing.see(PLACE).text
    assert open_form(mailing)["by"] == "mail"
    assert open_it(mailing).location == f"{PLACE}?now_open"
    with office.database.reading() as session:
        assert session.scalars(select(OutboxMessage.kind)).all() == [Kind.INVITATION] * 24
    page = mailing.see(PLACE)
    assert "Invitations by mail 24" in page.text
    assert "before that there is nobody to remind" in page.text


def test_two_reminders_and_a_second_click_is_not_the_second(office: Office, mailing: Browsing) -> None:
    opened(mailing)
    at(mailing, planned(office).opens_at + timedelta(hours=1))
    for number in ("1", "2"):
        for place in ("reminded", "done"):
            assert do(mailing, "remind", number=number).location == f"{PLACE}?{place}"
        assert f"Reminders {number} / 2" in mailing.see(PLACE).text
    assert "a third would only be pressure" in mailing.see(PLACE).text
    assert do(mailing, "remind", number="3").status_code == 409
    with office.database.reading() as session:
        assert len(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Kind.REMINDER)).all()) == 48


def test_links_are_handed_out_on_request_and_nowhere_kept(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    answer = do(hanna, "links.csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=links-{QUARTER}.csv"
    text = answer.get_data().decode("utf-8-sig")
    links = [row["link"] for row in csv.DictReader(StringIO(text))]
    assert len(set(links)) == 24
    assert all(read_code(link.rsplit("/", 1)[1]) for link in links)
    assert "@" not in text
    assert links == links_of(hanna)
    assert hanna.client.get(f"{PLACE}/links.csv").status_code == 405
    with office.database.reading() as session:
        assert session.scalars(select(AuditEntry.event).where(AuditEntry.event == "cycle.links_read")).all()
    assert do(hanna, "codes.pdf").status_code == 409, "everybody has an address"
    assert "Download the slips" not in hanna.see(PLACE).text


def test_slips_are_drawn_for_people_without_an_address(office: Office, hanna: Browsing) -> None:
    with office.database.writing() as session:
        for person in session.scalars(select(Person).limit(2)):
            person.email = None
    plan(hanna)
    assert "For the 2 people without an address you print slips" in hanna.see(PLACE).text
    open_it(hanna)
    assert "Download the slips to print (2)" in hanna.see(PLACE).text
    answer = do(hanna, "codes.pdf")
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.get_data().startswith(b"%PDF")


def test_many_slips_are_drawn_in_several_files_of_whole_groups(
    office: Office, hanna: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.database.writing() as session:
        for person in session.scalars(select(Person).limit(11)):  # eight of one group, three of the next
            person.email = None
    plan(hanna)
    open_it(hanna)
    monkeypatch.setattr("assess.app.cycle_pages.slip_files.MOST_SLIPS", 10)
    buttons = hanna.see(PLACE).tree.xpath("//button[@name='part']")
    assert [(button.get("value"), button.text) for button in buttons] == [
        ("1", "Download slips 1 to 8"),
        ("2", "Download slips 9 to 11"),
    ]
    pages = [text_of(do(hanna, "codes.pdf", part=part).get_data()) for part in ("1", "2")]
    assert ["Ads" in page for page in pages] == [True, False]
    assert ["Box" in page for page in pages] == [False, True]
    assert _told(office)[-2:] == [f"Wrote out the {count} codes on paper of {QUARTER}." for count in (8, 3)]
    for part in ("0", "3", "-1", "x", "١"):
        assert do(hanna, "codes.pdf", part=part).status_code == 404


def test_more_slips_than_a_web_process_may_draw_are_left_to_the_command(
    office: Office, hanna: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.database.writing() as session:
        for person in session.scalars(select(Person).limit(3)):
            person.email = None
    plan(hanna)
    open_it(hanna)
    monkeypatch.setattr("assess.app.cycle_pages.slip_files.MOST_OF_A_GROUP", 2)
    assert "Download the slips" not in hanna.see(PLACE).text
    page = hanna.see(f"{PLACE}/codes.pdf", status=409, data=_token(hanna))
    assert (
        f"3 slips are too many to be drawn here. Whoever looks after the server runs: assess cycle codes {QUARTER}"
        in (page.text)
    )


def test_participation_is_one_number_from_half_time_on_and_looking_changes_nothing(
    office: Office, hanna: Browsing
) -> None:
    opened(hanna)
    at(hanna, planned(office).opens_at + timedelta(hours=2))
    answer_all(hanna, office, 13)
    page = hanna.see(PLACE)
    assert "The first figure is counted from" in page.text
    assert "Enough answers" not in page.text
    assert do(hanna, "count").location == f"{PLACE}?counted"
    assert "At least" not in hanna.see(PLACE).text, "there is nothing to count before half-time"
    half = first_figure_at(planned(office))
    at(hanna, half)
    assert "Count today’s figure" in hanna.see(PLACE).text
    assert planned(office).participation is None, "a page that is looked at counts nothing"
    do(hanna, "count")
    page = hanna.see(PLACE)
    assert "At least 10 answers, counted on 19 November 2027." in page.text
    assert page.tree.xpath("//th[text()='Ads']/../td/text()") == ["8", "yes"]
    assert page.tree.xpath("//th[text()='Care']/../td/text()") == ["8", "not yet"]
    (section,) = page.tree.xpath("//section[h2[text()='Participation']]")
    assert "13" not in section.text_content(), "how many there are is nowhere"
    answer_all(hanna, office)
    assert "At least 10 answers" in hanna.see(PLACE).text
    assert "Count today’s figure" not in hanna.see(PLACE).text
    at(hanna, half + timedelta(days=1))
    assert "At least 10 answers, counted on 19 November" in hanna.see(PLACE).text
    do(hanna, "count")
    assert "At least 20 answers, counted on 20 November" in hanna.see(PLACE).text


def test_it_is_extended_once_up_to_the_contract(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    page = hanna.see(PLACE)
    assert page.tree.xpath("//input[@id='day']/@value") == ["2027-11-25"], "three days more, not all there are"
    assert "It can be moved until 19 November 2027, 09:00" in page.text
    page = hanna.see(f"{PLACE}/extend", status=422, data={**_token(hanna), "day": "2027-11-26", "time": "18:00"})
    assert page.error_of("extending") == "Tick the box first: this can be done only once."
    assert page.tree.xpath("//input[@id='day']/@value") == ["2027-11-26"]
    assert not planned(office).extended
    for day, clock, said in (
        ("2027-11-20", "18:00", "must lie after"),
        ("2028-01-01", "18:00", "must lie after"),
        ("soon", "six", "Write a day like 2026-12-01."),
    ):
        page = hanna.see(f"{PLACE}/extend", status=422, data=_extension(hanna, day, clock))
        assert said in page.error_of("day")
        assert page.focused == ["day"]
    assert page.error_of("time") == "Write a time like 09:00."
    for place in ("extended", "done"):
        assert do(hanna, "extend", day="2027-11-26", time="18:00", sure="yes").location == f"{PLACE}?{place}"
    assert "The closing has been moved to 26 November 2027, 18:00." in hanna.see(f"{PLACE}?extended").text
    assert do(hanna, "extend", day="2027-11-30", time="18:00", sure="yes").status_code == 409
    assert planned(office).extended
    text = hanna.see(PLACE).text
    assert "26 November 2027, 18:00 (UTC), extended once" in text
    assert "It has been extended once already." in text


def test_after_the_first_figure_nothing_is_moved(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    at(hanna, first_figure_at(planned(office)))
    assert "Figures of participation are out since half-time" in hanna.see(PLACE).text
    page = hanna.see(f"{PLACE}/extend", status=409, data=_extension(hanna, "2027-11-26", "18:00"))
    assert "Figures of participation are out since half-time" in page.text


def test_it_is_never_closed_early(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    at(hanna, planned(office).opens_at + timedelta(days=1))
    page = hanna.see(f"{PLACE}/close", status=409, data=_token(hanna))
    assert "is never closed early" in page.text
    assert planned(office).state == State.OPEN


def test_the_whole_way_to_publication(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    at(hanna, planned(office).opens_at + timedelta(hours=2))
    answer_all(hanna, office, 20)
    at(hanna, planned(office).closes_at)
    assert "Next: close 2027 Q4" in hanna.see("/app").text
    assert "time is over" in hanna.see(PLACE).h1
    early = hanna.see(f"{PLACE}/publish", status=409, data={**_token(hanna), "sure": "yes"})
    assert "close the cycle and open them first" in early.text
    for _click in range(2):
        assert do(hanna, "close").location == f"{PLACE}?closed"
    assert planned(office).state == State.OPENED
    assert "Next: publish 2027 Q4" in hanna.see("/app").text
    page = hanna.see(f"{PLACE}/publish", status=422, data=_token(hanna))
    assert page.error_of("publish") == "Tick the box first: this cannot be taken back."
    assert (planned(office).state, count(office, Response)) == (State.OPENED, 20)
    for _click in range(2):
        assert do(hanna, "publish", sure="yes").location == f"{PLACE}?published"
    assert (planned(office).state, count(office, Response)) == (State.PUBLISHED, 0)
    page = hanna.see(f"{PLACE}?published")
    assert "The results are published, and single answers are deleted." in page.text
    assert f"assess cycle withdraw {QUARTER}" in page.text
    (results,) = page.tree.xpath("//main//a[contains(@class, 'button')]/@href")
    assert hanna.client.get(results).status_code == 200
    assert "Next: plan a survey The results of 2027 Q4 are published." in hanna.see("/app").text
    with office.database.reading() as session:
        assert sorted(session.scalars(select(ResultDocument.kind))) == ["actions", "comments", "result", "statistics"]
    for what in ("close", "count", "publish"):
        assert do(hanna, what, sure="yes").status_code == 303
    for what in ("remind", "extend", "abort", "links.csv", "codes.pdf"):
        assert do(hanna, what, sure="yes", day="2027-11-30", time="18:00").status_code in {303, 409}
    assert planned(office).state == State.PUBLISHED


def test_too_few_answers_are_destroyed_and_said(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    at(hanna, planned(office).opens_at)
    answer_all(hanna, office, 3)
    at(hanna, planned(office).closes_at)
    assert do(hanna, "close").location == "/app/cycles?too_few"
    assert "so few answered that nobody would have been protected" in hanna.see("/app/cycles?too_few").text
    assert hanna.client.get(PLACE).status_code == 404


def test_an_anonymous_survey_waits_for_a_key_holder(office: Office, hanna: Browsing) -> None:
    appoint(office.database, "Ada")
    appoint(office.database, "Bo")
    opened_anonymous(hanna)
    page = hanna.see(PLACE)
    assert len(page.tree.xpath("string(//*[@class='check-words'])").split()) == 6
    assert "Who opens the envelopes Ada, Bo" in page.text
    at(hanna, planned(office).opens_at)
    answer_all(hanna, office, 20)
    at(hanna, planned(office).closes_at)
    assert do(hanna, "close").location == f"{PLACE}?closed"
    page = hanna.see(PLACE)
    assert "One of them opens the envelopes, on the page Opening: Ada, Bo." in page.text
    assert "2027 Q4 waits for a key holder" in hanna.see("/app").text
    assert page.tree.xpath(f"//form[@action='{PLACE}/publish']") == []
    page = hanna.see(f"{PLACE}/publish", status=409, data={**_token(hanna), "sure": "yes"})
    assert "are not opened yet" in page.text


def opened_anonymous(browsing: Browsing) -> None:
    plan(browsing, level="anonymous")
    assert open_it(browsing).location == f"{PLACE}?now_open"


def test_abort_asks_first_and_destroys_everything_once(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    at(hanna, planned(office).opens_at)
    answer_all(hanna, office, 6)
    token = _token(hanna)
    page = hanna.see(f"{PLACE}/abort", status=422, data=token)
    assert page.error_of("abort") == "Tick the box first: this cannot be taken back."
    assert page.tree.xpath("//details[@open]//form[contains(@action, 'abort')]")
    for _click in range(2):
        answer = hanna.client.post(f"{PLACE}/abort", data={**token, "sure": "yes"})
        assert answer.location == "/app/cycles?aborted"
    assert "destroyed unopened" in hanna.see("/app/cycles?aborted").text
    assert list(office.settings.key_dir.rglob("*.key")) == []


def test_one_survey_at_a_time(office: Office, hanna: Browsing) -> None:
    opened(hanna)
    plan(hanna, quarter="2028Q1", opens_on="2028-03-06", closes_on="2028-03-17", latest_on="")
    page = hanna.see("/app/cycles/2028Q1")
    assert "It cannot be opened yet: 2027 Q4 is not published yet; one survey at a time." in page.text
    assert "2028 Q1 planned" in hanna.see("/app/cycles").text
    assert "2027 Q4 is about to begin" in hanna.see("/app").text


def test_foreign_addresses_are_no_pages(hanna: Browsing) -> None:
    for quarter in ("2019Q1", "nope", "2027q4", "2027Q4%00", "..%2Fx"):
        assert hanna.client.get(f"/app/cycles/{quarter}").status_code == 404
        assert hanna.client.get(f"/app/cycles/{quarter}/edit").status_code == 404


def test_who_was_invited_by_mail_has_the_only_copy_of_the_link(mailing: Browsing, office: Office) -> None:
    with office.database.writing() as session:
        for person in session.scalars(select(Person).order_by(Person.id).limit(2)):
            person.email = None
    opened(mailing, by="mail")
    page = mailing.see(PLACE)
    assert page.tree.xpath("//form[contains(@action, 'links.csv')]") == []
    assert page.tree.xpath("//form[contains(@action, 'codes.pdf')]"), "without an address there is a slip"
    refused = mailing.see(f"{PLACE}/links.csv", status=409, data=_token(mailing))
    assert "could see which have been used, so there is none" in refused.text
    assert "https://" not in refused.text
    assert "Wrote out the links" not in " ".join(_told(office))


def test_whoever_hands_links_out_gets_them(mailing: Browsing) -> None:
    opened(mailing, by="hand")
    assert mailing.see(PLACE).tree.xpath("//form[contains(@action, 'links.csv')]")
    assert len(links_of(mailing)) == 24


def test_a_reminder_says_how_many_get_it(mailing: Browsing, office: Office) -> None:
    opened(mailing, by="mail")
    at(mailing, planned(office).opens_at)
    (button,) = mailing.see(PLACE).tree.xpath("//form[contains(@action, '/remind')]//button")
    assert button.text_content() == "Send reminder 1 of 2 to 24 people"


def test_the_test_message_goes_to_whoever_asks(mailing: Browsing) -> None:
    plan(mailing)
    page = mailing.see(f"{PLACE}/mail-test", status=409, data=_token(mailing))
    assert page.tree.xpath("//*[@role='alert']"), "this server does not exist, and that is said"


def test_pages_speak_chinese(app: Flask, office: Office) -> None:
    office.settings.key_dir.mkdir()
    set_clock(app)
    hire_lantern(office.database)
    hanna = signed_in(app, office, "hanna", "zh")
    plan(hanna)
    assert "计划中" in hanna.see(PLACE).h1
    open_it(hanna)
    assert "即将开始" in hanna.see(PLACE).h1
    at(hanna, planned(office).opens_at)
    assert "进行中" in hanna.see(PLACE).h1
    assert "2027年第四季度调查进行中" in hanna.see("/app").text


def _extension(browsing: Browsing, day: str, clock: str) -> dict[str, str]:
    return {**_token(browsing), "day": day, "time": clock, "sure": "yes"}


def _told(office: Office) -> list[str]:
    with office.database.reading() as session:
        return [sentence_of(entry) for entry in session.scalars(select(AuditEntry))]


def _token(browsing: Browsing) -> dict[str, str]:
    return {"csrf_token": browsing.token(PLACE)}


def test_the_roster_is_confirmed_and_the_plan_says_what_is_missing(office: Office, mailing: Browsing) -> None:
    plan(mailing)
    page = mailing.see(PLACE)
    assert "would open it by itself on 15 November 2027, 09:00 and mail the invitations, but:" in page.text
    assert "Within the 14 days before, nobody has said that teams and roster are right" in page.text
    at(mailing, planned(office).opens_at)
    home = mailing.see("/app").text
    assert "It was to open on 15 November 2027, 09:00 and waits for you. It did not open by itself: Within" in home
    at(mailing, planned(office).opens_at - timedelta(days=3))
    (state,) = mailing.see(PLACE).tree.xpath("//input[@name='roster']/@value")
    assert do(mailing, "confirm-roster", roster=state).location == f"{PLACE}?confirmed"
    page = mailing.see(f"{PLACE}?confirmed")
    assert "Noted: teams and roster are right as they are now." in page.text
    assert "A background process opens it by itself on 15 November 2027, 09:00" in page.text
    assert "confirmed on 12 November 2027, 09:00 by hanna@shop.example." in page.text
    assert "It opens by itself on 15 November 2027, 09:00" in mailing.see("/app").text
    with office.database.writing() as session:
        session.delete(session.scalars(select(Person).limit(1)).one())
    assert "The roster is right" in mailing.see(PLACE).text
    page = mailing.see(f"{PLACE}/confirm-roster", status=409, data={**_token(mailing), "roster": state})
    assert "have changed since you looked at them; nothing was confirmed." in page.text
    assert do(mailing, "confirm-roster", roster="nonsense").status_code == 409


def test_without_mail_it_never_opens_by_itself(hanna: Browsing) -> None:
    plan(hanna)
    assert "but: Mail is not set up on this server." in hanna.see(PLACE).text
