"""A small site for the tests of member pages: a real database with one cycle of one group, and its links."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from assess.config import Settings
from assess.extensions import Database
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.contract import frozen_instrument, write_contract
from assess.surveys.envelopes.links import link_secret, write_code
from assess.surveys.envelopes.models import Envelope
from assess.surveys.envelopes.seal import public_bytes, sealing_context, unseal
from assess.surveys.groups import Plan, PlannedGroup, PlannedUnit
from assess.surveys.instruments import instrument_source, load_instrument
from assess.surveys.invitations import add_invitation
from assess.surveys.member.sealing_script import current_sealing_script
from assess.surveys.models import Cycle, Group, Invitation, Level, State
from tests.databases.dumping import dump as dump_database
from tests.databases.stores import migrated_database

LINK_KEY = bytes(range(32))
OPENING_KEY = ec.derive_private_key(20261204, ec.SECP256R1())
HOLDER_KEYS = (OPENING_KEY, ec.derive_private_key(20261205, ec.SECP256R1()))
HOLDERS = ("Noor Haddad", "Zhou Min")
SECRET = "0123456789abcdef" * 4
CLOSED_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MEMBERS = 6


@dataclass(frozen=True)
class MemberSite:
    """A site with its database, the codes of its members and its cycle."""

    settings: Settings
    database: Database
    codes: tuple[str, ...]
    cycle_id: bytes
    contract_hash: str


def build_site(
    folder: Path,
    *,
    modules: tuple[str, ...] = ("LOAD", "REVW"),
    instrument: str = "team24",
    opens_in: timedelta = timedelta(days=-3),
    closes_at: datetime | None = None,
    base_url: str = "http://127.0.0.1:8765",
    members: int = MEMBERS,
    level: Level = Level.CONFIDENTIAL,
) -> MemberSite:
    """Make a site whose only cycle opened `opens_in` from now; `closes_at` lies a century ahead by default.

    At level `anonymous` two key holders can open.
    """
    settings = Settings(
        data_dir=folder,
        database_url=migrated_database(folder),
        key_dir=folder / "keys",
        base_url=base_url,
        organisation="Lantern",
        contact="Hanna Lind, people@lantern.example",
        time_zone="Asia/Shanghai",
        secret_key=SECRET,
        testing=True,
    )
    database = Database(settings.database_url)
    now = datetime.now(UTC)
    closes = closes_at or datetime(2126, 12, 4, 10, tzinfo=UTC)
    cycle = Cycle(
        id=token_bytes(16),
        quarter="2026Q4",
        level=level,
        instrument_code=instrument,
        instrument_source=instrument_source(instrument),
        modules=list(modules),
        state=State.OPEN,
        running=True,
        opens_at=min(now + opens_in, closes - timedelta(days=1)),
        closes_at=closes,
        latest_closes_at=closes,
    )
    plan = Plan(
        units=(PlannedUnit("u1", "Lantern", None),),
        groups=(
            PlannedGroup("g1", "Customer service", "u1", False, ("t1",), ("Customer service",), (*range(members),)),
        ),
    )
    asked = load_instrument(instrument).effective(modules)
    if level == Level.ANONYMOUS:
        cycle.sealing_script = current_sealing_script()
        keys = [public_bytes(key) for key in HOLDER_KEYS]
        cycle.contract = write_contract(cycle, asked, plan, keys, settings, list(zip(HOLDERS, keys, strict=True)))
    else:
        cycle.contract = write_contract(cycle, asked, plan, [public_bytes(OPENING_KEY)], settings)
    invitations = [
        Invitation(id=n.to_bytes(16), group_id="g1", address=f"m{n}@lantern.example") for n in range(members)
    ]
    with database.writing() as session:
        session.add(cycle)
        session.flush()
        session.add(Group(cycle_id=cycle.id, id="g1", name="Customer service", parts=["t1"], invited=members))
        for invitation in invitations:
            add_invitation(session, cycle, LINK_KEY, invitation)
    contract_hash = cycle.contract_hash
    codes = tuple(write_code(link_secret(LINK_KEY, n.to_bytes(16))) for n in range(members))
    return MemberSite(settings, database, codes, cycle.id, contract_hash)


def envelopes(site: MemberSite) -> list[bytes]:
    """Return the bodies in the box."""
    with site.database.reading() as session:
        return list(session.scalars(select(Envelope.body).order_by(Envelope.key)))


def opened_answers(site: MemberSite, key: ec.EllipticCurvePrivateKey = OPENING_KEY) -> list[PlainAnswers]:
    """Open every envelope with a key of the test."""
    with site.database.reading() as session:
        cycle = session.get_one(Cycle, site.cycle_id)
        context = sealing_context(cycle.id, cycle.contract_sha256)
        sheet = AnswerSheet.of(frozen_instrument(cycle))
    return [sheet.decode(unseal(body, key, context)) for body in envelopes(site)]


def dump(site: MemberSite) -> Counter[str]:
    """Write down the whole database, one row a line."""
    return dump_database(site.database)
