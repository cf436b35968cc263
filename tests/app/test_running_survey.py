"""A leader learns on the home page that a survey asks their team, until when, and when results come: no more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from assess.accounts.administration import Roles
from assess.app import create_app
from assess.teams.models import Team
from tests.accounts.accounts_cast import SECRET
from tests.app.browsing import Browsing
from tests.app.leader_cast import sign_in
from tests.app.surveys_cast import set_clock
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, DURING, Shop, open_shop

TEAMS = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 4), ("Care", "Lantern", 4))
LEADERS = {"Ads": "lea@shop.example", "Box": "ben@shop.example", "Lantern": "head@shop.example"}


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path, TEAMS)
    with shop.database.writing() as session:
        for team in session.query(Team):
            team.leader_email = LEADERS.get(team.name)
    shop.settings = replace(shop.settings, secret_key=SECRET)
    yield shop
    shop.database.close()


@pytest.fixture
def app(shop: Shop) -> Iterator[Flask]:
    app = create_app(shop.settings)
    set_clock(app, DURING)
    yield app
    app.extensions["assess.database"].close()


def first_card(app: Flask, shop: Shop, email: str, language: str = "en", roles: Roles | None = None) -> str:
    return card_of(sign_in(app, shop.database, email, language=language, roles=roles))


def card_of(browsing: Browsing) -> str:
    return " ".join(browsing.see("/app").tree.xpath("//section")[0].text_content().split())


def test_it_says_until_when_it_runs_and_when_results_come(app: Flask, shop: Shop) -> None:
    shop.everybody_answers("Ads", 3)
    assert first_card(app, shop, "lea@shop.example") == (
        "2026 Q4 is running It asks Ads and closes on 4 December 2026, 18:00. The results come to you here once HR has "
        "published them. Nobody knows who has answered. Read what was promised"
    )


def test_the_leader_of_a_small_team_learns_what_the_report_will_be_about(app: Flask, shop: Shop) -> None:
    assert "your report is about the whole of Box + Care." in first_card(app, shop, "ben@shop.example")
    assert "about the whole of" not in first_card(app, shop, "head@shop.example"), "a unit is read as a whole anyway"


def test_it_is_said_in_chinese_too(app: Flask, shop: Shop) -> None:
    card = first_card(app, shop, "ben@shop.example", "zh")
    assert card.startswith("2026年第四季度调查进行中 调查对象：Box + Care；截止时间：2026年12月4日18:00。")
    assert "您的报告将涵盖整个小组（Box + Care）。" in card


def test_after_closing_nothing_is_said_of_how_far_it_has_come(app: Flask, shop: Shop) -> None:
    for group in shop.codes:
        shop.everybody_answers(group)
    lea = sign_in(app, shop.database, "lea@shop.example")
    set_clock(app, CLOSES)
    seen = {card_of(lea)}
    for step in (shop.close, shop.open):
        step()
        seen.add(card_of(lea))
    assert len(seen) == 1
    assert "It has closed. The results come to you here once HR has published them." in seen.pop()
    shop.publish()
    assert "is running" not in lea.see("/app").text


def test_whoever_leads_nothing_that_is_asked_finds_no_such_card(app: Flask, shop: Shop) -> None:
    assert "is running" not in sign_in(app, shop.database, "nobody@shop.example").see("/app").text
    hanna = first_card(app, shop, "hanna@shop.example", roles=Roles(is_hr=True))
    assert "It asks" not in hanna
