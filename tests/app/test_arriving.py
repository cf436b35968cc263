"""What nobody can type arrives all the same: a zero byte, which PostgreSQL takes in no text, and control characters."""

import pytest
from flask import Flask

from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in

ZERO = "a\0b"
MAIL = "a\0@people.example"


@pytest.mark.parametrize(
    ("who", "page", "address", "data", "status"),
    [
        ("", "/app/sign-in", "/app/sign-in", {"email": ZERO, "password": ZERO}, 422),
        ("hanna", "/app/teams/new", "/app/teams/new", {"form": "0" * 32, "name": "New", "parent": ZERO}, 422),
        ("hanna", "/app/mail", "/app/mail/bounced", {"address": MAIL}, 422),
        ("hanna", "/app/cycles/new", "/app/cycles/new", {"quarter": "2027Q4\0"}, 422),
        ("ada", "/app/settings", "/app/settings/organisation", {"organisation": "\0"}, 422),
        ("ada", "/app/accounts/invite", "/app/accounts/invite", {"email": MAIL, "name": "A\0", "language": "en"}, 200),
    ],
)
def test_a_zero_byte_in_a_form_is_left_out(
    app: Flask, office: Office, who: str, page: str, address: str, data: dict[str, str], status: int
) -> None:
    browsing = signed_in(app, office, who) if who else Browsing(app)
    answer = browsing.see(address, data={"csrf_token": browsing.token(page), **data}, status=status)
    assert "\0" not in answer.text


@pytest.mark.parametrize(("who", "page"), [("hanna", "/app/teams?q="), ("ada", "/app/audit?search=")])
def test_a_zero_byte_in_an_address_is_left_out(app: Flask, office: Office, who: str, page: str) -> None:
    browsing = signed_in(app, office, who)
    found = browsing.see(f"{page}a%00b")
    assert "ab" in found.tree.xpath("//input/@value")


@pytest.mark.parametrize("email", ["a\x07@people.example", "a\u202e@people.example"])
def test_an_address_of_characters_that_cannot_be_seen_is_refused(app: Flask, office: Office, email: str) -> None:
    ada = signed_in(app, office, "ada")
    data = {"csrf_token": ada.token("/app/accounts/invite"), "email": email, "name": "A", "language": "en"}
    assert "Write an e-mail address" in ada.see("/app/accounts/invite", data=data, status=422).error_of("email")
