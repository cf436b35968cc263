"""Signing in and out as a person does it, and as an attacker does."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from assess.accounts.models import SignIn
from assess.accounts.pages.limits import FailedSignIns
from assess.app import create_app
from tests.accounts.accounts_cast import PASSWORD, PEOPLE, Office
from tests.app.browsing import Browsing, signed_in

WRONG = "some other sentence entirely"


def test_signing_in_leads_home_and_the_token_is_a_fresh_one(app: Flask, office: Office) -> None:
    office.settle("hanna")
    browsing = Browsing(app)
    browsing.see("/app/sign-in")
    before = browsing.cookie
    answer = browsing.sign_in("hanna")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app")
    assert before is not None
    assert browsing.cookie not in {None, before}
    assert browsing.see("/app").h1 == "Hello, Hanna Lind"


def test_a_cookie_that_was_planted_before_is_worth_nothing_after(app: Flask, office: Office) -> None:
    office.settle("hanna")
    planted = "p" * 43
    victim, thief = Browsing(app), Browsing(app)
    for browsing in (victim, thief):
        browsing.client.set_cookie("assess", planted, path="/app")
    assert victim.sign_in("hanna").status_code == 303
    assert victim.cookie != planted
    assert thief.client.get("/app").status_code == 303


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [("http://127.0.0.1:8765", "assess", False), ("https://health.example.com", "__Secure-assess", True)],
)
def test_the_cookie_says_everything_a_browser_must_know(office: Office, base_url: str, name: str, secure: bool) -> None:
    app = create_app(replace(office.settings, base_url=base_url))
    answer = app.test_client().get("/app/sign-in", base_url=base_url)
    cookie = answer.headers["Set-Cookie"]
    parts = cookie.split("; ")
    assert re.fullmatch(rf"{name}=[\w-]{{43}}", parts[0])
    assert set(parts[1:]) == {"HttpOnly", "Path=/app", "SameSite=Lax"} | ({"Secure"} if secure else set())
    app.extensions["assess.database"].close()


def test_signing_in_works_on_https_where_no_referrer_is_sent(office: Office) -> None:
    office.settle("hanna")
    app = create_app(replace(office.settings, base_url="https://health.example.com"))
    client = app.test_client()
    page = client.get("/app/sign-in", base_url="https://health.example.com").get_data(as_text=True)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    data = {"csrf_token": token, "email": PEOPLE["hanna"][0], "password": PASSWORD}
    answer = client.post("/app/sign-in", base_url="https://health.example.com", data=data)
    assert answer.status_code == 303
    assert client.get("/app", base_url="https://health.example.com").status_code == 200
    app.extensions["assess.database"].close()


@pytest.mark.parametrize("email", ["hanna@shop.example", "nobody@shop.example"])
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Address or password is wrong."), ("zh", "邮箱地址或密码不正确。")]
)
def test_the_answer_does_not_tell_whether_somebody_has_an_account(
    app: Flask, office: Office, email: str, language: str, sentence: str
) -> None:
    office.settle("hanna")
    browsing = Browsing(app, language)
    data = {"email": email, "password": WRONG, "csrf_token": browsing.token()}
    page = browsing.see("/app/sign-in", status=422, data=data)
    assert page.tree.xpath("normalize-space(//*[@role='alert'])") == sentence
    assert page.tree.get_element_by_id("email").get("value") == email
    assert page.tree.get_element_by_id("password").get("value") is None
    assert WRONG not in page.text


def test_what_is_missing_is_said_beside_the_field(app: Flask) -> None:
    browsing = Browsing(app)
    page = browsing.see("/app/sign-in", status=422, data={"csrf_token": browsing.token(), "email": " "})
    assert page.error_of("email") == "Fill in this field."
    assert page.error_of("password") == "Fill in this field."


def test_the_eleventh_failure_in_a_minute_is_held_up_and_a_right_password_never(app: Flask, office: Office) -> None:
    office.settle("hanna")
    browsing = Browsing(app)
    for _ in range(10):
        assert browsing.sign_in("hanna", WRONG).status_code == 422
    held = browsing.sign_in("hanna", WRONG)
    assert (held.status_code, held.headers["Retry-After"]) == (429, "60")
    assert "Too many attempts failed" in held.get_data(as_text=True)
    assert browsing.sign_in("hanna").status_code == 303


def test_failures_are_counted_per_address_and_per_account(office: Office) -> None:
    now = [0.0]
    counter = FailedSignIns(clock=lambda: now[0])
    assert [counter.too_many("10.0.0.1", f"{place}@x.example") for place in range(11)] == [False] * 10 + [True]
    assert not counter.too_many("10.0.0.2", "0@x.example")
    assert [counter.too_many(f"10.1.0.{place}", "Hanna@x.example ") for place in range(11)] == [False] * 10 + [True]
    assert counter.too_many("10.2.0.1", "hanna@x.example")
    now[0] = 60.0
    assert not counter.too_many("10.0.0.1", "hanna@x.example")


def test_no_address_of_the_network_and_no_typed_name_is_written_anywhere(app: Flask, office: Office) -> None:
    browsing = Browsing(app)
    token = browsing.token()
    data = {"csrf_token": token, "email": "canary@x.example", "password": "canary-password-1"}
    for _ in range(12):
        browsing.client.post("/app/sign-in", data=data, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    written = b"".join(path.read_bytes() for path in office.settings.data_dir.iterdir())
    assert b"203.0.113.77" not in written
    assert b"canary" not in written


def test_signing_out_ends_the_session_and_takes_the_cookie_back(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna")
    kept = hanna.cookie
    answer = hanna.send("/app/sign-out", "/app")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app/sign-in?lang=en")
    assert hanna.cookie is None
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert kept is not None
    hanna.client.set_cookie("assess", kept, path="/app")
    assert hanna.client.get("/app").status_code == 303


def test_looking_never_signs_out(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna")
    assert hanna.client.get("/app/sign-out").status_code == 405
    assert hanna.client.get("/app").status_code == 200


def test_an_idle_session_leads_to_sign_in_and_back(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna")
    with office.database.writing() as session:
        for row in session.query(SignIn):
            row.seen_at -= timedelta(minutes=31)
    answer = hanna.client.get("/app/password")
    assert answer.headers["Location"] == "/app/sign-in?next=/app/password"
    page = hanna.see(answer.headers["Location"])
    target = page.tree.xpath("//input[@name='next']/@value")[0]
    done = hanna.send("/app/sign-in", email=PEOPLE["hanna"][0], password=PASSWORD, next=target)
    assert done.headers["Location"] == "/app/password"


def test_another_language_does_not_forget_where_one_was_going(app: Flask) -> None:
    page = Browsing(app).see("/app/sign-in?next=/app/password")
    assert page.tree.xpath("//nav//a/@href") == ["?next=/app/password&lang=zh"]
    page = Browsing(app).see("/app/sign-in?next=//evil.example")
    assert page.tree.xpath("//nav//a/@href") == ["?lang=zh"]


def test_using_pages_keeps_the_session_alive(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna")
    for _ in range(3):
        with office.database.writing() as session:
            for row in session.query(SignIn):
                row.seen_at -= timedelta(minutes=29)
        assert hanna.client.get("/app").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/app", "/app/../s",
        "/app//evil", "/app/%2e%2e/s", "/app?next=//evil", "/app#x", "/s/abc", "/", "", "app", "/application",
        "/app/nothing-here",
        "/app/sign-out", "/app/sign-in", "javascript:alert(1)",
        "/app/\r\nSet-Cookie: x=y", "/app/password\n",
        "/app/" + "a" * 300, "\t/app", "/app/密码",
    ],
)  # fmt: skip
def test_after_sign_in_nobody_is_led_astray(app: Flask, office: Office, target: str) -> None:
    office.settle("hanna")
    browsing = Browsing(app)
    answer = browsing.send("/app/sign-in", email=PEOPLE["hanna"][0], password=PASSWORD, next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app")
    answer = browsing.client.get("/app/sign-in", query_string={"next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app")


def test_whoever_is_signed_in_need_not_sign_in_again(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna")
    answer = hanna.client.get("/app/sign-in?next=/app/password")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app/password")


def test_start_is_refused_without_a_usable_secret(office: Office, tmp_path: Path) -> None:
    from assess.errors import InputError, RefusalError

    with pytest.raises(RefusalError, match="assess init"):
        create_app(replace(office.settings, secret_key=""))
    with pytest.raises(InputError, match="too easy to guess"):
        create_app(replace(office.settings, secret_key="changeme"))


def test_a_form_from_an_earlier_session_is_a_page_with_a_next_step(app: Flask) -> None:
    browsing = Browsing(app)
    page = browsing.see("/app/sign-in", status=400, data={"email": "a@b.example", "password": "x"})
    assert page.h1 == "This form is out of date"
    assert page.tree.xpath("//a[@class='button']/@href") == ["/app?lang=en"]
