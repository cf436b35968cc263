"""What leaders make of their report: adopted actions with their steps, and facts that some practices wait for.

Nothing here points to an answer. An action belongs to a node and a published quarter; its verdict and what was proposed
are frozen documents of that quarter, not columns.
"""

from datetime import date, datetime
from secrets import token_bytes

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assess.extensions import Base, UtcDateTime

OWNER_LENGTH = 120
TITLE_LENGTH = 120
STEP_LENGTH = 200
NOTE_LENGTH = 2_000
MOST_STEPS = 8
MOST_ACTIONS = 2


class Action(Base):
    """One thing a leader has decided to do: a practice of the catalogue, as it is or adapted, or an own one.

    `line` is who the node is: its name with the teams in it. A new name is taken over at publication; where the
    teams change, the action is not read any further.
    `base_cycle_id` is the quarter it is compared with: the latest one whose survey had opened when it was adopted.
    """

    __tablename__ = "actions"
    __table_args__ = (
        CheckConstraint("place IN (1, 2)", name="at_most_two_at_a_time"),
        CheckConstraint("practice IS NOT NULL OR title IS NOT NULL", name="own_ones_have_a_title"),
        CheckConstraint("basis IS NULL OR practice IS NOT NULL", name="only_practices_are_recommended"),
        CheckConstraint("basis IS NULL OR basis IN ('clear', 'starting_point', 'habit')", name="basis_is_known"),
        CheckConstraint("NOT is_shared OR dropped_at IS NULL", name="what_is_given_up_is_not_shown"),
        Index(
            "uq_actions_place_taken_once",
            "cycle_id",
            "node",
            "place",
            unique=True,
            sqlite_where=text("dropped_at IS NULL"),
            postgresql_where=text("dropped_at IS NULL"),
        ),
        Index(
            "uq_actions_practice_adopted_once",
            "cycle_id",
            "node",
            "practice",
            unique=True,
            sqlite_where=text("dropped_at IS NULL"),
            postgresql_where=text("dropped_at IS NULL"),
        ),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("cycles.id"), index=True)
    base_cycle_id: Mapped[bytes] = mapped_column(ForeignKey("cycles.id"))
    node: Mapped[str]
    line: Mapped[str]
    place: Mapped[int]
    practice: Mapped[str | None] = mapped_column(String(3))
    dimension: Mapped[str | None] = mapped_column(String(20))
    """What it aims at; without it there is nothing to read it by."""
    basis: Mapped[str | None] = mapped_column(String(14))
    """How firmly it was recommended; None for what a leader chose from the catalogue or made up."""
    title: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    """The leader's own words; None keeps those of the catalogue, in the reader's language."""
    owner: Mapped[str] = mapped_column(String(OWNER_LENGTH), default="")
    owner_was_on_roster: Mapped[bool] = mapped_column(default=False)
    """Whether somebody of that name worked here when the owner was named: only then a missing name means anything."""
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    """For the leader alone; never shown to members."""
    is_shared: Mapped[bool] = mapped_column(default=False)
    """Whether members see it in their one-pager."""
    adopted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    steps: Mapped[list["ActionStep"]] = relationship(
        order_by="ActionStep.place", cascade="all, delete-orphan", lazy="selectin"
    )

    def steps_done_by(self, moment: datetime) -> bool:
        """Say whether every step had been ticked off by then."""
        return all(step.done_at is not None and step.done_at <= moment for step in self.steps)


class ActionStep(Base):
    """One step to tick off; without a text of its own it is the step of the catalogue at that place."""

    __tablename__ = "action_steps"
    __table_args__ = (CheckConstraint(f"place BETWEEN 1 AND {MOST_STEPS}", name="few_steps"),)

    action_id: Mapped[bytes] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str | None] = mapped_column(String(STEP_LENGTH))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AdviceFact(Base):
    """Something that holds of the company (a bonus, equity) or of one team (a vacancy); some practices need it."""

    __tablename__ = "advice_facts"
    __table_args__ = (
        CheckConstraint("fact IN ('bonus', 'equity', 'vacancy')", name="fact_is_known"),
        CheckConstraint("(fact = 'vacancy') = (team <> '')", name="only_vacancies_are_in_a_team"),
    )

    fact: Mapped[str] = mapped_column(String(7), primary_key=True)
    team: Mapped[str] = mapped_column(String(120), primary_key=True, default="")
    """The name of the team; empty for what holds of the whole company."""
