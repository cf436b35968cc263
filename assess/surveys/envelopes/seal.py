"""Sealing and opening of one envelope (anonymity.md, Sealing).

Body: `1 ‖ n ‖ n × (enc 65 ‖ ct 48) ‖ nonce 12 ‖ ct 8,208`. A random content key is sealed to each of one to three
recipients with HPKE (RFC 9180, base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM); the answers, padded
with blanks to 8,192 bytes, are encrypted under it with AES-256-GCM. One code path for both levels: only whose public
key seals differs.
"""

from collections.abc import Sequence
from functools import lru_cache
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assess.surveys.answers import PLAIN_BYTES

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
FORMAT = 1
MOST_RECIPIENTS = 3
_WRAPPED = 65 + 48
_NONCE = 12
_SEALED = PLAIN_BYTES + 16


class UnreadableEnvelopeError(Exception):
    """A body that is no envelope for this key under this contract; counted, never shown to anybody."""


def sealing_context(cycle_id: bytes, contract_sha256: bytes) -> bytes:
    """Return what ties an envelope to the contract the member saw: HPKE info and additional data of the answers."""
    return b"assess/1" + cycle_id + contract_sha256


def seal(plain: bytes, recipients: Sequence[bytes], context: bytes) -> bytes:
    """Seal one plain text of at most 8,192 bytes to one to three recipients (uncompressed P-256 points).

    The result has one length per number of recipients: 8,335, 8,448 or 8,561 bytes.
    """
    if not 1 <= len(recipients) <= MOST_RECIPIENTS:
        raise ValueError("an envelope is sealed to one, two or three recipients")
    if len(plain) > PLAIN_BYTES:
        raise ValueError("the plain text does not fit an envelope")
    content_key, nonce = token_bytes(32), token_bytes(_NONCE)
    wrapped = b"".join(SUITE.encrypt(content_key, _point(public), info=context) for public in recipients)
    sealed = AESGCM(content_key).encrypt(nonce, plain.ljust(PLAIN_BYTES), context)
    return bytes([FORMAT, len(recipients)]) + wrapped + nonce + sealed


def unseal(body: bytes, private_key: ec.EllipticCurvePrivateKey, context: bytes) -> bytes:
    """Open one body with the key of any of its recipients and drop the padding; UnreadableEnvelopeError otherwise."""
    if len(body) < 2 or body[0] != FORMAT or not 1 <= body[1] <= MOST_RECIPIENTS:
        raise UnreadableEnvelopeError
    answers_at = 2 + body[1] * _WRAPPED
    if len(body) != answers_at + _NONCE + _SEALED:
        raise UnreadableEnvelopeError
    content_key = _content_key(body, private_key, context)
    nonce, sealed = body[answers_at : answers_at + _NONCE], body[answers_at + _NONCE :]
    try:
        return AESGCM(content_key).decrypt(nonce, sealed, context).rstrip(b" ")
    except (InvalidTag, ValueError) as error:
        raise UnreadableEnvelopeError from error


def public_bytes(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public half as an uncompressed point: 65 bytes."""
    return private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _content_key(body: bytes, private_key: ec.EllipticCurvePrivateKey, context: bytes) -> bytes:
    """Try each recipient's part: nothing in the body says which one is for whom."""
    for place in range(body[1]):
        start = 2 + place * _WRAPPED
        try:
            content_key = SUITE.decrypt(body[start : start + _WRAPPED], private_key, info=context)
        except (InvalidTag, ValueError):
            continue
        if len(content_key) == 32:
            return content_key
    raise UnreadableEnvelopeError


@lru_cache(maxsize=16)
def _point(public: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
