"""Signing in, signing out, and setting a password: each one transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.errors import WrongSignInError
from assess.accounts.links import account_of_link, use_up, withdraw_links
from assess.accounts.models import Account
from assess.accounts.passwords import check_new_password, hash_password, needs_new_hash, verify_password
from assess.accounts.second_step import Begun, begin, forget_second_step
from assess.accounts.sessions import begin_session, end_all_sessions, end_session
from assess.audit.recording import record
from assess.extensions import Database


def sign_in(database: Database, email: str, password: str, *, now: datetime, instead_of: str | None = None) -> Begun:
    """Begin a session, or the wait for its second step; WrongSignInError says neither what was wrong nor who exists.

    The slow comparison runs outside the transaction, which would keep members waiting; so what it compared with is
    read again inside.
    """
    with database.reading() as session:
        account = find_account(session, email)
    stored = account.password_hash if account is not None and account.is_active else None
    if not verify_password(stored, password) or stored is None:
        if stored is not None and account is not None:
            _record_failure(database, account)
        raise WrongSignInError
    renewed = hash_password(password) if needs_new_hash(stored) else stored
    with database.writing() as session:
        account = find_account(session, email)
        if account is None or not account.is_active or account.password_hash != stored:
            raise WrongSignInError
        account.password_hash = renewed
        return begin(session, account, now=now, instead_of=instead_of)


def sign_out(database: Database, token: str) -> None:
    """End the session of this browser."""
    with database.writing() as session:
        end_session(session, token)


def sign_out_everywhere(database: Database, account: Account) -> None:
    """End every session of an account, this browser's too."""
    with database.writing() as session:
        end_all_sessions(session, session.get_one(Account, account.id))


def welcome(database: Database, link: str, password: str, *, now: datetime, language: str) -> str:
    """Set the password a one-time link allows, in the language it was set in; return the token of a new session.

    Whoever gets such a link has lost the password or the second step: the second step is forgotten with the password.
    """
    with database.reading() as session:
        account = account_of_link(session, link, now=now)
    check_new_password(password, name=account.name, email=account.email)
    hashed = hash_password(password)
    with database.writing() as session:
        account = account_of_link(session, link, now=now)
        use_up(session, link)
        account.language = language
        forget_second_step(session, account)
        return _set_password(session, account, hashed, now=now)


def change_password(database: Database, account: Account, current: str, password: str, *, now: datetime) -> str:
    """Replace the password, end every session and return the token of a new one for this browser."""
    if not verify_password(account.password_hash, current):
        raise WrongSignInError
    check_new_password(password, name=account.name, email=account.email)
    hashed = hash_password(password)
    with database.writing() as session:
        found = session.get_one(Account, account.id)
        if not found.is_active or found.password_hash != account.password_hash:
            raise WrongSignInError
        return _set_password(session, found, hashed, now=now)


def choose_language(database: Database, account: Account, language: str) -> None:
    """Remember in which language this account reads."""
    with database.writing() as session:
        session.get_one(Account, account.id).language = language


def find_account(session: Session, email: str) -> Account | None:
    """Find an account by its address, however it is capitalised."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def _record_failure(database: Database, account: Account) -> None:
    """Record a wrong password; what was typed for an unknown address is not kept, it may be a password."""
    with database.writing() as session:
        record(session, "account.sign_in_failed", account.email)


def _set_password(session: Session, account: Account, hashed: str, *, now: datetime) -> str:
    account.password_hash = hashed
    end_all_sessions(session, account)
    withdraw_links(session, account)
    record(session, "account.password_set", account.email)
    return begin_session(session, account, now=now, instead_of=None)
