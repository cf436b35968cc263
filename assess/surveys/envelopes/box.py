"""The box: answering writes one row of one table, until closing as often as the member likes.

No time, no number, no status anywhere else; so a repeated click, a retry or a second visit can neither lose nor double
an answer (anonymity.md, Answering).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.clock import state_for_members
from assess.surveys.contract import frozen_instrument, recipients_of
from assess.surveys.envelopes.links import envelope_key, read_code
from assess.surveys.envelopes.models import Envelope
from assess.surveys.envelopes.seal import seal, sealing_context
from assess.surveys.envelopes.storage import share_box
from assess.surveys.errors import CycleClosedError, CycleNotYetOpenError, UnknownCodeError
from assess.surveys.invitations import invited_by
from assess.surveys.models import Cycle

# Built once: between them the write lock is held.
_ENVELOPE = select(Envelope.key).where(Envelope.key == bindparam("key"))
_ON_SQLITE, _ON_POSTGRESQL = sqlite.insert(Envelope), postgresql.insert(Envelope)
_UPSERT: dict[str, Insert] = {
    "sqlite": _ON_SQLITE.on_conflict_do_update(index_elements=["key"], set_={"body": _ON_SQLITE.excluded.body}),
    "postgresql": _ON_POSTGRESQL.on_conflict_do_update(
        index_elements=["key"], set_={"body": _ON_POSTGRESQL.excluded.body}
    ),
}


@dataclass(frozen=True)
class PutResult:
    """What the member's page says after sending: whether an earlier envelope was replaced."""

    replaced: bool


def put_answers(database: Database, code: str, answers: PlainAnswers, *, now: datetime) -> PutResult:
    """Check and seal plain answers on the server and put the envelope into the box.

    Errors: UnknownCodeError, CycleNotYetOpenError, CycleClosedError, BlankAnswersError, UnusableAnswersError. Only for
    level `confidential`, or where the member agreed that the server seals.
    """
    secret = read_code(code)
    with database.reading() as session:
        found = None if secret is None else invited_by(session, secret)
    if secret is None or found is None:
        raise UnknownCodeError(_("No survey belongs to this code; compare it with your invitation, sign by sign."))
    _invitation, cycle = found
    if cycle.contract is None:
        raise UnknownCodeError(_("No survey belongs to this code; compare it with your invitation, sign by sign."))
    sheet = AnswerSheet.of(frozen_instrument(cycle))
    plain = sheet.encode(sheet.check(answers))
    body = seal(plain, recipients_of(cycle.contract), sealing_context(cycle.id, cycle.contract_sha256))
    return put_envelope(database, secret, body, now=now)


def put_envelope(database: Database, secret: bytes, body: bytes, *, now: datetime) -> PutResult:
    """Put one sealed body into the box, under the same lock that closing takes: none is stranded."""
    with database.writing() as session:
        share_box(session)
        found = invited_by(session, secret)
        if found is None:
            raise UnknownCodeError(_("No survey belongs to this code; compare it with your invitation, sign by sign."))
        invitation, cycle = found
        refusal = _refusal(cycle, now)
        if refusal is None:
            key = envelope_key(secret)
            replaced = session.execute(_ENVELOPE, {"key": key}).first() is not None
            _upsert(session, key=key, cycle_id=cycle.id, group_id=invitation.group_id, body=body)
            return PutResult(replaced)
        if isinstance(refusal, CycleClosedError):
            cycle.clock_mark = max(cycle.clock_mark or cycle.closes_at, cycle.closes_at)
    raise refusal


def _refusal(cycle: Cycle, now: datetime) -> CycleClosedError | CycleNotYetOpenError | None:
    state = state_for_members(cycle, now)
    if state == "open":
        return None
    if state == "not_yet":
        return CycleNotYetOpenError(_("This survey has not opened yet; the opening time is in your invitation."))
    return CycleClosedError(_("This survey has closed; what you handed in before stays in the box, nothing is added."))


def _upsert(session: Session, *, key: bytes, cycle_id: bytes, group_id: str, body: bytes) -> None:
    """Insert or replace in one statement: the database, not this process, settles two clicks at once."""
    values = {"key": key, "cycle_id": cycle_id, "group_id": group_id, "body": body}
    session.connection().execute(_UPSERT[session.get_bind().dialect.name], values)
