"""How mail is sent: settings of the one mail server of an installation, read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _

PORTS = {"starttls": 587, "tls": 465, "none": 25}
_HERE = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class MailSettings:
    """One mail server and the address messages come from."""

    host: str
    sender: str
    port: int = PORTS["starttls"]
    security: str = "starttls"
    """`starttls` and `tls` refuse a server without it; `none` sends as it is."""
    user: str = ""
    password: str = field(default="", repr=False)
    connect_seconds: float = 30.0
    patience_seconds: float = 120.0
    """How long one reply may take, once connected."""

    @property
    def domain(self) -> str:
        """The part of the sender's address that names of messages end with."""
        return self.sender.rpartition("@")[2]


def load_mail_settings(env: Mapping[str, str]) -> MailSettings | None:
    """Read `ASSESS_SMTP_*` and `ASSESS_MAIL_FROM`; None where no server is named, and then no mail is sent."""
    host = env.get("ASSESS_SMTP_HOST", "").strip()
    if not host:
        return None
    security = env.get("ASSESS_SMTP_SECURITY", "starttls").strip().lower()
    if security not in PORTS:
        raise InputError(
            _(
                "ASSESS_SMTP_SECURITY: “%(text)s” is not allowed. Use one of: %(allowed)s.",
                text=security,
                allowed=", ".join(PORTS),
            )
        )
    user = env.get("ASSESS_SMTP_USER", "").strip()
    if user and security == "none" and host not in _HERE:
        raise InputError(_("ASSESS_SMTP_USER: a password is not sent unprotected; use ASSESS_SMTP_SECURITY=starttls."))
    return MailSettings(
        host=host,
        sender=_sender(env.get("ASSESS_MAIL_FROM", "").strip()),
        port=_port(env.get("ASSESS_SMTP_PORT", "").strip() or str(PORTS[security])),
        security=security,
        user=user,
        password=_password(env.get("ASSESS_SMTP_PASSWORD_FILE", "").strip(), user),
    )


def is_plain_address(text: str) -> bool:
    r"""Say whether a text is one ASCII mail address and nothing else: no name, no line break, no second address.

    >>> [is_plain_address(text) for text in ("ada@shop.example", "Ada <ada@shop.example>", "a@b\nBcc: c@d", "张@b")]
    [True, False, False, False]
    """
    if not text.isascii() or not text.isprintable() or any(sign in text for sign in ' ,;:<>()[]"\\'):
        return False
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):  # the parser of the standard library has all three
        return False
    return bool(address.username and address.domain) and address.addr_spec == text


def _sender(text: str) -> str:
    if not is_plain_address(text):
        raise InputError(
            _("ASSESS_MAIL_FROM: “%(text)s” is no address; write it like survey@company.example.", text=text)
        )
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise InputError(_("ASSESS_SMTP_PORT: “%(text)s” is no port; leave it empty for the usual one.", text=text))
    return int(text)


def _password(file: str, user: str) -> str:
    """Read the password's file; without a user there is none."""
    if not user:
        return ""
    try:
        password = Path(file).read_text("utf-8").strip("\r\n") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(_("ASSESS_SMTP_PASSWORD_FILE: %(file)s cannot be read.", file=file)) from error
    if not password:
        raise InputError(_("ASSESS_SMTP_USER: name the file with its password in ASSESS_SMTP_PASSWORD_FILE."))
    return password
