"""What an organisation has set for itself: one row, in which an empty field was never set."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base

THE_ROW = 1


class ChosenSettings(Base):
    """Settings made on the page or by command; each column is named like the field of `Settings` it stands for."""

    __tablename__ = "chosen_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row_at_most"),
        CheckConstraint("languages IN ('en,zh', 'zh,en', 'en', 'zh')", name="languages_are_known"),
        CheckConstraint("minimum_group_size BETWEEN 4 AND 100", name="minimum_has_a_floor"),
        CheckConstraint("second_step IN ('admins', 'everybody')", name="second_step_is_not_waived"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=THE_ROW)
    organisation: Mapped[str | None] = mapped_column(String(120))
    contact: Mapped[str | None] = mapped_column(String(200))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    languages: Mapped[str | None] = mapped_column(String(5))
    minimum_group_size: Mapped[int | None]
    second_step: Mapped[str | None] = mapped_column(String(9))
