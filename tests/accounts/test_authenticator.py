"""Codes of authenticator apps: the RFC's numbers, the window, and secrets that open only where they were sealed."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.accounts.authenticator import (
    SET_UP,
    SealingKey,
    address_for_apps,
    matching_step,
    new_secret,
)
from tests.accounts.accounts_cast import NOW

RFC_SECRET = b32encode(b"12345678901234567890").decode()
ADA, BEN = b"a" * 16, b"b" * 16


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# RFC 6238, appendix B, mode SHA1: the last six of the eight digits printed there.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert matching_step(RFC_SECRET, code, now=at(seconds), after=0) == seconds // 30
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert matching_step(RFC_SECRET, wrong, now=at(seconds), after=0) is None


def test_a_neighbouring_step_is_taken_and_one_further_away_is_not() -> None:
    code, step = "005924", 1234567890 // 30
    taken = {shift: matching_step(RFC_SECRET, code, now=at((step + shift) * 30), after=0) for shift in range(-3, 4)}
    assert taken == {-3: None, -2: None, -1: step, 0: step, 1: step, 2: None, 3: None}


def test_a_step_is_taken_once_and_none_before_it_afterwards() -> None:
    step = 1234567890 // 30
    assert matching_step(RFC_SECRET, "005924", now=at(1234567890), after=step - 1) == step
    assert matching_step(RFC_SECRET, "005924", now=at(1234567890), after=step) is None
    assert matching_step(RFC_SECRET, "005924", now=at(1234567890), after=step + 1) is None


@pytest.mark.parametrize("typed", ["005924", " 005 924 ", "005-924", "００５９２４", "005\u00a0924"])
def test_blanks_dashes_and_wide_digits_do_not_matter(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, now=at(1234567890), after=0) is not None


@pytest.mark.parametrize("typed", ["", "5924", "0005924", "00592x", "٠٠٥٩٢٤", "005924\x00"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, now=at(1234567890), after=0) is None


@given(st.text(max_size=300))
def test_no_text_breaks_the_comparison(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, now=at(59), after=10) is None


def test_secrets_have_160_bits_and_differ() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {32}


def test_the_address_for_apps_names_site_and_person() -> None:
    address = urlsplit(address_for_apps(RFC_SECRET, email="ada@shop.example", organisation="灯笼 & Co"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/灯笼 & Co:ada@shop.example"
    fields = parse_qs(address.query)
    assert (fields["secret"], fields["issuer"]) == ([RFC_SECRET], ["灯笼 & Co"])


def test_a_sealed_secret_opens_for_its_account_its_purpose_and_its_installation_only() -> None:
    key = SealingKey(b"one installation")
    sealed = key.seal(RFC_SECRET, ADA)
    assert RFC_SECRET.encode() not in sealed
    assert key.open(sealed, ADA) == RFC_SECRET
    assert key.open(sealed, BEN) is None
    assert key.open(sealed, ADA, b"set-up") is None
    assert SealingKey(b"another installation").open(sealed, ADA) is None
    assert key.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), ADA) is None
    assert key.open(b"", ADA) is None
    assert key.seal(RFC_SECRET, ADA) != sealed, "a nonce is used once"


def test_what_stands_in_a_form_lasts_a_quarter_of_an_hour_and_for_one_account() -> None:
    key = SealingKey(b"one installation")
    text = key.write_set_up(RFC_SECRET, ADA, now=NOW)
    assert key.read_set_up(text, ADA, now=NOW + SET_UP - timedelta(seconds=1)) == RFC_SECRET
    assert key.read_set_up(text, ADA, now=NOW + SET_UP) is None
    assert key.read_set_up(text, BEN, now=NOW) is None
    for wrong in ("", "x", "密码", text[:-4], text[4:], "A" * 80):
        assert key.read_set_up(wrong, ADA, now=NOW) is None
