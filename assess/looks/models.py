"""Every look an installation has had, under the hash of its content: an old report can be made again with its own."""

from sqlalchemy import CheckConstraint, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base


class StoredLook(Base):
    """A logo and an accent colour. Nothing of it changes but whether it is the one in use."""

    __tablename__ = "looks"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="checksum_is_hex"),
        CheckConstraint("(logo IS NULL) = (logo_type IS NULL)", name="a_logo_has_a_type"),
        CheckConstraint("logo_type IN ('image/png', 'image/svg+xml')", name="type_is_known"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    accent: Mapped[str | None] = mapped_column(String(7))
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    logo_type: Mapped[str | None] = mapped_column(String(13))
    in_use: Mapped[bool | None] = mapped_column(unique=True)
    """True for one row at most, empty for all others; without any, reports look as the product does."""
    is_draft: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Sent to be looked at, and never used: the next one that is sent replaces it."""
