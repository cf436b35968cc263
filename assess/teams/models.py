"""The tables of the people's side: which teams there are and who works in them.

Nothing here points to an answer, and no table of the answering side points here.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base


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
