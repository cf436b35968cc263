"""HPKE in base mode written again from the steps of RFC 9180, sections 4 and 5, out of plain primitives.

It shares no code with the product, which uses the implementation of `cryptography`.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEM_ID, KDF_ID = (0x0010).to_bytes(2, "big"), (0x0001).to_bytes(2, "big")


@dataclass(frozen=True)
class Aead:
    """An AES-GCM of RFC 9180, table 5."""

    id: bytes
    key_bytes: int


AES_128_GCM = Aead((0x0001).to_bytes(2, "big"), 16)
AES_256_GCM = Aead((0x0002).to_bytes(2, "big"), 32)


def _extract(salt: bytes, key_material: bytes) -> bytes:
    mac = HMAC(salt or bytes(32), hashes.SHA256())
    mac.update(key_material)
    return mac.finalize()


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, key_material: bytes) -> bytes:
    return _extract(salt, b"HPKE-v1" + suite + label + key_material)


def _labeled_expand(suite: bytes, pseudorandom_key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, labeled).derive(pseudorandom_key)


def shared_secret(diffie_hellman: bytes, enc: bytes, public: bytes) -> bytes:
    """ExtractAndExpand of DHKEM(P-256, HKDF-SHA256)."""
    suite = b"KEM" + KEM_ID
    prk = _labeled_extract(suite, b"", b"eae_prk", diffie_hellman)
    return _labeled_expand(suite, prk, b"shared_secret", enc + public, 32)


def key_and_nonce(aead: Aead, secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """KeySchedule of base mode: no pre-shared key."""
    suite = b"HPKE" + KEM_ID + KDF_ID + aead.id
    psk_id_hash = _labeled_extract(suite, b"", b"psk_id_hash", b"")
    info_hash = _labeled_extract(suite, b"", b"info_hash", info)
    context = b"\x00" + psk_id_hash + info_hash
    scheduled = _labeled_extract(suite, secret, b"secret", b"")
    key = _labeled_expand(suite, scheduled, b"key", context, aead.key_bytes)
    return key, _labeled_expand(suite, scheduled, b"base_nonce", context, 12)


def open_base(
    aead: Aead, enc: bytes, ciphertext: bytes, private: ec.EllipticCurvePrivateKey, public: bytes, info: bytes
) -> bytes:
    """Open one message of sequence number 0 without additional data."""
    sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc)
    secret = shared_secret(private.exchange(ec.ECDH(), sender), enc, public)
    key, nonce = key_and_nonce(aead, secret, info)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")
