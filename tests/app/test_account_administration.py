"""Accounts in the browser: inviting, letting in again, roles, deactivating, and what is refused."""

import re

import pytest
from flask import Flask

from assess.accounts.administration import Roles, add_account
from assess.accounts.models import AccountLink
from assess.teams.models import Team
from tests.accounts.accounts_cast import NOW, PASSWORD, PEOPLE, Office
from tests.app.browsing import Browsing, signed_in

LINK = re.compile(r"http://127\.0\.0\.1:8765(/app/welcome/[\w-]{43})")


@pytest.fixture
def ada(app: Flask, office: Office) -> Browsing:
    return signed_in(app, office, "ada")


def address(office: Office, who: str) -> str:
    return f"/app/accounts/{office.account(who).id.hex()}"


def test_somebody_is_invited_with_a_link_that_is_shown_once(app: Flask, office: Office, ada: Browsing) -> None:
    data = {"email": " Lea@Shop.example", "name": "  Lea  Moreau ", "language": "zh"}
    page = ada.see("/app/accounts/invite", data={"csrf_token": ada.token("/app/accounts/invite"), **data})
    assert page.h1 == "A link for Lea Moreau"
    found = LINK.search(page.text)
    assert found is not None
    lea = Browsing(app)
    assert lea.send(f"{found[1]}?lang=zh", password=PASSWORD, repeated=PASSWORD).status_code == 303
    account = office.account("lea")
    assert (account.is_admin, account.is_hr, account.is_key_holder) == (False, False, False)
    assert LINK.search(ada.see("/app/accounts").text) is None
    assert "Lea Moreau" in ada.see("/app/accounts").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"email": "nobody"}, "email"), ({"name": " "}, "name"), ({"name": "x" * 121}, "name"), ({"email": ""}, "email")],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_made(
    office: Office, ada: Browsing, wrong: dict[str, str], field: str
) -> None:
    data = {"csrf_token": ada.token("/app/accounts/invite"), "email": "l@x.example", "name": "Lea", "language": "en"}
    page = ada.see("/app/accounts/invite", status=422, data=data | wrong)
    assert page.error_of(field)
    with office.database.reading() as session:
        assert session.query(AccountLink).count() == 0


def test_a_second_click_on_inviting_says_that_there_is_an_account(ada: Browsing) -> None:
    data = {"csrf_token": ada.token("/app/accounts/invite"), "email": "l@x.example", "name": "Lea", "language": "en"}
    ada.see("/app/accounts/invite", data=data)
    page = ada.see("/app/accounts/invite", status=409, data=data)
    assert page.error_of("email") == "l@x.example has an account already."


def test_a_former_key_holder_is_not_invited_as_anything_else(office: Office, ada: Browsing) -> None:
    office.settle("kim")
    assert ada.send(f"{address(office, 'kim')}/deactivate", address(office, "kim")).status_code == 303
    data = {"csrf_token": ada.token("/app/accounts/invite"), "email": PEOPLE["kim"][0], "name": "Kim", "is_hr": "yes"}
    page = ada.see("/app/accounts/invite", status=409, data=data | {"language": "en"})
    assert "was a key holder and can have no other role" in page.error_of("email")


def test_leaders_without_an_account_are_named_with_a_way_to_invite_them(office: Office, ada: Browsing) -> None:
    with office.database.writing() as session:
        session.add(Team(name="Ads", leader_email="Lea+x@shop.example"))
        session.add(Team(name="Box", leader_email=PEOPLE["ada"][0]))
        session.add(Team(name="Old", leader_email="old@shop.example", is_current=False))
    (way,) = ada.see("/app/accounts").tree.xpath("//section[contains(@class, 'waiting')]//a/@href")
    page = ada.see(way)
    assert page.tree.get_element_by_id("email").get("value") == "lea+x@shop.example"


def test_letting_in_again_ends_sessions_and_shows_a_link(app: Flask, office: Office, ada: Browsing) -> None:
    hanna = signed_in(app, office, "hanna")
    token = ada.token(address(office, "hanna"))
    page = ada.see(f"{address(office, 'hanna')}/recover", data={"csrf_token": token})
    assert LINK.search(page.text)
    assert hanna.client.get("/app").status_code == 303


def test_roles_change_and_end_sessions(app: Flask, office: Office, ada: Browsing) -> None:
    hanna = signed_in(app, office, "hanna")
    place = address(office, "hanna")
    assert ada.send(f"{place}/roles", place, is_admin="yes").location == "/app/accounts?done=yes"
    account = office.account("hanna")
    assert (account.is_admin, account.is_hr) == (True, False)
    assert hanna.client.get("/app").status_code == 303
    assert "It is done." in ada.see("/app/accounts?done=yes").text


def test_a_key_holder_gets_no_role_whatever_is_sent(office: Office, ada: Browsing) -> None:
    office.settle("kim")
    place = address(office, "kim")
    assert f"{place}/roles" not in ada.client.get(place).get_data(as_text=True)
    answer = ada.send(f"{place}/roles", place, is_hr="yes")
    assert (answer.status_code, "can have no other role" in answer.get_data(as_text=True)) == (409, True)
    assert not office.account("kim").is_hr


@pytest.mark.parametrize("what", ["recover", "roles", "deactivate"])
def test_nobody_does_anything_to_their_own_account_and_so_the_last_administrator_stays(
    office: Office, ada: Browsing, what: str
) -> None:
    answer = ada.send(f"{address(office, 'ada')}/{what}", "/app/accounts/invite")
    assert (answer.status_code, "you cannot do it yourself" in answer.get_data(as_text=True)) == (409, True)
    account = office.account("ada")
    assert (account.is_active, account.is_admin) == (True, True)


def test_deactivating_works_once_and_a_second_click_is_harmless(app: Flask, office: Office, ada: Browsing) -> None:
    hanna = signed_in(app, office, "hanna")
    place = address(office, "hanna")
    for _ in range(2):
        assert ada.send(f"{place}/deactivate", "/app/accounts/invite").status_code == 303
    assert hanna.client.get("/app").status_code == 303
    assert "deactivated" in ada.see(place).text


def test_an_account_that_is_not_there_is_not_there(ada: Browsing) -> None:
    for name in ("00" * 16, "x", "密码", "00"):
        assert ada.client.get(f"/app/accounts/{name}").status_code == 404


def test_a_name_with_markup_is_text_everywhere(office: Office, ada: Browsing) -> None:
    name = "<img src=x onerror=alert(1)>"
    add_account(office.database, email="m@x.example", name=name, roles=Roles(), language="en", now=NOW)
    assert name in ada.see("/app/accounts").text
    (place,) = ada.see("/app/accounts").tree.xpath(f"//a[text()='{name}']/@href")
    assert ada.see(place).h1 == name
    page = ada.see(f"{place}/recover", data={"csrf_token": ada.token(place)})
    assert page.h1 == f"A link for {name}"
