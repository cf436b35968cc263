"""Mail about a survey: who gets which message, and writing it at the moment of sending.

Members are taken from the invitations, which answering does not touch; the personal link is computed when the message
is written and stored nowhere. What the outbox may know is said in `assess/messages/__init__.py`.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import current_language, use_language
from assess.localisation import gettext as _
from assess.messages import wording
from assess.messages.letter import Letter
from assess.messages.models import MOST_REMINDERS, Kind, MailRound, OutboxMessage
from assess.messages.outbox import Addressee, queue_round, reminders_queued
from assess.messages.sending import mail_settings
from assess.releases.models import Withdrawal
from assess.surveys.clock import state_for_members
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.cycles import find_cycle, refuse_closed
from assess.surveys.envelopes.keys import CycleKeys
from assess.surveys.envelopes.links import link_secret, write_code
from assess.surveys.errors import DoneBeforeError
from assess.surveys.expiry import destroy_at
from assess.surveys.holders.models import HolderKey
from assess.surveys.models import Cycle, Invitation, Level, State
from assess.tables.labels import natural_order, some
from assess.teams.models import Person, Team


@dataclass(frozen=True)
class Rounds:
    """How many messages the rounds about a cycle had, by kind and number."""

    recipients: Mapping[tuple[Kind, int], int]


def queue_invitations(session: Session, settings: Settings, cycle: Cycle, *, now: datetime) -> int:
    """Queue the invitations in the transaction that opens the cycle; they leave when it opens for members."""
    people = members_of(session, cycle)
    queue_round(
        session,
        Kind.INVITATION,
        cycle.id,
        people,
        domain=mail_settings(settings).domain,
        due_at=max(now, cycle.opens_at),
    )
    record(session, "mail.invitations", cycle.quarter, recipients=len(people))
    return len(people)


def queue_reminder(
    database: Database, settings: Settings, quarter: str, *, now: datetime, meant: int | None = None
) -> tuple[int, int]:
    """Queue a reminder to everybody with an address; return which one it is and how many get it.

    RefusalError for a third, and where members cannot answer; DoneBeforeError where the one that is `meant` has been
    queued already.
    """
    domain = mail_settings(settings).domain
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        refuse_closed(cycle, now=now)
        if state_for_members(cycle, now) != "open":
            raise RefusalError(
                _("The survey %(quarter)s has not begun; there is nobody to remind yet.", quarter=quarter)
            )
        number = reminders_queued(session, cycle.id) + 1
        if meant is not None and meant != number:
            raise DoneBeforeError(
                _("Reminder %(number)d of %(quarter)s is on its way already.", number=number - 1, quarter=quarter)
            )
        if number > MOST_REMINDERS:
            raise RefusalError(
                _(
                    "%(quarter)s has had two reminders; a third would only be pressure, so there is none.",
                    quarter=quarter,
                )
            )
        people = members_of(session, cycle)
        queue_round(session, Kind.REMINDER, cycle.id, people, domain=domain, due_at=now, number=number)
        record(session, "mail.reminder", quarter, number=number, recipients=len(people))
    return number, len(people)


def queue_for_key_holders(session: Session, settings: Settings, cycle: Cycle) -> None:
    """Tell the holders of a sealed cycle's keys; nothing without mail or where the server opens by itself."""
    if settings.mail is None or cycle.level != Level.ANONYMOUS or cycle.state != State.SEALED:
        return
    keys = [base64.b64decode(holder["public_key"]) for holder in contract_of(cycle)["key_holders"]]
    holders = session.execute(
        select(Account.email, Account.language)
        .join(HolderKey, HolderKey.account_id == Account.id)
        .where(Account.is_active, HolderKey.public_key.in_(keys))
        .order_by(Account.email)
    )
    people = [Addressee(email, language) for email, language in holders]
    if _queue_now(session, settings, Kind.CLOSING, cycle, people):
        record(session, "mail.key_holders", cycle.quarter, recipients=len(people))


def queue_for_leaders(session: Session, settings: Settings, cycle: Cycle) -> None:
    """Tell the leaders of the nodes of a published cycle; nothing without mail."""
    if settings.mail is None:
        return
    led = nodes_by_leader(session, cycle)
    people = [Addressee(email, language_of(session, email)) for email in led]
    if _queue_now(session, settings, Kind.PUBLICATION, cycle, people):
        record(session, "mail.leaders", cycle.quarter, recipients=len(people))


def rounds_of(session: Session, cycle: Cycle) -> Rounds:
    """Read how many messages there were; of whom they went to nothing is left after closing."""
    rows = session.scalars(select(MailRound).where(MailRound.cycle_id == cycle.id))
    return Rounds({(Kind(row.kind), row.number): row.recipients for row in rows})


def nodes_by_leader(session: Session, cycle: Cycle) -> Mapping[str, Sequence[str]]:
    """Name the nodes of a cycle by who leads them today: a merged group is led by the leaders of all its teams."""
    contract = contract_of(cycle)
    leaders = {
        name: str(email).lower()
        for name, email in session.execute(
            select(Team.name, Team.leader_email).where(Team.is_current, Team.leader_email.is_not(None))
        )
    }
    led: dict[str, set[str]] = {}
    groups = [(group["name"], group["teams"]) for group in contract["groups"] if not group["own_members"]]
    for node, teams in [*((unit["name"], [unit["name"]]) for unit in contract["units"]), *groups]:
        for team in teams:
            if team in leaders:
                led.setdefault(leaders[team], set()).add(node)
    return {email: sorted(led[email], key=natural_order) for email in sorted(led)}


def language_of(session: Session, email: str) -> str:
    """Choose a leader's language: as they set it, else as the roster says, else that of this installation."""
    chosen = session.scalar(select(Account.language).where(Account.email == email))
    return (
        chosen
        or session.scalar(select(Person.mail_language).where(func.lower(Person.email) == email))
        or current_language()
    )


def write_survey_mail(session: Session, settings: Settings, message: OutboxMessage, *, now: datetime) -> Letter | None:
    """Write a message about a survey in its own language; None when its occasion has passed.

    Whose survey it is, whom to ask and which clock counts is read from the contract: what is set meanwhile is for the
    next one. KeyMissingError where this host does not hold the key of the links.
    """
    cycle = session.get(Cycle, message.cycle_id)
    if cycle is None or not _has_occasion(cycle, Kind(message.kind), now):
        return None
    contract = contract_of(cycle)
    letter = _letter(session, settings, message, cycle, wording.Sender(contract["organisation"], contract["contact"]))
    return None if letter is None else replace(letter, organisation=contract["organisation"])


def _letter(
    session: Session, settings: Settings, message: OutboxMessage, cycle: Cycle, sender: wording.Sender
) -> Letter | None:
    if message.kind == Kind.CLOSING:
        day = destroy_at(cycle).astimezone(ZoneInfo(contract_of(cycle)["time_zone"])).date()
        with use_language(message.language):
            return wording.closing(sender, cycle.quarter, day, f"{settings.base_url}/app/opening")
    if message.kind == Kind.PUBLICATION:
        nodes = nodes_by_leader(session, cycle).get(message.recipient)
        if not nodes or session.get(Withdrawal, cycle.id) is not None:
            return None
        with use_language(message.language):
            return wording.publication(sender, cycle.quarter, some(list(nodes)), f"{settings.base_url}/app")
    invitation = session.get(Invitation, bytes.fromhex(str(message.facts["invitation"])))
    if invitation is None:
        return None
    write = wording.invitation if message.kind == Kind.INVITATION else wording.reminder
    secret = link_secret(CycleKeys(settings.key_dir, cycle.id).link_key(), invitation.id)
    asking, link = _asking(cycle, settings), f"{settings.base_url}/s/{write_code(secret)}"
    with use_language(message.language):
        return write(sender, asking, link)


def _has_occasion(cycle: Cycle, kind: Kind, now: datetime) -> bool:
    """Say whether a message is still true: a link leads somewhere, envelopes wait, results are out."""
    if kind == Kind.CLOSING:
        return cycle.state == State.SEALED and cycle.unreadable is None
    if kind == Kind.PUBLICATION:
        return cycle.state == State.PUBLISHED
    return state_for_members(cycle, now) == "open"


def _asking(cycle: Cycle, settings: Settings) -> wording.Asking:
    """Gather what every member of a cycle is told alike."""
    from assess.surveys.member.rendering import minutes_to_answer  # brings Flask, which nothing else here needs

    contract = contract_of(cycle)
    return wording.Asking(
        quarter=cycle.quarter,
        closes_at=cycle.closes_at.astimezone(ZoneInfo(contract["time_zone"])),
        time_zone=contract["time_zone"],
        minutes=minutes_to_answer(frozen_instrument(cycle)),
        minimum=contract["minimum"]["answers"],
        is_anonymous=cycle.level == Level.ANONYMOUS,
        contract_address=f"{settings.base_url}/contract/{cycle.contract_hash}",
        contract_hash=cycle.contract_hash,
    )


def members_of(session: Session, cycle: Cycle) -> list[Addressee]:
    """List everybody who was invited by mail, with their invitation; in no order."""
    chosen = select(Invitation).where(Invitation.cycle_id == cycle.id, Invitation.address.is_not(None))
    return [
        Addressee(str(each.address), each.mail_language, {"invitation": each.id.hex()})
        for each in session.scalars(chosen.order_by(Invitation.id))  # ids are random: no order of the roster
    ]


def _queue_now(session: Session, settings: Settings, kind: Kind, cycle: Cycle, people: Sequence[Addressee]) -> bool:
    domain = mail_settings(settings).domain
    return queue_round(session, kind, cycle.id, people, domain=domain, due_at=datetime.now(UTC))
