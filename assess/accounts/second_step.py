"""The second step of signing in: a code of an app, or a recovery code.

Wrong codes are counted in the table, with the row, for all processes together: after five in a row the app's codes
rest for a minute, then twice as long each time, up to an hour. Whoever knows a password could else try all million.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts.authenticator import SealingKey, matching_step
from assess.accounts.errors import CodesRestError, NotSignedInError, WrongCodeError, WrongSignInError
from assess.accounts.models import Account, AuthenticatorApp, HalfSignIn, Passkey, ProviderIdentity
from assess.accounts.passwords import verify_password
from assess.accounts.recovery_codes import draw_codes, forget_codes, use_code
from assess.accounts.sessions import begin_session, end_all_sessions, end_session
from assess.accounts.tokens import new_token, token_sha256
from assess.audit.acting import ACCOUNT, Actor, acting
from assess.audit.recording import record
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _

HALF = timedelta(minutes=10)
FREE_FAILURES = 5
LONGEST_REST = timedelta(hours=1)
T = TypeVar("T")


@dataclass(frozen=True)
class Begun:
    """What a browser carries on with: the token of a session, or of a sign-in that still lacks its second step."""

    token: str
    lacks_second_step: bool = False


def has_second_step(session: Session, account: Account) -> bool:
    """Whether a password alone is not enough for this account."""
    has_passkey = session.scalar(select(Passkey.id).where(Passkey.account_id == account.id).limit(1)) is not None
    return has_passkey or session.get(AuthenticatorApp, account.id) is not None


def begin(session: Session, account: Account, *, now: datetime, instead_of: str | None) -> Begun:
    """Begin a session after a right password, or the wait for the second step where the account has one."""
    if not has_second_step(session, account):
        with acting(Actor(ACCOUNT, account.email)):  # who has just proved it
            record(session, "account.signed_in", account.email)
        return Begun(begin_session(session, account, now=now, instead_of=instead_of))
    if instead_of is not None:
        end_session(session, instead_of)
    session.execute(delete(HalfSignIn).where(HalfSignIn.started_at <= now - HALF))
    token = new_token()
    session.add(HalfSignIn(token_sha256=token_sha256(token), account_id=account.id, started_at=now))
    return Begun(token, lacks_second_step=True)


def account_half_way(session: Session, token: str | None, *, now: datetime) -> Account | None:
    """Find who has given the right password with this browser and owes the second step."""
    if token is None:
        return None
    return session.scalar(
        select(Account)
        .join(HalfSignIn, HalfSignIn.account_id == Account.id)
        .where(HalfSignIn.token_sha256 == token_sha256(token), HalfSignIn.started_at > now - HALF, Account.is_active)
    )


def finish_with_code(database: Database, key: SealingKey, token: str | None, text: str, *, now: datetime) -> str:
    """Take the second step and return the token of the session; NotSignedInError when the first is too long ago.

    WrongCodeError and CodesRestError are raised after the failure has been counted.
    """
    with database.writing() as session:
        account = account_half_way(session, token, now=now)
        if account is None or token is None:
            raise NotSignedInError
        refused = _refusal(session, key, account, text, now=now)
        if refused is None:
            session.execute(delete(HalfSignIn).where(HalfSignIn.account_id == account.id))
            with acting(Actor(ACCOUNT, account.email)):  # who has just proved it
                record(session, "account.signed_in", account.email)
            return begin_session(session, account, now=now, instead_of=token)
    raise refused


def turn_app_on(
    database: Database, key: SealingKey, account: Account, secret: str, text: str, *, now: datetime
) -> tuple[str, list[str]]:
    """Store an app whose first code is right; return the token of a new session and the recovery codes.

    Every other session ends: it may have begun with the password alone.
    """
    step = matching_step(secret, text, now=now, after=0)
    if step is None:
        raise WrongCodeError
    with database.writing() as session:
        found = session.get_one(Account, account.id)
        if session.get(AuthenticatorApp, account.id) is not None:
            raise RefusalError(_("An authenticator app is set up already; turn it off before you set up another one."))
        sealed = key.seal(secret, account.id)
        session.add(AuthenticatorApp(account_id=account.id, sealed_secret=sealed, last_step=step, made_at=now))
        end_all_sessions(session, found)
        record(session, "account.app_on", found.email)
        codes = draw_codes(session, found)
        return begin_session(session, found, now=now, instead_of=None), codes


def turn_app_off(
    database: Database, key: SealingKey, account: Account, password: str, text: str, *, now: datetime
) -> str:
    """Remove the app with the password and a code; every other session ends. Return the token of a new one."""

    def remove(session: Session, found: Account) -> str:
        session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.account_id == found.id))
        if not has_second_step(session, found):
            forget_codes(session, found)
        end_all_sessions(session, found)
        record(session, "account.app_off", found.email)
        return begin_session(session, found, now=now, instead_of=None)

    return _with_proof(database, key, account, password, text, now=now, do=remove)


def renew_codes(
    database: Database, key: SealingKey, account: Account, password: str, text: str, *, now: datetime
) -> list[str]:
    """Replace the recovery codes, with the password and a code; return the new ones."""

    def renew(session: Session, found: Account) -> list[str]:
        record(session, "account.codes_renewed", found.email)
        return draw_codes(session, found)

    return _with_proof(database, key, account, password, text, now=now, do=renew)


def forget_second_step(session: Session, account: Account) -> None:
    """Remove everything but the password, the provider too: for somebody whom an administrator lets in again."""
    session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.account_id == account.id))
    session.execute(delete(Passkey).where(Passkey.account_id == account.id))
    session.execute(delete(ProviderIdentity).where(ProviderIdentity.account_id == account.id))
    forget_codes(session, account)


def _with_proof(
    database: Database,
    key: SealingKey,
    account: Account,
    password: str,
    text: str,
    *,
    now: datetime,
    do: Callable[[Session, Account], T],
) -> T:
    """Do something that needs password and code; what is wrong is raised after a wrong code has been counted."""
    if not verify_password(account.password_hash, password):
        raise WrongSignInError
    with database.writing() as session:
        found = session.get_one(Account, account.id)
        if not found.is_active or found.password_hash != account.password_hash:
            raise WrongSignInError
        refused = _refusal(session, key, found, text, now=now)
        if refused is None:
            return do(session, found)
    raise refused


def _refusal(
    session: Session, key: SealingKey, account: Account, text: str, *, now: datetime
) -> WrongCodeError | CodesRestError | None:
    """Use a code up, or count a wrong one and say what to raise once that is stored. A recovery code never rests."""
    if use_code(session, account, text):
        return None
    app = session.get(AuthenticatorApp, account.id)
    if app is None:
        return WrongCodeError()
    if app.resting_until is not None and now < app.resting_until:
        return CodesRestError(app.resting_until - now)
    secret = key.open(app.sealed_secret, account.id)
    step = None if secret is None else matching_step(secret, text, now=now, after=app.last_step)
    if step is None:
        app.failures += 1
        record(session, "account.code_failed", account.email)
        beyond = app.failures - FREE_FAILURES
        app.resting_until = now + min(timedelta(minutes=2 ** min(beyond, 6)), LONGEST_REST) if beyond >= 0 else None
        return WrongCodeError()
    app.last_step, app.failures, app.resting_until = step, 0, None
    return None
