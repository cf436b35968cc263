"""Passkeys: signing in with one, adding one, removing one."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.errors import UnknownPasskeyError, WrongSignInError
from assess.accounts.models import Account, Passkey
from assess.accounts.pages.common import (
    CANNOT_BE_TAKEN,
    TOO_MANY,
    WAIT_A_MINUTE,
    database,
    moment,
    too_many_failures,
    too_many_sentence,
)
from assess.accounts.pages.cookies import browser
from assess.accounts.pages.forms import PasskeyForm, PasswordForm, first_errors
from assess.accounts.pages.next_page import next_page
from assess.accounts.pages.rights import account_before_second_step, needs, open_to_everybody, owes_second_step
from assess.accounts.pages.sign_in_form import challenges, passkey_site, sign_in_form
from assess.accounts.passkeys import (
    NAME_LENGTH,
    REGISTER,
    Site,
    options_to_register,
    passkey_of,
    register,
    remove_passkey,
    sign_in_with_passkey,
)
from assess.accounts.passwords import verify_password
from assess.localisation import gettext as _

passkeys = Blueprint("passkeys", __name__)

_ANY = "a passkey of anybody"
"""Failures are counted for all passkeys together too, as failed passwords are per address they were meant for."""


@passkeys.post("/app/sign-in/passkey")
@open_to_everybody
def sign_in() -> ResponseReturnValue:
    """Begin a session under a fresh token, or say that the passkey cannot be used here."""
    target = request.form.get("next")
    try:
        token = sign_in_with_passkey(
            database(),
            _site_or_404(),
            challenges(),
            request.form.get("credential", ""),
            browser_token=browser().token,
            now=moment(),
        )
    except UnknownPasskeyError:
        if too_many_failures(_ANY):
            return sign_in_form({"other": too_many_sentence()}, target=target), TOO_MANY, WAIT_A_MINUTE
        sentence = _("This passkey could not be used. Try again, or sign in with address and password.")
        return sign_in_form({"other": sentence}, target=target), CANNOT_BE_TAKEN
    browser().carry(token)
    return redirect(next_page(target), 303)


@passkeys.get("/app/security/passkey")
@needs(account_before_second_step)
def begin_page(_account: Account) -> ResponseReturnValue:
    """Ask for the password before a passkey can be added."""
    _site_or_404()
    return render_template("app/passkey_begin.html", errors={})


@passkeys.post("/app/security/passkey")
@needs(account_before_second_step)
def begin(account: Account) -> ResponseReturnValue:
    """Show the form that makes a passkey to whoever knows the password."""
    _site_or_404()
    form = PasswordForm(request.form)
    if not form.validate():
        return render_template("app/passkey_begin.html", errors=first_errors(form)), CANNOT_BE_TAKEN
    if not verify_password(account.password_hash, form.password.data or ""):
        errors, status, headers = _wrong_password(account)
        return render_template("app/passkey_begin.html", errors=errors), status, headers
    return _add_page(account)


@passkeys.post("/app/security/passkey/add")
@needs(account_before_second_step)
def add(account: Account) -> ResponseReturnValue:
    """Store what the browser has made; with the first second step show the recovery codes this one time."""
    site, form, is_first = _site_or_404(), PasskeyForm(request.form), owes_second_step(account)
    if not form.validate():
        return redirect("/app/security/passkey", 303)
    try:
        token, codes = register(
            database(),
            site,
            challenges(),
            account,
            form.credential.data or "",
            name=form.name.data or "",
            browser_token=browser().token,
            now=moment(),
        )
    except UnknownPasskeyError:
        return redirect("/app/security?done=no-passkey", 303)
    browser().carry(token)
    if codes:
        return render_template("app/recovery_codes.html", codes=codes, is_new=True, is_first=is_first)
    return redirect("/app/security?done=passkey", 303)


@passkeys.get("/app/security/passkey/<passkey_id>/remove")
@needs(account_before_second_step)
def remove_page(account: Account, passkey_id: str) -> ResponseReturnValue:
    """Ask for the password."""
    return _remove_form(_passkey_of_or_404(account, passkey_id), {})


@passkeys.post("/app/security/passkey/<passkey_id>/remove")
@needs(account_before_second_step)
def remove(account: Account, passkey_id: str) -> ResponseReturnValue:
    """Remove a passkey; every other session ends."""
    passkey, form = _passkey_of_or_404(account, passkey_id), PasswordForm(request.form)
    if not form.validate():
        return _remove_form(passkey, first_errors(form)), CANNOT_BE_TAKEN
    try:
        token = remove_passkey(database(), account, passkey.id, form.password.data or "", now=moment())
    except WrongSignInError:
        errors, status, headers = _wrong_password(account)
        return _remove_form(passkey, errors), status, headers
    browser().carry(token)
    return redirect("/app/security?done=removed", 303)


def _add_page(account: Account) -> str:
    challenge = challenges().write(REGISTER, browser().token, now=moment())
    with database().reading() as session:
        options = options_to_register(_site_or_404(), session, account, challenge)
    return render_template("app/passkey_add.html", options=options, longest=NAME_LENGTH)


def _remove_form(passkey: Passkey, errors: dict[str, str]) -> str:
    return render_template("app/passkey_remove.html", name=passkey.name, errors=errors)


def _passkey_of_or_404(account: Account, passkey_id: str) -> Passkey:
    """Find a passkey of this account; one of somebody else is as if it were not there."""
    try:
        read = bytes.fromhex(passkey_id)
    except ValueError:
        abort(404)
    with database().reading() as session:
        found = passkey_of(session, account, read)
    return found or abort(404)


def _site_or_404() -> Site:
    return passkey_site() or abort(404)


def _wrong_password(account: Account) -> tuple[dict[str, str], int, dict[str, str]]:
    if too_many_failures(account.email):
        return {"password": too_many_sentence()}, TOO_MANY, WAIT_A_MINUTE
    return {"password": _("This is not your current password.")}, CANNOT_BE_TAKEN, {}
