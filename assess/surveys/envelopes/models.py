"""The tables of the answering side.

No key to people, no clock, no sequence, no user: there is no column in which a link between a person and an answer
could be written down. On SQLite they have no rowid, because a rowid counts arrivals (anonymity.md, Storage).
"""

from secrets import token_bytes

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base

BODY_LENGTHS = (8335, 8448, 8561)
"""Bytes of a sealed body for one, two and three recipients."""


def _random_id() -> bytes:
    return token_bytes(16)


class Envelope(Base):
    """One sealed answer in the box. The key is SHA-256("assess/envelope" ‖ s); a later envelope replaces the body."""

    __tablename__ = "envelopes"
    __table_args__ = (
        CheckConstraint("length(key) = 32", name="key_is_a_hash"),
        CheckConstraint("length(body) IN (8335, 8448, 8561)", name="body_has_its_fixed_length"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    group_id: Mapped[str] = mapped_column(String(16))
    body: Mapped[bytes]


class SealedAnswer(Base):
    """One sealed answer after the shuffle: new random id, label of a group or of the rest of a unit."""

    __tablename__ = "sealed_answers"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_is_random"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=_random_id)
    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    group_id: Mapped[str] = mapped_column(String(16))
    body: Mapped[bytes]


class Response(Base):
    """What one unknown respondent rated: one signed byte per item in instrument order, -128 for no answer."""

    __tablename__ = "responses"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_is_random"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=_random_id)
    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    group_id: Mapped[str] = mapped_column(String(16))
    ratings: Mapped[bytes]


class Comment(Base):
    """What one unknown respondent wrote to one prompt; nothing joins it to their ratings or their other comment."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_is_random"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=_random_id)
    cycle_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    group_id: Mapped[str] = mapped_column(String(16))
    prompt: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
