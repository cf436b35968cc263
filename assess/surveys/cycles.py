"""Use cases of a cycle before closing: create, open, extend, abort, look at participation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.messages.outbox import forget_messages_to_members, rewrite_outbox
from assess.surveys.answers import AnswerSheet
from assess.surveys.clock import latest, mark, state_for_members
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.errors import QuarterTakenError
from assess.surveys.models import Cycle, Group, Level, State
from assess.surveys.own_instruments.finding import chosen_instrument
from assess.surveys.participation import Participation, first_figure_at, participation
from assess.tables.labels import is_quarter

LONGEST_EXTENSION = timedelta(days=14)


@dataclass(frozen=True)
class GroupStatus:
    """One group: how many were asked, and from half-time on whether enough have answered."""

    name: str
    invited: int
    reached: bool | None


@dataclass(frozen=True)
class Status:
    """What HR may see of a running cycle: never a count per group, never a person."""

    quarter: str
    state: State
    closes_at: datetime
    invited: int
    groups: tuple[GroupStatus, ...]
    participation: Participation | None


def create_cycle(
    database: Database,
    *,
    quarter: str,
    instrument: str,
    opens_at: datetime,
    closes_at: datetime,
    modules: Sequence[str] = (),
    latest_closes_at: datetime | None = None,
    level: Level = Level.CONFIDENTIAL,
) -> bytes:
    """Plan a cycle and return its id. Errors: InputError for anything that cannot be."""
    if not is_quarter(quarter):
        raise InputError(_("“%(value)s” is no quarter; write it like 2026Q3.", value=quarter))
    final = latest_closes_at or closes_at + LONGEST_EXTENSION
    refuse_impossible_dates(opens_at, closes_at, final)
    with database.reading() as session:
        chosen = chosen_instrument(session, instrument)
    AnswerSheet.of(chosen.instrument.effective(tuple(modules)))
    cycle = Cycle(
        id=token_bytes(16),
        quarter=quarter,
        level=level,
        instrument_code=chosen.instrument.code,
        instrument_source=chosen.source,
        modules=list(modules),
        state=State.CREATED,
        planned_at=datetime.now(UTC),
        opens_at=opens_at,
        closes_at=closes_at,
        latest_closes_at=final,
    )
    with database.writing() as session:
        taken = select(Cycle.id).where(Cycle.quarter == quarter, Cycle.state != State.ABORTED)
        if session.scalar(taken) is not None:
            raise QuarterTakenError(
                _("There is already a cycle %(quarter)s; abort it first or use another quarter.", quarter=quarter)
            )
        session.add(cycle)
        record(session, "cycle.planned", quarter, opens_at=shown_minute(opens_at), closes_at=shown_minute(closes_at))
    return cycle.id


def refuse_impossible_dates(opens_at: datetime, closes_at: datetime, latest_closes_at: datetime) -> None:
    """Hold the order of the three dates. Errors: InputError."""
    if closes_at <= opens_at:
        raise InputError(_("The survey would close before it opens; choose a later closing."))
    if latest_closes_at < closes_at:
        raise InputError(_("The latest closing lies before the closing; choose a later one."))


def shown_minute(moment: datetime) -> str:
    """Write an instant as the audit log does."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def find_cycle(session: Session, quarter: str) -> Cycle:
    """Find the cycle of a quarter; InputError names the ones there are."""
    cycle = session.scalar(select(Cycle).where(Cycle.quarter == quarter, Cycle.state != State.ABORTED))
    if cycle is None:
        known = session.scalars(select(Cycle.quarter).where(Cycle.state != State.ABORTED).order_by(Cycle.quarter)).all()
        raise InputError(
            _(
                "There is no cycle %(quarter)s. Known: %(known)s.",
                quarter=quarter,
                known=", ".join(known) or "–",
            )
        )
    return cycle


def extend_cycle(database: Database, settings: Settings, quarter: str, until: datetime, *, now: datetime) -> None:
    """Move the closing once, up to the contract's latest; never earlier, never after it has passed."""
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        refuse_unless(cycle, State.OPEN, _("Only an open cycle can be extended."))
        if latest(cycle, now) >= cycle.closes_at:
            raise RefusalError(_("The closing time has passed; a closed survey is never opened again."))
        if latest(cycle, now) >= first_figure_at(cycle):
            raise RefusalError(
                _("Figures of participation are out since half-time, so the closing can no longer be moved.")
            )
        if cycle.extended:
            raise RefusalError(_("The cycle %(quarter)s has been extended once already.", quarter=quarter))
        if not cycle.closes_at < until <= cycle.latest_closes_at:
            raise InputError(
                _(
                    "The new closing must lie after %(closes)s and not after %(latest)s, as the contract says.",
                    closes=format_moment(cycle.closes_at.astimezone(settings.zone)),
                    latest=format_moment(cycle.latest_closes_at.astimezone(settings.zone)),
                )
            )
        cycle.closes_at, cycle.extended = until, True
        mark(cycle, now)
        record(session, "cycle.extended", quarter, closes_at=shown_minute(until))


def abort_cycle(database: Database, settings: Settings, quarter: str) -> None:
    """Destroy everything unopened: keys first, so that nothing that is left can be read. May be run again."""
    with database.writing() as session:
        hold_box(session)
        cycle = _cycle_to_abort(session, quarter)
        if cycle.state not in {State.CREATED, State.OPEN, State.CLOSING, State.SEALED, State.ABORTED}:
            raise RefusalError(_("The cycle %(quarter)s has been opened; nothing is left to abort.", quarter=quarter))
        if cycle.state != State.CREATED:
            keys = CycleKeys(settings.key_dir, cycle.id)
            keys.destroy(LINK)
            keys.destroy(OPENING)
            keys.mark_closed()
        if cycle.state in {State.OPEN, State.CLOSING, State.SEALED}:
            empty(session, Envelope, SealedAnswer)
        forget_messages_to_members(session, cycle.id)
        if cycle.state != State.ABORTED:
            record(session, "cycle.discarded" if cycle.state == State.CREATED else "cycle.aborted", quarter)
        session.execute(update(Cycle).where(Cycle.id == cycle.id).values(state=State.ABORTED, running=None))
    rewrite(database)
    rewrite_outbox(database)


def _cycle_to_abort(session: Session, quarter: str) -> Cycle:
    """Find the cycle, or the one aborted before whose files may still have to be rewritten."""
    aborted = select(Cycle).where(Cycle.quarter == quarter, Cycle.state == State.ABORTED)
    current = select(Cycle).where(Cycle.quarter == quarter, Cycle.state != State.ABORTED)
    return (
        session.scalar(current)
        or session.scalar(aborted.order_by(Cycle.opens_at.desc()).limit(1))
        or find_cycle(session, quarter)
    )


def honour_tombstones(database: Database, settings: Settings) -> tuple[str, ...]:
    """Abort what a restored database believes to be open although it has closed; return the quarters.

    A restore in mid-cycle brings back the state `open`; the tombstone beside the keys says that the cycle has closed.
    """
    with database.reading() as session:
        running = session.scalars(select(Cycle).where(Cycle.state == State.OPEN)).all()
    revenants = tuple(c.quarter for c in running if CycleKeys(settings.key_dir, c.id).is_closed)
    for quarter in revenants:
        abort_cycle(database, settings, quarter)
    return revenants


def cycle_status(database: Database, quarter: str, *, now: datetime) -> Status:
    """Look at a cycle as HR may: who was asked, from half-time on one rounded figure a day, never who answered."""
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        figure = participation(session, cycle, now=now)
        rows = session.scalars(select(Group).where(Group.cycle_id == cycle.id).order_by(Group.name)).all()
        groups = tuple(
            GroupStatus(group.name, group.invited, None if figure is None else figure.reached[group.id])
            for group in rows
        )
        invited = sum(group.invited for group in groups)
        return Status(quarter, State(cycle.state), cycle.closes_at, invited, groups, figure)


def refuse_unless(cycle: Cycle, state: State, sentence: str) -> None:
    """Refuse a step in the wrong state."""
    if cycle.state != state:
        raise RefusalError(sentence)


def refuse_without_links(cycle: Cycle) -> None:
    """Say why a cycle has no links yet, or none any more: they exist from opening to closing."""
    if cycle.state == State.CREATED:
        raise RefusalError(
            _("The cycle %(quarter)s has no links yet; open it first: assess cycle open", quarter=cycle.quarter)
        )
    if cycle.state != State.OPEN:
        raise _closed(cycle)


def refuse_closed(cycle: Cycle, *, now: datetime) -> None:
    """Refuse what makes sense only while members can answer, or will be able to."""
    refuse_without_links(cycle)
    if state_for_members(cycle, now) == "closed":
        raise _closed(cycle)


def _closed(cycle: Cycle) -> RefusalError:
    return RefusalError(_("The survey %(quarter)s has closed; its links lead nowhere any more.", quarter=cycle.quarter))
