"""Random tokens of 256 bits: the browser or the mail holds the token, the database its SHA-256."""

import hashlib
import re
import secrets

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Draw a token, 43 characters that need no quoting in a cookie or an address."""
    return secrets.token_urlsafe(32)


def read_token(text: str | None) -> str | None:
    """Return the token if it has the shape of one."""
    return text if text is not None and _SHAPE.fullmatch(text) else None


def token_sha256(token: str) -> bytes:
    """Return what the database holds. No salt and no slow hash: 256 random bits cannot be tried out."""
    return hashlib.sha256(token.encode()).digest()
