"""`assess mail`: look at messages before they leave, try the way to the mail server, see what is on its way."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import func, select

from assess.cli.columns import print_columns
from assess.cli.options import installation
from assess.config import Settings, load_settings
from assess.errors import RefusalError
from assess.localisation import LANGUAGES, current_language, format_moment, use_language
from assess.localisation import gettext as _
from assess.messages.letter import html, plain_text
from assess.messages.models import Kind, MessageState, OutboxMessage
from assess.messages.samples import sample
from assess.messages.sending import Worked
from assess.messages.trial import send_trial
from assess.messages.words import kind_word, state_word
from assess.surveys.mail_counts import counted_mail, note_bounced, unreached
from assess.tasks.mail import send_due

_PREVIEWED = [kind.value for kind in Kind]
LANGUAGE = click.option("--language", type=click.Choice(LANGUAGES), help="Default: that of the command line.")


@click.group()
def mail() -> None:
    """Preview, try and send mail; `assess cycle open --mail` and `assess cycle remind` queue it."""


@mail.command()
@click.argument("kind", type=click.Choice(_PREVIEWED))
@LANGUAGE
@click.option("--html", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write the HTML part here.")
def preview(kind: str, language: str | None, file: Path | None) -> None:
    """Print a message as it would be sent, with made-up facts and a link that leads nowhere."""
    settings, chosen = load_settings(), language or current_language()
    with use_language(chosen):
        letter = sample(Kind(kind), settings, now=datetime.now(UTC))
        text, page = plain_text(letter), html(letter, chosen)
    if file is not None:
        file.write_text(page, "utf-8")
        click.echo(_("Wrote %(file)s.", file=file), err=True)
        return
    click.echo(f"{_('Subject: %(subject)s', subject=letter.subject)}\n\n{text}", nl=False)


@mail.command()
@click.argument("address")
@LANGUAGE
def test(address: str, language: str | None) -> None:
    """Send one harmless message to ADDRESS at once, to try the way."""
    send_trial(load_settings(), address, language or current_language(), now=datetime.now(UTC))
    click.echo(_("The mail server has taken the message to %(address)s.", address=address))


@mail.command()
def status() -> None:
    """Show how many messages wait, were sent or failed, and which failed; nothing about answering is known."""
    with installation() as (settings, database), database.reading() as session:
        _say_whether_there_is_mail(settings)
        lines = counted_mail(session)
        if not lines:
            click.echo(_("The outbox is empty."))
            return
        print_columns(
            [(line.quarter, kind_word(line.kind), state_word(line.state), str(line.number)) for line in lines]
        )
        for message in unreached(session):
            click.echo(f"  {_trouble(message)}")
        waiting = session.scalar(select(func.min(OutboxMessage.next_try_at)))
        if waiting is not None:
            moment = format_moment(waiting.astimezone(settings.zone))
            click.echo(_("The next attempt is due at %(moment)s.", moment=moment))


@mail.command()
def send() -> None:
    """Send everything that is due, once; a worker does the same every minute."""
    with installation() as (settings, database):
        done = send_due(database, settings)
    click.echo(_told(done))
    if done.stopped:
        raise RefusalError(done.stopped)


@mail.command()
@click.argument("address")
def bounced(address: str) -> None:
    """Note that messages to ADDRESS came back: they are shown until the next survey opens."""
    with installation() as (_settings, database):
        number = note_bounced(database, address)
        click.echo(_("Noted; messages to that address: %(number)d.", number=number))


def _trouble(message: OutboxMessage) -> str:
    kind = kind_word(Kind(message.kind))
    if message.state == MessageState.BOUNCED:
        return _("%(address)s: came back (%(kind)s)", address=message.recipient, kind=kind)
    return _("%(address)s: failed (%(kind)s), code %(code)s", address=message.recipient, kind=kind, code=message.reason)


def _say_whether_there_is_mail(settings: Settings) -> None:
    if settings.mail is None:
        click.echo(_("No mail server is set up, so no mail is queued or sent; set ASSESS_SMTP_HOST."))
        return
    click.echo(
        _(
            "Mail leaves through %(host)s as %(sender)s.",
            host=f"{settings.mail.host}:{settings.mail.port}",
            sender=settings.mail.sender,
        )
    )


def _told(done: Worked) -> str:
    return _(
        "Sent: %(sent)d. To be tried again: %(later)d. Failed: %(failed)d. No longer needed: %(dropped)d.",
        sent=done.sent,
        later=done.later,
        failed=done.failed,
        dropped=done.dropped,
    )
