"""Signing in through a provider: what is believed, what is not, and whose account it is."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from assess.accounts.administration import deactivate_account, recover_account
from assess.accounts.models import AccountLink, ProviderIdentity, SignIn, SpentChallenge
from assess.accounts.provider import KEPT_SECONDS, Client, Provider
from assess.app import create_app
from assess.audit.models import AuditEntry
from assess.config import load_settings
from assess.errors import InputError
from tests.accounts.accounts_cast import PASSWORD, PEOPLE, Office
from tests.app.browsing import Browsing, signed_in
from tests.app.false_provider import CLIENT_ID, CLIENT_SECRET, FalseProvider, listening

BACK = "/app/sign-in/provider/back"
NOT_WORKED = "Signing in through Lantern ID did not work"
NOBODY = "Nobody here belongs to your account at Lantern ID"


@pytest.fixture
def provider() -> Iterator[FalseProvider]:
    with listening(FalseProvider()) as provider:
        yield provider


@pytest.fixture
def app(office: Office, provider: FalseProvider) -> Iterator[Flask]:
    app = create_app(
        replace(
            office.settings,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_name="Lantern ID",
        )
    )
    yield app
    app.extensions["assess.database"].close()


def leave(browsing: Browsing, provider: FalseProvider, query: str = "") -> dict[str, str]:
    """Go to the provider; return what the browser comes back with."""
    answer = browsing.client.get(f"/app/sign-in/provider{query}")
    assert answer.status_code == 303
    assert answer.location.startswith(f"{provider.issuer}/authorise?")
    return provider.arrive(answer.location)


def travel(browsing: Browsing, provider: FalseProvider, **changed: str) -> TestResponse:
    return browsing.client.get(BACK, query_string=leave(browsing, provider) | changed)


def count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return session.query(table).count()


def test_an_invited_address_is_bound_and_signed_in(app: Flask, office: Office, provider: FalseProvider) -> None:
    office.invite("hanna")
    browsing = Browsing(app)
    page = browsing.see("/app/sign-in")
    assert page.tree.xpath("//a[starts-with(@href, '/app/sign-in/provider')]/text()") == ["Sign in with Lantern ID"]
    back = leave(browsing, provider)
    cookie = browsing.cookie
    answer = browsing.client.get(BACK, query_string=back)
    assert (answer.status_code, answer.location) == (303, "/app")
    assert browsing.cookie not in {None, cookie}, "a fresh token"
    assert browsing.see("/app").h1 == "Hello, Hanna Lind"
    assert (count(office, ProviderIdentity), count(office, AccountLink)) == (1, 0)
    with office.database.reading() as session:
        events = session.scalars(select(AuditEntry.event).order_by(AuditEntry.position)).all()
    assert events[-2:] == ["account.connected", "account.signed_in"]


def test_what_is_asked_of_the_provider_is_exactly_this(app: Flask, office: Office, provider: FalseProvider) -> None:
    office.invite("hanna")
    travel(Browsing(app), provider)
    left = dict(provider.left)
    assert len(left.pop("state")) > 80
    assert {len(left.pop(name)) for name in ("nonce", "code_challenge")} == {43}
    assert left == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"http://127.0.0.1:8765{BACK}",
        "scope": "openid email",
        "code_challenge_method": "S256",
    }
    (sent,) = [sent for path, sent in provider.asked if path == "/token"]
    assert (sent["code"], sent["redirect_uri"]) == ("a code", f"http://127.0.0.1:8765{BACK}")
    assert len(sent["code_verifier"]) == 43


def test_once_bound_the_subject_counts_and_no_longer_the_address(
    app: Flask, office: Office, provider: FalseProvider
) -> None:
    office.invite("hanna")
    office.invite("lea")
    travel(Browsing(app), provider)
    provider.claims = {"email": "new-name@shop.example", "email_verified": False}
    browsing = Browsing(app)
    assert travel(browsing, provider).status_code == 303
    assert browsing.see("/app").h1 == "Hello, Hanna Lind"
    provider.claims = {"sub": "subject-2"}
    assert NOBODY in travel(Browsing(app), provider).get_data(as_text=True), "the address is bound already"
    provider.claims = {"sub": "subject-1", "email": PEOPLE["lea"][0]}
    browsing = Browsing(app)
    travel(browsing, provider)
    assert browsing.see("/app").h1 == "Hello, Hanna Lind"


def hours(number: float) -> int:
    return int(time.time() + number * 3600)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": "nothing"},
        {"iss": ["x"]},
        {"aud": "another-site"},
        {"aud": "nothing"},
        {"aud": [CLIENT_ID, "another-site"]},
        {"aud": [CLIENT_ID, "another-site"], "azp": "another-site"},
        {"azp": "another-site"},
        {"nonce": "another"},
        {"nonce": "nothing"},
        {"nonce": None},
        {"exp": hours(-1)},
        {"exp": "nothing"},
        {"exp": "soon"},
        {"iat": hours(1)},
        {"iat": "nothing"},
        {"nbf": hours(1)},
        {"sub": "nothing"},
        {"sub": 7},
    ],
)
def test_a_token_that_is_wrong_in_one_part_is_not_believed(
    app: Flask, office: Office, provider: FalseProvider, claims: dict[str, Any]
) -> None:
    office.invite("hanna")
    provider.claims = claims
    browsing = Browsing(app)
    answer = travel(browsing, provider)
    assert (answer.status_code, NOT_WORKED in answer.get_data(as_text=True)) == (422, True)
    assert (count(office, ProviderIdentity), count(office, SignIn), count(office, SpentChallenge)) == (0, 0, 0)
    provider.claims = {}
    assert travel(browsing, provider).status_code == 303, "and right in all of them it is"


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "HS256", "kid": "one", "typ": "JWT"}, {"alg": "RS1"}]
)
def test_only_signatures_of_the_providers_own_key_count(
    app: Flask, office: Office, provider: FalseProvider, header: dict[str, Any]
) -> None:
    office.invite("hanna")
    provider.header = header
    assert travel(Browsing(app), provider).status_code == 422
    assert count(office, SignIn) == 0


def test_a_token_of_another_key_is_not_believed(app: Flask, office: Office, provider: FalseProvider) -> None:
    office.invite("hanna")
    thief = FalseProvider(issuer=provider.issuer)
    browsing = Browsing(app)
    back = leave(browsing, provider)
    thief.left = provider.left
    stolen = f'{{"id_token": "{thief.id_token()}", "access_token": "x"}}'.encode()
    provider.lies = {"/token": (200, {}, stolen)}
    assert browsing.client.get(BACK, query_string=back).status_code == 422
    assert count(office, SignIn) == 0


def test_a_provider_may_change_its_keys(app: Flask, office: Office, provider: FalseProvider) -> None:
    office.invite("hanna")
    assert travel(Browsing(app), provider).status_code == 303
    fresh = FalseProvider()
    provider.key, provider.kid = fresh.key, "two"
    known: Provider = app.extensions["assess.provider"]
    known._clock = lambda: time.monotonic() + 60
    assert travel(Browsing(app), provider).status_code == 303
    assert [path for path, _sent in provider.asked].count("/keys") == 2


def test_keys_are_not_fetched_for_every_unknown_name(app: Flask, office: Office, provider: FalseProvider) -> None:
    office.invite("hanna")
    travel(Browsing(app), provider)
    provider.header = {"kid": "unknown"}
    for _ in range(5):
        assert travel(Browsing(app), provider).status_code == 422
    assert [path for path, _sent in provider.asked].count("/keys") == 1
    assert [path for path, _sent in provider.asked].count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"state": ""},
        {"state": "x"},
        {"state": "A" * 75 + ".L2FwcA"},
        {"state": "密码"},
        {"iss": "https://evil.example"},
        {"code": ""},
        {"code": "", "error": "access_denied"},
    ],
)
def test_an_answer_that_does_not_fit_the_question_is_refused(
    app: Flask, office: Office, provider: FalseProvider, changed: dict[str, str]
) -> None:
    office.invite("hanna")
    answer = travel(Browsing(app), provider, **changed)
    assert (answer.status_code, NOT_WORKED in answer.get_data(as_text=True)) == (422, True)
    assert [path for path, _sent in provider.asked].count("/token") == 0, "no code is redeemed for it"


def test_an_answer_is_taken_once_and_in_the_browser_that_left(
    app: Flask, office: Office, provider: FalseProvider
) -> None:
    office.invite("hanna")
    victim, thief = Browsing(app), Browsing(app)
    back = leave(victim, provider)
    leave_thief = thief.client.get("/app/sign-in/provider")
    assert leave_thief.status_code == 303
    assert thief.client.get(BACK, query_string=back).status_code == 422, "a forged way back signs nobody in"
    cookie = victim.cookie
    assert victim.client.get(BACK, query_string=back).status_code == 303
    assert cookie is not None
    thief.client.set_cookie("assess", cookie, path="/app")
    assert thief.client.get(BACK, query_string=back).status_code == 422
    assert count(office, SignIn) == 1


def test_the_target_is_part_of_the_state_and_leads_to_pages_of_the_site_only(
    app: Flask, office: Office, provider: FalseProvider
) -> None:
    office.invite("hanna")
    browsing = Browsing(app)
    back = leave(browsing, provider, "?next=/app/security")
    assert browsing.client.get(BACK, query_string=back).location == "/app/security"
    other = Browsing(app)
    assert other.client.get(BACK, query_string=leave(other, provider, "?next=//evil.example")).location == "/app"
    again = Browsing(app)
    back = leave(again, provider)
    back["state"] = back["state"].split(".")[0] + ".L2V2aWw"
    assert again.client.get(BACK, query_string=back).status_code == 422


@pytest.mark.parametrize(
    ("claims", "who"),
    [
        ({"email_verified": False}, "hanna"),
        ({"email_verified": "true"}, "hanna"),
        ({"email_verified": "nothing"}, "hanna"),
        ({"email": "nobody@shop.example"}, "hanna"),
        ({"email": 7}, "hanna"),
        ({"email": "kim@council.example"}, "kim"),
    ],
)
def test_no_account_is_found_by_an_address_that_is_not_verified_or_invited_and_key_holders_by_none(
    app: Flask, office: Office, provider: FalseProvider, claims: dict[str, Any], who: str
) -> None:
    office.invite(who)
    provider.claims = claims
    answer = travel(Browsing(app), provider)
    assert (answer.status_code, NOBODY in answer.get_data(as_text=True)) == (422, True)
    assert (count(office, ProviderIdentity), count(office, SignIn)) == (0, 0)


@pytest.mark.parametrize(("who", "status"), [({}, 303), ({"sub": "another"}, 422), ({"email_verified": False}, 422)])
def test_the_address_may_come_from_the_page_about_the_user(
    app: Flask, office: Office, provider: FalseProvider, who: dict[str, Any], status: int
) -> None:
    office.invite("hanna")
    provider.claims = {"email": "nothing", "email_verified": "nothing"}
    provider.lies = {"who": who}
    assert travel(Browsing(app), provider).status_code == status


def test_somebody_with_a_password_connects_from_within(app: Flask, office: Office, provider: FalseProvider) -> None:
    hanna = signed_in(app, office, "hanna")
    assert NOBODY in travel(Browsing(app), provider).get_data(as_text=True), "the address alone takes over nothing"
    answer = hanna.client.get("/app/security/provider")
    back = provider.arrive(answer.location)
    assert hanna.client.get(BACK, query_string=back).location == "/app/security?done=connected"
    assert "The two accounts are connected" in hanna.see("/app/security?done=connected").text
    browsing = Browsing(app)
    assert travel(browsing, provider).location == "/app"
    assert browsing.see("/app").h1 == "Hello, Hanna Lind"
    again = provider.arrive(hanna.client.get("/app/security/provider").location)
    assert hanna.client.get(BACK, query_string=again).status_code == 409


def test_a_way_that_began_in_one_account_does_not_end_in_another(
    app: Flask, office: Office, provider: FalseProvider
) -> None:
    hanna = signed_in(app, office, "hanna")
    back = provider.arrive(hanna.client.get("/app/security/provider").location)
    office.settle("lea")
    lea = Browsing(app)
    lea.sign_in("lea")
    assert lea.client.get(BACK, query_string=back).status_code == 422
    assert count(office, ProviderIdentity) == 0
    assert Browsing(app).client.get("/app/security/provider").location == "/app/sign-in?next=/app/security/provider"


def test_the_provider_asks_administrators_for_a_second_step_itself(
    app: Flask, office: Office, provider: FalseProvider
) -> None:
    office.invite("ada")
    provider.claims = {"email": PEOPLE["ada"][0]}
    ada = Browsing(app)
    travel(ada, provider)
    assert ada.see("/app").h1 == "Hello, Ada Berg"


def test_deactivating_and_recovering_take_effect(app: Flask, office: Office, provider: FalseProvider) -> None:
    office.settle("ada")
    office.invite("hanna")
    travel(Browsing(app), provider)
    link, _lasts = recover_account(office.database, PEOPLE["hanna"][0], now=datetime.now(UTC))
    Browsing(app).send(f"/app/welcome/{link}", password=PASSWORD, repeated=PASSWORD)
    assert count(office, ProviderIdentity) == 0, "with the old ways of signing in the provider is forgotten too"
    deactivate_account(office.database, PEOPLE["hanna"][0])
    assert NOBODY in travel(Browsing(app), provider).get_data(as_text=True)


def test_signing_out_offers_to_sign_out_there_too(app: Flask, office: Office, provider: FalseProvider) -> None:
    office.invite("hanna")
    hanna = Browsing(app)
    travel(hanna, provider)
    answer = hanna.send("/app/sign-out", "/app")
    assert answer.location == "/app/sign-in?lang=en&left=provider"
    page = hanna.see(answer.location)
    (way,) = page.tree.xpath("//a[text()='Sign out there too']/@href")
    out = urlsplit(hanna.client.get(way).location)
    assert f"{out.scheme}://{out.netloc}{out.path}" == f"{provider.issuer}/out"
    assert parse_qs(out.query) == {
        "client_id": [CLIENT_ID],
        "post_logout_redirect_uri": ["http://127.0.0.1:8765/app/sign-in"],
    }


@pytest.mark.parametrize(
    "lies",
    [
        {"/.well-known/openid-configuration": (302, {"Location": "http://127.0.0.1:9/evil"}, b"")},
        {"/.well-known/openid-configuration": (500, {}, b"{}")},
        {"/.well-known/openid-configuration": (200, {}, b"<html>")},
        {"/.well-known/openid-configuration": (200, {}, b"[]")},
        {"/.well-known/openid-configuration": (200, {}, b" " * 300_000 + b"{}")},
        {"metadata": {"issuer": "https://evil.example"}},
        {"metadata": {"token_endpoint": "http://evil.example/token"}},
        {"metadata": {"jwks_uri": "file:///etc/passwd"}},
        {"metadata": {"authorization_endpoint": "javascript:alert(1)"}},
        {"metadata": {"authorization_endpoint": None}},
    ],
)
def test_nobody_is_sent_to_a_provider_that_speaks_nonsense_or_for_another(
    app: Flask, provider: FalseProvider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    answer = Browsing(app).client.get("/app/sign-in/provider")
    assert (answer.status_code, "Lantern ID does not answer" in answer.get_data(as_text=True)) == (503, True)
    assert Browsing(app).client.get("/app/sign-in").status_code == 200
    provider.lies = {}
    assert Browsing(app).client.get("/app/sign-in/provider").status_code == 303, "asked again at once"


@pytest.mark.parametrize(
    ("path", "lie"),
    [
        ("/token", (302, {"Location": "http://127.0.0.1:9/evil"}, b"")),
        ("/token", (200, {}, b"{}")),
        ("/token", (200, {}, b'{"id_token": 1}')),
        ("/token", (200, {}, b'{"id_token": "a.b.c"}')),
        ("/token", (200, {}, b'{"id_token": ""}')),
        ("/keys", (302, {"Location": "http://127.0.0.1:9/evil"}, b"")),
        ("/keys", (200, {}, b'{"keys": [{"kty": "x"}]}')),
        ("/keys", (200, {}, b'{"keys": 7}')),
    ],
)
def test_an_answer_nobody_can_read_signs_nobody_in(
    app: Flask, office: Office, provider: FalseProvider, path: str, lie: Any
) -> None:
    office.invite("hanna")
    provider.lies = {path: lie}
    assert travel(Browsing(app), provider).status_code == 422
    assert count(office, SignIn) == 0


def test_without_a_provider_its_pages_are_not_there(office: Office) -> None:
    app = create_app(office.settings)
    browsing = Browsing(app)
    for way in ("", "/back", "/out"):
        assert browsing.client.get(f"/app/sign-in/provider{way}").status_code == 404
    assert signed_in(app, office, "hanna").client.get("/app/security/provider").status_code == 404
    app.extensions["assess.database"].close()


def test_what_the_provider_says_of_itself_is_asked_again_after_an_hour(provider: FalseProvider) -> None:
    now = [0.0]
    known = Provider(Client(provider.issuer, CLIENT_ID, CLIENT_SECRET, "x", "http://x"), clock=lambda: now[0])
    for seconds in (0, KEPT_SECONDS - 1, KEPT_SECONDS):
        now[0] = seconds
        known.metadata()
    assert len(provider.asked) == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"ASSESS_OIDC_ISSUER": "https://id.example.com"},
        {"ASSESS_OIDC_CLIENT_ID": "x", "ASSESS_OIDC_CLIENT_SECRET": "y"},
        {"ASSESS_OIDC_ISSUER": "http://id.example.com", "ASSESS_OIDC_CLIENT_ID": "x", "ASSESS_OIDC_CLIENT_SECRET": "y"},
        {"ASSESS_OIDC_ISSUER": "id.example.com", "ASSESS_OIDC_CLIENT_ID": "x", "ASSESS_OIDC_CLIENT_SECRET": "y"},
    ],
)
def test_half_a_setting_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(InputError, match="go together"):
        load_settings(environment)


def test_a_whole_setting_is_read_and_its_secret_is_not_printed() -> None:
    settings = load_settings(
        {
            "ASSESS_OIDC_ISSUER": "https://id.example.com/realm",
            "ASSESS_OIDC_CLIENT_ID": "assess",
            "ASSESS_OIDC_CLIENT_SECRET": "hidden-secret",
        }
    )
    assert settings.oidc_name == "id.example.com"
    assert "hidden-secret" not in repr(settings)
    client = Client.of(settings)
    assert client is not None
    assert client.redirect_uri == f"http://127.0.0.1:8765{BACK}"


def test_a_way_that_took_too_long_is_refused(
    app: Flask, office: Office, provider: FalseProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.invite("hanna")
    browsing = Browsing(app)
    back = leave(browsing, provider)
    late = datetime.now(UTC) + timedelta(minutes=11)
    monkeypatch.setattr("assess.accounts.pages.provider.moment", lambda: late)
    assert browsing.client.get(BACK, query_string=back).status_code == 422
