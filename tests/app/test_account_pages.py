"""The pages of accounts: the one-time link, the new password, home, languages, dead ends."""

import pytest
from flask import Flask

from assess.accounts.administration import deactivate_account, recover_account
from assess.accounts.signing_in import sign_in
from assess.teams.models import Team
from tests.accounts.accounts_cast import NOW, PASSWORD, PEOPLE, Office
from tests.app.browsing import Browsing, signed_in

OTHER = "nine green herons at dusk"


@pytest.mark.parametrize(
    ("language", "heading", "hello"),
    [("en", "Set your password", "Hello, Hanna Lind"), ("zh", "设置密码", "您好，Hanna Lind")],
)
def test_an_invitation_leads_to_a_password_and_home_in_the_language_it_was_read_in(
    app: Flask, office: Office, language: str, heading: str, hello: str
) -> None:
    address = f"/app/welcome/{office.invite('hanna')}"
    browsing = Browsing(app, language)
    page = browsing.see(f"{address}?lang={language}")
    assert page.h1 == heading
    assert page.tree.get_element_by_id("email").get("value") == "hanna@shop.example"
    answer = browsing.send(f"{address}?lang={language}", password=PASSWORD, repeated=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app")
    assert browsing.see("/app").h1 == hello
    assert office.account("hanna").language == language


def test_a_gateway_that_opens_the_link_first_uses_nothing_up(app: Flask, office: Office) -> None:
    address = f"/app/welcome/{office.invite('hanna')}"
    for _ in range(10):
        gateway = app.test_client()
        assert gateway.head(address).status_code == 200
        assert gateway.get(address).status_code == 200
        assert gateway.post(address, data={"password": PASSWORD, "repeated": PASSWORD}).status_code == 400
    assert Browsing(app).send(address, password=PASSWORD, repeated=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("password", "repeated", "field", "message"),
    [
        ("", "", "password", "Fill in this field."),
        ("short", "short", "password", "fewer than 15 characters"),
        (PASSWORD, OTHER, "repeated", "type the same one twice"),
        ("hanna lind has boats", "hanna lind has boats", "password", "contains your name or your address"),
        ("password12345678", "password12345678", "password", "one of the first that are tried"),
    ],
)  # fmt: skip
def test_a_password_that_cannot_be_taken_is_explained_and_never_shown(
    app: Flask, office: Office, password: str, repeated: str, field: str, message: str
) -> None:
    address = f"/app/welcome/{office.invite('hanna')}"
    browsing = Browsing(app)
    data = {"csrf_token": browsing.token(address), "password": password, "repeated": repeated}
    page = browsing.see(address, status=422, data=data)
    assert message in page.error_of(field)
    assert page.tree.xpath("//input[@type='password']/@value") == []
    assert browsing.see(address).h1 == "Set your password", "the link still works"


def test_a_spent_link_is_a_page_with_a_next_step_and_says_nothing_of_whom_it_was_for(
    app: Flask, office: Office
) -> None:
    spent = office.invite("hanna")
    recover_account(office.database, PEOPLE["hanna"][0], now=NOW)
    texts = set()
    for token in (spent, "nope", "x" * 43):
        page = Browsing(app).see(f"/app/welcome/{token}", status=410)
        assert page.h1 == "This link can no longer be used"
        assert "Hanna" not in page.text
        texts.add(page.text)
    assert len(texts) == 1


def test_a_changed_password_ends_all_other_sessions_and_is_said(app: Flask, office: Office) -> None:
    here = signed_in(app, office, "hanna")
    there = Browsing(app)
    there.sign_in("hanna")
    before = here.cookie
    answer = here.send("/app/password", current=PASSWORD, password=OTHER, repeated=OTHER)
    assert answer.headers["Location"] == "/app?changed=password"
    assert here.cookie != before
    assert "Your password has been changed" in here.see("/app?changed=password").text
    assert there.client.get("/app").status_code == 303
    assert sign_in(office.database, PEOPLE["hanna"][0], OTHER, now=NOW).token


def test_a_password_is_changed_only_by_whoever_knows_the_current_one(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna")
    for _ in range(10):
        data = {"csrf_token": hanna.token("/app/password"), "current": OTHER, "password": OTHER, "repeated": OTHER}
        page = hanna.see("/app/password", status=422, data=data)
        assert page.error_of("current") == "This is not your current password."
    held = hanna.see("/app/password", status=429, data=data)
    assert "Too many attempts failed" in held.error_of("current")
    data |= {"current": PASSWORD, "password": "short", "repeated": "short"}
    assert "fewer than 15" in hanna.see("/app/password", status=422, data=data).error_of("password")
    assert hanna.send("/app/password", current=PASSWORD, password=OTHER, repeated=OTHER).status_code == 303


@pytest.mark.parametrize(
    ("who", "role", "entry"),
    [
        ("ada", "Administrator", "Next: somebody who runs surveys"),
        ("hanna", "HR", "Next: the teams"),
        ("kim", "Key holder", "Your key"),
        ("lea", "", ""),
    ],
)
def test_home_says_who_one_is_and_what_one_can_do(app: Flask, office: Office, who: str, role: str, entry: str) -> None:
    page = signed_in(app, office, who).see("/app")
    assert page.h1 == f"Hello, {PEOPLE[who][1]}"
    assert page.tree.xpath("//p[@class='roles']/span/text()") == ([role] if role else [])
    assert page.tree.xpath("//h2/text()")[:1] == ([entry] if entry else [])


def test_a_leader_sees_which_teams_the_tree_names(app: Flask, office: Office) -> None:
    with office.database.writing() as session:
        session.add(Team(name="Ads", leader_email="Lea@shop.example"))
        session.add(Team(name="Box", leader_email="other@shop.example"))
        session.add(Team(name="Old", leader_email="lea@shop.example", is_current=False))
    page = signed_in(app, office, "lea").see("/app")
    assert "You lead Ads. After each survey you find the report here." in page.text


def test_the_language_is_the_accounts_unless_the_address_says_otherwise(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna")
    assert hanna.see("/app").h1 == "Hello, Hanna Lind"
    assert hanna.client.get("/app", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True).count("Hello, ") >= 1
    assert "您好" in hanna.client.get("/app?lang=zh").get_data(as_text=True)
    answer = hanna.send("/app/language", "/app", language="zh", next="/app/password")
    assert answer.headers["Location"] == "/app/password"
    hanna.language = "zh"
    assert hanna.see("/app").h1 == "您好，Hanna Lind"
    hanna.send("/app/language", "/app", language="tlh")
    assert office.account("hanna").language == "zh"


@pytest.mark.parametrize(
    ("method", "address", "status", "heading"),
    [
        ("GET", "/app/nothing-here", 404, "Page not found"),
        ("GET", "/app/sign-out", 405, "This page only shows something"),
        ("GET", "/app/key", 403, "This page is for others"),
    ],
)
def test_a_dead_end_leads_back_home(
    app: Flask, office: Office, method: str, address: str, status: int, heading: str
) -> None:
    hanna = signed_in(app, office, "hanna")
    page = hanna.see(address, status=status)
    assert page.h1 == heading
    assert page.tree.xpath("//a[@class='button']/@href") == ["/app?lang=en"]


def test_a_name_is_text_and_never_markup(app: Flask, office: Office) -> None:
    name = '<script>alert("x")</script>'
    email, _name, roles = PEOPLE["hanna"]
    PEOPLE["hanna"] = (email, name, roles)
    try:
        page = signed_in(app, office, "hanna").see("/app")
    finally:
        PEOPLE["hanna"] = (email, _name, roles)
    assert page.h1 == f"Hello, {name}"


def test_a_recovered_account_of_somebody_deactivated_stays_closed(app: Flask, office: Office) -> None:
    office.settle("ada")
    link = office.invite("hanna")
    deactivate_account(office.database, PEOPLE["hanna"][0])
    Browsing(app).see(f"/app/welcome/{link}", status=410)
