"""The page on which people look after their sign-in: authenticator app, recovery codes, all devices."""

import segno
from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.authenticator import address_for_apps, new_secret
from assess.accounts.errors import CodesRestError, WrongCodeError, WrongSignInError
from assess.accounts.models import Account, AuthenticatorApp, Passkey
from assess.accounts.pages.common import (
    CANNOT_BE_TAKEN,
    TOO_MANY,
    WAIT_A_MINUTE,
    database,
    moment,
    sealing_key,
    too_many_failures,
    too_many_sentence,
)
from assess.accounts.pages.cookies import browser
from assess.accounts.pages.forms import CodeForm, PasswordAndCodeForm, PasswordForm, first_errors
from assess.accounts.pages.refused_codes import rest_sentence, retry_after, wrong_code_sentence
from assess.accounts.pages.rights import account_before_second_step, needs, owes_second_step
from assess.accounts.pages.sign_in_form import passkey_site
from assess.accounts.passkeys import passkeys_of
from assess.accounts.passwords import verify_password
from assess.accounts.provider import Provider
from assess.accounts.provider_sign_in import identity_of
from assess.accounts.recovery_codes import codes_left
from assess.accounts.second_step import has_second_step, renew_codes, turn_app_off, turn_app_on
from assess.config import Settings
from assess.localisation import format_day, ngettext
from assess.localisation import gettext as _

security = Blueprint("security", __name__)

Refused = tuple[dict[str, str], int, dict[str, str]]


@security.get("/app/security")
@needs(account_before_second_step)
def overview(account: Account) -> ResponseReturnValue:
    """Show how this account signs in and what can be changed about it."""
    settings: Settings = current_app.extensions["assess.settings"]
    with database().reading() as session:
        app = session.get(AuthenticatorApp, account.id)
        return render_template(
            "app/security.html",
            app_since=None if app is None else format_day(app.made_at.astimezone(settings.zone)),
            passkeys=[_shown(passkey, settings) for passkey in passkeys_of(session, account)],
            provider=_provider_name(account),
            connected=identity_of(session, account) is not None,
            can_have_passkeys=passkey_site() is not None,
            done=_done(request.args.get("done", "")),
            has_second_step=has_second_step(session, account),
            codes_left=_left(codes_left(session, account)),
            owes=owes_second_step(account),
        )


@security.get("/app/security/app")
@needs(account_before_second_step)
def app_page(_account: Account) -> ResponseReturnValue:
    """Ask for the password before anything is shown."""
    return render_template("app/app_begin.html", errors={})


@security.post("/app/security/app")
@needs(account_before_second_step)
def show_secret(account: Account) -> ResponseReturnValue:
    """Draw a secret and show it as a picture and as text; nothing is stored until its first code is right."""
    form = PasswordForm(request.form)
    if not form.validate():
        return render_template("app/app_begin.html", errors=first_errors(form)), CANNOT_BE_TAKEN
    if not verify_password(account.password_hash, form.password.data or ""):
        errors, status, headers = _refused(WrongSignInError(), account)
        return render_template("app/app_begin.html", errors=errors), status, headers
    secret = new_secret()
    return _secret_page(account, secret, sealing_key().write_set_up(secret, account.id, now=moment()), {})


@security.post("/app/security/app/confirm")
@needs(account_before_second_step)
def confirm_app(account: Account) -> ResponseReturnValue:
    """Store the app when its first code is right, and show the recovery codes this one time."""
    form, set_up = CodeForm(request.form), request.form.get("set_up", "")
    secret = sealing_key().read_set_up(set_up, account.id, now=moment())
    if secret is None:
        return redirect("/app/security/app", 303)
    if not form.validate():
        return _secret_page(account, secret, set_up, first_errors(form)), CANNOT_BE_TAKEN
    is_first = owes_second_step(account)
    try:
        token, codes = turn_app_on(database(), sealing_key(), account, secret, form.code.data or "", now=moment())
    except WrongCodeError:
        return _secret_page(account, secret, set_up, {"code": wrong_code_sentence()}), CANNOT_BE_TAKEN
    browser().carry(token)
    return render_template("app/recovery_codes.html", codes=codes, is_new=True, is_first=is_first)


@security.get("/app/security/app/off")
@needs(account_before_second_step)
def app_off_page(_account: Account) -> ResponseReturnValue:
    """Ask for password and code."""
    return render_template("app/app_off.html", errors={})


@security.post("/app/security/app/off")
@needs(account_before_second_step)
def app_off(account: Account) -> ResponseReturnValue:
    """Remove the app."""
    form = PasswordAndCodeForm(request.form)
    if not form.validate():
        return render_template("app/app_off.html", errors=first_errors(form)), CANNOT_BE_TAKEN
    try:
        password, code = form.password.data or "", form.code.data or ""
        token = turn_app_off(database(), sealing_key(), account, password, code, now=moment())
    except (WrongSignInError, WrongCodeError, CodesRestError) as error:
        errors, status, headers = _refused(error, account)
        return render_template("app/app_off.html", errors=errors), status, headers
    browser().carry(token)
    return redirect("/app/security?done=off", 303)


@security.get("/app/security/codes")
@needs(account_before_second_step)
def codes_page(_account: Account) -> ResponseReturnValue:
    """Ask for password and code before new recovery codes are shown."""
    return render_template("app/codes_begin.html", errors={})


@security.post("/app/security/codes")
@needs(account_before_second_step)
def new_codes(account: Account) -> ResponseReturnValue:
    """Replace the recovery codes and show the new ones this one time."""
    form = PasswordAndCodeForm(request.form)
    if not form.validate():
        return render_template("app/codes_begin.html", errors=first_errors(form)), CANNOT_BE_TAKEN
    try:
        password, code = form.password.data or "", form.code.data or ""
        codes = renew_codes(database(), sealing_key(), account, password, code, now=moment())
    except (WrongSignInError, WrongCodeError, CodesRestError) as error:
        errors, status, headers = _refused(error, account)
        return render_template("app/codes_begin.html", errors=errors), status, headers
    return render_template("app/recovery_codes.html", codes=codes, is_new=False)


def _provider_name(account: Account) -> str:
    """Name the provider an account may be connected to; key holders sign in by themselves."""
    provider: Provider | None = current_app.extensions["assess.provider"]
    return "" if provider is None or account.is_key_holder else provider.client.name


def _shown(passkey: Passkey, settings: Settings) -> dict[str, str]:
    """Say what a passkey is called, since when there is one, and when it was last used."""
    made = format_day(passkey.made_at.astimezone(settings.zone))
    if passkey.used_at is None:
        text = _("Made on %(day)s, not used yet.", day=made)
    else:
        used = format_day(passkey.used_at.astimezone(settings.zone))
        text = _("Made on %(day)s, last used on %(used)s.", day=made, used=used)
    return {"id": passkey.id.hex(), "name": passkey.name, "text": text}


def _done(word: str) -> str:
    """Say what has just been done."""
    return {
        "off": _("The authenticator app has been turned off, and every other session has been ended."),
        "passkey": _("The passkey has been added, and every other session has been ended."),
        "removed": _("The passkey has been removed, and every other session has been ended."),
        "connected": _("The two accounts are connected. From now on you can sign in either way."),
        "no-passkey": _("No passkey was added: it took too long, or this device has one already. Try once more."),
    }.get(word, "")


def _left(codes: int) -> str:
    if not codes:
        return ""
    return ngettext(
        "One code is left. Each signs you in once when your phone is not at hand.",
        "%(num)s codes are left. Each signs you in once when your phone is not at hand.",
        codes,
    )


def _secret_page(account: Account, secret: str, set_up: str, errors: dict[str, str]) -> str:
    settings: Settings = current_app.extensions["assess.settings"]
    address = address_for_apps(secret, email=account.email, organisation=settings.organisation)
    return render_template(
        "app/app_confirm.html",
        picture=segno.make_qr(address, error="m").svg_data_uri(scale=4, border=4, light="#fff"),
        address=address,
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        set_up=set_up,
        errors=errors,
    )


def _refused(error: WrongSignInError | WrongCodeError | CodesRestError, account: Account) -> Refused:
    """Say beside which field what was wrong, with which status."""
    if isinstance(error, CodesRestError):
        return {"code": rest_sentence(error)}, TOO_MANY, retry_after(error)
    if isinstance(error, WrongCodeError):
        return {"code": wrong_code_sentence()}, CANNOT_BE_TAKEN, {}
    if too_many_failures(account.email):
        return {"password": too_many_sentence()}, TOO_MANY, WAIT_A_MINUTE
    return {"password": _("This is not your current password.")}, CANNOT_BE_TAKEN, {}
