"""Signing in through the organisation's provider: the way there, the way back, and out of it."""

from flask import Blueprint, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from assess.accounts.errors import ProviderError, UnboundProviderError
from assess.accounts.models import Account
from assess.accounts.pages.common import database, log_refusal, moment
from assess.accounts.pages.cookies import browser
from assess.accounts.pages.next_page import next_page
from assess.accounts.pages.rights import account_before_second_step, needs, open_to_everybody
from assess.accounts.pages.sign_in_form import sign_in_form
from assess.accounts.provider import Provider
from assess.accounts.provider_sign_in import Journey, bind, sign_in_as_bound
from assess.localisation import gettext as _

provider_pages = Blueprint("provider", __name__)

REFUSED = 422
_CONNECT = "connect "


@provider_pages.get("/app/sign-in/provider")
@open_to_everybody
def leave() -> ResponseReturnValue:
    """Send the browser to the provider. A link and no form: `form-action` allows forms to lead nowhere else."""
    return _to_provider(next_page(request.args.get("next")))


@provider_pages.get("/app/security/provider")
@needs(account_before_second_step)
def connect(account: Account) -> ResponseReturnValue:
    """Send somebody who is signed in to the provider, to connect the two."""
    return _to_provider(_CONNECT + account.id.hex())


@provider_pages.get("/app/sign-in/provider/back")
@open_to_everybody
def come_back() -> ResponseReturnValue:
    """Begin a session, or connect, with what the provider answered; only the browser that left can come back."""
    provider = _provider_or_404()
    try:
        claims, challenge, end, target = _journey().finish(
            provider, request.args, browser().came_with or "", now=moment()
        )
        if target.startswith(_CONNECT):
            account = account_before_second_step()
            if target != _CONNECT + account.id.hex():
                raise ProviderError("somebody else is signed in by now")
            bind(database(), account, provider.client.issuer, claims, challenge, end=end, now=moment())
            return redirect("/app/security?done=connected", 303)
        came_with = browser().came_with
        token = sign_in_as_bound(
            database(), provider.client.issuer, claims, challenge, end=end, now=moment(), instead_of=came_with
        )
    except ProviderError as error:
        log_refusal("provider", str(error))
        name = provider.client.name
        return sign_in_form(
            {"other": _("Signing in through %(name)s did not work. Try once more.", name=name)}
        ), REFUSED
    except UnboundProviderError:
        return sign_in_form({"other": _unbound_sentence(provider.client.name)}), REFUSED
    browser().carry(token)
    return redirect(next_page(target), 303)


@provider_pages.get("/app/sign-in/provider/out")
@open_to_everybody
def leave_provider() -> ResponseReturnValue:
    """Lead to the provider's own page for signing out; here the session has ended already."""
    provider = _provider_or_404()
    back = provider.client.redirect_uri.removesuffix("/provider/back")  # exactly as it is registered there
    try:
        return redirect(provider.logout_address(back) or "/app/sign-in", 303)
    except ProviderError as error:
        log_refusal("provider", str(error))
        return redirect("/app/sign-in", 303)


def _to_provider(target: str) -> ResponseReturnValue:
    provider = _provider_or_404()
    browser().hand_out()
    try:
        return redirect(_journey().begin(provider, browser().token, target, now=moment()), 303)
    except ProviderError as error:
        log_refusal("provider", str(error))
        sentence = _("%(name)s does not answer. Try again later, or sign in another way.", name=provider.client.name)
        return sign_in_form({"other": sentence}), 503


def _unbound_sentence(name: str) -> str:
    return _(
        "Nobody here belongs to your account at %(name)s. Were you invited? Then ask an administrator whether the "
        "address is the same. If you have a password here, sign in with it and connect the two on the page Security.",
        name=name,
    )


def _provider_or_404() -> Provider:
    provider: Provider | None = current_app.extensions["assess.provider"]
    return provider or abort(404)


def _journey() -> Journey:
    journey: Journey = current_app.extensions["assess.journey"]
    return journey
