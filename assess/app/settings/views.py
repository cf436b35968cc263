"""The views of the settings page: show it, and save one part of it at a time."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_admin
from assess.app import site
from assess.app.settings.page import Said, settings_page
from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.organisation.choosing import WrongValuesError, choose

settings_pages = Blueprint("settings_pages", __name__)

CANNOT_BE_TAKEN, CONFLICT = 422, 409
PARTS = {
    "organisation": ("organisation", "contact"),
    "time": ("time_zone", "languages"),
    "protection": ("minimum_group_size",),
    "access": ("second_step",),
}
_DONE = ("organisation", "time", "protection", "access", "look", "no-look")


@settings_pages.get("/app/settings")
@needs(require_admin)
def overview(account: Account) -> ResponseReturnValue:
    """Show everything."""
    part = request.args.get("saved", "")
    return settings_page(account, Said(part.removeprefix("no-"), _("It is saved.")) if part in _DONE else None)


@settings_pages.post("/app/settings/<any(organisation, time, protection, access):part>")
@needs(require_admin)
def save(account: Account, part: str) -> ResponseReturnValue:
    """Save a part; what the operator has fixed is not in its form."""
    typed = {name: request.form[name] for name in PARTS[part] if name in request.form}
    seen = {name: request.form.get(f"was-{name}", "") for name in typed}
    try:
        choose(site.database(), site.settings(), typed, seen=seen)
    except WrongValuesError as error:
        return settings_page(account, Said(part, errors=error.messages, typed=typed)), CANNOT_BE_TAKEN
    except RefusalError as error:
        return settings_page(account, Said(part, refusal=str(error))), CONFLICT
    return redirect(f"/app/settings?saved={part}#{part}", 303)
