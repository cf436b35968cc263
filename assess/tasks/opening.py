"""The schedule opens a planned survey by itself, where its roster was confirmed lately and mail can carry the links."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from assess.config import Settings
from assess.jobs.models import Queue
from assess.jobs.wanting import Wanted
from assess.surveys.by_itself import due_to_open
from assess.surveys.inviting import open_cycle
from assess.tasks.running import Work

OPEN = "open"


def overdue_openings(session: Session, settings: Settings, *, now: datetime) -> list[Wanted]:
    """List what is to be opened; one key an hour, so that a refusal, such as a full disk, is not for ever."""
    return [
        Wanted(OPEN, f"{cycle.id.hex()} {now:%Y-%m-%dT%H}", {"quarter": cycle.quarter}, Queue.KEEPER)
        for cycle in due_to_open(session, settings, now=now)
    ]


def open_by_itself(work: Work) -> Mapping[str, Any]:
    """Open it and queue the invitations; what somebody has opened, changed or thrown away meanwhile is left alone."""
    quarter, now = str(work.claim.arguments["quarter"]), datetime.now(UTC)
    with work.database.reading() as session:
        due = {cycle.quarter for cycle in due_to_open(session, work.settings, now=now)}
    if quarter not in due:
        return {"opened": False}
    open_cycle(work.database, work.settings, quarter, now=now, mail=True)
    return {"opened": True}
