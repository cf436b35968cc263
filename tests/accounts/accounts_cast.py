"""The people of the tests of accounts: Ada administers, Hanna is HR, Kim keeps a key, Lea leads a team."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from assess.accounts import passwords
from assess.accounts.administration import Roles, add_account
from assess.accounts.models import Account
from assess.accounts.signing_in import find_account, welcome
from assess.config import Settings
from assess.extensions import Database
from tests.databases.stores import migrated_database

SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PASSWORD = "seven blue lanterns in the rain"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PEOPLE = {
    "ada": ("ada@shop.example", "Ada Berg", Roles(is_admin=True)),
    "hanna": ("hanna@shop.example", "Hanna Lind", Roles(is_hr=True)),
    "kim": ("kim@council.example", "Kim Sander", Roles(is_key_holder=True)),
    "lea": ("lea@shop.example", "Lea Moreau", Roles()),
}


@dataclass(frozen=True)
class Office:
    """An installation and its people, none of whom has set a password yet."""

    settings: Settings
    database: Database

    def account(self, who: str) -> Account:
        with self.database.reading() as session:
            found = find_account(session, PEOPLE[who][0])
        assert found is not None
        return found

    def invite(self, who: str, *, now: datetime | None = None) -> str:
        """Give one of the people an account; return the token of the invitation."""
        email, name, roles = PEOPLE[who]
        moment = now or datetime.now(UTC)
        return add_account(self.database, email=email, name=name, roles=roles, language="en", now=moment)

    def settle(self, who: str, *, now: datetime | None = None) -> str:
        """Invite and set the password; return the token of the session that begins with it."""
        moment = now or datetime.now(UTC)
        return welcome(self.database, self.invite(who, now=moment), PASSWORD, now=moment, language="en")


def open_office(folder: Path) -> Office:
    """Make an empty installation under `folder`, with the real migrations."""
    settings = Settings(
        data_dir=folder / "data",
        database_url=migrated_database(folder / "data"),
        key_dir=folder / "keys",
        organisation="Lantern",
        secret_key=SECRET,
        testing=True,
    )
    return Office(settings, Database(settings.database_url))


def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute hashes in half a millisecond; only their price changes."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords.decoy_hash.cache_clear()
