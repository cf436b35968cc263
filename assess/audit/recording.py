"""Writing to the audit log, inside the transaction of what is recorded: both happen or neither."""

import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.audit.acting import current_actor
from assess.audit.chain import START, entry_sha256
from assess.audit.models import AuditEntry

LONGEST = 300

Detail = str | int | bool | list[str] | None


def record(session: Session, event: str, subject: str = "", *, at: datetime | None = None, **details: Detail) -> None:
    """Append one entry; `session` is that of `Database.writing`, of which there is one at a time.

    `event` is a code of `assess.audit.words`. `details` are short facts for people: roles, numbers, a reason. Never
    name a member there, nor anything that says whether somebody answered. `at` is the clock's unless a test says so:
    the log tells when something was done, whatever date it was done for.
    """
    last = session.execute(
        select(AuditEntry.position, AuditEntry.sha256).order_by(AuditEntry.position.desc()).limit(1)
    ).first()
    entry = AuditEntry(
        position=1 if last is None else last.position + 1,
        at=(at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0),
        actor=str(current_actor())[:LONGEST],
        event=event,
        subject=subject[:LONGEST],
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
        previous_sha256=START if last is None else last.sha256,
    )
    entry.sha256 = entry_sha256(entry)
    session.add(entry)
    session.flush()
