"""The tables of those who sign in: account, session, one-time link, second step.

Roles are flags of an account. A leader needs none: teams name their leaders by e-mail address. A key holder has no
other role, because key holders see rows before anything is suppressed (anonymity.md, Two levels).
"""

from datetime import datetime
from secrets import token_bytes

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class Account(Base):
    """Somebody who may sign in; without a password until the invitation has been answered."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_in_lower_case"),
        CheckConstraint("language IN ('en', 'zh')", name="language_is_known"),
        CheckConstraint("NOT (is_key_holder AND (is_admin OR is_hr))", name="key_holders_have_no_other_role"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_hr: Mapped[bool] = mapped_column(default=False)
    is_key_holder: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(Base):
    """One session on the server's side; the browser holds the token, the table its SHA-256."""

    __tablename__ = "sign_ins"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_provider: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Begun by the organisation's provider, which asks for a second step itself."""


class AccountLink(Base):
    """A one-time link with which somebody sets a password: an invitation or a recovery."""

    __tablename__ = "account_links"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuthenticatorApp(Base):
    """The app with which somebody takes the second step, at most one of an account.

    The secret is sealed under a key that is not in the database. `last_step` is the step of thirty seconds of the
    last code that was taken, so that none is taken twice.
    """

    __tablename__ = "authenticator_apps"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_are_a_count"),)

    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[bytes]
    last_step: Mapped[int]
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong codes in a row since the last right one."""
    resting_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code that takes the second step once; its row is gone when it has been used."""

    __tablename__ = "recovery_codes"

    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class Passkey(Base):
    """A key in somebody's device; the private half never leaves the device."""

    __tablename__ = "passkeys"
    __table_args__ = (CheckConstraint("length(name) BETWEEN 1 AND 60", name="name_is_given_and_short"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """As the device said last: one that does not grow tells of a copy."""
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProviderIdentity(Base):
    """Whom the organisation's OpenID Connect provider means by a subject; an account has at most one."""

    __tablename__ = "provider_identities"

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpentChallenge(Base):
    """A challenge that has been answered, by a passkey or a provider, until it would be too old: taken once."""

    __tablename__ = "spent_challenges"

    challenge_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HalfSignIn(Base):
    """Somebody has given the right password and owes the second step: no session, and it opens nothing."""

    __tablename__ = "half_sign_ins"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
