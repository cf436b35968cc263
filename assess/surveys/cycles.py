"""Use cases of a cycle before closing: create, open, extend, abort, look at participation."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet
from assess.surveys.clock import latest, mark
from assess.surveys.composition import composition_at_opening
from assess.surveys.contract import frozen_instrument, roster_minimum, write_contract
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.groups import MemberFacts, Plan, TeamFacts, plan_groups
from assess.surveys.instruments import instrument_source, load_instrument
from assess.surveys.invitations import GroupLinks, add_invitation, forget_invitations, links_by_group
from assess.surveys.models import Cycle, Group, Invitation, Level, State
from assess.surveys.participation import Participation, first_figure_at, participation
from assess.tables.labels import is_quarter
from assess.teams.models import Person, Team

LONGEST_EXTENSION = timedelta(days=14)


BYTES_PER_INVITED = 4 * 8500
"""Disk to have free before opening: four times an envelope, for the box, the shuffle and the log (anonymity.md)."""


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
) -> bytes:
    """Plan a cycle at level `confidential` and return its id. Errors: InputError for anything that cannot be."""
    if not is_quarter(quarter):
        raise InputError(_("“%(value)s” is no quarter; write it like 2026Q3.", value=quarter))
    if closes_at <= opens_at:
        raise InputError(_("The survey would close before it opens; choose a later closing."))
    final = latest_closes_at or closes_at + LONGEST_EXTENSION
    if final < closes_at:
        raise InputError(_("The latest closing lies before the closing; choose a later one."))
    chosen = load_instrument(instrument)
    AnswerSheet.of(chosen.effective(tuple(modules)))
    cycle = Cycle(
        id=token_bytes(16),
        quarter=quarter,
        level=Level.CONFIDENTIAL,
        instrument_code=chosen.code,
        instrument_source=instrument_source(instrument),
        modules=list(modules),
        state=State.CREATED,
        opens_at=opens_at,
        closes_at=closes_at,
        latest_closes_at=final,
    )
    with database.writing() as session:
        taken = select(Cycle.id).where(Cycle.quarter == quarter, Cycle.state != State.ABORTED)
        if session.scalar(taken) is not None:
            raise InputError(
                _("There is already a cycle %(quarter)s; abort it first or use another quarter.", quarter=quarter)
            )
        session.add(cycle)
    return cycle.id


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


def plan_cycle(session: Session, settings: Settings) -> Plan:
    """Decide the groups for the roster as it stands; the same teams stay together as last quarter."""
    teams = session.scalars(select(Team).where(Team.is_current).order_by(Team.id)).all()
    people = session.scalars(select(Person).order_by(Person.id)).all()
    if not people:
        raise RefusalError(_("Nobody is on the roster yet; import one with: assess roster import FILE"))
    _refuse_people_without_team(session)
    last = session.scalar(
        select(Cycle).where(Cycle.state.not_in([State.CREATED, State.ABORTED])).order_by(Cycle.opens_at.desc())
    )
    before = [] if last is None else session.scalars(select(Group.parts).where(Group.cycle_id == last.id)).all()
    return plan_groups(
        [TeamFacts(t.id, t.name, t.parent_id, t.leader_email) for t in teams],
        [MemberFacts(p.id, p.team_id, p.email) for p in people],
        organisation=settings.organisation,
        minimum=roster_minimum(settings),
        before=before,
    )


def open_cycle(database: Database, settings: Settings, quarter: str, *, now: datetime) -> tuple[GroupLinks, ...]:
    """Freeze groups and contract, make the keys, invite everybody; return the links per group, once."""
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        _refuse_unless(cycle, State.CREATED, _("The cycle %(quarter)s has been opened before.", quarter=quarter))
        running = session.scalar(select(Cycle.quarter).where(Cycle.running.is_(True)))
        if running is not None:
            raise RefusalError(
                _("The cycle %(quarter)s is not published yet; only one may run at a time.", quarter=running)
            )
        if now >= cycle.closes_at:
            raise RefusalError(_("The closing time has passed already; create the cycle again with a later one."))
        plan = plan_cycle(session, settings)
        _check_size(plan, settings)
        _check_disk(database, plan)
        keys = CycleKeys(settings.key_dir, cycle.id)
        recipient = keys.create()
        cycle.contract = write_contract(cycle, frozen_instrument(cycle), plan, [recipient], settings)
        cycle.state, cycle.running = State.OPEN, True
        mark(cycle, now)
        _invite(session, cycle, plan, keys.link_key())
        session.flush()
        cycle.composition = composition_at_opening(session, cycle)
        forget_invitations(session, but=cycle)
        return links_by_group(session, cycle, keys.link_key(), settings.base_url)


def links_of(database: Database, settings: Settings, quarter: str) -> tuple[GroupLinks, ...]:
    """Compute the links of an open cycle again, for printing or resending; after closing nobody can."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        return links_by_group(session, cycle, CycleKeys(settings.key_dir, cycle.id).link_key(), settings.base_url)


def extend_cycle(database: Database, settings: Settings, quarter: str, until: datetime, *, now: datetime) -> None:
    """Move the closing once, up to the contract's latest; never earlier, never after it has passed."""
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        _refuse_unless(cycle, State.OPEN, _("Only an open cycle can be extended."))
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
        session.execute(update(Cycle).where(Cycle.id == cycle.id).values(state=State.ABORTED, running=None))
    rewrite(database)


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


def _refuse_unless(cycle: Cycle, state: State, sentence: str) -> None:
    if cycle.state != state:
        raise RefusalError(sentence)


def _check_size(plan: Plan, settings: Settings) -> None:
    invited = sum(len(group.members) for group in plan.groups)
    if invited < roster_minimum(settings):
        raise RefusalError(
            _(
                "Only %(invited)d people are on the roster; with fewer than %(minimum)d nobody would be protected.",
                invited=invited,
                minimum=roster_minimum(settings),
            )
        )


def _refuse_people_without_team(session: Session) -> None:
    lost = session.execute(
        select(Person.name, Team.name).join(Team, Team.id == Person.team_id).where(~Team.is_current).limit(1)
    ).first()
    if lost is not None:
        raise RefusalError(
            _(
                "%(person)s is on the roster in the team %(team)s, which the team tree no longer has; "
                "import a roster that fits the teams.",
                person=lost[0],
                team=lost[1],
            )
        )


def _check_disk(database: Database, plan: Plan) -> None:
    """Refuse to open where the answers might not fit: a full disk in mid-cycle turns members away."""
    if not database.is_sqlite or not database.url.database:
        return
    needed = BYTES_PER_INVITED * sum(len(group.members) for group in plan.groups)
    free = shutil.disk_usage(Path(database.url.database).parent).free
    if free < needed:
        raise RefusalError(
            _(
                "The disk of the database has %(free)d MB free and the cycle may need %(needed)d MB; free some first.",
                free=free // 1_000_000,
                needed=-(-needed // 1_000_000),
            )
        )


def _invite(session: Session, cycle: Cycle, plan: Plan, link_key: bytes) -> None:
    people = {person.id: person for person in session.scalars(select(Person))}
    for group in plan.groups:
        session.add(
            Group(
                cycle_id=cycle.id,
                id=group.id,
                name=group.name,
                parts=list(group.parts),
                invited=len(group.members),
            )
        )
        for member in group.members:
            person = people[member]
            paper = person.email is None
            invitation = Invitation(
                id=token_bytes(16),
                group_id=group.id,
                is_paper=paper,
                name=None if paper else person.name,
                address=person.email,
                mail_language=person.mail_language,
                chat_id="" if paper else person.chat_id,
            )
            add_invitation(session, cycle, link_key, invitation)
