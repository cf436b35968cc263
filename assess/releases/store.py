"""Freezing and reading of result documents; what is read is checked against its checksum."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.localisation import format_day, format_quarter
from assess.localisation import gettext as _
from assess.releases.admission import admission_faults
from assess.releases.document import Document, canonical_json
from assess.releases.models import ResultDocument, Withdrawal
from assess.releases.once import refuse_second_release
from assess.releases.rules import refuse_faults
from assess.releases.structure import Result

RESULT = "result"


class WithdrawnError(RefusalError):
    """A result was published and withdrawn since."""


def freeze(session: Session, *, cycle_id: bytes, quarter: str, kind: str, document: Document, now: datetime) -> str:
    """Store a document for good and return its checksum; the comments and statistics of a cycle before its result.

    Errors: ForbiddenFigureError for a result that would show what the rules do not allow, AlreadyReleasedError and
    DerivedNodeError for one of a quarter that was released; the database refuses a second document of a kind as well.
    """
    if kind == RESULT:
        _admit(session, cycle_id, quarter, document)
    body = canonical_json(document)
    checksum = hashlib.sha256(body).hexdigest()
    session.add(
        ResultDocument(cycle_id=cycle_id, quarter=quarter, kind=kind, body=body, sha256=checksum, frozen_at=now)
    )
    session.flush()
    return checksum


def _admit(session: Session, cycle_id: bytes, quarter: str, document: Document) -> None:
    """Refuse a result before anything of it is stored."""
    released = session.scalar(
        select(ResultDocument).where(ResultDocument.kind == RESULT, ResultDocument.quarter == quarter)
    )
    if released is not None:
        refuse_second_release(Result(_content(released)), Result(document), quarter=quarter)
    beside = session.scalars(select(ResultDocument).where(ResultDocument.cycle_id == cycle_id))
    refuse_faults(admission_faults(document, {row.kind: (row.sha256, _content(row)) for row in beside}))


def publish(session: Session, *, cycle_id: bytes) -> str | None:
    """Let all documents of a cycle be read from now on; return the checksum of its result."""
    session.execute(update(ResultDocument).where(ResultDocument.cycle_id == cycle_id).values(is_published=True))
    result = (ResultDocument.cycle_id == cycle_id, ResultDocument.kind == RESULT)
    return session.scalar(select(ResultDocument.sha256).where(*result))


def read_frozen(session: Session, *, cycle_id: bytes, kind: str = RESULT) -> tuple[dict[str, Any], str]:
    """Read one published document with its checksum. RefusalError when it is not there, withdrawn or tampered with."""
    gone = session.get(Withdrawal, cycle_id)
    if gone is not None:
        raise WithdrawnError(
            _(
                "The results of %(quarter)s were withdrawn on %(day)s: %(because)s",
                quarter=format_quarter(gone.quarter),
                day=format_day(gone.withdrawn_at),
                because=gone.because,
            )
        )
    row = session.scalar(select(ResultDocument).where(ResultDocument.cycle_id == cycle_id, ResultDocument.kind == kind))
    if row is None or not row.is_published:
        raise RefusalError(_("There is no result yet; results exist from publication on."))
    return _content(row), row.sha256


def _content(row: ResultDocument) -> dict[str, Any]:
    """Read a row back, provided that nobody has changed it."""
    if hashlib.sha256(row.body).hexdigest() != row.sha256:
        raise RefusalError(
            _(
                "The stored result of %(quarter)s does not match its checksum; restore it from a backup.",
                quarter=row.quarter,
            )
        )
    content: dict[str, Any] = json.loads(row.body)
    return content


def has_published(session: Session, *, cycle_id: bytes, kind: str) -> bool:
    """Say whether a published document of a kind is still there; comments and statistics are deleted one day."""
    kept = select(ResultDocument.id).where(
        ResultDocument.cycle_id == cycle_id, ResultDocument.kind == kind, ResultDocument.is_published
    )
    return session.get(Withdrawal, cycle_id) is None and session.scalar(kept) is not None
