"""The tables of the people's side: which teams there are and who works in them.

Nothing here points to an answer, and no table of the answering side points here.
"""

from datetime import date, datetime
from enum import StrEnum
from secrets import token_bytes

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class Change(StrEnum):
    """What can happen to a team."""

    FOUNDED = "founded"
    RENAMED = "renamed"
    MOVED = "moved"
    LED = "led"
    FUNCTION = "function"
    BEGUN = "begun"
    MERGED = "merged"
    SPLIT = "split"
    CLOSED = "closed"
    RETURNED = "returned"


class Team(Base):
    """One team or one unit of the tree; a team that others name as their parent is a unit."""

    __tablename__ = "teams"
    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_is_given_and_short"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    function: Mapped[str] = mapped_column(String(120), default="")
    founded_on: Mapped[date | None]
    leader_email: Mapped[str | None] = mapped_column(String(254))
    is_current: Mapped[bool] = mapped_column(default=True)
    """False once a later import no longer names it; its row stays because history speaks of it."""


class Person(Base):
    """One line of the roster; gone from the table as soon as an import no longer names it."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("mail_language IN ('en', 'zh')", name="mail_language_is_known"),
        CheckConstraint("email IS NULL OR email = lower(email)", name="email_in_lower_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    mail_language: Mapped[str] = mapped_column(String(2), default="en")
    chat_id: Mapped[str] = mapped_column(String(120), default="")


class WaitingImport(Base):
    """A file that was sent through a browser and waits for its preview to be confirmed: one per account and kind.

    It is kept here and nowhere else, whichever process takes the next request, and goes when it is imported, thrown
    away, replaced, an hour old, or when a survey opens.
    """

    __tablename__ = "waiting_imports"
    __table_args__ = (CheckConstraint("kind IN ('teams', 'roster')", name="kind_is_known"),)

    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), default=lambda: token_bytes(16))
    content: Mapped[bytes] = mapped_column(deferred=True)
    file_name: Mapped[str] = mapped_column(String(80), default="")
    """What it was called where it came from, made safe; messages speak of it by that name."""
    came_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LastImport(Base):
    """What the last import of a kind did, and how it was before: enough to take it back, until the next opening."""

    __tablename__ = "last_imports"
    __table_args__ = (CheckConstraint("kind IN ('teams', 'roster')", name="kind_is_known"),)

    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16))
    """That of the file that waited, so that a second click finds that it has been imported."""
    done_by: Mapped[str] = mapped_column(String(254))
    """The address of an account; empty for the command line."""
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added: Mapped[int]
    changed: Mapped[int]
    removed: Mapped[int]
    unchanged: Mapped[int]
    before: Mapped[bytes] = mapped_column(deferred=True)
    """The rows as they were, as compressed JSON."""
    after_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    """What the import left: what has been changed since by other means is not taken back with it."""


class RosterConfirmation(Base):
    """That somebody has said that teams and roster are right, as they were then; one row at most."""

    __tablename__ = "roster_confirmations"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_at_most"),
        CheckConstraint("length(sha256) = 32", name="state_is_a_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of the state that was confirmed: any change takes the confirmation with it."""
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(String(254))
    """The address of an account; empty for the command line."""


class TeamChange(Base):
    """One change of one team: what, since which day, and by whom it was recorded when. Rows are only ever added.

    `before` and `after` hold a name, an address or what else `kind` says; the row of the team has the present.
    """

    __tablename__ = "team_changes"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in Change)})", name="kind_is_known"),
        Index("ix_team_changes_form_id", "form_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    kind: Mapped[str] = mapped_column(String(9))
    since_on: Mapped[date]
    before: Mapped[str] = mapped_column(String(254), default="")
    after: Mapped[str] = mapped_column(String(254), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(254))
    """The address of an account; empty for the command line."""
    form_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Which form or import it came with: a second click finds that it was done, an import takes its rows back."""
