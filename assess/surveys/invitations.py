"""Invitations: who may hand in one envelope, found by a one-way hash of the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from assess.surveys.clock import MemberState, state_for_members
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.envelopes.links import envelope_key, link_secret, lookup_of, read_code, write_code
from assess.surveys.envelopes.models import Envelope
from assess.surveys.instruments import Instrument
from assess.surveys.models import Cycle, Group, Invitation

# Built once: they run at every visit, and building one costs more than running it.
_INVITED = (
    select(Invitation, Cycle)
    .join(Cycle, Cycle.id == Invitation.cycle_id)
    .where(Invitation.lookup == bindparam("lookup"))
)
_GROUP_NAME = select(Group.name).where(Group.cycle_id == bindparam("cycle_id"), Group.id == bindparam("group_id"))
_ENVELOPE = select(Envelope.key).where(Envelope.key == bindparam("key"))


@dataclass(frozen=True)
class MemberView:
    """All that a member's page may know: the same for every member of a group but for `envelope_exists`."""

    cycle_id: bytes
    quarter: str
    group_id: str
    group_name: str
    state: MemberState
    envelope_exists: bool
    instrument_code: str
    modules: tuple[str, ...]
    instrument: Instrument
    """The effective instrument, as frozen when the cycle was created."""
    level: str
    closes_at: datetime
    opens_at: datetime
    time_zone: str
    contract_hash: str
    organisation: str
    contact: str
    recipients: int
    """To how many keys an envelope of this cycle is sealed."""


def find_invitation(session: Session, code: str, *, now: datetime) -> MemberView | None:
    """Look at the invitation behind a typed or followed code; None when there is none. Changes nothing."""
    secret = read_code(code)
    found = None if secret is None else invited_by(session, secret)
    if secret is None or found is None:
        return None
    invitation, cycle = found
    contract = contract_of(cycle)
    key = envelope_key(secret)
    return MemberView(
        cycle_id=cycle.id,
        quarter=cycle.quarter,
        group_id=invitation.group_id,
        group_name=session.execute(_GROUP_NAME, {"cycle_id": cycle.id, "group_id": invitation.group_id}).scalar_one(),
        state=state_for_members(cycle, now),
        envelope_exists=session.execute(_ENVELOPE, {"key": key}).first() is not None,
        instrument_code=cycle.instrument_code,
        modules=tuple(cycle.modules),
        instrument=frozen_instrument(cycle),
        level=cycle.level,
        closes_at=cycle.closes_at,
        opens_at=cycle.opens_at,
        time_zone=str(contract["time_zone"]),
        contract_hash=cycle.contract_hash,
        organisation=str(contract["organisation"]),
        contact=str(contract["contact"]),
        recipients=len(contract["recipients"]),
    )


def find_contract(session: Session, printed_hash: str) -> bytes | None:
    """Return the public contract behind a printed hash (at least its first 20 digits), None when there is none."""
    wanted = printed_hash.strip().lower()
    if len(wanted) < 20:
        return None
    for cycle in session.scalars(select(Cycle).where(Cycle.contract.is_not(None))):
        if cycle.contract_sha256.hex().startswith(wanted):
            return cycle.contract
    return None


def invited_by(session: Session, secret: bytes) -> tuple[Invitation, Cycle] | None:
    """Find invitation and cycle of a link's secret."""
    row = session.execute(_INVITED, {"lookup": lookup_of(secret)}).one_or_none()
    return None if row is None else (row[0], row[1])


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
    invitations = session.scalars(select(Invitation).where(Invitation.cycle_id == cycle.id)).all()
    return tuple(
        GroupLinks(name, tuple(sorted(f"{base_url}/s/{c}" for c in _codes(invitations, group_id, link_key))))
        for group_id, name in names
    )


def _codes(invitations: Sequence[Invitation], group_id: str, link_key: bytes) -> list[str]:
    return [
        write_code(link_secret(link_key, invitation.id, paper=invitation.is_paper))
        for invitation in invitations
        if invitation.group_id == group_id
    ]


def forget_invitations(session: Session, *, but: Cycle) -> None:
    """Delete the invitations of all other cycles: their lookups live until the next opening."""
    session.execute(delete(Invitation).where(Invitation.cycle_id != but.id))
