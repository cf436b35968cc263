"""Sessions on the server's side: begun at sign-in, ended by signing out, idling, the clock or an administrator.

These functions work inside the caller's transaction.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from assess.accounts.models import Account, HalfSignIn, SignIn
from assess.accounts.tokens import new_token, token_sha256

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
SEEN_EVERY = timedelta(minutes=1)
"""Looking at pages writes a time at most this often; a session may end that much early, never late."""


def begin_session(
    session: Session, account: Account, *, now: datetime, instead_of: str | None, by_provider: bool = False
) -> str:
    """Begin a session under a fresh token and end the one the browser came with; dead ones are cleared away."""
    if instead_of is not None:
        end_session(session, instead_of)
    session.execute(delete(SignIn).where(or_(SignIn.seen_at <= now - IDLE, SignIn.started_at <= now - LONGEST)))
    token = new_token()
    session.add(
        SignIn(
            token_sha256=token_sha256(token),
            account_id=account.id,
            started_at=now,
            seen_at=now,
            by_provider=by_provider,
        )
    )
    return token


def account_of_session(session: Session, token: str, *, now: datetime) -> Account | None:
    """Find whose live session this is; None for a dead one and for an account that is no longer active."""
    return session.scalar(
        select(Account)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            SignIn.token_sha256 == token_sha256(token),
            SignIn.seen_at > now - IDLE,
            SignIn.started_at > now - LONGEST,
            Account.is_active,
        )
    )


def is_by_provider(session: Session, token: str) -> bool:
    """Whether a session was begun by the organisation's provider."""
    found = session.get(SignIn, token_sha256(token))
    return found is not None and found.by_provider


def is_due(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the time of this session should be written again."""
    seen = session.scalar(select(SignIn.seen_at).where(SignIn.token_sha256 == token_sha256(token)))
    return seen is not None and seen <= now - SEEN_EVERY


def keep_alive(session: Session, token: str, *, now: datetime) -> None:
    """Write when the session was last used."""
    found = session.get(SignIn, token_sha256(token))
    if found is not None:
        found.seen_at = now


def end_session(session: Session, token: str) -> None:
    """End one session; one that is gone already is fine."""
    session.execute(delete(SignIn).where(SignIn.token_sha256 == token_sha256(token)))


def end_all_sessions(session: Session, account: Account) -> None:
    """End every session of an account, on all devices, and every sign-in that waits for its second step."""
    session.execute(delete(HalfSignIn).where(HalfSignIn.account_id == account.id))
    session.execute(delete(SignIn).where(SignIn.account_id == account.id))
