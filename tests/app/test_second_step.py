"""The second step as a person meets it: setting it up, signing in with it, losing it, having to have it."""

from base64 import b64decode
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import Flask
from lxml import etree  # type: ignore[import-untyped]

from assess.accounts.administration import recover_account
from assess.accounts.models import AuthenticatorApp
from assess.app import create_app
from assess.config import load_settings
from assess.errors import InputError
from tests.accounts.accounts_cast import NOW, PASSWORD, PEOPLE, Office
from tests.app.apps import App, set_up_app
from tests.app.browsing import Browsing, signed_in

WRONG = "some other sentence entirely"
WORDS = {
    "en": ("Second step", "This code is not right", "Wait one minute, or use a recovery code"),
    "zh": ("两步验证", "验证码不正确", "请等1分钟再试，或使用恢复码"),
}


def half_way(app: Flask, who: str = "hanna", language: str = "en", target: str = "") -> Browsing:
    browsing = Browsing(app, language)
    data = {"email": PEOPLE[who][0], "password": PASSWORD, "next": target}
    answer = browsing.send("/app/sign-in", **data)
    expected = "/app/sign-in/code" + (f"?next={target}" if target else "")
    assert (answer.status_code, answer.headers["Location"]) == (303, expected)
    return browsing


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    return signed_in(app, office, "hanna")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_signing_in_takes_password_and_code(app: Flask, office: Office, hanna: Browsing, language: str) -> None:
    phone, _codes = set_up_app(hanna)
    browsing = half_way(app, language=language)
    cookie = browsing.cookie
    assert browsing.client.get("/app").status_code == 303, "the password alone opens nothing"
    page = browsing.see("/app/sign-in/code")
    assert page.h1 == WORDS[language][0]
    token = browsing.token("/app/sign-in/code")
    refused = browsing.see("/app/sign-in/code", status=422, data={"csrf_token": token, "code": "12345"})
    assert WORDS[language][1] in refused.error_of("code")
    answer = browsing.send("/app/sign-in/code", code=phone.code())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app")
    assert browsing.cookie not in {None, cookie}
    assert browsing.client.get("/app").status_code == 200
    assert browsing.client.get("/app/sign-in/code").status_code == 303, "there is nothing left to finish"


def test_the_second_step_leads_where_one_was_going_and_nowhere_else(app: Flask, hanna: Browsing) -> None:
    phone, codes = set_up_app(hanna)
    browsing = half_way(app, target="/app/password")
    page = browsing.see("/app/sign-in/code?next=/app/password")
    assert page.tree.xpath("//input[@name='next']/@value") == ["/app/password"]
    assert page.tree.xpath("//nav//a/@href") == ["?next=/app/password&lang=zh"]
    assert browsing.send("/app/sign-in/code", code=phone.code(), next="/app/password").location == "/app/password"
    for code, target in zip(codes, ("//evil.example", "https://evil.example", "/app/sign-in/code"), strict=False):
        assert half_way(app).send("/app/sign-in/code", code=code, next=target).location == "/app"


def test_a_replayed_code_is_refused(app: Flask, hanna: Browsing) -> None:
    phone, _codes = set_up_app(hanna)
    code = phone.code()
    assert half_way(app).send("/app/sign-in/code", code=code).status_code == 303
    assert half_way(app).send("/app/sign-in/code", code=code).status_code == 422


@pytest.mark.parametrize("language", ["en", "zh"])
def test_too_many_wrong_codes_are_held_up_and_a_recovery_code_is_not(
    app: Flask, hanna: Browsing, language: str
) -> None:
    phone, codes = set_up_app(hanna)
    wrong = f"{(int(phone.code()) + 500_000) % 1_000_000:06d}"
    browsing = half_way(app, language=language)
    for _ in range(5):
        assert browsing.send("/app/sign-in/code", code=wrong).status_code == 422
    data = {"csrf_token": browsing.token("/app/sign-in/code"), "code": phone.code()}
    held = browsing.see("/app/sign-in/code", status=429, data=data)
    assert WORDS[language][2] in held.error_of("code")
    assert 50 <= int(held.headers["Retry-After"]) <= 60
    assert browsing.send("/app/sign-in/code", code=codes[0]).status_code == 303


def test_whoever_is_nowhere_begins_at_the_beginning(app: Flask, office: Office) -> None:
    browsing = Browsing(app)
    assert browsing.client.get("/app/sign-in/code").location == "/app/sign-in"
    answer = browsing.client.post(
        "/app/sign-in/code", data={"csrf_token": browsing.token("/app/sign-in"), "code": "123456"}
    )
    assert (answer.status_code, answer.location) == (303, "/app/sign-in")


def test_the_picture_says_what_stands_beside_it(hanna: Browsing) -> None:
    data = {"csrf_token": hanna.token("/app/security/app"), "password": PASSWORD}
    page = hanna.see("/app/security/app", data=data)
    secret = "".join(page.tree.xpath("//code")[0].text_content().split())
    picture = page.tree.xpath("//img[@class='picture']")[0]
    assert picture.get("alt")
    kind, _comma, body = picture.get("src").partition(",")
    assert kind.startswith("data:image/svg+xml")
    drawn = b64decode(body) if "base64" in kind else unquote(body).encode()
    assert etree.fromstring(drawn).tag.endswith("svg")
    (address,) = page.tree.xpath("//a[starts-with(@href, 'otpauth:')]/@href")
    assert f"secret={secret}" in address
    assert "issuer=Lantern" in address
    again = hanna.see("/app/security/app", data=data)
    assert secret not in again.text, "each time a fresh one"


def test_nothing_is_shown_without_the_password(hanna: Browsing) -> None:
    data = {"csrf_token": hanna.token("/app/security/app"), "password": ""}
    assert hanna.see("/app/security/app", status=422, data=data).error_of("password") == "Fill in this field."
    data["password"] = WRONG
    for _ in range(10):
        page = hanna.see("/app/security/app", status=422, data=data)
        assert page.error_of("password") == "This is not your current password."
    assert "Too many attempts" in hanna.see("/app/security/app", status=429, data=data).error_of("password")
    assert hanna.client.get("/app/security/app/confirm").status_code == 405


def test_a_wrong_first_code_stores_nothing_and_keeps_the_picture(hanna: Browsing, office: Office) -> None:
    data = {"csrf_token": hanna.token("/app/security/app"), "password": PASSWORD}
    page = hanna.see("/app/security/app", data=data)
    key = page.tree.xpath("//code")[0].text_content()
    data["set_up"] = page.tree.xpath("//input[@name='set_up']/@value")[0]
    for typed in ("", "12345"):
        again = hanna.see("/app/security/app/confirm", status=422, data=data | {"code": typed})
        assert again.error_of("code")
        assert again.tree.xpath("//code")[0].text_content() == key
    with office.database.reading() as session:
        assert session.query(AuthenticatorApp).count() == 0
    forged = hanna.client.post("/app/security/app/confirm", data=data | {"set_up": "x" * 90, "code": "123456"})
    assert forged.location == "/app/security/app"


def test_a_form_that_was_written_for_another_account_is_worth_nothing(
    app: Flask, office: Office, hanna: Browsing
) -> None:
    data = {"csrf_token": hanna.token("/app/security/app"), "password": PASSWORD}
    page = hanna.see("/app/security/app", data=data)
    phone = App("".join(page.tree.xpath("//code")[0].text_content().split()))
    lea = signed_in(app, office, "lea")
    stolen = {
        "csrf_token": lea.token("/app/security"),
        "set_up": page.tree.xpath("//input[@name='set_up']/@value")[0],
        "code": phone.code(),
    }
    assert lea.client.post("/app/security/app/confirm", data=stolen).location == "/app/security/app"


def test_recovery_codes_are_shown_once_and_the_page_after_works(hanna: Browsing) -> None:
    _phone, codes = set_up_app(hanna)
    page = hanna.see("/app/security")
    assert not [code for code in codes if code in page.text]
    assert "8 codes are left" in page.text
    assert "On since" in page.text


@pytest.mark.parametrize(("rule", "onward"), [("everybody", "/app"), ("admins", "/app/security")])
def test_the_codes_lead_on_to_the_home_page_where_nothing_else_opened_before(
    office: Office, rule: str, onward: str
) -> None:
    app = create_app(replace(office.settings, second_step=rule))
    hanna = signed_in(app, office, "hanna")
    data = {"csrf_token": hanna.token("/app/security/app"), "password": PASSWORD}
    page = hanna.see("/app/security/app", data=data)
    phone = App("".join(page.tree.xpath("//code")[0].text_content().split()))
    data |= {"set_up": page.tree.xpath("//input[@name='set_up']/@value")[0], "code": phone.code()}
    shown = hanna.see("/app/security/app/confirm", data=data)
    assert shown.tree.xpath("//main//a[@class='button']/@href") == [onward]
    assert hanna.see(onward).h1
    app.extensions["assess.database"].close()


def test_the_form_of_the_page_with_the_codes_belongs_to_the_new_session(hanna: Browsing) -> None:
    data = {"csrf_token": hanna.token("/app/security/app"), "password": PASSWORD}
    page = hanna.see("/app/security/app", data=data)
    phone = App("".join(page.tree.xpath("//code")[0].text_content().split()))
    data |= {"set_up": page.tree.xpath("//input[@name='set_up']/@value")[0], "code": phone.code()}
    shown = hanna.see("/app/security/app/confirm", data=data)
    token = shown.tree.xpath("//form[@action='/app/sign-out']/input/@value")[0]
    assert hanna.client.post("/app/sign-out", data={"csrf_token": token}).status_code == 303
    assert shown.headers["Cache-Control"] == "no-store"


def test_making_new_codes_takes_password_and_code(hanna: Browsing) -> None:
    phone, old = set_up_app(hanna)
    data = {"csrf_token": hanna.token("/app/security/codes"), "password": WRONG, "code": old[0]}
    assert "not your current" in hanna.see("/app/security/codes", status=422, data=data).error_of("password")
    data |= {"password": PASSWORD, "code": "123"}
    assert "not right" in hanna.see("/app/security/codes", status=422, data=data).error_of("code")
    page = hanna.see("/app/security/codes", data=data | {"code": phone.code()})
    assert len(page.tree.xpath("//ol//code")) == 8
    assert old[0] not in page.text


def test_turning_off_takes_password_and_code(app: Flask, hanna: Browsing) -> None:
    phone, _codes = set_up_app(hanna)
    assert hanna.send("/app/security/app/off", password=WRONG, code=phone.code()).status_code == 422
    assert hanna.send("/app/security/app/off", password=PASSWORD, code="000").status_code == 422
    answer = hanna.send("/app/security/app/off", password=PASSWORD, code=phone.code())
    assert (answer.status_code, answer.location) == (303, "/app/security?done=off")
    assert "has been turned off" in hanna.see("/app/security?done=off").text
    assert Browsing(app).sign_in("hanna").location == "/app"


def test_signing_out_everywhere_ends_every_session(app: Flask, hanna: Browsing) -> None:
    there = Browsing(app)
    there.sign_in("hanna")
    answer = hanna.send("/app/sign-out-everywhere", "/app/security")
    assert (answer.status_code, answer.location) == (303, "/app/sign-in?lang=en")
    assert (hanna.cookie, there.client.get("/app").status_code) == (None, 303)


def test_an_administrator_without_a_second_step_sees_nothing_but_the_way_to_one(app: Flask, office: Office) -> None:
    office.settle("ada")
    ada = Browsing(app)
    ada.sign_in("ada")
    answer = ada.client.get("/app")
    assert (answer.status_code, answer.location) == (303, "/app/security")
    assert "until then nothing else opens" in ada.see("/app/security").text
    script = ada.client.get("/app", headers={"Sec-Fetch-Dest": "empty"})
    assert (script.status_code, script.json) == (
        403,
        {"error": "Your account needs a second step at sign-in; open the page Security."},
    )
    set_up_app(ada)
    assert ada.see("/app").h1 == "Hello, Ada Berg"


def test_an_administrator_who_was_let_in_again_sets_a_second_step_up_first(app: Flask, office: Office) -> None:
    ada = signed_in(app, office, "ada")
    link, _lasts = recover_account(office.database, PEOPLE["ada"][0], now=NOW.now(NOW.tzinfo))
    assert ada.client.get("/app").location == "/app/sign-in", "open sessions have ended"
    other = Browsing(app)
    assert other.send(f"/app/welcome/{link}", password=WRONG, repeated=WRONG).location == "/app"
    assert other.client.get("/app").location == "/app/security"


@pytest.mark.parametrize(
    ("rule", "held"), [("admins", {"ada"}), ("everybody", {"ada", "hanna", "kim", "lea"}), ("nobody", set())]
)
def test_who_has_to_have_one_is_a_setting(office: Office, rule: str, held: set[str]) -> None:
    app = create_app(replace(office.settings, second_step=rule))
    found = set()
    for who in PEOPLE:
        office.settle(who)
        browsing = Browsing(app)
        browsing.sign_in(who)
        if browsing.client.get("/app").status_code == 303:
            found.add(who)
    app.extensions["assess.database"].close()
    assert found == held


def test_the_setting_takes_three_words() -> None:
    assert load_settings({}).second_step == "admins"
    assert load_settings({"ASSESS_SECOND_STEP": "everybody"}).second_step == "everybody"
    with pytest.raises(InputError, match="admins, everybody, nobody"):
        load_settings({"ASSESS_SECOND_STEP": "yes"})
