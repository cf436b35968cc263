"""One envelope: its cryptography, its constant length, and everything that is none."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.surveys.answers import PLAIN_BYTES, AnswerSheet, PlainAnswers
from assess.surveys.envelopes.models import BODY_LENGTHS
from assess.surveys.envelopes.seal import UnreadableEnvelopeError, public_bytes, seal, sealing_context, unseal
from assess.surveys.instruments import load_instrument
from tests.surveys.envelopes.rfc9180 import AES_128_GCM, AES_256_GCM, key_and_nonce, open_base, shared_secret

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = public_bytes(KEY)
CONTEXT = sealing_context(bytes(16), bytes(32))

# RFC 9180, appendix A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0.
A31 = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "skRm": "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
    "pkRm": "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82"
    "6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
    "enc": "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9"
    "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
    "shared_secret": "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8",
    "key": "868c066ef58aae6dc589b6cfdd18f97e",
    "base_nonce": "4e0bc5018beba4bf004cca59",
    "aad": "436f756e742d30",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
    "ct": "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
}


def test_the_second_implementation_gives_the_numbers_printed_in_rfc_9180() -> None:
    printed = {name: bytes.fromhex(value) for name, value in A31.items()}
    private = ec.derive_private_key(int.from_bytes(printed["skRm"], "big"), ec.SECP256R1())
    sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), printed["enc"])
    secret = shared_secret(private.exchange(ec.ECDH(), sender), printed["enc"], printed["pkRm"])
    assert public_bytes(private) == printed["pkRm"]
    assert secret == printed["shared_secret"]
    key, nonce = key_and_nonce(AES_128_GCM, secret, printed["info"])
    assert (key, nonce) == (printed["key"], printed["base_nonce"])
    assert AESGCM(key).decrypt(nonce, printed["ct"], printed["aad"]) == printed["pt"]


def test_the_second_implementation_opens_what_the_product_seals() -> None:
    body = seal(b'{"ratings":[4]}', [PUBLIC], CONTEXT)
    assert body[:2] == b"\x01\x01"
    content_key = open_base(AES_256_GCM, body[2:67], body[67:115], KEY, PUBLIC, CONTEXT)
    plain = AESGCM(content_key).decrypt(body[115:127], body[127:], CONTEXT)
    assert plain == b'{"ratings":[4]}'.ljust(PLAIN_BYTES, b" ")


@pytest.mark.parametrize("recipients", [1, 2, 3])
def test_each_recipient_opens_alone(recipients: int) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(recipients)]
    body = seal(b"{}", [public_bytes(key) for key in keys], CONTEXT)
    assert len(body) == BODY_LENGTHS[recipients - 1]
    assert [unseal(body, key, CONTEXT) for key in keys] == [b"{}"] * recipients


SHEET = AnswerSheet.of(load_instrument("team24").effective(()))


@pytest.mark.parametrize(
    "answers",
    [
        PlainAnswers(ratings={SHEET.items[0][0]: 3}),
        PlainAnswers(
            ratings={code: hi for code, _lo, hi in SHEET.items}, comments=dict.fromkeys(SHEET.prompts, "字" * 1000)
        ),
        PlainAnswers(comments=dict.fromkeys(SHEET.prompts, "🙂" * 874)),
        PlainAnswers(comments=dict.fromkeys(SHEET.prompts, '"\\\n' * 333)),
    ],
    ids=["one rating", "longest Chinese", "most pictograms", "quotation marks"],
)
def test_a_body_has_one_length_whatever_was_said(answers: PlainAnswers) -> None:
    checked = SHEET.check(answers)
    body = seal(SHEET.encode(checked), [PUBLIC], CONTEXT)
    assert len(body) == 8335
    assert SHEET.decode(unseal(body, KEY, CONTEXT)) == checked


def test_sealing_twice_gives_two_different_bodies() -> None:
    assert seal(b"{}", [PUBLIC], CONTEXT) != seal(b"{}", [PUBLIC], CONTEXT)


def test_another_key_or_another_contract_opens_nothing() -> None:
    body = seal(b"{}", [PUBLIC], CONTEXT)
    with pytest.raises(UnreadableEnvelopeError):
        unseal(body, ec.generate_private_key(ec.SECP256R1()), CONTEXT)
    for other in (sealing_context(b"\x01" + bytes(15), bytes(32)), sealing_context(bytes(16), b"\x01" + bytes(31))):
        with pytest.raises(UnreadableEnvelopeError):
            unseal(body, KEY, other)


BODY = seal(b"{}", [PUBLIC], CONTEXT)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_makes_an_envelope_unreadable_and_never_crashes(place: int, bit: int) -> None:
    flipped = bytearray(BODY)
    flipped[place] ^= 1 << bit
    with pytest.raises(UnreadableEnvelopeError):
        unseal(bytes(flipped), KEY, CONTEXT)


@settings(max_examples=60, deadline=None)
@given(length=st.integers(0, len(BODY) - 1))
def test_a_truncated_envelope_is_unreadable(length: int) -> None:
    with pytest.raises(UnreadableEnvelopeError):
        unseal(BODY[:length], KEY, CONTEXT)


def test_an_over_long_envelope_is_unreadable() -> None:
    with pytest.raises(UnreadableEnvelopeError):
        unseal(BODY + b"\x00", KEY, CONTEXT)


@settings(max_examples=100, deadline=None)
@given(junk=st.binary(max_size=200) | st.builds(lambda n, tail: bytes([1, n]) + tail, st.integers(0, 255), st.binary()))
def test_junk_is_unreadable(junk: bytes) -> None:
    with pytest.raises(UnreadableEnvelopeError):
        unseal(junk.ljust(8335, b"\x04"), KEY, CONTEXT)


def test_what_does_not_fit_is_refused_before_sealing() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        seal(b"x" * (PLAIN_BYTES + 1), [PUBLIC], CONTEXT)
    with pytest.raises(ValueError, match="one, two or three"):
        seal(b"{}", [], CONTEXT)
    with pytest.raises(ValueError, match="one, two or three"):
        seal(b"{}", [PUBLIC] * 4, CONTEXT)
