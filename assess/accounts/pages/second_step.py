"""The second page of signing in: a code after the password."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.errors import CodesRestError, NotSignedInError, WrongCodeError
from assess.accounts.models import AuthenticatorApp
from assess.accounts.pages.common import (
    CANNOT_BE_TAKEN,
    TOO_MANY,
    database,
    moment,
    sealing_key,
)
from assess.accounts.pages.cookies import browser
from assess.accounts.pages.forms import CodeForm, first_errors
from assess.accounts.pages.next_page import next_page
from assess.accounts.pages.refused_codes import rest_sentence, retry_after, wrong_code_sentence
from assess.accounts.pages.rights import open_to_everybody
from assess.accounts.pages.sign_in_form import passkey_options
from assess.accounts.passkeys import passkeys_of
from assess.accounts.second_step import account_half_way, finish_with_code

second_step = Blueprint("second_step", __name__)


@second_step.get("/app/sign-in/code")
@open_to_everybody
def code_page() -> ResponseReturnValue:
    """Show the form to whoever has given the password; everybody else begins there."""
    return _code_form({}, request.args.get("next"))


@second_step.post("/app/sign-in/code")
@open_to_everybody
def send_code() -> ResponseReturnValue:
    """Begin the session under a fresh token, or say that the code is not right."""
    form = CodeForm(request.form)
    target = form.next.data
    if not form.validate():
        return _code_form(first_errors(form), target), CANNOT_BE_TAKEN
    try:
        token = finish_with_code(database(), sealing_key(), browser().came_with, form.code.data or "", now=moment())
    except WrongCodeError:
        return _code_form({"code": wrong_code_sentence()}, target), CANNOT_BE_TAKEN
    except CodesRestError as rest:
        return _code_form({"code": rest_sentence(rest)}, target), TOO_MANY, retry_after(rest)
    browser().carry(token)
    return redirect(next_page(target), 303)


def _code_form(errors: dict[str, str], target: str | None) -> str:
    with database().reading() as session:
        account = account_half_way(session, browser().came_with, now=moment())
        if account is None:
            raise NotSignedInError
        has_passkey = bool(passkeys_of(session, account))
        has_app = session.get(AuthenticatorApp, account.id) is not None
    options = passkey_options() if has_passkey else ""
    return render_template(
        "app/code.html", errors=errors, next=next_page(target), has_app=has_app, passkey_options=options
    )
