"""The mail server: whether it can be reached and signed in to; nothing is sent."""

from collections.abc import Iterator
from dataclasses import replace

from assess.config import Settings
from assess.errors import AssessError
from assess.localisation import gettext as _
from assess.messages.smtp import Connection
from assess.operations.doctor.finding import Finding, fine, note, wrong

PATIENCE_SECONDS = 10.0


def examine_mail(settings: Settings) -> Iterator[Finding]:
    """Connect, protect, sign in, and leave again."""
    if settings.mail is None:
        yield note(
            _("No mail server is set up, so no mail is queued or sent; set ASSESS_SMTP_HOST."),
            _("Links are then handed out as a file or on slips, and nobody is reminded."),
        )
        return
    mail = replace(settings.mail, connect_seconds=PATIENCE_SECONDS, patience_seconds=PATIENCE_SECONDS)
    try:
        with Connection(mail, settings.base_url) as server:
            server.open()
    except AssessError as error:
        yield wrong(
            str(error),
            _("Invitations, reminders and results wait until it answers."),
            _("Correct ASSESS_SMTP_HOST and what belongs to it, then try: assess mail test ADDRESS"),
        )
        return
    place = f"{mail.host}:{mail.port}"
    if mail.user:
        yield fine(_("The mail server %(place)s answers and takes user and password.", place=place))
    else:
        yield fine(_("The mail server %(place)s answers; no sign-in is set.", place=place))
