"""Hangs the account pages into the site, with the rules that everything under `/app` follows."""

import hashlib
import hmac
from urllib.parse import quote

from flask import Flask, current_app, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from assess.accounts.authenticator import SealingKey
from assess.accounts.challenges import Challenges
from assess.accounts.errors import NotSignedInError, SecondStepMissingError
from assess.accounts.pages.audit_log import audit_log
from assess.accounts.pages.cookies import AppCookies, is_under_app
from assess.accounts.pages.home import add_home_entries, entries_of_roles
from assess.accounts.pages.limits import FailedSignIns
from assess.accounts.pages.next_page import HOME, next_page
from assess.accounts.pages.passkeys import passkeys
from assess.accounts.pages.provider import provider_pages
from assess.accounts.pages.rights import account_if_signed_in, csrf, deny_what_is_not_declared
from assess.accounts.pages.second_step import second_step
from assess.accounts.pages.security import security
from assess.accounts.pages.views import accounts
from assess.accounts.passwords import decoy_hash
from assess.accounts.provider import Client, Provider
from assess.accounts.provider_sign_in import Journey
from assess.accounts.secret import application_secret
from assess.audit.acting import ACCOUNT, VISITOR, Actor, name_actor
from assess.config import Settings
from assess.localisation import gettext as _
from assess.localisation import set_language


def hang_in_account_pages(app: Flask, settings: Settings) -> None:
    """Add sign-in; RefusalError or InputError where the installation has no usable secret."""
    secret = application_secret(settings)
    app.session_interface = AppCookies(secret, secure=settings.is_https)
    app.config.update(
        WTF_CSRF_SECRET_KEY=hmac.digest(secret, b"assess/form-signature", hashlib.sha256),
        WTF_CSRF_CHECK_DEFAULT=False,  # each view's declaration checks: members' pages have no token
        WTF_CSRF_TIME_LIMIT=None,  # the token dies with the session it is tied to
        WTF_CSRF_SSL_STRICT=False,  # pages are sent with no-referrer: there is no referrer to compare
    )
    app.extensions["assess.secret"] = secret
    app.extensions["assess.sealing_key"] = SealingKey(secret)
    app.extensions["assess.challenges"] = Challenges(secret)
    client = Client.of(settings)
    app.extensions["assess.provider"] = None if client is None else Provider(client)
    app.extensions["assess.journey"] = Journey(secret, app.extensions["assess.challenges"])
    csrf.init_app(app)
    app.extensions["assess.failed_sign_ins"] = FailedSignIns()
    decoy_hash()  # computed now, or the first unknown address would take twice as long
    app.before_request(deny_what_is_not_declared)
    app.before_request(_know_who_it_is)
    app.context_processor(lambda: {"signed_in": g.get("account")})
    app.register_error_handler(NotSignedInError, _ask_to_sign_in)
    app.register_error_handler(SecondStepMissingError, _ask_for_second_step)
    add_home_entries(app, entries_of_roles)
    for pages in (accounts, second_step, security, passkeys, provider_pages, audit_log):
        app.register_blueprint(pages)


def _know_who_it_is() -> None:
    """Under `/app`, name who acts; the account's language comes before the browser's, and `?lang=` before both.

    Also where there is no page: whoever reads Chinese is told so in Chinese.
    """
    if not is_under_app(request.path):
        return
    account = account_if_signed_in()
    name_actor(Actor(VISITOR) if account is None else Actor(ACCOUNT, account.email))
    settings: Settings = current_app.extensions["assess.settings"]
    asked, offered = request.args.get("lang"), settings.languages
    if account is not None and asked not in offered and account.language in offered:
        set_language(account.language)


def _ask_to_sign_in(_error: NotSignedInError) -> ResponseReturnValue:
    """Lead to the sign-in page and back; a script that asked is told so in words of its own kind."""
    if _a_script_asks():
        return jsonify(error=_("Your session has ended; open the page again and sign in.")), 401
    target = next_page(request.path)
    return redirect("/app/sign-in" + ("" if target == HOME else f"?next={quote(target)}"), 303)


def _ask_for_second_step(_error: SecondStepMissingError) -> ResponseReturnValue:
    """Lead to the page where it is set up; until then nothing else opens."""
    if _a_script_asks():
        return jsonify(error=_("Your account needs a second step at sign-in; open the page Security.")), 403
    return redirect("/app/security", 303)


def _a_script_asks() -> bool:
    return "X-CSRFToken" in request.headers or request.headers.get("Sec-Fetch-Dest") == "empty"
