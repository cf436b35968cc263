"""Opening a cycle: groups and contract are frozen, keys are made, everybody is invited (anonymity.md, Protocol)."""

import shutil
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.messages.outbox import forget_other_cycles, rewrite_outbox
from assess.messages.sending import mail_settings
from assess.surveys.clock import mark
from assess.surveys.composition import composition_at_opening
from assess.surveys.contract import frozen_instrument, roster_minimum, write_contract
from assess.surveys.cycles import find_cycle, refuse_unless, refuse_without_links
from assess.surveys.envelopes.keys import CycleKeys
from assess.surveys.errors import ChangedSinceSeenError
from assess.surveys.groups import MemberFacts, Plan, TeamFacts, plan_groups
from assess.surveys.holders.ready import holders_for_a_cycle
from assess.surveys.invitations import GroupLinks, add_invitation, forget_invitations, links_by_group
from assess.surveys.mailing import queue_invitations
from assess.surveys.member.sealing_script import current_sealing_script
from assess.surveys.models import Cycle, Group, Invitation, Level, State
from assess.surveys.promising import promised_sum
from assess.teams.models import Person, Team
from assess.teams.waiting import forget_copies, rewrite_copies

BYTES_PER_INVITED = 4 * 8500
"""Disk to have free before opening: four times an envelope, for the box, the shuffle and the log (anonymity.md)."""


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


def open_cycle(
    database: Database, settings: Settings, quarter: str, *, now: datetime, mail: bool = False, seen: str | None = None
) -> tuple[GroupLinks, ...]:
    """Freeze groups and contract, make the keys, invite everybody; return the links per group, once.

    With `mail`, invitations are queued as well; RefusalError where no mail server is set up. `seen` is the sum of what
    somebody has looked at: ChangedSinceSeenError where that is not what would be opened.
    """
    if mail:
        mail_settings(settings)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        refuse_unless(cycle, State.CREATED, _("The cycle %(quarter)s has been opened before.", quarter=quarter))
        running = session.scalar(select(Cycle.quarter).where(Cycle.running.is_(True)))
        if running is not None:
            raise RefusalError(
                _("The cycle %(quarter)s is not published yet; only one may run at a time.", quarter=running)
            )
        if now >= cycle.closes_at:
            raise RefusalError(_("The closing time has passed already; create the cycle again with a later one."))
        plan = plan_cycle(session, settings)
        _refuse_what_nobody_saw(session, settings, cycle, plan, seen)
        _check_size(plan, settings)
        _check_disk(database, plan)
        keys = CycleKeys(settings.key_dir, cycle.id)
        _freeze_contract(session, settings, cycle, plan, keys)
        cycle.state, cycle.running = State.OPEN, True
        mark(cycle, now)
        _invite(session, cycle, plan, keys.link_key())
        session.flush()
        cycle.composition = composition_at_opening(session, cycle)
        forget_invitations(session, but=cycle)
        forget_other_cycles(session, cycle.id)
        invited = sum(len(group.members) for group in plan.groups)
        record(session, "cycle.opened", quarter, invited=invited, contract=cycle.contract_hash)
        if mail:
            queue_invitations(session, settings, cycle, now=now)
        forget_copies(session)
        links = links_by_group(session, cycle, keys.link_key(), settings.base_url)
    rewrite_copies(database)
    rewrite_outbox(database)
    return links


def _refuse_what_nobody_saw(session: Session, settings: Settings, cycle: Cycle, plan: Plan, seen: str | None) -> None:
    if seen is not None and seen != promised_sum(session, settings, cycle, plan):
        raise ChangedSinceSeenError(
            _("Plan, teams, roster or key holders have changed since the preview you saw; nothing was opened.")
        )


def _freeze_contract(session: Session, settings: Settings, cycle: Cycle, plan: Plan, keys: CycleKeys) -> None:
    """Make the keys of the level and write the contract under which everything is sealed."""
    keys.create_link_key()
    instrument = frozen_instrument(cycle)
    if cycle.level == Level.ANONYMOUS:
        holders = [(holder.name, holder.public_key) for holder in holders_for_a_cycle(session)]
        cycle.sealing_script = current_sealing_script()
        cycle.contract = write_contract(cycle, instrument, plan, [key for _name, key in holders], settings, holders)
    else:
        cycle.contract = write_contract(cycle, instrument, plan, [keys.create_opening_key()], settings)


def links_of(database: Database, settings: Settings, quarter: str) -> tuple[GroupLinks, ...]:
    """Compute the links of an open cycle again, for printing or resending; after closing nobody can."""
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        refuse_without_links(cycle)
        record(session, "cycle.links_read", quarter)
        return links_by_group(session, cycle, CycleKeys(settings.key_dir, cycle.id).link_key(), settings.base_url)


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
