"""The form people sign in with, and what it has to hand to the browser where passkeys can be used."""

from flask import current_app, render_template, request

from assess.accounts.challenges import Challenges
from assess.accounts.pages.common import moment
from assess.accounts.pages.cookies import browser
from assess.accounts.pages.next_page import next_page
from assess.accounts.passkeys import SIGN_IN, Site, options_to_sign_in
from assess.accounts.provider import Provider


def sign_in_form(errors: dict[str, str], *, email: str = "", target: str | None = None) -> str:
    """Render the page; under the empty name stands what is wrong with both fields, under `other` what with neither."""
    return render_template(
        "app/sign_in.html",
        email=email,
        next=next_page(target),
        errors=errors,
        passkey_options=passkey_options(),
        **_provider(),
    )


def _provider() -> dict[str, str]:
    """Name the provider, and whether somebody has just signed out here who may want to do so there."""
    provider: Provider | None = current_app.extensions["assess.provider"]
    name = "" if provider is None else provider.client.name
    return {"provider": name, "left": name if request.args.get("left") else ""}


def passkey_options() -> str:
    """Write what a browser needs to sign in with a passkey; empty where there are none."""
    site = passkey_site()
    return "" if site is None else options_to_sign_in(site, challenges().write(SIGN_IN, browser().token, now=moment()))


def passkey_site() -> Site | None:
    """Return for whom passkeys are made here; None where browsers make none."""
    return Site.of(current_app.extensions["assess.settings"])


def challenges() -> Challenges:
    """Return what writes and reads challenges of this installation."""
    found: Challenges = current_app.extensions["assess.challenges"]
    return found
