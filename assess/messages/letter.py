"""A letter, and how it becomes a message: plain text and simple HTML, headers that nobody can add to.

The HTML has no picture, no style sheet, no script, no table and fetches nothing: opening it tells nobody anything.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assess.errors import InputError
from assess.localisation import HTML_LANGUAGE
from assess.localisation import gettext as _
from assess.mail_config import is_plain_address

_LONGEST_NAME = 60


class UnsendableError(InputError):
    """An address or a text that no message may carry."""


@dataclass(frozen=True)
class Link:
    """The one thing to press, and where it leads."""

    label: str
    address: str


@dataclass(frozen=True)
class Letter:
    """What a message says, in one language: paragraphs before and after its link."""

    subject: str
    heading: str
    before: tuple[str, ...]
    link: Link | None = None
    after: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    organisation: str = ""
    """Whose survey it is about, where that may be called otherwise today; empty is as it is called now."""


@dataclass(frozen=True)
class Envelope:
    """What stands on the outside of a message: whose, to whom, under which name, when."""

    organisation: str
    sender: str
    recipient: str
    language: str
    message_id: str
    at: datetime


def plain_text(letter: Letter) -> str:
    """Write a letter as text; addresses stand on lines of their own."""
    link = () if letter.link is None else (f"{letter.link.label}\n{letter.link.address}",)
    parts = (letter.heading, *letter.before, *link, *letter.after, "\n".join(("-- ", *letter.footer)))
    return "\n\n".join(parts) + "\n"


def html(letter: Letter, language: str) -> str:
    """Write a letter as HTML."""
    page = _environment().get_template("emails/letter.html")
    return page.render(letter=letter, html_language=HTML_LANGUAGE[language])


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """Write the whole message with CRLF. UnsendableError for anything that would add a header or an address."""
    message = EmailMessage(policy=SMTP)
    for address in (envelope.sender, envelope.recipient):
        if not is_plain_address(address):
            raise UnsendableError(_("“%(address)s” is no address that mail can be sent to.", address=address))
    message["From"] = _named(letter.organisation or envelope.organisation, envelope.sender)
    message["To"] = envelope.recipient
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = one_line(envelope.message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    encoding = "base64" if envelope.language == "zh" else "quoted-printable"
    message.set_content(plain_text(letter), cte=encoding)
    message.add_alternative(html(letter, envelope.language), subtype="html", cte=encoding)
    message["Content-Language"] = HTML_LANGUAGE[envelope.language]  # earlier, it would move into the first part
    return message.as_bytes()


def one_line(text: str) -> str:
    """Return a header's text. UnsendableError when it has a line break or another control character."""
    if any(not sign.isprintable() for sign in text):
        raise UnsendableError(_("A subject or name has a line break or control character; no such mail is sent."))
    return text


def _named(name: str, address: str) -> str:
    """Write `"Name" <address>`; the name is quoted here and encoded by the message."""
    quoted = one_line(name)[:_LONGEST_NAME].replace("\\", "").replace('"', "")
    return f'"{quoted}" <{address}>'


@cache
def _environment() -> Environment:
    package = Path(__file__).parents[1]
    inside = package / "templates"
    folder = inside if inside.is_dir() else package.parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
