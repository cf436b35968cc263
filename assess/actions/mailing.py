"""Reminders of actions by mail: one message a day to each leader with all that fell due; nothing is said twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.actions.reminder_plans import reminder_plans
from assess.actions.reminders import Reminder, due
from assess.actions.running import newest_published
from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import use_language
from assess.messages import wording
from assess.messages.letter import Letter
from assess.messages.models import Kind, OutboxMessage
from assess.messages.outbox import Addressee, queue
from assess.messages.sending import mail_settings
from assess.surveys.mailing import language_of, nodes_by_leader
from assess.surveys.models import Cycle

CAUGHT_UP = timedelta(days=7)
"""What fell due longer ago is not said any more: mail set up today does not bring the past quarter's."""
_AT = time(9)


def reminders_may_leave(settings: Settings, *, now: datetime) -> bool:
    """Say whether it is late enough in the day, where HR is."""
    return now.astimezone(settings.zone).time() >= _AT


def queue_action_reminders(database: Database, settings: Settings, *, now: datetime) -> int:
    """Queue what fell due and has not been said; return how many leaders get a message."""
    today = now.astimezone(settings.zone).date()
    domain = mail_settings(settings).domain
    by_node = _due_by_node(database, settings, now=now)
    if not by_node:
        return 0
    with database.writing() as session:
        cycle = newest_published(session)
        said = _said(session, cycle)
        people = [
            Addressee(email, language_of(session, email), {"due": left})
            for email, nodes in nodes_by_leader(session, cycle).items()
            if (left := [mark for node in nodes for mark in by_node.get(node, ()) if (email, *mark) not in said])
        ]
        queue(session, Kind.ACTIONS, cycle.id, people, domain=domain, due_at=now, number=today.toordinal())
        if people:
            record(session, "mail.actions", cycle.quarter, recipients=len(people))
    return len(people)


def write_action_mail(
    database: Database, session: Session, settings: Settings, message: OutboxMessage, *, now: datetime
) -> Letter | None:
    """Write it as things stand now: what was done since it was queued is not said. None when nothing is left."""
    cycle = session.get(Cycle, message.cycle_id)
    if cycle is None:
        return None
    wanted = {tuple(mark) for mark in message.facts["due"]}
    led = set(nodes_by_leader(session, cycle).get(message.recipient, ()))
    with use_language(message.language):
        spoken: dict[str, list[str]] = {}
        for reminder in _fallen_due(database, settings, now=now):
            if _mark(reminder) in wanted and reminder.node in led:
                spoken.setdefault(reminder.node, []).append(reminder.text)
        if not spoken:
            return None
        return wording.actions(
            wording.Sender(settings.organisation, settings.contact),
            cycle.quarter,
            [wording.Spoken(node, tuple(texts)) for node, texts in spoken.items()],
            f"{settings.base_url}/app",
        )


def _due_by_node(database: Database, settings: Settings, *, now: datetime) -> Mapping[str, Sequence[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for reminder in _fallen_due(database, settings, now=now):
        found.setdefault(reminder.node, []).append(_mark(reminder))
    return found


def _fallen_due(database: Database, settings: Settings, *, now: datetime) -> Iterator[Reminder]:
    """List what fell due within the last week; nothing while there are no results."""
    today = now.astimezone(settings.zone).date()
    try:
        plans = reminder_plans(database, now=now, zone=settings.zone)
    except RefusalError:
        return
    for plan in plans:
        yield from due(plan, after=today - CAUGHT_UP, until=today)


def _mark(reminder: Reminder) -> tuple[str, ...]:
    """Name a reminder by what it is about; a date that was moved makes it another one."""
    place = "" if reminder.place is None else str(reminder.place)
    return reminder.node, str(reminder.kind), place, reminder.on.isoformat()


def _said(session: Session, cycle: Cycle) -> set[tuple[str, ...]]:
    chosen = select(OutboxMessage).where(OutboxMessage.kind == Kind.ACTIONS, OutboxMessage.cycle_id == cycle.id)
    return {(row.recipient, *mark) for row in session.scalars(chosen) for mark in row.facts["due"]}
