"""Inviting key holders and seeing how far each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.administration import Roles, put_account, read_email
from assess.accounts.links import INVITATION, issue_link
from assess.accounts.models import Account
from assess.accounts.signing_in import find_account
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.holders.models import HolderKey
from assess.teams.leaders import teams_led_by


@dataclass(frozen=True)
class HolderState:
    """One key holder: with a key or not, and whether the code has been tried."""

    name: str
    email: str
    is_active: bool
    ready_since: datetime | None
    tested_at: datetime | None


def invite_holder(database: Database, *, email: str, name: str, language: str, now: datetime) -> str:
    """Make the account of a key holder and return the token of the invitation.

    RefusalError for somebody with another role: a key holder sees answers before small groups are hidden.
    """
    address = read_email(email)
    with database.writing() as session:
        _refuse_other_roles(session, address)
        roles = Roles(is_key_holder=True)
        account = put_account(session, email=address, name=name, roles=roles, language=language, now=now)
        return issue_link(session, account, now=now, lasts=INVITATION)


def list_holders(session: Session) -> Sequence[HolderState]:
    """List all key holders by name, former ones too."""
    rows = session.execute(
        select(Account.name, Account.email, Account.is_active, HolderKey.made_at, HolderKey.tested_at)
        .outerjoin(HolderKey, (HolderKey.account_id == Account.id) & HolderKey.retired_at.is_(None))
        .where(Account.is_key_holder)
        .order_by(Account.name, Account.email)
    )
    return [HolderState(*row) for row in rows]


def _refuse_other_roles(session: Session, address: str) -> None:
    account = find_account(session, address)
    if account is not None and account.is_active:
        if account.is_key_holder:
            raise RefusalError(
                _(
                    "%(email)s is a key holder already; for a new link run: assess accounts recover %(email)s",
                    email=address,
                )
            )
        raise RefusalError(
            _(
                "%(email)s has an account with another role, and a key holder can have no other; choose somebody else, "
                "such as an employee representative.",
                email=address,
            )
        )
    led = teams_led_by(session, address)
    if led:
        raise RefusalError(
            _(
                "%(email)s leads %(team)s, and a key holder can lead no team; choose somebody else, "
                "such as an employee representative.",
                email=address,
                team=led[0],
            )
        )
