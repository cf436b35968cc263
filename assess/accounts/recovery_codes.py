"""Recovery codes: each signs in once instead of the app or the passkey that is not at hand.

They are shown once and stored as SHA-256. No salt and no slow hash: 120 random bits cannot be tried out
(ASVS 5.0, 6.5.2). These functions work inside the caller's transaction.
"""

import hashlib
import secrets

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assess.accounts.authenticator import plain_code
from assess.accounts.models import Account, RecoveryCode

HOW_MANY = 8
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0 and 1, which look alike
_LENGTH, _BLOCK = 24, 4


def draw_codes(session: Session, account: Account) -> list[str]:
    """Replace the codes of an account and return the new ones in blocks of four letters."""
    forget_codes(session, account)
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(code_sha256=_sha256(code), account_id=account.id) for code in codes)
    return ["-".join(code[place : place + _BLOCK] for place in range(0, _LENGTH, _BLOCK)) for code in codes]


def use_code(session: Session, account: Account, text: str) -> bool:
    """Use a code up; False when the account has none like it."""
    code = plain_code(text)
    if len(code) != _LENGTH:
        return False
    used = (
        delete(RecoveryCode)
        .where(RecoveryCode.code_sha256 == _sha256(code), RecoveryCode.account_id == account.id)
        .returning(RecoveryCode.account_id)
    )
    return session.execute(used).first() is not None


def codes_left(session: Session, account: Account) -> int:
    """Count the codes that have not been used."""
    counted = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account.id)
    return session.scalars(counted).one()


def forget_codes(session: Session, account: Account) -> None:
    """Make every code of an account useless."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _sha256(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
