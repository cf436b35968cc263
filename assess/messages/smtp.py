"""The conversation with the mail server, and what its answers mean for one message (RFC 5321, 4.2 and 4.5.3)."""

import ipaddress
import re
import smtplib
import ssl
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.mail_config import MailSettings

LOST, CODED = "connection lost", re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


class ServerUnavailableError(RefusalError):
    """The server takes nothing now, whoever it is for: no message is to blame, all wait."""


class Outcome(Enum):
    """What became of one message."""

    TAKEN = auto()
    LATER = auto()
    NEVER = auto()
    UNKNOWN = auto()
    """The connection was lost in the middle: the server may have taken it. It is sent again under the same name."""


@dataclass(frozen=True)
class Reply:
    """What became of a message, and the server's code without its text."""

    outcome: Outcome
    code: str = ""


class Connection:
    """One conversation, opened when first needed and again when it was lost."""

    def __init__(self, mail: MailSettings, base_url: str) -> None:
        self._mail = mail
        self._name = _greeting(base_url)
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(politely=kind is None)

    def open(self) -> None:
        """Connect, protect, sign in. ServerUnavailableError says at which of them it stopped."""
        if self._server is None:
            try:
                self._server = self._connected()
            except smtplib.SMTPAuthenticationError as error:
                raise self._unavailable(
                    _("it does not take user and password (%(code)s)", code=code_of(error))
                ) from error
            except smtplib.SMTPNotSupportedError as error:
                raise self._unavailable(_("it offers no STARTTLS or no sign-in")) from error
            except ssl.SSLError as error:
                raise self._unavailable(_("its certificate or protocol is not accepted")) from error
            except (OSError, smtplib.SMTPException) as error:
                raise self._unavailable(code_of(error)) from error

    def hand_over(self, recipient: str, content: bytes) -> Reply:
        """Hand one message over. ServerUnavailableError where the fault is not this message's."""
        self.open()
        server = self._server
        if server is None:  # open() raises instead
            raise AssertionError
        try:
            server.sendmail(self._mail.sender, [recipient], content)
        except smtplib.SMTPSenderRefused as error:
            self._end(politely=False)
            raise self._unavailable(_("it refuses the sender (%(code)s)", code=code_of(error))) from error
        except smtplib.SMTPRecipientsRefused as error:
            number, text = error.recipients[recipient]
            return self._judged(number, text)
        except smtplib.SMTPDataError as error:
            return self._judged(error.smtp_code, error.smtp_error)
        except smtplib.SMTPServerDisconnected:
            self._end(politely=False)
            return Reply(Outcome.UNKNOWN, LOST)
        except (OSError, smtplib.SMTPException) as error:
            self._end(politely=False)
            return Reply(Outcome.UNKNOWN, code_of(error))
        return Reply(Outcome.TAKEN)

    def _connected(self) -> smtplib.SMTP:
        mail = self._mail
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(mail.host, mail.port, self._name, timeout=mail.connect_seconds, context=context)
            if mail.security == "tls"
            else smtplib.SMTP(mail.host, mail.port, self._name, timeout=mail.connect_seconds)
        )
        try:
            if mail.security == "starttls":
                server.starttls(context=context)
            if mail.user:
                server.login(mail.user, mail.password)
            if server.sock is not None:
                server.sock.settimeout(mail.patience_seconds)
        except BaseException:
            server.close()
            raise
        return server

    def _judged(self, number: int, text: bytes | str) -> Reply:
        code = _with_detail(number, text)
        if number == 421:  # the service ends; this message may be tried again like any other
            self._end(politely=False)
        return Reply(Outcome.NEVER if number >= 500 else Outcome.LATER, code)

    def _unavailable(self, what: str) -> ServerUnavailableError:
        return ServerUnavailableError(
            _(
                "The mail server %(host)s takes nothing now: %(what)s. Messages wait and are tried again.",
                host=f"{self._mail.host}:{self._mail.port}",
                what=what,
            )
        )

    def _end(self, *, politely: bool) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        try:
            if politely:
                server.quit()
        except (OSError, smtplib.SMTPException):
            pass  # all that mattered was acknowledged before
        finally:
            server.close()


def code_of(error: Exception) -> str:
    """Name an error by the server's code or by its kind; texts of servers may quote what was sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _with_detail(error.smtp_code, error.smtp_error)
    return type(error).__name__


def _with_detail(number: int, text: bytes | str) -> str:
    """Write `550 5.1.1` of `550` and `5.1.1 no such user`."""
    shown = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    detail = CODED.match(shown)
    return f"{number} {detail.group()}" if detail else str(number)


def _greeting(base_url: str) -> str:
    """Name ourselves as the site is named; an address goes into brackets (RFC 5321, 4.1.3)."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{'IPv6:' if address.version == 6 else ''}{address}]"
