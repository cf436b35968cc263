"""Reading and exporting the audit log: newest first, by text, group of events and dates."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from assess.audit.models import AuditEntry
from assess.audit.words import actor_words, sentence_of
from assess.tables.formula_safe import formula_safe

PAGE = 50
BATCH = 1_000
COLUMNS = ("position", "at_utc", "actor", "event", "subject", "details", "sentence", "previous_sha256", "sha256")


@dataclass(frozen=True)
class Wanted:
    """What to look for; empty is everything. `since` and `until` are instants, `until` itself left out."""

    text: str = ""
    group: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Found:
    """One page of entries, the newest first, and how many there are in all."""

    entries: Sequence[AuditEntry]
    page: int
    pages: int
    total: int


def find_entries(session: Session, wanted: Wanted, *, page: int = 1) -> Found:
    """Find one page; a page behind the last one is the last one."""
    chosen = _chosen(wanted)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    newest = chosen.order_by(AuditEntry.position.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return Found(session.scalars(newest).all(), page, pages, total)


def export_entries(session: Session, wanted: Wanted, stream: TextIO) -> int:
    """Write CSV, oldest first, with the checksums; return how many entries. Cells cannot become formulas."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    number = 0
    for entry in _oldest_first(session, wanted):
        writer.writerow([formula_safe(str(cell)) for cell in _cells(entry)])
        number += 1
    return number


def _oldest_first(session: Session, wanted: Wanted) -> Iterator[AuditEntry]:
    ordered = _chosen(wanted).order_by(AuditEntry.position).execution_options(yield_per=BATCH)
    with session.execute(ordered) as found:
        yield from found.scalars()


def _cells(entry: AuditEntry) -> tuple[object, ...]:
    return (
        entry.position,
        entry.at.isoformat(),
        actor_words(entry.actor),
        entry.event,
        entry.subject,
        entry.details,
        sentence_of(entry),
        entry.previous_sha256.hex(),
        entry.sha256.hex(),
    )


def _chosen(wanted: Wanted) -> Select[AuditEntry]:
    chosen = select(AuditEntry)
    if wanted.text.strip():
        text = wanted.text.strip()
        # Details are stored as JSON, where quotes and backslashes are escaped.
        inside = json.dumps(text, ensure_ascii=False)[1:-1]
        chosen = chosen.where(
            or_(
                AuditEntry.actor.icontains(text, autoescape=True),
                AuditEntry.subject.icontains(text, autoescape=True),
                AuditEntry.details.icontains(inside, autoescape=True),
            )
        )
    if wanted.group:
        chosen = chosen.where(AuditEntry.event.startswith(f"{wanted.group}.", autoescape=True))
    if wanted.since is not None:
        chosen = chosen.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(AuditEntry.at < wanted.until)
    return chosen
