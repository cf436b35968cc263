"""The tables of mail: what is still to be sent or was sent, and how many messages each round had."""

from datetime import datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime

MOST_REMINDERS = 2


class Kind(StrEnum):
    """What a message is about."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    CLOSING = "closing"
    """To key holders: envelopes wait for them."""
    PUBLICATION = "publication"
    """To leaders: the results are out."""
    MEMBERS = "members"
    """To everybody who was asked: what came of it."""
    ACTIONS = "actions"
    """To leaders: what they took on."""


class MessageState(StrEnum):
    """Where a message stands; `failed` was refused for good, `bounced` came back later."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
_STATES = ", ".join(f"'{state}'" for state in MessageState)


class OutboxMessage(Base):
    """One message to one address: what is needed to write it, and how far the mail server has taken it.

    No time of being made or sent; see the docstring of this room. `cycle_id` leads to no table: this room knows none.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("cycle_id", "kind", "number", "recipient", name="uq_outbox_one_of_a_kind_each"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_is_known"),
        CheckConstraint(f"state IN ({_STATES})", name="state_is_known"),
        CheckConstraint("language IN ('en', 'zh')", name="language_is_known"),
        CheckConstraint("(state IN ('waiting', 'sending')) = (next_try_at IS NOT NULL)", name="time_while_unsent_only"),
        CheckConstraint("(state = 'sending') = (claim IS NOT NULL)", name="sending_is_claimed"),
        CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="failure_has_a_reason"),
        Index("ix_outbox_what_is_next", "state", "next_try_at"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    kind: Mapped[str] = mapped_column(String(11))
    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    number: Mapped[int]
    """Which one of its kind: first or second reminder; of reminders of actions the day, as a proleptic ordinal."""
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(7), default=MessageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While it waits: not before. While it is being sent: from when on its sender counts as dead."""
    claim: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Drawn anew by whoever sends: a sender that was given up changes nothing any more."""
    message_id: Mapped[str] = mapped_column(String(300), unique=True)
    """Stays the same over all attempts, so that mail systems can tell a second copy."""
    reason: Mapped[str | None] = mapped_column(String(40))
    """The code of the server's last refusal, never its text."""


class MailRound(Base):
    """A round of messages about one cycle and how many there were; it outlives the messages and has no time."""

    __tablename__ = "mail_rounds"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_is_known"),
        CheckConstraint(
            f"number = 1 OR (kind = 'reminder' AND number = {MOST_REMINDERS})", name="two_reminders_at_most"
        ),
        CheckConstraint("recipients >= 0", name="recipients_are_a_count"),
    )

    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(11), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipients: Mapped[int]
