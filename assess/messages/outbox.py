"""Queueing, claiming and settling messages; each is part of, or is, one short transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_bytes, token_hex
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from assess.extensions import Database
from assess.messages.models import Kind, MailRound, MessageState, OutboxMessage

LEASE = timedelta(minutes=30)
"""Longer than all replies of a server may take together; then a sender counts as dead and another may try."""

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
MOST_ATTEMPTS = 24
"""With the last pause repeated this is a little more than three days."""

_TO_MEMBERS = (Kind.INVITATION, Kind.REMINDER)


@dataclass(frozen=True)
class Addressee:
    """Who gets a message, in which language, and what is needed to write it."""

    recipient: str
    language: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """A message in the hands of one sender."""

    message: OutboxMessage
    claim: bytes


def queue_round(
    session: Session,
    kind: Kind,
    cycle_id: bytes,
    addressees: Sequence[Addressee],
    *,
    domain: str,
    due_at: datetime,
    number: int = 1,
) -> bool:
    """Queue a round in the caller's transaction, once; False when this round was queued before."""
    if session.get(MailRound, (cycle_id, kind, number)) is not None:
        return False
    session.add(MailRound(cycle_id=cycle_id, kind=kind, number=number, recipients=len(addressees)))
    queue(session, kind, cycle_id, addressees, domain=domain, due_at=due_at, number=number)
    return True


def queue(
    session: Session,
    kind: Kind,
    cycle_id: bytes,
    addressees: Sequence[Addressee],
    *,
    domain: str,
    due_at: datetime,
    number: int,
) -> None:
    """Add one message for each; all may be sent from `due_at` on."""
    session.add_all(
        OutboxMessage(
            kind=kind,
            cycle_id=cycle_id,
            number=number,
            recipient=each.recipient,
            language=each.language,
            facts=dict(each.facts),
            next_try_at=due_at,
            message_id=f"<{token_hex(16)}@{domain}>",
        )
        for each in addressees
    )
    session.flush()


def reminders_queued(session: Session, cycle_id: bytes) -> int:
    """Count the rounds of reminders of a cycle."""
    chosen = select(func.count()).where(MailRound.cycle_id == cycle_id, MailRound.kind == Kind.REMINDER)
    return session.scalar(chosen) or 0


def forget_messages_to_members(session: Session, cycle_id: bytes) -> None:
    """Delete all that tells who was invited or reminded, in the transaction that closes or aborts the cycle."""
    session.execute(
        delete(OutboxMessage).where(OutboxMessage.cycle_id == cycle_id, OutboxMessage.kind.in_(_TO_MEMBERS))
    )


def forget_other_cycles(session: Session, cycle_id: bytes) -> None:
    """Delete the messages of all other cycles: they live until the next opening."""
    session.execute(delete(OutboxMessage).where(OutboxMessage.cycle_id != cycle_id))


def rewrite_outbox(database: Database) -> None:
    """Give back what deleted messages have left in the files of PostgreSQL; SQLite is rewritten as a whole."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
            at_once.execute(text(f"VACUUM FULL {OutboxMessage.__tablename__}"))


def due_messages(database: Database, *, now: datetime) -> list[bytes]:
    """List the ids of what may be sent now, those of senders that died among them."""
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage.id).where(_is_due(now))))


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Say whether anything may be sent now."""
    return session.scalar(select(OutboxMessage.id).where(_is_due(now)).limit(1)) is not None


def claim(database: Database, message_id: bytes, *, now: datetime) -> Held | None:
    """Take one message; None when somebody else has it, or it is gone."""
    with database.writing() as session:
        message = session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id, _is_due(now)))
        if message is None:
            return None
        token = token_bytes(16)
        message.state, message.claim, message.next_try_at = MessageState.SENDING, token, now + LEASE
        message.attempts += 1
        return Held(message, token)


def sent(database: Database, held: Held) -> bool:
    """Record that the server has taken it; nothing about when, or after how many attempts, is kept."""
    return _settle(database, held, MessageState.SENT, attempts=0, next_try_at=None, reason=None)


def refused(database: Database, held: Held, reason: str) -> bool:
    """Record that it was refused for good."""
    return _settle(database, held, MessageState.FAILED, next_try_at=None, reason=reason)


def postponed(database: Database, held: Held, reason: str, *, now: datetime) -> bool:
    """Let it wait for its next attempt, longer each time; after the last one it has failed."""
    attempts = held.message.attempts
    if attempts >= MOST_ATTEMPTS:
        return refused(database, held, reason)
    pause = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return _settle(database, held, MessageState.WAITING, next_try_at=now + pause, reason=reason)


def given_back(database: Database, held: Held, *, now: datetime) -> bool:
    """Let it wait as if it had not been tried: the server could not be reached, or this host cannot write it."""
    return _settle(database, held, MessageState.WAITING, next_try_at=now, attempts=held.message.attempts - 1)


def dropped(database: Database, held: Held) -> None:
    """Delete what there is no occasion for any more."""
    with database.writing() as session:
        session.execute(
            delete(OutboxMessage).where(OutboxMessage.id == held.message.id, OutboxMessage.claim == held.claim)
        )


def mark_bounced(session: Session, recipient: str) -> int:
    """Mark what was sent to an address as come back; returns how many messages that were."""
    chosen = update(OutboxMessage).where(OutboxMessage.recipient == recipient, OutboxMessage.state == MessageState.SENT)
    done = session.execute(chosen.values(state=MessageState.BOUNCED))
    return done.rowcount if isinstance(done, CursorResult) else 0


def _settle(database: Database, held: Held, state: MessageState, **values: object) -> bool:
    with database.writing() as session:
        done = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == held.message.id, OutboxMessage.claim == held.claim)
            .values(state=state, claim=None, **values)
        )
        return isinstance(done, CursorResult) and done.rowcount == 1


def _is_due(now: datetime) -> ColumnElement[bool]:
    unsent = or_(OutboxMessage.state == MessageState.WAITING, OutboxMessage.state == MessageState.SENDING)
    return unsent & (OutboxMessage.next_try_at <= now)
