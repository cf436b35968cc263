"""The table of an organisation's own questionnaires: the file as it was sent, under its code."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class OwnInstrument(Base):
    """One questionnaire. A survey copies the text when it is planned, so that removing this changes none."""

    __tablename__ = "own_instruments"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str]
    """The TOML text, comments included."""
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
