"""A device of the tests that keeps a passkey: it makes one, signs with it, and can be told to do each part wrong."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN, HOST = "http://localhost:8765", "localhost"
PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One device with one key."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    handle: bytes = b""

    def create(self, options: str, **wrong: Any) -> str:
        """Answer the options of the page on which a passkey is made."""
        asked = json.loads(options)
        self.handle = data(asked["user"]["id"])
        seen = self._client_data("webauthn.create", asked["challenge"], **wrong)
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        about = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public)
        made = {"fmt": "none", "attStmt": {}, "authData": self._state(ATTESTED, **wrong) + about}
        return self._answer({"clientDataJSON": text(seen), "attestationObject": text(cbor2.dumps(made))})

    def get(self, options: str, **wrong: Any) -> str:
        """Answer the options of a page on which one signs in."""
        seen = self._client_data("webauthn.get", json.loads(options)["challenge"], **wrong)
        self.count += 1
        state = self._state(0, **wrong)
        signed = self.key.sign(state + hashlib.sha256(seen).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(seen),
                "authenticatorData": text(state),
                "signature": text(wrong.get("signature", signed)),
                "userHandle": text(wrong.get("handle", self.handle)),
            }
        )

    def _state(self, flags: int, /, **wrong: Any) -> bytes:
        flags |= wrong.get("flags", PRESENT | VERIFIED)
        count: int = wrong.get("count", self.count)
        return hashlib.sha256(wrong.get("host", HOST).encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str, /, **wrong: Any) -> bytes:
        said = {
            "type": wrong.get("kind", kind),
            "challenge": wrong.get("challenge", challenge),
            "origin": wrong.get("origin", ORIGIN),
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
