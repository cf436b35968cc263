"""The word of HR that teams and roster are right, which holds for what they are at that moment and nothing else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.teams.models import Person, RosterConfirmation
from assess.teams.state import ROSTER, TEAMS, state_sha256


@dataclass(frozen=True)
class Confirmed:
    """Who said so, and when."""

    by: str
    at: datetime


def roster_state(session: Session) -> bytes:
    """Sum up what is confirmed: the team tree and the roster."""
    return state_sha256(session, TEAMS, ROSTER)


def confirm_roster(database: Database, *, by: str, now: datetime, seen: bytes | None = None) -> int:
    """Confirm what there is, and return how many people; `seen` is the state somebody looked at.

    RefusalError for an empty roster, and for one that has changed since it was looked at.
    """
    with database.writing() as session:
        people = session.scalar(select(func.count()).select_from(Person)) or 0
        if not people:
            raise RefusalError(_("Nobody is on the roster yet; import one with: assess roster import FILE"))
        state = roster_state(session)
        if seen is not None and seen != state:
            raise RefusalError(_("Teams or roster have changed since you looked at them; nothing was confirmed."))
        session.merge(RosterConfirmation(id=1, sha256=state, confirmed_at=now, confirmed_by=by))
        record(session, "roster.confirmed", people=people)
    return people


def confirmation(session: Session) -> Confirmed | None:
    """Find the confirmation of what there is now; None where something has changed since, or nobody has confirmed."""
    found = session.get(RosterConfirmation, 1)
    if found is None or found.sha256 != roster_state(session):
        return None
    return Confirmed(found.confirmed_by, found.confirmed_at)
