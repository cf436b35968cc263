"""Behind other servers failures are counted by the address of the visitor, and nobody can choose that address."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assess.app import create_app
from assess.migrations import upgrade
from tests.databases.stores import Store
from tests.operations.saving import empty_place

FAILURES = 60  # of one address in one minute


@pytest.fixture
def clients(tmp_path: Path, each_database: Store) -> Iterator[dict[int, FlaskClient]]:
    """The site behind no server and behind one."""
    settings, database = empty_place(tmp_path)
    upgrade(database)
    settings = replace(settings, secret_key="0123456789abcdef" * 4)
    apps = {proxies: create_app(replace(settings, proxies=proxies)) for proxies in (0, 1)}
    yield {proxies: app.test_client() for proxies, app in apps.items()}
    for app in apps.values():
        app.extensions["assess.database"].close()
    database.close()


def fail(client: FlaskClient, forwarded: str) -> int:
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    return client.get("/s/WRONG", headers=headers).status_code


def test_behind_one_server_each_visitor_is_counted_alone(clients: dict[int, FlaskClient]) -> None:
    assert [fail(clients[1], "10.0.0.1") for _ in range(FAILURES + 1)] == [404] * FAILURES + [429]
    assert fail(clients[1], "10.0.0.2") == 404


def test_what_the_visitor_writes_before_it_changes_nothing(clients: dict[int, FlaskClient]) -> None:
    answers = [fail(clients[1], f"192.0.2.{number}, 10.0.0.1") for number in range(FAILURES + 1)]
    assert answers == [404] * FAILURES + [429]


def test_without_a_server_before_it_the_header_is_not_believed(clients: dict[int, FlaskClient]) -> None:
    answers = [fail(clients[0], f"10.0.0.{number}") for number in range(FAILURES + 1)]
    assert answers == [404] * FAILURES + [429]
