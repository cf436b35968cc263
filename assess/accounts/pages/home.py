"""What stands on the home page: every room adds what it can offer the person who is signed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy.orm import Session

from assess.accounts.administration import has_hr
from assess.accounts.models import Account
from assess.extensions import Database
from assess.localisation import gettext as _

_EXTENSION = "assess.home"


@dataclass(frozen=True)
class HomeEntry:
    """One thing a person can do, where it is done, and whether it is waiting for them."""

    heading: str
    text: str
    link: tuple[str, str] | None = None
    """Address and words."""
    is_waiting: bool = False
    rank: int = 1
    """0: what is going on; 1: what a role looks after; 2: what is set up once and seldom visited."""


EntriesOf = Callable[[Session, Account], Iterable[HomeEntry]]


def add_home_entries(app: Flask, entries_of: EntriesOf) -> None:
    """Let a room above this one put entries on the home page."""
    app.extensions.setdefault(_EXTENSION, []).append(entries_of)


def home_entries(account: Account) -> list[HomeEntry]:
    """Collect the entries of all rooms; what is waiting comes first, then what is going on."""
    database: Database = current_app.extensions["assess.database"]
    rooms: list[EntriesOf] = current_app.extensions.get(_EXTENSION, [])
    with database.reading() as session:
        entries = [entry for entries_of in rooms for entry in entries_of(session, account)]
    return sorted(entries, key=lambda entry: (not entry.is_waiting, entry.rank))


def entries_of_roles(session: Session, account: Account) -> Iterable[HomeEntry]:
    """Say what administrators do and where; as long as nobody runs surveys, that comes first."""
    if account.is_admin:
        if not has_hr(session):
            yield HomeEntry(
                _("Next: somebody who runs surveys"),
                _(
                    "HR imports the teams, plans a survey and opens it, and no account has this role yet. Invite "
                    "somebody. You run the surveys yourself? Then invite yourself under another address: nobody "
                    "changes their own roles."
                ),
                ("/app/accounts/invite?role=hr", _("Invite somebody for HR")),
                is_waiting=True,
            )
        yield HomeEntry(
            _("Accounts"),
            _("Who may sign in: invite people, let somebody in again, change roles."),
            ("/app/accounts", _("Look after accounts")),
            rank=2,
        )
        yield HomeEntry(
            _("Settings"),
            _("Name, logo, time zone and thresholds; key holders, e-mail and background work, each with a test."),
            ("/app/settings", _("Look at the settings")),
            rank=2,
        )
        yield HomeEntry(
            _("Audit log"),
            _("Who did what on the administrative side, and when; never a word about answering."),
            ("/app/audit", _("Read the audit log")),
            rank=2,
        )


def role_names(account: Account) -> list[str]:
    """Name the roles of an account in the reader's language."""
    names = {_("Administrator"): account.is_admin, _("HR"): account.is_hr, _("Key holder"): account.is_key_holder}
    return [name for name, has in names.items() if has]
