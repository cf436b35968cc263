"""My teams: a leader reads the reports of the nodes they lead, and nobody else's exist for them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.jobs.models import Job, Queue
from assess.releases.withdrawals import withdraw
from assess.surveys.contract import contract_of
from assess.tasks.bodies import BODIES
from assess.tasks.running import work_once
from assess.teams.models import Team
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.app.browsing import Browsing
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, QUARTER, Shop, open_shop

LEADERS = {"Ads": "lea@shop.example", "Lantern": "head@shop.example", "Box": "Ben@shop.example"}


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    with shop.database.writing() as session:
        for team in session.query(Team):
            team.leader_email = LEADERS.get(team.name)
    for group in shop.codes:
        shop.everybody_answers(group)
    shop.finish()
    shop.settings = replace(shop.settings, secret_key=SECRET)
    yield shop
    shop.database.close()


@pytest.fixture
def app(shop: Shop) -> Iterator[Flask]:
    app = create_app(shop.settings)
    yield app
    app.extensions["assess.database"].close()


def as_(app: Flask, shop: Shop, email: str) -> Browsing:
    now = datetime.now(UTC)
    link = add_account(shop.database, email=email, name="Somebody", roles=Roles(), language="en", now=now)
    browsing = Browsing(app)
    welcome(shop.database, link, PASSWORD, now=now, language="en")
    browsing.send("/app/sign-in", email=email, password=PASSWORD)
    return browsing


def shown(browsing: Browsing) -> list[str]:
    return [str(name) for name in browsing.see("/app/reports").tree.xpath("//ul[@class='list']//strong/text()")]


def ways(browsing: Browsing) -> list[str]:
    found = browsing.see("/app/reports").tree.xpath("//ul[@class='list']//a[contains(@href, '.pdf')]/@href")
    return [str(way) for way in found]


def test_a_leader_sees_what_they_lead_and_others_nothing(app: Flask, shop: Shop) -> None:
    assert shown(as_(app, shop, "lea@shop.example")) == ["Ads"]
    assert shown(as_(app, shop, "head@shop.example")) == ["Lantern"], "a unit, and no report of its teams"
    assert shown(as_(app, shop, "ben@shop.example")) == ["Box"]
    nobody = as_(app, shop, "nobody@shop.example")
    assert shown(nobody) == []
    assert "There is no report for you yet" in nobody.see("/app/reports").text


def test_every_report_of_others_is_as_if_it_did_not_exist(app: Flask, shop: Shop) -> None:
    lea, head = as_(app, shop, "lea@shop.example"), as_(app, shop, "head@shop.example")
    foreign = [*ways(head), *(f"/app/reports/{QUARTER}/{node}/en.pdf" for node in all_nodes(shop) - own(lea))]
    assert len(foreign) >= 4
    token = lea.token("/app/reports")
    for way in [*foreign, "/app/reports/2026Q3/x/en.pdf", "/app/reports/x/y/zh.pdf"]:
        assert lea.client.get(way).status_code == 404, way
        assert lea.client.post(way, data={"csrf_token": token}).status_code == 404, way
    with shop.database.reading() as session:
        assert session.query(Job).count() == 0


def all_nodes(shop: Shop) -> set[str]:
    contract = contract_of(shop.cycle())
    return {str(node["id"]) for node in (*contract["units"], *contract["groups"])}


def own(browsing: Browsing) -> set[str]:
    return {way.split("/")[4] for way in ways(browsing)}


def test_a_report_is_drawn_by_a_worker_once_asked_for_and_then_given_in_both_languages(app: Flask, shop: Shop) -> None:
    lea = as_(app, shop, "lea@shop.example")
    for way, language in zip(ways(lea), ("en", "zh"), strict=True):
        assert way.endswith(f"/{language}.pdf")
        page = lea.see(way)
        assert page.h1 == "This report is drawn first"
        for _ in range(2):
            assert lea.send(way).location == way
            assert "It is being drawn" in lea.see(way).text
        assert work_once(
            shop.database, shop.settings, BODIES[Queue.DEFAULT], version=version_of(shop), queue=Queue.DEFAULT
        )
        answer = lea.client.get(way)
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert f"_ads_team-health_{language}.pdf" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"


def version_of(shop: Shop) -> str:
    with shop.database.reading() as session:
        found = session.query(Job.version).filter(Job.state == "waiting").scalar()
    return str(found)


def test_who_leads_no_longer_reads_no_longer_and_a_new_name_changes_nothing(app: Flask, shop: Shop) -> None:
    lea = as_(app, shop, "lea@shop.example")
    (way, _zh) = ways(lea)
    with shop.database.writing() as session:
        session.query(Team).filter(Team.name == "Ads").one().name = "Advertising"
    assert shown(lea) == ["Ads"], "as it was called then"
    with shop.database.writing() as session:
        team = session.query(Team).filter(Team.name == "Advertising").one()
        team.leader_email = "new@shop.example"
        session.add(Team(name="Ads", parent_id=team.parent_id, leader_email="lea@shop.example"))
    assert (shown(lea), lea.client.get(way).status_code) == ([], 404), "a new team with the old name has no past"
    assert shown(as_(app, shop, "new@shop.example")) == ["Ads"]


def test_a_withdrawn_quarter_is_gone(app: Flask, shop: Shop) -> None:
    lea = as_(app, shop, "lea@shop.example")
    (way, _zh) = ways(lea)
    with shop.database.writing() as session:
        withdraw(session, cycle_id=shop.cycle().id, quarter=QUARTER, because="A mistake.", now=CLOSES)
    assert (shown(lea), lea.client.get(way).status_code) == ([], 404)
