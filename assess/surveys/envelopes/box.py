"""The box: answering writes one row of one table, until closing as often as the member likes.

No time, no number, no status anywhere else; so a repeated click, a retry or a second visit can neither lose nor double
an answer (anonymity.md, Answering).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from assess.extensions import Database, Driver, Prepared
from assess.localisation import gettext as _
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.links import envelope_key, read_code
from assess.surveys.envelopes.models import Envelope
from assess.surveys.envelopes.seal import seal
from assess.surveys.envelopes.storage import BOX_LOCK
from assess.surveys.errors import (
    CycleClosedError,
    CycleNotYetOpenError,
    NotAnEnvelopeError,
    OtherCycleError,
    UnknownCodeError,
)
from assess.surveys.frozen_cycles import FrozenCycle
from assess.surveys.invitations import Invited, MemberView, find_invitation, invited_by, view_of
from assess.surveys.models import Cycle, Level

# Built once: between them the write lock is held.
_ON_SQLITE, _ON_POSTGRESQL = sqlite.insert(Envelope), postgresql.insert(Envelope)
_UPSERT = {
    "sqlite": Prepared(
        _ON_SQLITE.on_conflict_do_update(index_elements=["key"], set_={"body": _ON_SQLITE.excluded.body})
    ),
    "postgresql": Prepared(
        _ON_POSTGRESQL.on_conflict_do_update(index_elements=["key"], set_={"body": _ON_POSTGRESQL.excluded.body})
    ),
}
_MARK = Prepared(update(Cycle).where(Cycle.id == bindparam("cycle_id")).values(clock_mark=bindparam("moment")))


@dataclass(frozen=True)
class PutResult:
    """What the member's page says after sending: under which cycle, and whether an earlier envelope was replaced."""

    view: MemberView
    replaced: bool


def put_answers(
    database: Database, code: str, answers: PlainAnswers, *, now: datetime, cycle: FrozenCycle | None = None
) -> PutResult:
    """Check and seal plain answers on the server and put the envelope into the box.

    Errors: UnknownCodeError, CycleNotYetOpenError, CycleClosedError, BlankAnswersError, UnusableAnswersError. Only for
    level `confidential`, or where the member agreed that the server seals. Whoever knows the cycle of the code hands it
    in, or what is likely to be it: OtherCycleError, and nothing is stored, when it is not.
    """
    secret = read_code(code)
    if cycle is None:
        view = find_invitation(database, code, now=now)
        cycle = None if view is None else view.cycle
    if secret is None or cycle is None:
        raise _unknown()
    plain = cycle.sheet.encode(cycle.sheet.check(answers))
    return put_envelope(database, secret, seal(plain, cycle.recipients, cycle.context), now=now, sealed_for=cycle)


def put_sealed(database: Database, secret: bytes, body: bytes, *, now: datetime) -> PutResult:
    """Put into the box what a member's browser sealed; NotAnEnvelopeError where the cycle asks for something else."""
    return put_envelope(database, secret, body, now=now, by_member=True)


def put_envelope(
    database: Database,
    secret: bytes,
    body: bytes,
    *,
    now: datetime,
    by_member: bool = False,
    sealed_for: FrozenCycle | None = None,
) -> PutResult:
    """Put one sealed body into the box, under the same lock that closing takes: none is stranded."""
    with database.writing_rows(shared_lock=BOX_LOCK) as driver:
        found = invited_by(driver, secret)
        view = None if found is None else view_of(driver, found, now)
        if found is None or view is None:
            raise _unknown()
        if sealed_for is not None and sealed_for.context != view.cycle.context:
            raise OtherCycleError
        if view.state == "open":
            if by_member and not _is_wanted(view.cycle, body):
                raise NotAnEnvelopeError
            _upsert(driver, envelope_key(secret), found, body)
            return PutResult(view, found.envelope_exists)
        if view.state == "closed":
            _mark_closing_time(driver, found)
    raise _refusal(view)


def _is_wanted(cycle: FrozenCycle, body: bytes) -> bool:
    """Whether an envelope is sealed by a browser at all, and to as many keys as there are; its second byte says so."""
    return cycle.level == Level.ANONYMOUS and body[1] == len(cycle.recipients)


def _upsert(driver: Driver, key: bytes, found: Invited, body: bytes) -> None:
    """Insert or replace in one statement: the database, not this process, settles two clicks at once."""
    driver.run(_UPSERT[driver.name], key=key, cycle_id=found.cycle_id, group_id=found.group_id, body=body)


def _mark_closing_time(driver: Driver, found: Invited) -> None:
    """Remember that the closing time was seen, and not when: that would be a time of answering."""
    if found.clock_mark is None or found.clock_mark < found.closes_at:
        driver.run(_MARK, cycle_id=found.cycle_id, moment=found.closes_at)


def _refusal(view: MemberView) -> CycleClosedError | CycleNotYetOpenError:
    if view.state == "not_yet":
        return CycleNotYetOpenError(_("This survey has not opened yet; the opening time is in your invitation."))
    return CycleClosedError(_("This survey has closed; what you handed in before stays in the box, nothing is added."))


def _unknown() -> UnknownCodeError:
    return UnknownCodeError(_("No survey belongs to this code; compare it with your invitation, sign by sign."))
