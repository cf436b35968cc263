"""Who signs in to the demo: somebody from HR, two key holders who do not run the server, and two leaders.

Passwords and opening codes are drawn when the demo is built and kept beside it, for trying only: a real opening code is
on paper in the holder's hands and nowhere else.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from assess.accounts.administration import Roles, put_account
from assess.accounts.models import Account
from assess.accounts.passwords import hash_password
from assess.accounts.tokens import new_token
from assess.config import Settings
from assess.demo.people import Member
from assess.extensions import Database
from assess.surveys.envelopes.seal import public_bytes
from assess.surveys.holders import codes
from assess.surveys.holders.by_file import download_sealed, hand_back
from assess.surveys.holders.models import HolderKey
from assess.surveys.holders.sealed_file import open_sealed_file

PASSWORD_CHARACTERS = 16


@dataclass(frozen=True)
class DemoAccount:
    """One account to try; `opening_code` is a key holder's, `leads` names the team of a leader."""

    email: str
    name: str
    password: str
    opening_code: str = ""
    leads: str = ""


def add_accounts(database: Database, now: datetime) -> tuple[DemoAccount, ...]:
    """Add HR and two key holders with their keys."""
    people = (
        _drawn("hr@lumen-home.example", "Helen Ortega", holder=False),
        _drawn("works-council@lumen-home.example", "Ines Falk", holder=True),
        _drawn("accountant@lumen-home.example", "周敏", holder=True),
    )
    with database.writing() as session:
        for person in people:
            holder = person.opening_code != ""
            roles = Roles(is_admin=not holder, is_hr=not holder, is_key_holder=holder)
            account = put_account(session, email=person.email, name=person.name, roles=roles, language="en", now=now)
            account.password_hash = hash_password(person.password)
            if holder:
                private = ec.generate_private_key(ec.SECP256R1())
                wrapped = codes.wrap(person.opening_code, private)
                key = HolderKey(
                    account_id=account.id, public_key=public_bytes(private), wrapped_key=wrapped, made_at=now
                )
                session.add(key)
    return people


def add_leaders(database: Database, leaders: Sequence[tuple[str, Member]], now: datetime) -> tuple[DemoAccount, ...]:
    """Add accounts for (team, leader); what they may read follows from the team tree alone."""
    added = []
    with database.writing() as session:
        for team, member in leaders:
            person = DemoAccount(member.email, member.name, new_token()[:PASSWORD_CHARACTERS], leads=team)
            language = "en" if member.english else "zh"
            account = put_account(
                session, email=person.email, name=person.name, roles=Roles(), language=language, now=now
            )
            account.password_hash = hash_password(person.password)
            added.append(person)
    return tuple(added)


def open_as_holder(database: Database, settings: Settings, quarter: str, holder: DemoAccount) -> None:
    """Open a closed quarter as a key holder does at home."""
    with database.reading() as session:
        account_id = session.scalars(select(Account.id).where(Account.email == holder.email)).one()
    sealed = download_sealed(database, quarter, account_id)
    opened = open_sealed_file(sealed, holder.opening_code)
    hand_back(database, settings, quarter, account_id, json.dumps(opened, ensure_ascii=False).encode())


def as_json(people: Sequence[DemoAccount]) -> list[dict[str, str]]:
    """Write accounts into the demo's marker."""
    return [asdict(person) for person in people]


def of_json(rows: Sequence[dict[str, Any]]) -> tuple[DemoAccount, ...]:
    """Read accounts from the demo's marker."""
    return tuple(DemoAccount(**row) for row in rows)


def _drawn(email: str, name: str, *, holder: bool) -> DemoAccount:
    return DemoAccount(email, name, new_token()[:PASSWORD_CHARACTERS], codes.new_code() if holder else "")
