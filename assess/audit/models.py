"""The table of the audit log. Triggers in the database refuse to change or delete a row."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class AuditEntry(Base):
    """One thing that somebody did. `sha256` covers the row and the checksum of the row before."""

    __tablename__ = "audit_entries"
    __table_args__ = (CheckConstraint("position > 0", name="positions_start_at_one"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(300))
    event: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    details: Mapped[str] = mapped_column(Text)
    previous_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
