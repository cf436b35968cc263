"""Codes of personal links: how they are computed, written and read."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.surveys.envelopes.links import ALPHABET, envelope_key, link_secret, lookup_of, read_code, write_code


def test_a_code_is_computed_as_the_protocol_says() -> None:
    key, invitation = bytes(range(32)), bytes(range(16))
    digest = hmac.new(key, invitation, hashlib.sha256).digest()
    assert link_secret(key, invitation) == digest[:16]
    assert link_secret(key, invitation, paper=True) == digest[:10]
    assert lookup_of(digest[:16]) == hashlib.sha256(b"assess/lookup" + digest[:16]).digest()
    assert envelope_key(digest[:16]) == hashlib.sha256(b"assess/envelope" + digest[:16]).digest()


@given(st.binary(min_size=16, max_size=16) | st.binary(min_size=10, max_size=10))
def test_every_code_is_read_back(secret: bytes) -> None:
    code = write_code(secret)
    assert len(code) == {16: 26, 10: 16}[len(secret)]
    assert set(code) <= set(ALPHABET)
    assert read_code(code) == secret


@given(st.binary(min_size=16, max_size=16), st.data())
def test_what_people_mistype_is_read_all_the_same(secret: bytes, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from({"0": "0oO", "1": "1iIlL"}.get(sign, sign + sign.lower())))
        + data.draw(st.sampled_from(["", " ", "-", "–", "\u00a0"]))
        for sign in write_code(secret)
    )
    assert read_code(typed) == secret


@pytest.mark.parametrize(
    "typed", ["", "0", "0" * 25, "0" * 27, "U" * 26, "0" * 25 + "é", "0" * 25 + "1", "０" * 26, "ß" * 13]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=400))
def test_no_text_crashes_the_reader(typed: str) -> None:
    secret = read_code(typed)
    assert secret is None or len(secret) in {10, 16}


@given(st.binary(min_size=16, max_size=16), st.integers(0, 24), st.sampled_from(ALPHABET))
def test_two_codes_never_share_a_secret(secret: bytes, place: int, sign: str) -> None:
    code = write_code(secret)
    other = code[:place] + sign + code[place + 1 :]
    assert (read_code(other) == secret) == (other == code)
