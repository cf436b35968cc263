"""Every administrative step leaves its entry, with who did it; answering leaves none."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assess.accounts.administration import deactivate_account, recover_account
from assess.accounts.errors import WrongSignInError
from assess.accounts.signing_in import sign_in
from assess.app import create_app
from assess.audit import words
from assess.audit.models import AuditEntry
from assess.audit.words import actor_words, sentence_of
from assess.extensions import Database
from assess.localisation import use_language
from assess.releases.models import ResultDocument
from assess.releases.withdrawals import withdraw
from assess.surveys.cycles import abort_cycle, create_cycle, extend_cycle, find_cycle
from assess.surveys.inviting import links_of
from assess.surveys.own_instruments.keeping import keep_instrument, remove_instrument
from assess.teams.importing import import_roster, import_teams, store_roster_file, undo_import
from assess.teams.reading import read_roster_file
from tests.accounts.accounts_cast import PASSWORD, Office
from tests.app.browsing import signed_in
from tests.surveys.own_files import own_file
from tests.surveys.shop import CLOSES, PREPARED, QUARTER, installation, open_shop


def entries(database: Database) -> Sequence[AuditEntry]:
    with database.reading() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()


def told(database: Database) -> list[str]:
    return [sentence_of(entry) for entry in entries(database)]


def test_accounts_and_signing_in(office: Office) -> None:
    office.settle("ada")
    office.invite("lea")
    now = datetime.now(UTC)
    sign_in(office.database, "ada@shop.example", PASSWORD, now=now)
    with pytest.raises(WrongSignInError):
        sign_in(office.database, "ADA@shop.example", "my other password 17", now=now)
    with pytest.raises(WrongSignInError):
        sign_in(office.database, "my.password@typed.here", "ada", now=now)
    recover_account(office.database, "lea@shop.example", now=now)
    deactivate_account(office.database, "lea@shop.example")
    assert told(office.database) == [
        "Added the account ada@shop.example: administrator.",
        "ada@shop.example set a new password.",
        "Added the account lea@shop.example: no role.",
        "ada@shop.example signed in.",
        "Signing in as ada@shop.example failed.",
        "Made a one-time link for lea@shop.example to set a password.",
        "Deactivated the account lea@shop.example.",
    ]
    kept = "".join(f"{e.actor}{e.subject}{e.details}" for e in entries(office.database))
    assert "password" not in kept
    assert "typed" not in kept


def test_imports_say_how_many_and_never_who(office: Office, tmp_path: Path) -> None:
    teams, people = tmp_path / "teams.csv", tmp_path / "people.csv"
    teams.write_text("team,parent\nShop,\nAds,Shop\n", encoding="utf-8")
    people.write_text("name,email,team\nZora Quill,zora@shop.example,Ads\n", encoding="utf-8")
    import_teams(office.database, teams)
    import_roster(office.database, people)
    assert told(office.database) == [
        "Imported the teams. Added: 2. Changed: 0. Left: 0. Unchanged: 0.",
        "Imported the roster. Added: 1. Changed: 0. Left: 0. Unchanged: 0.",
    ]
    assert not [e for e in entries(office.database) if "zora" in f"{e.subject}{e.details}".lower()]


def test_a_roster_says_that_teams_began_with_it_and_that_both_were_taken_back(office: Office, tmp_path: Path) -> None:
    teams, people = tmp_path / "teams.csv", tmp_path / "people.csv"
    teams.write_text("team\nShop\n", encoding="utf-8")
    people.write_text("name,email,team\nZora Quill,zora@shop.example,Ads\nBo,bo@shop.example,Box\n", encoding="utf-8")
    import_teams(office.database, teams)
    with office.database.writing() as session:
        store_roster_file(session, read_roster_file(people), teams_may_begin=True, now=datetime.now(UTC))
    undo_import(office.database, "roster")
    assert told(office.database)[1:] == [
        "Began teams that the roster names, under Shop: 2.",
        "Imported the roster. Added: 2. Changed: 0. Left: 0. Unchanged: 0.",
        "Took the teams back that had begun with the roster: 2.",
        "Took the last import of the roster back.",
    ]
    assert not [e for e in entries(office.database) if "zora" in f"{e.subject}{e.details}".lower()]


@pytest.mark.usefixtures("each_database")
def test_a_whole_survey_and_nothing_when_somebody_answers(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    began = len(entries(shop.database))
    links_of(shop.database, shop.settings, QUARTER)
    for team in ("Ads", "Box", "Care"):
        shop.everybody_answers(team)
    assert len(entries(shop.database)) == began + 1
    shop.finish()
    with shop.database.writing() as session:
        cycle = find_cycle(session, QUARTER)
        withdraw(session, cycle_id=cycle.id, quarter=QUARTER, because="Two teams were mixed up.", now=CLOSES)
    contract, sha256 = shop.cycle().contract_hash, read_frozen_sha256(shop.database)
    assert told(shop.database) == [
        "Planned the survey 2026Q4 from 2026-11-23 01:00 to 2026-12-04 10:00 (UTC).",
        f"Opened the survey 2026Q4 for 21 people; contract {contract}.",
        "Wrote out the links of 2026Q4 once more.",
        "Closed the survey 2026Q4 and destroyed its links.",
        "Opened the envelopes of 2026Q4.",
        f"Published the results of 2026Q4; checksum {sha256}.",
        "Withdrew the results of 2026Q4: Two teams were mixed up.",
    ]
    shop.database.close()


def read_frozen_sha256(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(ResultDocument.sha256).where(ResultDocument.kind == "result")).one()


@pytest.mark.usefixtures("each_database")
def test_questionnaires_of_the_organisations_own(tmp_path: Path) -> None:
    _settings, database = installation(tmp_path)
    for content in (own_file(), own_file(), own_file("1.1", "We may think.")):
        with database.writing() as session:
            keep_instrument(session, "mine.toml", content, now=PREPARED)
    with database.writing() as session:
        remove_instrument(session, "calm")
    assert told(database) == [
        "Added the questionnaire calm, version 1.0.",
        "Replaced the questionnaire calm: version 1.0 by version 1.1.",
        "Removed the questionnaire calm.",
    ]
    database.close()


@pytest.mark.usefixtures("each_database")
def test_extending_and_aborting(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    extend_cycle(shop.database, shop.settings, QUARTER, CLOSES + timedelta(days=1), now=PREPARED)
    abort_cycle(shop.database, shop.settings, QUARTER)
    abort_cycle(shop.database, shop.settings, QUARTER)
    begins, ends = CLOSES + timedelta(days=60), CLOSES + timedelta(days=70)
    create_cycle(shop.database, quarter="2027Q1", instrument="team24", opens_at=begins, closes_at=ends)
    abort_cycle(shop.database, shop.settings, "2027Q1")
    assert [each for each in told(shop.database)[2:] if "Planned" not in each] == [
        "Extended the survey 2026Q4 to 2026-12-05 10:00 (UTC).",
        "Aborted the survey 2026Q4; all was destroyed.",
        "Threw the plan of 2027Q1 away.",
    ]
    shop.database.close()


def test_who_acted_is_named_and_forgotten_with_the_request(office: Office) -> None:
    app = create_app(office.settings)
    office.settle("ada", now=datetime.now(UTC) - timedelta(minutes=1))
    browsing = signed_in(app, office, "hanna")
    browsing.send(
        "/app/password", current="wrong", password="another long sentence 1", repeated="another long sentence 1"
    )
    browsing.send(
        "/app/password", current=PASSWORD, password="another long sentence 1", repeated="another long sentence 1"
    )
    last = entries(office.database)[-1]
    assert (last.actor, last.event) == ("account:hanna@shop.example", "account.password_set")
    signed = [entry.actor for entry in entries(office.database) if entry.event == "account.signed_in"]
    assert signed == ["account:hanna@shop.example"], "whoever signs in has proved who it is"
    app.test_client().get("/app/sign-in")
    office.invite("lea")
    assert entries(office.database)[-1].actor == "visitor"
    app.extensions["assess.database"].close()


@pytest.mark.parametrize(
    ("stored", "english", "chinese"),
    [
        ("account:li@shop.example", "li@shop.example", "li@shop.example"),
        ("command:root", "command on the server (root)", "服务器命令（root）"),
        ("schedule", "the schedule", "定时任务"),
        ("visitor", "somebody not signed in", "未登录者"),
        ("program", "the program", "程序"),
        ("robot:7", "robot:7", "robot:7"),
    ],
)
def test_actors_have_words(stored: str, english: str, chinese: str) -> None:
    assert actor_words(stored) == english
    with use_language("zh"):
        assert actor_words(stored) == chinese


FACTS = {
    "roles": ["admin", "hr", "key_holder"],
    "key": "98ce 42de",
    "opens_at": "2026-12-01 09:00",
    "closes_at": "2026-12-10 18:00",
    "invited": 31,
    "people": 31,
    "contract": "0f" * 10,
    "sha256": "ab" * 32,
    "because": "two teams were mixed up",
    "added": 1,
    "changed": 2,
    "left": 3,
    "unchanged": 4,
    "entries": 7,
    "codes": 8,
    "what": "merged",
    "recipients": 21,
    "number": 2,
    "messages": 3,
    "place": 1,
    "practice": "P24",
    "rows": 9,
    "teams": 2,
    "was": "Lantern",
    "now": "Lamp",
    "accent": "#1f6f54",
    "accent_was": "#0f5c6e",
    "logo": "new",
    "version": "1.1",
    "before": "1.0",
}


@pytest.mark.parametrize("event", sorted(words.known_events()))
def test_every_event_is_a_whole_sentence_in_both_languages(event: str) -> None:
    entry = AuditEntry(event=event, subject="2026Q4", details=json.dumps(FACTS))
    english = sentence_of(entry)
    assert english.endswith((".", "up"))
    with use_language("zh"):
        chinese = sentence_of(entry)
    assert chinese != english
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


def test_every_event_belongs_to_a_group_that_can_be_chosen() -> None:
    assert {event.split(".")[0] for event in words.known_events()} <= set(words.event_groups())


def test_an_event_of_another_version_is_shown_as_it_is_stored() -> None:
    entry = AuditEntry(event="moon.landed", subject="Eagle", details="{}")
    assert sentence_of(entry) == "moon.landed Eagle {}"
