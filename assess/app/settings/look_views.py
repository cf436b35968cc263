"""Logo and accent colour: sent, looked at in light and dark, then used; nothing is used that was not looked at."""

from dataclasses import replace

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_admin
from assess.app import site
from assess.app.settings.page import Said, settings_page
from assess.app.settings.views import CANNOT_BE_TAKEN, CONFLICT
from assess.app.site_look import SiteLooks
from assess.errors import AssessError, InputError
from assess.localisation import gettext as _
from assess.looks.choosing import draft_look, keep_draft, look_in_use, sha256_in_use
from assess.looks.colours import accent_colour
from assess.looks.logos import MOST_BYTES, logo_from
from assess.looks.look import ACCENT, Look
from assess.looks.on_pages import worst_contrast
from assess.organisation.looking import change_look

settings_look = Blueprint("settings_look", __name__)

_FORM_BYTES = 100_000
_LONGEST_NAME = 60


@settings_look.before_request
def allow_more_where_a_logo_comes_in() -> None:
    """Raise the limit of what is sent for the one view that takes a file; rights are checked before it is read."""
    if request.endpoint == "settings_look.send":
        request.max_content_length = MOST_BYTES + _FORM_BYTES


@settings_look.post("/app/settings/look")
@needs(require_admin)
def send(account: Account) -> ResponseReturnValue:
    """Take a logo, a colour or both, and lead to the preview."""
    typed = {"accent": request.form.get("accent", "")}
    with site.database().reading() as session:
        look = look_in_use(session)
    errors: dict[str, str] = {}
    try:
        look = _with_logo(look)
    except AssessError as error:
        errors["logo"] = str(error)
    try:
        look = replace(look, accent_set=_accent(typed["accent"]))
    except InputError as error:
        errors["accent"] = str(error)
    if errors:
        return settings_page(account, Said("look", errors=errors, typed=typed)), CANNOT_BE_TAKEN
    with site.database().writing() as session:
        if look.sha256 == sha256_in_use(session):
            return redirect("/app/settings?saved=look#look", 303)
        if look == Look():
            change_look(session, look)
            return redirect("/app/settings?saved=look#look", 303)
        keep_draft(session, look)
    return redirect("/app/settings/look", 303)


@settings_look.get("/app/settings/look")
@needs(require_admin)
def preview(_account: Account) -> ResponseReturnValue:
    """Show the look that was sent as pages would show it; without one there is nothing to see."""
    looks: SiteLooks = current_app.extensions["assess.site_looks"]
    with site.database().reading() as session:
        draft = draft_look(session)
        if draft is None:
            return redirect("/app/settings#look", 303)
        shown, before = looks.shown(session, draft.sha256), sha256_in_use(session)
    light, dark = worst_contrast(draft.accent)
    return render_template(
        "app/settings_look.html", draft=draft, shown=shown, before=before, light=f"{light:.1f}", dark=f"{dark:.1f}"
    )


@settings_look.post("/app/settings/look/use")
@needs(require_admin)
def use(account: Account) -> ResponseReturnValue:
    """Use the look that was previewed; a second click finds it done."""
    wanted, before = request.form.get("look", ""), request.form.get("before", "")
    with site.database().writing() as session:
        draft, present = draft_look(session), sha256_in_use(session)
        if wanted and wanted == present:
            return redirect("/app/settings?saved=look#look", 303)
        if draft is None or draft.sha256 != wanted or before != present:
            sentence = _("Somebody else has changed this meanwhile, and nothing of yours was saved; look at it again.")
        else:
            change_look(session, draft)
            return redirect("/app/settings?saved=look#look", 303)
    return settings_page(account, Said("look", refusal=sentence)), CONFLICT


@settings_look.post("/app/settings/look/remove")
@needs(require_admin)
def remove(_account: Account) -> ResponseReturnValue:
    """Use no logo from now on; earlier reports keep theirs."""
    with site.database().writing() as session:
        change_look(session, replace(look_in_use(session), logo=None))
    return redirect("/app/settings?saved=no-look#look", 303)


def _accent(text: str) -> str:
    """Read the colour; empty, or the product's own, is the product's own."""
    if not text.strip():
        return ""
    colour = accent_colour(text)
    return "" if colour == ACCENT else colour


def _with_logo(look: Look) -> Look:
    file = request.files.get("logo")
    if file is None or not file.filename:
        return look
    logo = logo_from(file.read(), file.filename[:_LONGEST_NAME])
    if logo.content_type == "image/svg+xml":  # pixels that were painted anew can be drawn; shapes are tried once
        from assess.reports.logo_trial import try_out

        try_out(logo)
    return replace(look, logo=logo)
