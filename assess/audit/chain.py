"""The chain: each entry carries the checksum of itself and of the one before, so that no entry changes unnoticed.

A chain alone does not show that its newest entries were cut off. Whoever noted the checksum of an entry elsewhere, on
paper or in another system, can ask whether it is still there.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.audit.models import AuditEntry

START = bytes(32)
"""What stands before the first entry."""

HEAD_DIGITS = 16
BATCH = 1_000


class Fault(Enum):
    """What can be wrong with a chain."""

    CHANGED = auto()  # an entry is not what its checksum says
    GAP = auto()  # an entry is missing before this one
    CUT_OFF = auto()  # the entry noted elsewhere is no longer there


@dataclass(frozen=True)
class Verified:
    """How many entries hold, the checksum of the last of them, and the first fault with its position."""

    entries: int
    head: str
    fault: Fault | None = None
    position: int | None = None


def entry_sha256(entry: AuditEntry) -> bytes:
    """SHA-256 of the entry as canonical JSON, with the checksum of the one before."""
    fields = [
        entry.position,
        entry.at.isoformat(),
        entry.actor,
        entry.event,
        entry.subject,
        entry.details,
        entry.previous_sha256.hex(),
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def verify(session: Session, *, noted: str = "") -> Verified:
    """Walk through the whole log. `noted` is the beginning of a checksum somebody wrote down earlier, or empty."""
    in_order = select(AuditEntry).order_by(AuditEntry.position).execution_options(yield_per=BATCH)
    with session.execute(in_order) as found:
        return verify_chain(found.scalars(), noted=noted)


def verify_chain(entries: Iterable[AuditEntry], *, noted: str = "") -> Verified:
    """Verify entries in their order; the first fault ends the walk."""
    previous, count = START, 0
    wanted, found = noted.strip().lower(), not noted.strip()
    for entry in entries:
        if entry.position != count + 1 or entry.previous_sha256 != previous:
            return Verified(count, previous.hex(), Fault.GAP, entry.position)
        if entry_sha256(entry) != entry.sha256:
            return Verified(count, previous.hex(), Fault.CHANGED, entry.position)
        previous, count = entry.sha256, count + 1
        found = found or previous.hex().startswith(wanted)
    return Verified(count, previous.hex(), None if found else Fault.CUT_OFF)
