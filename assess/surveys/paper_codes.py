"""Codes for people without e-mail: drawn from a box by the members themselves, so nobody knows who has which.

They are computed, never stored, and printing them again gives the same ones (anonymity.md, Link).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.contract import contract_of
from assess.surveys.cycles import find_cycle, refuse_closed
from assess.surveys.envelopes.keys import CycleKeys
from assess.surveys.envelopes.links import link_secret, write_code
from assess.surveys.models import Group, Invitation


@dataclass(frozen=True)
class PaperGroup:
    """One box: the codes of one group, sorted, so that their order says nothing about the roster."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class PaperCodes:
    """What the slips of one cycle say; `groups` are those with at least one person without e-mail."""

    organisation: str
    base_url: str
    closes_at: datetime
    time_zone: str
    groups: tuple[PaperGroup, ...]


def paper_codes(database: Database, settings: Settings, quarter: str, *, now: datetime) -> PaperCodes:
    """Compute the codes of all paper invitations of an open cycle; after closing nobody can.

    The audit log says that it was done.

    Errors: RefusalError before opening, after closing, and where nobody needs paper; KeyMissingError without the key.
    """
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        refuse_closed(cycle, now=now)
        groups = session.scalars(select(Group).where(Group.cycle_id == cycle.id).order_by(Group.name)).all()
        paper = select(Invitation.group_id, Invitation.id).where(Invitation.cycle_id == cycle.id, Invitation.is_paper)
        invitations = session.execute(paper).all()
        if not invitations:
            raise RefusalError(
                _("Everybody invited to %(quarter)s has an e-mail address; there is nothing to print.", quarter=quarter)
            )
        key = CycleKeys(settings.key_dir, cycle.id).link_key()
        codes: dict[str, list[str]] = {}
        for group_id, invitation_id in invitations:
            codes.setdefault(group_id, []).append(write_code(link_secret(key, invitation_id, paper=True)))
        contract = contract_of(cycle)
        record(session, "cycle.codes_read", quarter, codes=len(invitations))
        return PaperCodes(
            organisation=str(contract["organisation"]),
            base_url=settings.base_url,
            closes_at=cycle.closes_at,
            time_zone=str(contract["time_zone"]),
            groups=tuple(
                PaperGroup(group.name, tuple(sorted(codes[group.id]))) for group in groups if group.id in codes
            ),
        )
