"""Telling everybody who was asked what came of it: the link of their own team or unit, the same for all in it."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from assess.accounts.secret import application_secret
from assess.audit.recording import record
from assess.config import Settings
from assess.extensions import Database
from assess.localisation import use_language
from assess.messages import wording
from assess.messages.letter import Letter
from assess.messages.models import Kind, OutboxMessage
from assess.messages.outbox import queue_round
from assess.messages.sending import mail_settings
from assess.reports.unit_links import newest_with_results, unit_code, withdrawn_because
from assess.surveys.contract import contract_of
from assess.surveys.cycles import find_cycle
from assess.surveys.mailing import members_of
from assess.surveys.models import Cycle, Invitation, State


def queue_results_for_members(database: Database, settings: Settings, quarter: str) -> int:
    """Queue one message to everybody who was invited by mail, once; return how many. Nothing without mail."""
    if settings.mail is None:
        return 0
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state != State.PUBLISHED:
            return 0
        people = members_of(session, cycle)
        domain = mail_settings(settings).domain
        if not people or not queue_round(
            session, Kind.MEMBERS, cycle.id, people, domain=domain, due_at=datetime.now(UTC)
        ):
            return 0
        record(session, "mail.members", quarter, recipients=len(people))
    return len(people)


def write_results_mail(session: Session, settings: Settings, message: OutboxMessage) -> Letter | None:
    """Write it; None when newer results are out, these were withdrawn, or the invitation is forgotten."""
    cycle = session.get(Cycle, message.cycle_id)
    newest = newest_with_results(session)
    invitation = session.get(Invitation, bytes.fromhex(str(message.facts["invitation"])))
    if cycle is None or newest is None or newest.id != cycle.id or invitation is None:
        return None
    if withdrawn_because(session, cycle) is not None:
        return None
    code = unit_code(application_secret(settings), cycle.id, _node_of(cycle, invitation.group_id))
    sender = wording.Sender(settings.organisation, settings.contact)
    with use_language(message.language):
        return wording.members(sender, cycle.quarter, f"{settings.base_url}/m/{code}")


def _node_of(cycle: Cycle, group_id: str) -> str:
    """Name the node whose page the members of a group read: a unit's own members read the unit's."""
    group = next(group for group in contract_of(cycle)["groups"] if group["id"] == group_id)
    return str(group["unit"] if group["own_members"] else group["id"])
