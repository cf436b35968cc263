"""The keys of one holder: taking a new one, finding them, and trying one out.

A new key retires the old, which stays: surveys sealed to it can still be opened with its code. What arrives has been
made in the holder's browser; the server can check that the public half is a point of the curve and no more than the
shape of the wrapped one, because it never sees the code.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.audit.recording import record
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.envelopes.seal import seal, sealing_context
from assess.surveys.holders.models import HolderKey

POINT_BYTES = 65
MOST_WRAPPED_BYTES = 400
_FORMAT = 1
_FEWEST_WRAPPED_BYTES = 1 + 16 + 12 + 32 + 16  # format, salt, nonce, at least the private number, GCM's tag
FINGERPRINT_DIGITS = 16

TRIAL_CONTEXT = sealing_context(bytes(16), hashlib.sha256(b"assess/test-opening").digest())
"""What ties a trial envelope to trials: no survey has the id zero, and no contract this hash."""


def store_key(database: Database, account_id: bytes, public_key: str, wrapped_key: str, *, now: datetime) -> None:
    """Take the key a browser has made, both halves in base64, and retire the one in use.

    The same key sent twice, by a double click, is stored once. InputError for what is no key.
    """
    public, wrapped = _read_point(public_key), _read_wrapped(wrapped_key)
    with database.writing() as session:
        # The account's row is locked, so that of two browsers at once one comes after the other.
        session.scalars(select(Account.id).where(Account.id == account_id).with_for_update()).one()
        known = session.scalar(select(HolderKey).where(HolderKey.public_key == public))
        if known is not None:
            if known.account_id == account_id and known.retired_at is None:
                return
            raise RefusalError(_("This key has been used before; make a new one."))
        old = key_in_use(session, account_id)
        if old is not None:
            old.retired_at = now
            session.flush()
        session.add(HolderKey(account_id=account_id, public_key=public, wrapped_key=wrapped, made_at=now))
        record(session, "holder.key_made", _address(session, account_id), key=fingerprint(public))


def key_in_use(session: Session, account_id: bytes) -> HolderKey | None:
    """Find the key new surveys are sealed to."""
    return session.scalar(select(HolderKey).where(HolderKey.account_id == account_id, HolderKey.retired_at.is_(None)))


def keys_of(session: Session, account_id: bytes) -> Sequence[HolderKey]:
    """List all keys of a holder, the newest first, retired ones too."""
    mine = select(HolderKey).where(HolderKey.account_id == account_id)
    return session.scalars(mine.order_by(HolderKey.made_at.desc(), HolderKey.retired_at.is_not(None))).all()


def fingerprint(public_key: bytes) -> str:
    """Name a public key in sixteen digits, to be compared by eye.

    >>> fingerprint(bytes(65))
    '98ce 42de ef51 d402'
    """
    digits = hashlib.sha256(public_key).hexdigest()[:FINGERPRINT_DIGITS]
    return " ".join(digits[place : place + 4] for place in range(0, FINGERPRINT_DIGITS, 4))


def trial_envelope(secret: bytes, key: HolderKey) -> bytes:
    """Seal something only this installation knows, exactly as a member's answer is sealed."""
    return seal(_proof(secret, key).encode(), [key.public_key], TRIAL_CONTEXT)


def note_trial(database: Database, secret: bytes, account_id: bytes, proof: str, *, now: datetime) -> bool:
    """Remember that the key in use has opened its trial envelope; False where `proof` was not in it."""
    with database.writing() as session:
        key = key_in_use(session, account_id)
        if key is None or not hmac.compare_digest(_proof(secret, key).encode(), proof.strip().encode()):
            return False
        key.tested_at = now
        record(session, "holder.key_tried", _address(session, account_id), key=fingerprint(key.public_key))
        return True


def _address(session: Session, account_id: bytes) -> str:
    return session.get_one(Account, account_id).email


def _proof(secret: bytes, key: HolderKey) -> str:
    return hmac.digest(secret, b"assess/test-opening" + key.id, hashlib.sha256).hex()


def _read_point(text: str) -> bytes:
    point = _read_base64(text)
    if len(point) == POINT_BYTES:
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            pass
        else:
            return point
    raise _unusable()


def _read_wrapped(text: str) -> bytes:
    wrapped = _read_base64(text)
    if not _FEWEST_WRAPPED_BYTES <= len(wrapped) <= MOST_WRAPPED_BYTES or wrapped[0] != _FORMAT:
        raise _unusable()
    return wrapped


def _read_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _unusable() from None


def _unusable() -> InputError:
    return InputError(
        _("What this browser sent is no key of Assess. Reload the page and make the key again, or use another browser.")
    )
