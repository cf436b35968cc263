"""Codes for people without e-mail: drawn from a box by the members themselves, so nobody knows who has which.

They are computed, never stored, and printing them again gives the same ones (anonymity.md, Link).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.contract import contract_of
from assess.surveys.cycles import find_cycle, refuse_closed
from assess.surveys.envelopes.keys import CycleKeys
from assess.surveys.envelopes.links import link_secret, write_code
from assess.surveys.models import Cycle, Group, Invitation


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


def slips_by_group(session: Session, cycle: Cycle) -> list[int]:
    """Count the slips of every group that has any, in the order of `paper_codes`."""
    counted = (
        select(func.count(Invitation.id))
        .join(Group, and_(Group.id == Invitation.group_id, Group.cycle_id == Invitation.cycle_id))
        .where(Invitation.cycle_id == cycle.id, Invitation.is_paper)
        .group_by(Group.id, Group.name)
        .order_by(Group.name)
    )
    return list(session.scalars(counted))


def paper_codes(
    database: Database, settings: Settings, quarter: str, *, now: datetime, part: slice = slice(None)
) -> PaperCodes:
    """Compute the codes of the paper invitations of an open cycle; after closing nobody can.

    `part` chooses among the groups that have any. The audit log says that it was done, and for how many.

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
        boxes = [PaperGroup(group.name, tuple(sorted(codes[group.id]))) for group in groups if group.id in codes][part]
        record(session, "cycle.codes_read", quarter, codes=sum(len(box.codes) for box in boxes))
        return PaperCodes(
            organisation=str(contract["organisation"]),
            base_url=settings.base_url,
            closes_at=cycle.closes_at,
            time_zone=str(contract["time_zone"]),
            groups=tuple(boxes),
        )
