"""A harmless message, sent at once past the outbox, to try the way to somebody."""

from datetime import datetime
from email.utils import make_msgid

from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.mail_config import is_plain_address
from assess.messages import wording
from assess.messages.letter import Envelope, Letter
from assess.messages.sending import mail_settings, send_at_once
from assess.messages.smtp import Outcome


def send_trial(settings: Settings, address: str, language: str, *, now: datetime) -> None:
    """Send it. RefusalError without a mail server, or where the server does not take it; InputError for no address."""
    server = mail_settings(settings)
    if not is_plain_address(address):
        raise InputError(_("“%(address)s” is no address that mail can be sent to.", address=address))
    with use_language(language):
        letter: Letter = wording.trial(wording.Sender(settings.organisation, settings.contact))
    envelope = Envelope(
        settings.organisation,
        server.sender,
        address,
        language,
        make_msgid(domain=server.domain),
        now.astimezone(settings.zone),
    )
    reply = send_at_once(settings, letter, envelope)
    if reply.outcome != Outcome.TAKEN:
        raise RefusalError(_("The mail server did not take the message: %(code)s.", code=reply.code))
