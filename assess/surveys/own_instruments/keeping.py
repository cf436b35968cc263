"""Keeping a questionnaire of the organisation's own, replacing it, and taking it away again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.errors import AssessError, InputError
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet
from assess.surveys.contract import whole_instrument
from assess.surveys.instruments import BUILT_IN, Instrument, instrument_text, parse_text
from assess.surveys.models import Cycle, State
from assess.surveys.own_instruments.models import OwnInstrument

MOST_KEPT = 50


@dataclass(frozen=True)
class Kept:
    """What came of a file that was sent."""

    instrument: Instrument
    replaced: str = ""
    """The version that was there before; empty where there was none."""
    plans: tuple[str, ...] = ()
    """Quarters whose plans ask the new version from now on."""


def keep_instrument(session: Session, name: str, content: bytes, *, now: datetime) -> Kept:
    """Keep a questionnaire sent as a file called `name`; one with the same code is replaced, in plans as well.

    Errors: InputError with file, line and reason for what cannot be used; nothing has changed then.
    """
    source = instrument_text(name, content)
    instrument = parse_text(name, source)
    _refuse_unusable(name, instrument)
    before = session.get(OwnInstrument, instrument.code)
    if before is not None and before.source == source:
        return Kept(instrument, instrument.version)
    _refuse_other_words_under_a_used_version(session, name, instrument)
    if before is None:
        _refuse_too_many(session)
        record(session, "instrument.added", instrument.code, version=instrument.version)
        session.add(OwnInstrument(code=instrument.code, source=source, kept_at=now))
        return Kept(instrument)
    replaced = parse_text(name, before.source).version
    plans = _plan_with(session, instrument, source, now)
    record(session, "instrument.replaced", instrument.code, version=instrument.version, before=replaced)
    before.source, before.kept_at = source, now
    return Kept(instrument, replaced, plans)


def remove_instrument(session: Session, code: str) -> bool:
    """Offer a questionnaire no more; surveys and plans that have it keep their copy. False where it had gone."""
    row = session.get(OwnInstrument, code)
    if row is None:
        return False
    record(session, "instrument.removed", code)
    session.delete(row)
    session.flush()
    return True


def _refuse_unusable(name: str, instrument: Instrument) -> None:
    if instrument.code in BUILT_IN:
        raise InputError(
            _(
                "%(file)s has the code %(code)s, which is a built-in questionnaire; give yours another code.",
                file=name,
                code=instrument.code,
            )
        )
    AnswerSheet.of(instrument.effective())


def _refuse_other_words_under_a_used_version(session: Session, name: str, instrument: Instrument) -> None:
    """Hold a version to what was asked under it: reports of two quarters would name two things alike."""
    asked = select(Cycle).where(Cycle.instrument_code == instrument.code, Cycle.contract.is_not(None))
    for cycle in session.scalars(asked.order_by(Cycle.opens_at.desc())):
        whole = whole_instrument(cycle)
        if whole.version == instrument.version and whole.sha256 != instrument.sha256:
            raise InputError(
                _(
                    "%(file)s: Version %(version)s of %(code)s was asked in %(quarter)s in other words; give the "
                    "changed questionnaire a new version.",
                    file=name,
                    version=instrument.version,
                    code=instrument.code,
                    quarter=format_quarter(cycle.quarter),
                )
            )


def _refuse_too_many(session: Session) -> None:
    if (session.scalar(select(func.count()).select_from(OwnInstrument)) or 0) >= MOST_KEPT:
        raise InputError(
            _("There are %(number)d questionnaires of your own already; remove one first.", number=MOST_KEPT)
        )


def _plan_with(session: Session, instrument: Instrument, source: str, now: datetime) -> tuple[str, ...]:
    """Let plans that are not open yet ask the new version. Errors: InputError where a plan could not."""
    planned = select(Cycle).where(Cycle.instrument_code == instrument.code, Cycle.state == State.CREATED)
    quarters = []
    for cycle in session.scalars(planned.order_by(Cycle.quarter)):
        quarter = format_quarter(cycle.quarter)
        try:
            AnswerSheet.of(instrument.effective(tuple(cycle.modules)))
        except AssessError as error:
            raise InputError(
                _(
                    "The plan of %(quarter)s could not ask this version: %(reason)s Change the plan first.",
                    quarter=quarter,
                    reason=str(error),
                )
            ) from error
        cycle.instrument_source, cycle.planned_at = source, now
        quarters.append(cycle.quarter)
    return tuple(quarters)
