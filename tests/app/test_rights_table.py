"""The table of rights, cell by cell: role by route by method over the whole url map."""

from pathlib import Path

import pytest
from flask import Flask

from assess.accounts.pages.cookies import is_under_app
from tests.accounts.accounts_cast import Office
from tests.app.addresses import fill
from tests.app.browsing import Browsing, signed_in
from tests.app.foreign_objects import OWNED, openings_of_others, passkeys_of_others, reports_of_others
from tests.app.rights_table import OWN, ROLES, ROUTES, cells, print_table, right_of

PEOPLE = {"administrator": "ada", "HR": "hanna", "key holder": "kim", "leader": "lea"}
VALUES = {"account_id": "00" * 16, "passkey_id": "00" * 16}


def test_every_route_has_its_line_and_needs_what_the_line_says(app: Flask) -> None:
    found = {
        rule.rule: getattr(app.view_functions[rule.endpoint], "right", "nothing")
        for rule in app.url_map.iter_rules()
        if is_under_app(rule.rule)
    }
    listed = [route for routes in ROUTES.values() for route in routes]
    assert sorted(listed) == sorted(found)
    assert {rule: right_of(rule) for rule in found} == found


@pytest.mark.parametrize("role", ROLES)
def test_each_cell_is_as_the_table_says(app: Flask, office: Office, role: str) -> None:
    browsing = Browsing(app) if role == "nobody" else signed_in(app, office, PEOPLE[role])
    tested = 0
    for rule, method, whose, may in cells(app):
        if whose != role:
            continue
        answer = browsing.client.open(fill(rule, VALUES, "2026Q4"), method=method)
        led_away = answer.status_code == 303 and "/app/sign-in" in answer.location
        if not may:
            assert answer.status_code == 403 or (role == "nobody" and led_away), (method, rule, answer.status_code)
        elif method == "POST":
            assert answer.status_code == 400, (method, rule, "a form without its token")
        elif rule.startswith(OWN):
            assert answer.status_code == 404, (method, rule, "an object of nobody")
        else:
            assert answer.status_code != 403, (method, rule)
            assert not (led_away and right_of(rule) != "everybody"), (method, rule)
        tested += 1
    assert tested >= 70


def test_what_belongs_to_somebody_else_is_not_there(tmp_path: Path, office: Office) -> None:
    """Real ids of real objects: 404 in every cell, and no route that has objects is left out."""
    asked: set[str] = set()
    for made in (
        reports_of_others(tmp_path / "reports"),
        openings_of_others(tmp_path / "openings"),
        passkeys_of_others(office.settings, office.database),
    ):
        with made as world:
            browsings = {email: world.signed_in(email) for email in {cell.email for cell in world.cells}}
            answers = {cell: world.status(browsings[cell.email], cell) for cell in world.cells}
            assert {cell: status for cell, status in answers.items() if status != 404} == {}
            asked |= {cell.rule for cell in world.cells}
    assert asked == {route for routes in ROUTES.values() for route in routes if route.startswith(OWNED)}
    assert {route for routes in ROUTES.values() for route in routes if route.startswith(OWN)} <= asked


def test_the_table_prints_all_its_cells(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    print_table(app)
    said = capsys.readouterr().out
    assert said.splitlines()[-1].endswith(f"{len(list(cells(app)))} cells")
    assert " own " in said


def test_a_body_that_is_too_large_is_refused_before_it_is_read(app: Flask) -> None:
    browsing = Browsing(app)
    for rule in ("/app/sign-in", "/app/sign-in/code", "/app/sign-in/passkey", "/app/welcome/x"):
        answer = browsing.client.post(rule, data={"csrf_token": browsing.token(), "code": "x" * 70_000})
        assert answer.status_code == 413, rule
