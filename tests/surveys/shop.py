"""A small shop for tests of whole cycles: the real migrations, the real services, a clock that is handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from assess.accounts.models import Account
from assess.config import Settings
from assess.extensions import Database
from assess.surveys.answers import PlainAnswers
from assess.surveys.cycles import create_cycle, find_cycle
from assess.surveys.envelopes.box import put_answers
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.envelopes.opening import open_envelopes
from assess.surveys.envelopes.seal import public_bytes
from assess.surveys.holders.models import HolderKey
from assess.surveys.instruments import load_instrument
from assess.surveys.inviting import open_cycle
from assess.surveys.models import Cycle, Level, State
from assess.surveys.publishing import publish_cycle
from assess.teams.models import Person, Team
from tests.databases.stores import current_store, migrated_database

QUARTER = "2026Q4"
OPENS = datetime(2026, 11, 23, 1, tzinfo=UTC)
PREPARED = OPENS - timedelta(days=1)
DURING = OPENS + timedelta(days=2)
CLOSES = datetime(2026, 12, 4, 10, tzinfo=UTC)
ITEMS = tuple(item.code for item in load_instrument("team24").effective(()).items)


@dataclass
class Shop:
    """An installation with one cycle; `codes` by group name."""

    settings: Settings
    database: Database
    codes: Mapping[str, tuple[str, ...]]

    def answer(self, code: str, rating: int = 4, now: datetime = DURING, **comments: str) -> None:
        """Rate every item alike."""
        put_answers(self.database, code, PlainAnswers(dict.fromkeys(ITEMS, rating), comments), now=now)

    def everybody_answers(self, group: str, count: int | None = None) -> None:
        for place, code in enumerate(self.codes[group][:count]):
            self.answer(code, 1 + place % 5, CMT1=f"{group} keeps {place}")

    def close(self) -> State:
        return close_cycle(self.database, self.settings, QUARTER, now=CLOSES)

    def open(self) -> None:
        open_envelopes(self.database, self.settings, QUARTER)

    def publish(self) -> None:
        publish_cycle(self.database, QUARTER, now=CLOSES)

    def finish(self) -> None:
        self.close()
        self.open()
        self.publish()

    def cycle(self) -> Cycle:
        with self.database.reading() as session:
            return find_cycle(session, QUARTER)

    def count(self, table: type) -> int:
        with self.database.reading() as session:
            return len(session.scalars(select(table)).all())

    def stored_bytes(self) -> bytes:
        """Every byte of the database, its journals and the key directory."""
        folders = (self.settings.data_dir, self.settings.key_dir)
        files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
        return b"\0".join([*(path.read_bytes() for path in files), current_store().stored_bytes(self.url)])

    @property
    def url(self) -> str:
        return self.settings.database_url


def installation(folder: Path) -> tuple[Settings, Database]:
    """An empty installation under `folder`."""
    settings = Settings(
        data_dir=folder / "data",
        database_url=migrated_database(folder / "data"),
        key_dir=folder / "keys",
        organisation="Lantern",
        contact="people@lantern.example",
        time_zone="Asia/Shanghai",
        testing=True,
    )
    return settings, Database(settings.database_url)


def hire(database: Database, teams: Iterable[tuple[str, str | None, int]]) -> None:
    """Store teams (name, parent, people) with people named after them; parents first."""
    with database.writing() as session:
        known: dict[str, Team] = {}
        for name, parent, people in teams:
            team = Team(name=name, parent_id=None if parent is None else known[parent].id)
            session.add(team)
            session.flush()
            known[name] = team
            for number in range(people):
                email = f"{name.lower().replace(' ', '-')}{number}@lantern.example"
                session.add(Person(name=f"{name} {number}", email=email, team_id=team.id))


LANTERN = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 7), ("Care", "Lantern", 6))


def appoint(database: Database, name: str, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """Make somebody a key holder with a key in use; return the account's id."""
    made = key or ec.generate_private_key(ec.SECP256R1())
    with database.writing() as session:
        email = f"{name.lower()}@holders.example"
        account = Account(id=token_bytes(16), email=email, name=name, is_key_holder=True, created_at=PREPARED)
        session.add(account)
        session.flush()
        session.add(
            HolderKey(account_id=account.id, public_key=public_bytes(made), wrapped_key=b"wrapped", made_at=PREPARED)
        )
        return account.id


def open_shop(
    folder: Path,
    teams: Iterable[tuple[str, str | None, int]] = LANTERN,
    holders: Mapping[str, ec.EllipticCurvePrivateKey] | None = None,
) -> Shop:
    """Hire, create and open the cycle; with `holders` at level `anonymous`, sealed to them."""
    settings, database = installation(folder)
    hire(database, teams)
    for name, key in (holders or {}).items():
        appoint(database, name, key)
    level = Level.ANONYMOUS if holders else Level.CONFIDENTIAL
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES, level=level)
    links = open_cycle(database, settings, QUARTER, now=PREPARED)
    codes = {group.group: tuple(link.rsplit("/", 1)[1] for link in group.links) for group in links}
    return Shop(settings, database, codes)
