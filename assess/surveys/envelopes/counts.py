"""Envelopes of each group as they were counted at closing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.surveys.models import Cycle, Group


def envelopes_at_closing(session: Session, cycle: Cycle) -> dict[str, int]:
    """Return the envelopes by group; a group nobody counted has none."""
    rows = session.execute(select(Group.id, Group.envelopes).where(Group.cycle_id == cycle.id))
    return {group_id: count or 0 for group_id, count in rows}
