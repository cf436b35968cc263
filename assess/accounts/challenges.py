"""Challenges of passkeys: written without being stored, tied to one browser and one purpose, taken once.

A challenge carries its own end and a code of authentication over the browser's token, so that a page can be looked at
without anything being written. Only what was answered rightly is remembered, until it would be too late anyway.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from assess.accounts.models import SpentChallenge

LASTS = timedelta(minutes=10)
_RANDOM, _END, _CODE = 16, 8, 32


class Challenges:
    """Writes and reads challenges of one installation."""

    def __init__(self, installation_secret: bytes) -> None:
        self._key = hmac.digest(installation_secret, b"assess/passkey-challenge", hashlib.sha256)

    def write(self, purpose: str, browser_token: str, *, now: datetime) -> bytes:
        """Write a fresh challenge for this browser."""
        end = int((now + LASTS).timestamp()).to_bytes(_END, "big")
        start = secrets.token_bytes(_RANDOM) + end
        return start + self._code(start, purpose, browser_token)

    def end_of(self, challenge: bytes, purpose: str, browser_token: str, *, now: datetime) -> datetime | None:
        """Return until when a challenge holds; None for one that was not written for this browser and purpose."""
        start, code = challenge[: _RANDOM + _END], challenge[_RANDOM + _END :]
        if len(code) != _CODE or not hmac.compare_digest(code, self._code(start, purpose, browser_token)):
            return None
        end = datetime.fromtimestamp(int.from_bytes(start[_RANDOM:], "big"), UTC)
        return end if now < end else None

    def _code(self, start: bytes, purpose: str, browser_token: str) -> bytes:
        return hmac.digest(self._key, b"\0".join((start, purpose.encode(), browser_token.encode())), hashlib.sha256)


def spend(session: Session, challenge: bytes, *, end: datetime, now: datetime) -> bool:
    """Remember that a challenge was answered; False when it had been. Works inside the caller's transaction."""
    session.execute(delete(SpentChallenge).where(SpentChallenge.ends_at <= now))
    digest = hashlib.sha256(challenge).digest()
    if session.get(SpentChallenge, digest) is not None:
        return False
    session.add(SpentChallenge(challenge_sha256=digest, ends_at=end))
    return True
