"""A browser of the tests: keeps its cookie, fills the token of a form in, checks every page it sees."""

from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

from tests.accounts.accounts_cast import PASSWORD, PEOPLE, Office
from tests.surveys.member.visiting import Visited, visit


@dataclass
class Browsing:
    """One person in front of one browser."""

    app: Flask
    language: str = "en"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def see(self, address: str, *, status: int = 200, data: dict[str, str] | None = None) -> Visited:
        """Look at a page, or send a form that answers with a page."""
        return visit(self.client, address, status=status, language=self.language, data=data)

    def token(self, address: str = "/app/sign-in") -> str:
        """Read the token against forgery from a form on a page."""
        page = html.document_fromstring(self.client.get(address).get_data().decode())
        found = page.xpath("//input[@name='csrf_token']/@value")
        assert found, f"no form on {address}"
        return str(found[0])

    def send(self, address: str, form_on: str | None = None, /, **data: str) -> TestResponse:
        """Send a form with the token of the page it stands on."""
        token = self.token(form_on or address)
        headers = {"Accept-Language": "zh-CN" if self.language == "zh" else "en"}
        return self.client.post(address, data={"csrf_token": token, **data}, headers=headers)

    def sign_in(self, who: str, password: str = PASSWORD) -> TestResponse:
        return self.send("/app/sign-in", email=PEOPLE[who][0], password=password)

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie("assess", path="/app")
        return None if found is None else found.value


def signed_in(app: Flask, office: Office, who: str, language: str = "en") -> Browsing:
    """Give one of the people an account, set the password and sign in; administrators with an app, as they must."""
    from tests.app.apps import set_up_app

    office.settle(who)
    browsing = Browsing(app)
    assert browsing.sign_in(who).status_code == 303
    if PEOPLE[who][2].is_admin:
        set_up_app(browsing)
    browsing.language = language
    if language != "en":
        browsing.send("/app/language", "/app", language=language)
    return browsing
