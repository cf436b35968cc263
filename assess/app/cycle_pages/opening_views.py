"""The page of one survey, whatever its state, and the button that opens it."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.cycle_pages.common import CANNOT_BE_TAKEN, CONFLICT, cycle_or_404, keys_are_here
from assess.app.cycle_pages.planned_page import elsewhere, planned_page
from assess.app.cycle_pages.running_page import running_page
from assess.app.site import database, moment, settings
from assess.errors import AssessError, RefusalError
from assess.localisation import gettext as _
from assess.messages.trial import send_trial
from assess.surveys.inviting import open_cycle
from assess.surveys.models import State
from assess.teams.confirming import confirm_roster

opening_pages = Blueprint("survey_pages", __name__)

BY_MAIL, BY_HAND = "mail", "hand"


@opening_pages.get("/app/cycles/<quarter>")
@needs(require_hr)
def one(_account: Account, quarter: str) -> ResponseReturnValue:
    """Show a survey as it stands."""
    return _page(quarter)


@opening_pages.post("/app/cycles/<quarter>/open")
@needs(require_hr)
def open_survey(_account: Account, quarter: str) -> ResponseReturnValue:
    """Open what was looked at; a second click, or a second person, finds it open."""
    with database().reading() as session:
        state = cycle_or_404(session, quarter).state
    if state != State.CREATED:
        return redirect(f"/app/cycles/{quarter}?opened", 303)
    if request.form.get("by") not in {BY_MAIL, BY_HAND}:
        return _page(quarter, errors={"by": _("Choose how people get their links.")}), CANNOT_BE_TAKEN
    if "sure" not in request.form:
        sentence = _("Tick that you have looked at the plan: what is opened can no longer be changed.")
        return _page(quarter, errors={"sure": sentence}), CANNOT_BE_TAKEN
    try:
        if not keys_are_here():
            raise RefusalError(elsewhere(quarter))
        mail, seen = request.form["by"] == BY_MAIL, request.form.get("seen", "")
        open_cycle(database(), settings(), quarter, now=moment(), mail=mail, seen=seen)
    except AssessError as error:
        with database().reading() as session:
            state = cycle_or_404(session, quarter).state
        if state != State.CREATED:  # somebody was a moment faster
            return redirect(f"/app/cycles/{quarter}?opened", 303)
        return _page(quarter, refusal=str(error)), CONFLICT
    return redirect(f"/app/cycles/{quarter}?now_open", 303)


@opening_pages.post("/app/cycles/<quarter>/mail-test")
@needs(require_hr)
def test_mail(account: Account, quarter: str) -> ResponseReturnValue:
    """Send a harmless message to whoever asks for it."""
    try:
        send_trial(settings(), account.email, account.language, now=moment())
    except AssessError as error:
        return _page(quarter, refusal=str(error)), CONFLICT
    return redirect(f"/app/cycles/{quarter}?mail_sent", 303)


@opening_pages.post("/app/cycles/<quarter>/confirm-roster")
@needs(require_hr)
def confirm(account: Account, quarter: str) -> ResponseReturnValue:
    """Take the word of HR that teams and roster are right, as they stood on the page."""
    with database().reading() as session:
        cycle_or_404(session, quarter)
    try:
        seen = bytes.fromhex(request.form.get("roster", "")[:64])
    except ValueError:
        seen = b""
    try:
        confirm_roster(database(), by=account.email, now=moment(), seen=seen)
    except AssessError as error:
        return _page(quarter, refusal=str(error)), CONFLICT
    return redirect(f"/app/cycles/{quarter}?confirmed", 303)


def _page(quarter: str, *, refusal: str = "", errors: dict[str, str] | None = None) -> str:
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        if cycle.state == State.CREATED:
            return planned_page(session, cycle, refusal=refusal, errors=errors)
        return running_page(session, cycle, refusal=refusal)
