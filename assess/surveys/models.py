"""The cycle and its outer envelopes: cycle, groups, invitations.

The tables of the answers themselves are in `envelopes/models.py` and know nothing of the ones here but the two labels
they carry, the cycle and the group.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class State(StrEnum):
    """Where a cycle stands; it only ever moves forward in this order, or to `aborted`."""

    CREATED = "created"
    OPEN = "open"
    CLOSING = "closing"
    SEALED = "sealed"
    OPENED = "opened"
    SCORED = "scored"
    PUBLISHED = "published"
    ABORTED = "aborted"


RUNNING = (State.OPEN, State.CLOSING, State.SEALED, State.OPENED, State.SCORED)


class Level(StrEnum):
    """Who can open the inner envelopes (anonymity.md, Two levels)."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"


_STATES = ", ".join(f"'{state}'" for state in State)
_RUNNING = ", ".join(f"'{state}'" for state in RUNNING)


class Cycle(Base):
    """One quarter's asking of all chosen teams, with one version of one instrument."""

    __tablename__ = "cycles"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_is_known"),
        CheckConstraint("level IN ('anonymous', 'confidential')", name="level_is_known"),
        CheckConstraint("opens_at < closes_at AND closes_at <= latest_closes_at", name="opens_before_it_closes"),
        CheckConstraint(
            f"(state IN ({_RUNNING})) = (running IS NOT NULL)",
            name="running_says_what_the_state_says",
        ),
        CheckConstraint("state IN ('created', 'aborted') OR contract IS NOT NULL", name="open_only_under_a_contract"),
        CheckConstraint("unreadable IS NULL OR unreadable <= envelopes", name="unreadable_among_envelopes"),
        Index(
            "uq_cycles_quarter_not_aborted",
            "quarter",
            unique=True,
            sqlite_where=text("state <> 'aborted'"),
            postgresql_where=text("state <> 'aborted'"),
        ),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    quarter: Mapped[str] = mapped_column(String(6))
    level: Mapped[str] = mapped_column(String(12))
    instrument_code: Mapped[str] = mapped_column(String(200))
    instrument_source: Mapped[str]
    """The TOML text it was created with: an upgrade in mid-cycle changes nothing of what is asked."""
    modules: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(9), default=State.CREATED)
    running: Mapped[bool | None] = mapped_column(unique=True)
    """True while between open and published; unique, so that only one cycle can be there."""
    planned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its plan was made or changed last."""
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    latest_closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    extended: Mapped[bool] = mapped_column(default=False)
    clock_mark: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The latest moment this cycle has seen; a clock that goes back re-opens nothing."""
    contract: Mapped[bytes | None]
    envelopes: Mapped[int | None]
    unreadable: Mapped[int | None]
    participation: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """The one figure of the day that HR may see; see `participation.py`."""
    composition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """How many joined and left every node since last quarter; see `composition.py`."""
    sealing_script: Mapped[bytes | None] = mapped_column(deferred=True)
    """The script that seals in the browser, kept with an anonymous cycle and served unchanged until it closes."""

    @property
    def contract_sha256(self) -> bytes:
        """The 32 bytes under which every envelope of this cycle is sealed."""
        if self.contract is None:
            raise ValueError("a cycle that was never opened has no contract")
        return hashlib.sha256(self.contract).digest()

    @property
    def contract_hash(self) -> str:
        """The first 20 hexadecimal digits, as printed on the page, in the invitation and in every report."""
        return self.contract_sha256.hex()[:20]


class Group(Base):
    """The smallest unit collected: one team, merged siblings, or the members a unit has of its own."""

    __tablename__ = "cycle_groups"
    __table_args__ = (
        CheckConstraint("invited > 0", name="somebody_is_invited"),
        CheckConstraint("envelopes IS NULL OR envelopes <= invited", name="no_more_envelopes_than_invited"),
    )

    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str]
    parts: Mapped[list[str]] = mapped_column(JSON)
    """Which teams and own-members lists it was made of; next quarter prefers the same partners."""
    invited: Mapped[int]
    envelopes: Mapped[int | None]


class Invitation(Base):
    """The right to hand in one envelope; deleted when the next cycle opens.

    `lookup` is SHA-256("assess/lookup" ‖ s): enough to recognise a code, useless for finding an envelope. A paper
    invitation belongs to nobody: neither name nor address.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("length(lookup) = 32", name="lookup_is_a_hash"),
        CheckConstraint("NOT is_paper OR (name IS NULL AND address IS NULL)", name="paper_belongs_to_nobody"),
        CheckConstraint("is_paper OR address IS NOT NULL", name="mail_needs_an_address"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("cycles.id"), index=True)
    group_id: Mapped[str] = mapped_column(String(16))
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    is_paper: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str | None] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(254))
    mail_language: Mapped[str] = mapped_column(String(2), default="en")
    chat_id: Mapped[str] = mapped_column(String(120), default="")
