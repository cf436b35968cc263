"""Freezing and reading of result documents; what is read is checked against its checksum."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.releases.document import Document, canonical_json
from assess.releases.models import ResultDocument


def freeze(session: Session, *, cycle_id: bytes, quarter: str, kind: str, document: Document, now: datetime) -> str:
    """Store a document for good and return its checksum; a second one of the same kind is refused by the database."""
    body = canonical_json(document)
    checksum = hashlib.sha256(body).hexdigest()
    session.add(
        ResultDocument(cycle_id=cycle_id, quarter=quarter, kind=kind, body=body, sha256=checksum, frozen_at=now)
    )
    return checksum


def publish(session: Session, *, cycle_id: bytes) -> None:
    """Let all documents of a cycle be read from now on."""
    session.execute(update(ResultDocument).where(ResultDocument.cycle_id == cycle_id).values(is_published=True))


def read_frozen(session: Session, *, cycle_id: bytes, kind: str = "result") -> tuple[dict[str, Any], str]:
    """Read one published document with its checksum. RefusalError when it is not there or was tampered with."""
    row = session.scalar(select(ResultDocument).where(ResultDocument.cycle_id == cycle_id, ResultDocument.kind == kind))
    if row is None or not row.is_published:
        raise RefusalError(_("There is no result yet; results exist from publication on."))
    if hashlib.sha256(row.body).hexdigest() != row.sha256:
        raise RefusalError(
            _(
                "The stored result of %(quarter)s does not match its checksum; restore it from a backup.",
                quarter=row.quarter,
            )
        )
    document: dict[str, Any] = json.loads(row.body)
    return document, row.sha256
