"""Frozen documents: what was released, once, with a checksum. Nothing of them changes but that they get published."""

from datetime import datetime
from secrets import token_bytes

from sqlalchemy import CheckConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class ResultDocument(Base):
    """One frozen JSON document of a cycle: its result, its released comments, or what later comparisons need."""

    __tablename__ = "result_documents"
    __table_args__ = (
        UniqueConstraint("cycle_id", "kind", name="uq_result_documents_one_of_a_kind"),
        CheckConstraint("kind IN ('result', 'comments', 'statistics', 'actions')", name="kind_is_known"),
        CheckConstraint("length(sha256) = 64", name="checksum_is_hex"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    quarter: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(10))
    body: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_published: Mapped[bool] = mapped_column(default=False)
    """Until then nobody reads it, whoever asks."""


class Withdrawal(Base):
    """A published result that was withdrawn as a whole: nobody reads it any more; it stays listed with the reason."""

    __tablename__ = "withdrawals"
    __table_args__ = (CheckConstraint("because <> ''", name="a_reason_is_given"),)

    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(6))
    sha256: Mapped[str] = mapped_column(String(64))
    because: Mapped[str] = mapped_column(String(500))
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
