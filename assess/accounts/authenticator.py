"""Codes of an authenticator app (TOTP, RFC 6238): six digits, new every thirty seconds.

Unlike a password the app's secret has to be read again, so it cannot be hashed. It is stored sealed with AES-GCM under
a key that is derived from the secret of the installation: who only has the database, or a backup of it, makes no codes.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SET_UP = timedelta(minutes=15)
NEIGHBOURS = 1
"""Codes of one step before and after are taken: clocks differ, and typing takes time."""
_NONCE = 12
_DIGITS = re.compile(r"[0-9]{6}")


class SealingKey:
    """Seals what belongs to one account; for another account, or under another key, it does not open."""

    def __init__(self, installation_secret: bytes) -> None:
        self._cipher = AESGCM(hmac.digest(installation_secret, b"assess/authenticator", hashlib.sha256))

    def seal(self, secret: str, account_id: bytes, purpose: bytes = b"kept") -> bytes:
        """Encrypt; the nonce is random and stands first."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), purpose + account_id)

    def open(self, sealed: bytes, account_id: bytes, purpose: bytes = b"kept") -> str | None:
        """Decrypt; None for anything that was not sealed here for this account and purpose."""
        if len(sealed) <= _NONCE:
            return None
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose + account_id).decode()
        except InvalidTag:
            return None

    def write_set_up(self, secret: str, account_id: bytes, *, now: datetime) -> str:
        """Write a secret that is being set up into a form: until the first code is right, nothing is stored."""
        until = int((now + SET_UP).timestamp())
        return urlsafe_b64encode(self.seal(f"{until}:{secret}", account_id, b"set-up")).decode()

    def read_set_up(self, text: str, account_id: bytes, *, now: datetime) -> str | None:
        """Read it back; None when it is older than a quarter of an hour or was not written for this account."""
        try:
            opened = self.open(urlsafe_b64decode(text.encode()), account_id, b"set-up")
        except ValueError:
            return None
        until, _colon, secret = (opened or "0:").partition(":")
        return secret if now.timestamp() < int(until) else None


def new_secret() -> str:
    """Draw a secret of 160 bits, the length RFC 4226 recommends, in the letters that apps take."""
    return pyotp.random_base32()


def address_for_apps(secret: str, *, email: str, organisation: str) -> str:
    """Write what the picture says that an app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=organisation)


def matching_step(secret: str, text: str, *, now: datetime, after: int) -> int | None:
    """Find which step of thirty seconds a code belongs to; None for a wrong one and for every step up to `after`.

    A code is taken once: the step of the last one is stored and handed in as `after`.
    """
    code = plain_code(text)
    if not _DIGITS.fullmatch(code):
        return None
    totp = pyotp.TOTP(secret)
    this = totp.timecode(now)
    matching = [
        step
        for step in range(this - NEIGHBOURS, this + NEIGHBOURS + 1)
        if step > after and hmac.compare_digest(totp.generate_otp(step), code)
    ]
    return matching[0] if matching else None


def plain_code(text: str) -> str:
    """Write a typed code one way only: capitals, no blanks, no dashes, digits of any keyboard."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
