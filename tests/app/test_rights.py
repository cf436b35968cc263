"""Who may see what under /app: walked over the whole url map, so that a new page cannot be forgotten."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from assess.accounts.administration import deactivate_account
from assess.accounts.pages.cookies import is_under_app
from assess.accounts.pages.rights import EVERYBODY
from tests.accounts.accounts_cast import Office
from tests.app.addresses import fill
from tests.app.browsing import Browsing, signed_in

PROVIDER = {"/app/sign-in/provider", "/app/sign-in/provider/back", "/app/sign-in/provider/out"}
PUBLIC = PROVIDER | {"/app/sign-in", "/app/sign-in/passkey", "/app/sign-in/code", "/app/welcome/<token>"}
HAS = {
    "signed_in_account": {"ada", "hanna", "kim", "lea"},
    "account_before_second_step": {"ada", "hanna", "kim", "lea"},
    "require_admin": {"ada"},
    "require_hr": {"hanna"},
    "require_key_holder": {"kim"},
}
DENIED = {403, 404}


def rules(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """List every rule under /app with an address that fits it and each of its methods."""
    for rule in app.url_map.iter_rules():
        if is_under_app(rule.rule):
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                yield rule, fill(rule.rule, {}, "2026Q4"), method


def right_of(app: Flask, rule: Rule) -> str:
    return str(getattr(app.view_functions[rule.endpoint], "right", "nothing"))


def test_every_page_under_app_declares_who_may_see_it(app: Flask) -> None:
    found = {rule.rule: right_of(app, rule) for rule, _address, _method in rules(app)}
    assert set(found.values()) <= {*HAS, EVERYBODY}
    assert {address for address, right in found.items() if right == EVERYBODY} == PUBLIC
    assert len(found) > 5


def test_nothing_outside_app_is_open_to_people_who_sign_in_only(app: Flask) -> None:
    outside = [rule for rule in app.url_map.iter_rules() if not is_under_app(rule.rule)]
    assert outside
    assert {right_of(app, rule) for rule in outside} == {"nothing"}


def test_without_a_session_every_page_leads_to_sign_in(app: Flask) -> None:
    browsing = Browsing(app)
    for rule, address, method in rules(app):
        if rule.rule not in PUBLIC:
            answer = browsing.client.open(address, method=method)
            assert answer.status_code == 303, (method, address)
            assert re.fullmatch(r"/app/sign-in(\?next=/app[\w/.-]*)?", answer.headers["Location"])
            assert len(answer.data) < 400, "nothing but the way to sign in"
            assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("who", ["ada", "hanna", "kim", "lea"])
def test_a_page_of_another_role_is_denied_before_anything_is_read(app: Flask, office: Office, who: str) -> None:
    browsing = signed_in(app, office, who)
    denied = 0
    for rule, address, method in rules(app):
        right = right_of(app, rule)
        if right in HAS and who not in HAS[right]:
            assert browsing.client.open(address, method=method).status_code in DENIED, (method, address)
            denied += 1
    assert denied or who == "kim"


@pytest.mark.parametrize("who", ["ada", "kim"])
def test_everything_sent_under_app_needs_the_token_of_its_form(app: Flask, office: Office, who: str) -> None:
    browsing = signed_in(app, office, who)
    other = Browsing(app).token()
    sent = 0
    for rule, address, method in rules(app):
        if method in {"POST", "PUT", "PATCH", "DELETE"}:
            right = right_of(app, rule)
            if right == EVERYBODY or who in HAS[right]:
                for token in ("", "forged", other):
                    answer = browsing.client.open(address, method=method, data={"csrf_token": token})
                    assert answer.status_code == 400, (method, address, token)
                    sent += 1
    assert sent >= 12
    assert browsing.see("/app").h1.startswith("Hello"), "not even signing out went through"


def test_only_the_pages_of_members_take_something_without_such_a_token(app: Flask) -> None:
    taking = {rule.rule for rule in app.url_map.iter_rules() if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}}
    assert {rule for rule in taking if not is_under_app(rule)} == {"/s", "/s/<code>", "/s/<code>/plain"}


def test_the_token_of_a_form_is_worthless_in_another_session(app: Flask, office: Office) -> None:
    ada, kim = signed_in(app, office, "ada"), signed_in(app, office, "kim")
    stolen = ada.token("/app/password")
    answer = kim.client.post("/app/sign-out", data={"csrf_token": stolen})
    assert answer.status_code == 400
    assert kim.client.get("/app").status_code == 200


def test_a_script_may_send_the_token_as_a_header(app: Flask, office: Office) -> None:
    kim = signed_in(app, office, "kim")
    answer = kim.client.post("/app/language", headers={"X-CSRFToken": kim.token("/app")}, data={"language": "zh"})
    assert answer.status_code == 303


def test_a_script_without_a_session_is_told_so_and_not_led_to_a_page(app: Flask) -> None:
    client = app.test_client()
    for headers in ({"X-CSRFToken": "x"}, {"Sec-Fetch-Dest": "empty"}):
        answer = client.get("/app", headers=headers)
        assert answer.status_code == 401
        assert answer.json == {"error": "Your session has ended; open the page again and sign in."}


def test_a_view_that_declares_nothing_is_not_there(office: Office) -> None:
    from assess.app import create_app

    app = create_app(office.settings)
    app.add_url_rule("/app/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/app/forgotten").status_code == 404
    assert signed_in(app, office, "ada").client.get("/app/forgotten").status_code == 404
    app.extensions["assess.database"].close()


def test_a_deactivated_account_is_out_at_the_next_click(app: Flask, office: Office) -> None:
    office.settle("ada")
    hanna = signed_in(app, office, "hanna")
    assert hanna.client.get("/app").status_code == 200
    deactivate_account(office.database, "hanna@shop.example")
    assert hanna.client.get("/app").status_code == 303
