"""One-time links with which somebody sets a password: an invitation, or a recovery by an administrator.

An account has at most one; a new one replaces the old. Opening a link changes nothing, because mail gateways open
them too; only a password that is set uses it up. These functions work inside the caller's transaction.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts.errors import SpentLinkError
from assess.accounts.models import Account, AccountLink
from assess.accounts.tokens import new_token, read_token, token_sha256
from assess.config import Settings

INVITATION = timedelta(days=7)
RECOVERY = timedelta(days=1)


def issue_link(session: Session, account: Account, *, now: datetime, lasts: timedelta) -> str:
    """Replace the account's link by a fresh one and return its token."""
    withdraw_links(session, account)
    session.execute(delete(AccountLink).where(AccountLink.expires_at <= now))
    token = new_token()
    session.add(AccountLink(token_sha256=token_sha256(token), account_id=account.id, expires_at=now + lasts))
    return token


def account_of_link(session: Session, text: str, *, now: datetime) -> Account:
    """Find who may set a password with this link; SpentLinkError for every other text."""
    token = read_token(text)
    found = token and session.scalar(
        select(Account)
        .join(AccountLink, AccountLink.account_id == Account.id)
        .where(AccountLink.token_sha256 == token_sha256(token), AccountLink.expires_at > now, Account.is_active)
    )
    if not found:
        raise SpentLinkError
    return found


def use_up(session: Session, text: str) -> None:
    """Use a link up; of two at the same moment only one succeeds, the other meets SpentLinkError."""
    used = delete(AccountLink).where(AccountLink.token_sha256 == token_sha256(text)).returning(AccountLink.account_id)
    if session.execute(used).first() is None:
        raise SpentLinkError


def withdraw_links(session: Session, account: Account) -> None:
    """Make every link of an account useless."""
    session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))


def link_address(settings: Settings, token: str) -> str:
    """Write the address to hand over; from the settings, never from a request."""
    return f"{settings.base_url}/app/welcome/{token}"
