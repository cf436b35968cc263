"""How far the key holders are, for whoever chooses the level of a survey."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assess.app.cycle_pages.common import shown_day
from assess.localisation import gettext as _
from assess.surveys.holders.people import list_holders


@dataclass(frozen=True)
class HolderLine:
    """One key holder and where they stand."""

    name: str
    state: str


def holder_states(session: Session) -> list[HolderLine]:
    """List those who may still open; former ones do not matter here."""
    return [
        HolderLine(
            holder.name,
            _("key not set up")
            if holder.ready_since is None
            else _("key ready since %(day)s", day=shown_day(holder.ready_since)),
        )
        for holder in list_holders(session)
        if holder.is_active
    ]
