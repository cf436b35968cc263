"""Passkeys as a site meets them: right answers, and every part of an answer wrong once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from assess.accounts.administration import deactivate_account, recover_account
from assess.accounts.challenges import LASTS, Challenges
from assess.accounts.models import Passkey, RecoveryCode, SpentChallenge
from assess.accounts.passkeys import SIGN_IN, Site
from assess.app import create_app
from assess.config import Settings
from tests.accounts.accounts_cast import NOW, PASSWORD, PEOPLE, SECRET, Office
from tests.app.apps import set_up_app
from tests.app.browsing import Browsing, signed_in
from tests.app.devices import ORIGIN, PRESENT, VERIFIED, Device

WRONG = "some other sentence entirely"


@pytest.fixture
def app(office: Office) -> Iterator[Flask]:
    """Passkeys need a host with a name."""
    app = create_app(replace(office.settings, base_url=ORIGIN))
    yield app
    app.extensions["assess.database"].close()


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    return signed_in(app, office, "hanna")


def count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return session.query(table).count()


def options_on(browsing: Browsing, address: str, **sent: str) -> str:
    """Read what a page hands to the browser."""
    data = {"csrf_token": browsing.token(address), **sent} if sent else None
    page = browsing.see(address, data=data)
    return str(page.tree.xpath("//form[@data-passkey]/@data-options")[0])


def add(browsing: Browsing, device: Device, name: str = "work laptop", **wrong: Any) -> TestResponse:
    options = options_on(browsing, "/app/security/passkey", password=PASSWORD)
    return send_made(browsing, device.create(options, **wrong), name)


def send_made(browsing: Browsing, answer: str, name: str = "x") -> TestResponse:
    return browsing.send("/app/security/passkey/add", "/app/security", credential=answer, name=name)


def enter(browsing: Browsing, device: Device, **wrong: Any) -> TestResponse:
    return browsing.send(
        "/app/sign-in/passkey", "/app/sign-in", credential=device.get(options_on(browsing, "/app/sign-in"), **wrong)
    )


def test_a_passkey_signs_in_without_a_password(app: Flask, office: Office, hanna: Browsing) -> None:
    device, before = Device(), hanna.cookie
    shown = add(hanna, device)
    assert shown.status_code == 200
    assert shown.get_data(as_text=True).count('<code class="key">') == 8, "the first second step comes with codes"
    assert hanna.cookie != before
    browsing = Browsing(app)
    options_on(browsing, "/app/sign-in")
    cookie = browsing.cookie
    answer = enter(browsing, device)
    assert (answer.status_code, answer.location) == (303, "/app")
    assert browsing.cookie not in {None, cookie}
    assert browsing.see("/app").h1 == "Hello, Hanna Lind"
    assert "last used on" in browsing.see("/app/security").text


def test_it_leads_where_one_was_going_and_nowhere_else(app: Flask, hanna: Browsing) -> None:
    device = Device()
    add(hanna, device)
    for target, led in (("/app/password", "/app/password"), ("//evil.example", "/app")):
        browsing = Browsing(app)
        credential = device.get(options_on(browsing, "/app/sign-in"))
        answer = browsing.send("/app/sign-in/passkey", "/app/sign-in", credential=credential, next=target)
        assert answer.location == led


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:8766"},
        {"origin": "https://localhost:8765"},
        {"host": "evil.example"},
        {"kind": "webauthn.create"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
        {"signature": b""},
        {"count": 0},
        {"handle": b"x" * 16},
        {"challenge": "AAAA"},
        {"challenge": "x" * 75},
        {"challenge": ""},
    ],
)
def test_an_answer_that_is_wrong_in_one_part_is_refused(
    app: Flask, hanna: Browsing, office: Office, wrong: dict[str, Any]
) -> None:
    device = Device(count=5)
    add(hanna, device)
    browsing = Browsing(app)
    refused = enter(browsing, device, **wrong)
    assert refused.status_code == 422
    assert "This passkey could not be used" in refused.get_data(as_text=True)
    assert browsing.client.get("/app").status_code == 303
    assert count(office, SpentChallenge) == 1, "only that of adding it"
    assert enter(browsing, device).status_code == 303, "and right in all of them it is taken"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"host": "evil.example"},
        {"kind": "webauthn.get"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"challenge": "AAAA"},
    ],
)
def test_a_passkey_that_was_made_wrongly_is_not_added(hanna: Browsing, office: Office, wrong: dict[str, Any]) -> None:
    answer = add(hanna, Device(), **wrong)
    assert (answer.status_code, answer.location) == (303, "/app/security?done=no-passkey")
    assert (count(office, Passkey), count(office, RecoveryCode)) == (0, 0)
    assert "No passkey was added" in hanna.see("/app/security?done=no-passkey").text


@pytest.mark.parametrize("sent", ["{}", "[]", "null", "x", '{"response": {"clientDataJSON": 1}}', "{" * 5000])
def test_what_is_no_answer_at_all_is_refused(app: Flask, hanna: Browsing, sent: str) -> None:
    assert send_made(hanna, sent).location == "/app/security?done=no-passkey"
    assert Browsing(app).send("/app/sign-in/passkey", "/app/sign-in", credential=sent).status_code == 422


def test_an_answer_is_taken_once_and_in_the_browser_that_asked(app: Flask, hanna: Browsing) -> None:
    device = Device()
    add(hanna, device)
    victim, thief = Browsing(app), Browsing(app)
    answer = device.get(options_on(victim, "/app/sign-in"))
    assert thief.send("/app/sign-in/passkey", "/app/sign-in", credential=answer).status_code == 422
    kept = victim.cookie
    assert victim.send("/app/sign-in/passkey", "/app/sign-in", credential=answer).status_code == 303
    assert kept is not None
    thief.client.set_cookie("assess", kept, path="/app")
    device.count = -1  # a device that counts nothing says 0 each time
    assert thief.send("/app/sign-in/passkey", "/app/sign-in", credential=answer).status_code == 422


def test_a_device_that_does_not_count_may_sign_in_again_and_a_copy_that_lags_may_not(
    app: Flask, office: Office, hanna: Browsing
) -> None:
    device = Device(count=-1)
    options = options_on(hanna, "/app/security/passkey", password=PASSWORD)
    assert send_made(hanna, device.create(options, count=0)).status_code == 200
    for _ in range(2):
        assert enter(Browsing(app), device, count=0).status_code == 303
    assert enter(Browsing(app), device, count=9).status_code == 303
    for behind in (9, 8, 0):
        assert enter(Browsing(app), device, count=behind).status_code == 422
    assert enter(Browsing(app), device, count=2**32 - 1).status_code == 303
    with office.database.reading() as session:
        assert session.query(Passkey).one().sign_count == 2**32 - 1


def test_adding_takes_the_password_and_the_session_that_gave_it(app: Flask, office: Office, hanna: Browsing) -> None:
    data = {"csrf_token": hanna.token("/app/security/passkey"), "password": WRONG}
    page = hanna.see("/app/security/passkey", status=422, data=data)
    assert page.error_of("password") == "This is not your current password."
    sign_in_options = options_on(Browsing(app), "/app/sign-in")
    device = Device()
    made = options_on(hanna, "/app/security/passkey", password=PASSWORD)
    other = Browsing(app)
    other.sign_in("hanna")
    assert send_made(other, device.create(made)).location.endswith("no-passkey")
    borrowed = made.replace(_challenge(made), _challenge(sign_in_options))
    assert send_made(hanna, device.create(borrowed)).location.endswith("no-passkey")
    assert count(office, Passkey) == 0
    assert send_made(hanna, device.create(made)).status_code == 200


def _challenge(options: str) -> str:
    import json

    return str(json.loads(options)["challenge"])


def test_a_second_passkey_is_added_and_the_same_one_is_not(hanna: Browsing, office: Office) -> None:
    first, second = Device(), Device()
    add(hanna, first)
    assert add(hanna, second, "phone").location == "/app/security?done=passkey"
    assert add(hanna, first).location == "/app/security?done=no-passkey"
    page = hanna.see("/app/security")
    assert page.tree.xpath("//ul[@class='list']//strong/text()") == ["work laptop", "phone"]
    assert count(office, Passkey) == 2


def test_a_double_click_adds_one(hanna: Browsing, office: Office) -> None:
    answer = Device().create(options_on(hanna, "/app/security/passkey", password=PASSWORD))
    data = {"csrf_token": hanna.token("/app/security"), "credential": answer, "name": "x"}
    cookie = hanna.cookie
    assert hanna.client.post("/app/security/passkey/add", data=data).status_code == 200
    assert cookie is not None
    hanna.client.set_cookie("assess", cookie, path="/app")
    assert hanna.client.post("/app/security/passkey/add", data=data).status_code == 303
    assert count(office, Passkey) == 1


def test_with_a_passkey_the_password_alone_is_not_enough(app: Flask, hanna: Browsing) -> None:
    device = Device()
    shown = add(hanna, device).get_data(as_text=True)
    code = shown.split('<code class="key">')[1].split("<")[0]
    browsing = Browsing(app)
    assert browsing.sign_in("hanna").location == "/app/sign-in/code"
    page = browsing.see("/app/sign-in/code")
    assert "Use your passkey, or type one of your recovery codes." in page.text
    credential = device.get(options_on(browsing, "/app/sign-in/code"))
    assert browsing.send("/app/sign-in/passkey", "/app/sign-in/code", credential=credential).location == "/app"
    other = Browsing(app)
    other.sign_in("hanna")
    assert other.send("/app/sign-in/code", code="123456").status_code == 422
    assert other.send("/app/sign-in/code", code=code).location == "/app"


def test_passkey_and_app_stand_side_by_side(app: Flask, hanna: Browsing) -> None:
    phone, codes = set_up_app(hanna)
    device = Device()
    assert add(hanna, device).location == "/app/security?done=passkey", "the codes are kept"
    assert enter(Browsing(app), device).status_code == 303
    browsing = Browsing(app)
    browsing.sign_in("hanna")
    assert browsing.send("/app/sign-in/code", code=phone.code()).location == "/app"
    assert hanna.send("/app/security/app/off", password=PASSWORD, code=codes[0]).status_code == 303
    again = Browsing(app)
    assert again.sign_in("hanna").location == "/app/sign-in/code", "the passkey is still there"
    assert again.send("/app/sign-in/code", code=codes[1]).status_code == 303


def test_removing_takes_the_password_and_ends_other_sessions(app: Flask, office: Office, hanna: Browsing) -> None:
    device = Device()
    add(hanna, device)
    there = Browsing(app)
    enter(there, device)
    (address,) = hanna.see("/app/security").tree.xpath("//ul[@class='list']//a/@href")
    assert hanna.see(address).h1 == "Remove work laptop"
    assert hanna.send(address, password=WRONG).status_code == 422
    assert hanna.send(address, password=PASSWORD).location == "/app/security?done=removed"
    assert there.client.get("/app").status_code == 303
    assert enter(Browsing(app), device).status_code == 422
    assert (count(office, Passkey), count(office, RecoveryCode)) == (0, 0)
    assert hanna.client.get(address).status_code == 404
    assert Browsing(app).sign_in("hanna").location == "/app"


def test_the_passkey_of_somebody_else_is_not_there(app: Flask, office: Office, hanna: Browsing) -> None:
    add(hanna, Device())
    (address,) = hanna.see("/app/security").tree.xpath("//ul[@class='list']//a/@href")
    lea = signed_in(app, office, "lea")
    token = lea.token("/app/security")
    assert lea.client.get(address).status_code == 404
    assert lea.client.post(address, data={"csrf_token": token, "password": PASSWORD}).status_code == 404
    for name in ("x", "00", "00" * 16, "密码"):
        assert lea.client.get(f"/app/security/passkey/{name}/remove").status_code == 404
    assert count(office, Passkey) == 1


def test_a_name_is_text_short_and_never_empty(hanna: Browsing) -> None:
    add(hanna, Device(), "  <b>my\tphone</b>  ")
    add(hanna, Device(), "x" * 300)
    add(hanna, Device(), " ")
    names = hanna.see("/app/security").tree.xpath("//ul[@class='list']//strong/text()")
    assert names == ["<b>my phone</b>", "x" * 60, "Passkey"]


def test_a_passkey_is_enough_for_an_administrator_and_goes_with_the_account(app: Flask, office: Office) -> None:
    office.settle("ada")
    ada, device = Browsing(app), Device()
    ada.sign_in("ada")
    assert ada.client.get("/app").location == "/app/security"
    add(ada, device)
    assert ada.see("/app").h1 == "Hello, Ada Berg"
    link, _lasts = recover_account(office.database, PEOPLE["ada"][0], now=NOW.now(NOW.tzinfo))
    assert enter(Browsing(app), device).status_code == 303, "until the link is used"
    Browsing(app).send(f"/app/welcome/{link}", password=WRONG, repeated=WRONG)
    assert enter(Browsing(app), device).status_code == 422


def test_a_deactivated_account_has_no_passkey(app: Flask, office: Office, hanna: Browsing) -> None:
    office.settle("ada")
    device = Device()
    add(hanna, device)
    deactivate_account(office.database, PEOPLE["hanna"][0])
    assert enter(Browsing(app), device).status_code == 422


def test_the_eleventh_failure_in_a_minute_is_held_up(app: Flask) -> None:
    browsing = Browsing(app)
    answers = [browsing.send("/app/sign-in/passkey", "/app/sign-in", credential="x") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("base_url", "site"),
    [
        ("https://health.example.com", ("health.example.com", "https://health.example.com")),
        ("https://health.example.com:8443", ("health.example.com", "https://health.example.com:8443")),
        ("http://localhost:8765", ("localhost", "http://localhost:8765")),
        ("http://health.example.com", None),
        ("http://127.0.0.1:8765", None),
        ("https://192.168.1.20", None),
        ("https://[::1]", None),
    ],
)
def test_the_site_of_passkeys_comes_from_the_settings(
    office: Office, base_url: str, site: tuple[str, str] | None
) -> None:
    settings: Settings = replace(office.settings, base_url=base_url)
    found = Site.of(settings)
    assert (None if found is None else (found.host, found.origin)) == site


def test_where_browsers_make_none_nothing_is_offered(office: Office) -> None:
    app = create_app(office.settings)  # an address without a name
    hanna = signed_in(app, office, "hanna")
    assert "asskey" not in hanna.see("/app/security").text
    assert "passkey" not in Browsing(app).client.get("/app/sign-in").get_data(as_text=True)
    assert hanna.client.get("/app/security/passkey").status_code == 404
    assert Browsing(app).send("/app/sign-in/passkey", "/app/sign-in", credential="x").status_code == 404
    app.extensions["assess.database"].close()


def test_looking_at_the_sign_in_page_writes_nothing(app: Flask, office: Office) -> None:
    for _ in range(3):
        options_on(Browsing(app), "/app/sign-in")
    assert count(office, SpentChallenge) == 0


def test_a_challenge_lasts_ten_minutes_for_one_browser_one_purpose_and_one_installation() -> None:
    mine = Challenges(SECRET.encode())
    challenge = mine.write(SIGN_IN, "token", now=NOW)
    assert mine.end_of(challenge, SIGN_IN, "token", now=NOW + LASTS - timedelta(seconds=1)) == NOW + LASTS
    assert mine.end_of(challenge, SIGN_IN, "token", now=NOW + LASTS) is None
    assert mine.end_of(challenge, "register", "token", now=NOW) is None
    assert mine.end_of(challenge, SIGN_IN, "other", now=NOW) is None
    assert Challenges(b"another").end_of(challenge, SIGN_IN, "token", now=NOW) is None
    later = challenge[:16] + (2**40).to_bytes(8, "big") + challenge[24:]
    for wrong in (later, challenge[:-1], b"", bytes(56)):
        assert mine.end_of(wrong, SIGN_IN, "token", now=NOW) is None
