"""Invitations: who may hand in one envelope, found by a one-way hash of the code."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session

from assess.extensions import Database, Driver, Prepared
from assess.surveys.clock import MemberState, state_for_members
from assess.surveys.envelopes.links import envelope_key, link_secret, lookup_of, read_code, write_code
from assess.surveys.envelopes.models import Envelope
from assess.surveys.frozen_cycles import FrozenCycle, frozen_cycle
from assess.surveys.instruments import Instrument
from assess.surveys.models import Cycle, Group, Invitation

# Built once, and one statement for all that can change: it runs at every visit, and each costs more than its rows.
_INVITED = Prepared(
    select(
        Invitation.group_id,
        Cycle.id,
        Cycle.state,
        Cycle.opens_at,
        Cycle.closes_at,
        Cycle.clock_mark,
        exists().where(Envelope.key == bindparam("key")),
    )
    .join(Cycle, Cycle.id == Invitation.cycle_id)
    .where(Invitation.lookup == bindparam("lookup"))
)


@dataclass(frozen=True, slots=True)
class Invited:
    """What the database says about one link at this moment; the times are those of its cycle."""

    group_id: str
    cycle_id: bytes
    state: str
    opens_at: datetime
    closes_at: datetime
    clock_mark: datetime | None
    envelope_exists: bool


@dataclass(frozen=True, slots=True)
class MemberView:
    """All that a member's page may know: the same for every member of a group but for `envelope_exists`."""

    cycle: FrozenCycle
    group_id: str
    state: MemberState
    envelope_exists: bool
    opens_at: datetime
    closes_at: datetime

    @property
    def group_name(self) -> str:
        """Name the group as the contract does."""
        return self.cycle.group_names[self.group_id]

    @property
    def instrument(self) -> Instrument:
        """The effective instrument, as frozen when the cycle was created."""
        return self.cycle.instrument

    @property
    def level(self) -> str:
        """Who can open the envelopes."""
        return self.cycle.level

    @property
    def time_zone(self) -> str:
        """The time zone of the moments on the page."""
        return str(self.cycle.content["time_zone"])

    @property
    def contract_hash(self) -> str:
        """The printed hash."""
        return self.cycle.contract_hash

    @property
    def organisation(self) -> str:
        """Who asks."""
        return str(self.cycle.content["organisation"])

    @property
    def contact(self) -> str:
        """Whom a member may ask."""
        return str(self.cycle.content["contact"])


def find_invitation(database: Database, code: str, *, now: datetime) -> MemberView | None:
    """Look at the invitation behind a typed or followed code; None when there is none. Changes nothing."""
    secret = read_code(code)
    if secret is None:
        return None
    with database.looking() as driver:
        found = invited_by(driver, secret)
        return None if found is None else view_of(driver, found, now)


def view_of(driver: Driver, found: Invited, now: datetime) -> MemberView | None:
    """Complete what changes by what does not; None for a link of a cycle without contract."""
    cycle = frozen_cycle(driver, found.cycle_id)
    if cycle is None:
        return None
    state = state_for_members(found, now)
    return MemberView(cycle, found.group_id, state, found.envelope_exists, found.opens_at, found.closes_at)


def invited_by(driver: Driver, secret: bytes) -> Invited | None:
    """Find what belongs to a link's secret."""
    row = driver.first(_INVITED, lookup=lookup_of(secret), key=envelope_key(secret))
    return None if row is None else Invited(*row)


def find_contract(session: Session, printed_hash: str) -> bytes | None:
    """Return the public contract behind a printed hash (at least its first 20 digits), None when there is none."""
    wanted = printed_hash.strip().lower()
    if len(wanted) < 20:
        return None
    for cycle in session.scalars(select(Cycle).where(Cycle.contract.is_not(None))):
        if cycle.contract_sha256.hex().startswith(wanted):
            return cycle.contract
    return None


def add_invitation(session: Session, cycle: Cycle, link_key: bytes, invitation: Invitation) -> None:
    """Complete an invitation by its lookup and add it; its secret is forgotten at once."""
    secret = link_secret(link_key, invitation.id, paper=invitation.is_paper)
    invitation.cycle_id, invitation.lookup = cycle.id, lookup_of(secret)
    session.add(invitation)


@dataclass(frozen=True)
class GroupLinks:
    """The links of one group, in an order that says nothing about people."""

    group: str
    links: tuple[str, ...]


def links_by_group(session: Session, cycle: Cycle, link_key: bytes, base_url: str) -> tuple[GroupLinks, ...]:
    """Render all links of a cycle, without names, sorted by code within each group."""
    names = session.execute(select(Group.id, Group.name).where(Group.cycle_id == cycle.id).order_by(Group.name)).all()
    links: dict[str, list[str]] = {}
    for invitation in session.scalars(select(Invitation).where(Invitation.cycle_id == cycle.id)):
        code = write_code(link_secret(link_key, invitation.id, paper=invitation.is_paper))
        links.setdefault(invitation.group_id, []).append(f"{base_url}/s/{code}")
    return tuple(GroupLinks(name, tuple(sorted(links.get(group_id, ())))) for group_id, name in names)


def forget_invitations(session: Session, *, but: Cycle) -> None:
    """Delete the invitations of all other cycles: their lookups live until the next opening."""
    session.execute(delete(Invitation).where(Invitation.cycle_id != but.id))
