"""Keys of key holders and the staging of an opening.

The private key is made in the holder's browser and arrives wrapped under an opening code that the server never sees.
"""

from datetime import datetime
from secrets import token_bytes

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class HolderKey(Base):
    """One key pair of a key holder; a new one retires the old, which stays for the cycles sealed to it."""

    __tablename__ = "holder_keys"
    __table_args__ = (
        CheckConstraint("length(public_key) = 65", name="public_key_is_a_point"),
        Index(
            "uq_holder_keys_one_in_use",
            "account_id",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id"))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(65), unique=True)
    wrapped_key: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its holder last opened a trial envelope with it."""


class Opening(Base):
    """One attempt of a holder to open the sealed answers: which random token stands for which label.

    On the answering side: no clock, no user. Of several attempts the first complete one wins, the others are wiped.
    """

    __tablename__ = "openings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    labels: Mapped[dict[str, str]] = mapped_column(JSON)
    """Label of the tree by token: to the holder a group has no name."""


class OpeningPiece(Base):
    """A piece of what a holder opened: part of the ratings or of the comments, each shuffled as a whole."""

    __tablename__ = "opening_pieces"
    __table_args__ = (
        CheckConstraint("kind IN ('ratings', 'comments')", name="kind_is_known"),
        {"sqlite_with_rowid": False},
    )

    opening_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]
