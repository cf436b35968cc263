"""Mail, for HR: how many messages wait, were sent or failed, and which addresses they did not reach."""

from flask import Blueprint, Flask, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.config import Settings
from assess.errors import InputError
from assess.extensions import Database
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.messages.models import Kind, MessageState, OutboxMessage
from assess.messages.words import kind_word, state_word
from assess.surveys.mail_counts import Counted, counted_mail, note_bounced, unreached

mail_pages = Blueprint("mail_pages", __name__)

CANNOT_BE_TAKEN = 422
_LONGEST_LIST = 500


def hang_in_mail(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(mail_pages)


@mail_pages.get("/app/mail")
@needs(require_hr)
def overview(_account: Account) -> ResponseReturnValue:
    """Show how far mail is."""
    return _page(noted="noted" in request.args)


@mail_pages.post("/app/mail/bounced")
@needs(require_hr)
def bounced(_account: Account) -> ResponseReturnValue:
    """Note that mail to an address came back; a second click finds it noted."""
    address = request.form.get("address", "")
    try:
        note_bounced(_database(), address)
    except InputError as error:
        return _page(address=address, error=str(error)), CANNOT_BE_TAKEN
    return redirect("/app/mail?noted#unreached", 303)


def _page(*, noted: bool = False, address: str = "", error: str = "") -> str:
    settings: Settings = current_app.extensions["assess.settings"]
    with _database().reading() as session:
        counts, lost = counted_mail(session), unreached(session)
    return render_template(
        "app/mail.html",
        has_mail=settings.mail is not None,
        surveys=_by_survey(counts),
        lost=[_lost(message) for message in lost[:_LONGEST_LIST]],
        more=max(0, len(lost) - _LONGEST_LIST),
        noted=noted,
        address=address,
        error=error,
    )


def _by_survey(counts: list[Counted]) -> list[tuple[str, list[tuple[str, str, int]]]]:
    quarters = sorted({each.quarter for each in counts}, reverse=True)
    return [
        (
            format_quarter(quarter),
            [(kind_word(e.kind), state_word(e.state), e.number) for e in counts if e.quarter == quarter],
        )
        for quarter in quarters
    ]


def _lost(message: OutboxMessage) -> dict[str, str]:
    kind = kind_word(Kind(message.kind))
    if message.state == MessageState.BOUNCED:
        return {"address": message.recipient, "what": _("came back (%(kind)s)", kind=kind)}
    return {"address": message.recipient, "what": _("failed (%(kind)s), code %(code)s", kind=kind, code=message.reason)}


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database
