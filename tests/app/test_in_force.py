"""A web process that was started before something was set shows it, and members' pages pay nothing for it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text

from assess.app import create_app
from assess.app.in_force import LONGEST_SECONDS, InForce
from assess.extensions import Database
from assess.looks.look import Look
from assess.organisation.choosing import choose
from assess.organisation.looking import change_look
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing
from tests.databases.stores import Store
from tests.surveys.member.member_cast import MemberSite, build_site


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """List the statements SQLAlchemy runs inside the block; those of a member's visit go past it to the driver."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


class Clock:
    """A clock that stands still until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def held(app: Flask) -> Clock:
    """Let the clock of an app stand still."""
    clock, found = Clock(), app.extensions["assess.in_force"]
    assert isinstance(found, InForce)
    found._clock = clock
    found._read_at = None
    return clock


@pytest.fixture
def site(tmp_path: Path, each_database: Store) -> Iterator[MemberSite]:
    site = build_site(tmp_path)
    yield site
    site.database.close()


def test_the_page_of_somebody_signing_in_shows_it_at_once(app: Flask, office: Office) -> None:
    browsing, clock = Browsing(app), held(app)
    assert "<span>Lantern</span>" in browsing.client.get("/app/sign-in").get_data(as_text=True)
    assert "<span>Lantern</span>" in browsing.client.get("/").get_data(as_text=True)
    choose(office.database, office.settings, {"organisation": "Lamp", "contact": "hr@lamp.example"})
    assert "<span>Lantern</span>" in browsing.client.get("/").get_data(as_text=True)
    page = browsing.client.get("/app/sign-in").get_data(as_text=True)
    assert "<span>Lamp</span>" in page
    assert "Questions: hr@lamp.example" in page
    clock.now += LONGEST_SECONDS
    assert "<span>Lamp</span>" in browsing.client.get("/").get_data(as_text=True)


def test_a_member_page_costs_no_statement_more_and_once_in_five_seconds_two(site: MemberSite) -> None:
    app = create_app(site.settings)
    clock, client, database = held(app), app.test_client(), app.extensions["assess.database"]
    address = f"/s/{site.codes[0]}"
    client.get(address)  # the first visit reads the cycle and draws the pages
    with counted(database) as statements:
        assert {client.get(address).status_code for _visit in range(20)} == {200}
    assert statements == []
    clock.now += LONGEST_SECONDS
    with counted(database) as statements:
        assert {client.get(address).status_code for _visit in range(20)} == {200}
    assert len(statements) == 2
    assert "chosen_settings" in statements[0]
    assert "looks" in statements[1]
    database.close()


def test_a_new_look_reaches_the_finished_pages_of_members(site: MemberSite) -> None:
    app = create_app(site.settings)
    clock, client = held(app), app.test_client()
    address = f"/s/{site.codes[0]}"
    assert "/look/" not in client.get(address).get_data(as_text=True)
    look = Look("#8a1c4a")
    with site.database.writing() as session:
        change_look(session, look)
    clock.now += LONGEST_SECONDS
    page = client.get(address).get_data(as_text=True)
    assert re.search(rf'href="/look/{look.sha256}/site\.\w+\.css"', page)
    assert '<meta name="theme-color" content="#8a1c4a">' in page
    app.extensions["assess.database"].close()


def test_a_language_that_is_not_offered_is_not_shown(app: Flask, office: Office) -> None:
    choose(office.database, office.settings, {"languages": "zh"})
    client, clock = app.test_client(), held(app)
    page = client.get("/?lang=en", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="zh-CN">' in page
    assert "hreflang" not in page
    choose(office.database, office.settings, {"languages": "zh,en"})
    clock.now += LONGEST_SECONDS
    assert '<html lang="zh-CN">' in client.get("/", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert '<html lang="en">' in client.get("/?lang=en").get_data(as_text=True)


def test_a_database_that_is_gone_leaves_the_operator_s_settings(app: Flask, office: Office) -> None:
    held(app)
    with office.database.writing() as session:
        session.execute(text("DROP TABLE chosen_settings"))
    assert "<span>Lantern</span>" in app.test_client().get("/").get_data(as_text=True)
