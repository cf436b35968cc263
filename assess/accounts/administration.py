"""Who may sign in: adding, recovering and deactivating accounts.

Whoever gets an account sets the password through a one-time link; an administrator never knows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.links import INVITATION, RECOVERY, issue_link, withdraw_links
from assess.accounts.models import Account
from assess.accounts.second_step import forget_second_step
from assess.accounts.sessions import end_all_sessions
from assess.accounts.signing_in import find_account
from assess.audit.recording import record
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.tables.labels import clean_name, is_email

NAME_LENGTH = 120


@dataclass(frozen=True)
class Roles:
    """What an account may do; none of them is a leader, whom the teams name, or nobody in particular yet."""

    is_admin: bool = False
    is_hr: bool = False
    is_key_holder: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """List the roles there are, by their codes."""
        flags = {"admin": self.is_admin, "hr": self.is_hr, "key_holder": self.is_key_holder}
        return tuple(name for name, has in flags.items() if has)


def has_hr(session: Session) -> bool:
    """Whether there is an active account that may run surveys."""
    return session.scalar(select(Account.id).where(Account.is_hr, Account.is_active).limit(1)) is not None


def add_account(database: Database, *, email: str, name: str, roles: Roles, language: str, now: datetime) -> str:
    """Make an account and return the token of its invitation."""
    with database.writing() as session:
        account = put_account(session, email=email, name=name, roles=roles, language=language, now=now)
        return issue_link(session, account, now=now, lasts=INVITATION)


def put_account(session: Session, *, email: str, name: str, roles: Roles, language: str, now: datetime) -> Account:
    """Store an account, or give a deactivated one back to its owner, with these roles and without its old password.

    RefusalError for an address that has an active account and for a former key holder in another role.
    """
    address, display_name = read_email(email), _read_name(name)
    account = find_account(session, address)
    if account is None:
        account = Account(email=address, created_at=now)
        session.add(account)
    elif account.is_active:
        raise RefusalError(_("%(email)s has an account already.", email=address))
    elif account.is_key_holder and not roles.is_key_holder:
        raise RefusalError(
            _("%(email)s was a key holder and can have no other role; use another address.", email=address)
        )
    account.name, account.language, account.password_hash, account.is_active = display_name, language, None, True
    account.is_admin, account.is_hr, account.is_key_holder = roles.is_admin, roles.is_hr, roles.is_key_holder
    session.flush()
    forget_second_step(session, account)
    record(session, "account.added", address, roles=list(roles.names))
    return account


def recover_account(database: Database, email: str, *, now: datetime) -> tuple[str, timedelta]:
    """Return the token of a one-time link for somebody who cannot sign in, and how long it lasts.

    Open sessions end at once. The old password, and the second step with it, holds until the link is used; who has
    never set a password gets an invitation again.
    """
    with database.writing() as session:
        account = _active_account(session, email)
        lasts = RECOVERY if account.password_hash is not None else INVITATION
        end_all_sessions(session, account)
        record(session, "account.link_issued", account.email)
        return issue_link(session, account, now=now, lasts=lasts), lasts


def deactivate_account(database: Database, email: str) -> None:
    """Let somebody sign in no longer, from this moment on; RefusalError for the last active administrator."""
    with database.writing() as session:
        account = _active_account(session, email)
        if account.is_admin and not _other_admins(session, account):
            raise RefusalError(_("%(email)s is the last administrator; add another one first.", email=account.email))
        account.is_active = False
        end_all_sessions(session, account)
        withdraw_links(session, account)
        record(session, "account.deactivated", account.email)


def change_roles(database: Database, email: str, *, is_admin: bool, is_hr: bool) -> None:
    """Give an account other roles; its sessions end, so that nothing that is open outlives a right.

    RefusalError for key holders, who can have no other role, and for the last administrator.
    """
    with database.writing() as session:
        account = _active_account(session, email)
        if account.is_key_holder:
            raise RefusalError(_("%(email)s is a key holder and can have no other role.", email=account.email))
        if account.is_admin and not is_admin and not _other_admins(session, account):
            raise RefusalError(_("%(email)s is the last administrator; add another one first.", email=account.email))
        if (account.is_admin, account.is_hr) == (is_admin, is_hr):
            return
        account.is_admin, account.is_hr = is_admin, is_hr
        end_all_sessions(session, account)
        record(session, "account.roles_changed", account.email, roles=list(Roles(is_admin=is_admin, is_hr=is_hr).names))


def list_accounts(session: Session) -> Sequence[Account]:
    """List all accounts by address."""
    return session.scalars(select(Account).order_by(Account.email)).all()


def first_admin(session: Session) -> Account | None:
    """Find the administrator who came first among the active ones."""
    return session.scalar(
        select(Account).where(Account.is_admin, Account.is_active).order_by(Account.created_at).limit(1)
    )


def read_email(text: str) -> str:
    """Return an address in lower case; InputError for what is none."""
    address = text.strip().lower()
    if not is_email(address):
        raise InputError(_("“%(value)s” is no e-mail address; write it like anna@example.com.", value=text))
    return address


def _read_name(text: str) -> str:
    name = clean_name(text)
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise InputError(_("A name has 1 to %(number)d characters on one line; correct --name.", number=NAME_LENGTH))
    return name


def _active_account(session: Session, email: str) -> Account:
    account = find_account(session, read_email(email))
    if account is None:
        raise InputError(
            _("No account has the address %(email)s; list all with: assess accounts list", email=email.strip())
        )
    if not account.is_active:
        raise RefusalError(
            _("The account of %(email)s is deactivated; add it again to give it back.", email=account.email)
        )
    return account


def _other_admins(session: Session, account: Account) -> bool:
    """Whether somebody else can administer; the rows are locked, so that two cannot deactivate each other at once."""
    admins = session.scalars(select(Account).where(Account.is_admin, Account.is_active).with_for_update()).all()
    return any(admin.id != account.id for admin in admins)
