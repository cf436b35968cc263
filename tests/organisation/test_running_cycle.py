"""What is set while a survey runs changes nothing of it: its contract, pages, mail, threshold; the next one has it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assess.app import create_app
from assess.messages.letter import plain_text
from assess.messages.models import OutboxMessage
from assess.organisation.choosing import choose
from assess.organisation.in_force import in_force
from assess.releases.store import read_frozen
from assess.surveys.contract import contract_of
from assess.surveys.cycles import create_cycle, find_cycle
from assess.surveys.inviting import open_cycle
from assess.surveys.mailing import queue_reminder, write_survey_mail
from tests.databases.stores import Store
from tests.messages.cast import mail_to
from tests.surveys.member.member_cast import build_site
from tests.surveys.shop import CLOSES, DURING, OPENS, QUARTER, Shop, open_shop

NEW = {
    "organisation": "Lamp",
    "contact": "hr@lamp.example",
    "time_zone": "Europe/Berlin",
    "minimum_group_size": "6",
}


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    yield shop
    shop.database.close()


def set_anew(shop: Shop) -> None:
    choose(shop.database, shop.settings, NEW)
    with shop.database.reading() as session:
        shop.settings = in_force(session, shop.settings)
    assert shop.settings.organisation == "Lamp"


def test_the_contract_and_the_threshold_stay_and_the_next_survey_has_the_new_ones(shop: Shop) -> None:
    before = bytes(shop.cycle().contract or b"")
    for team in ("Ads", "Box", "Care"):
        shop.everybody_answers(team, 5)  # five answers: enough for five, not for six
    set_anew(shop)
    shop.finish()
    assert shop.cycle().contract == before
    with shop.database.reading() as session:
        document, _sha256 = read_frozen(session, cycle_id=shop.cycle().id)
    (cycle,) = document["scores"]["cycles"]
    assert {entry["team"]: entry["n"] for entry in cycle["teams"]} == {"Ads": 5, "Box": 5, "Care": 5}
    later = timedelta(days=90)
    create_cycle(shop.database, quarter="2027Q1", instrument="team24", opens_at=OPENS + later, closes_at=CLOSES + later)
    open_cycle(shop.database, shop.settings, "2027Q1", now=OPENS + later - timedelta(days=1))
    with shop.database.reading() as session:
        contract = contract_of(find_cycle(session, "2027Q1"))
    assert (contract["organisation"], contract["contact"]) == ("Lamp", "hr@lamp.example")
    assert (contract["time_zone"], contract["minimum"]["answers"]) == ("Europe/Berlin", 6)


def test_a_reminder_is_signed_as_the_contract_says(shop: Shop) -> None:
    set_anew(shop)
    settings = replace(shop.settings, mail=mail_to(25))
    queue_reminder(shop.database, settings, QUARTER, now=DURING)
    with shop.database.reading() as session:
        message = session.scalars(select(OutboxMessage)).first()
        assert message is not None
        letter = write_survey_mail(session, settings, message, now=DURING)
    assert letter is not None
    assert letter.organisation == "Lantern"
    text = plain_text(letter)
    assert "people@lantern.example" in text
    assert "18:00 (Asia/Shanghai)" in text
    assert not [word for word in ("Lamp", "lamp.example", "Berlin") if word in text]


def test_member_pages_name_the_organisation_of_the_contract(tmp_path: Path, each_database: Store) -> None:
    site = build_site(tmp_path)
    choose(site.database, site.settings, NEW)
    app = create_app(site.settings)
    client = app.test_client()
    for address in (f"/s/{site.codes[0]}", f"/s/{site.codes[0]}?lang=zh"):
        page = client.get(address).get_data(as_text=True)
        assert "<span>Lantern</span>" in page
        assert "people@lantern.example" in page
        assert "Lamp" not in page
        assert "lamp.example" not in page
    assert "<span>Lamp</span>" in client.get("/").get_data(as_text=True)
    app.extensions["assess.database"].close()
    site.database.close()
