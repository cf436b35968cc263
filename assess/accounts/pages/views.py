"""The views of accounts: sign in, sign out, set a password, home."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts import signing_in
from assess.accounts.errors import WeakPasswordError, WrongSignInError
from assess.accounts.links import account_of_link
from assess.accounts.models import Account
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
from assess.accounts.pages.forms import ChangePasswordForm, NewPasswordForm, SignInForm, first_errors
from assess.accounts.pages.home import home_entries, role_names
from assess.accounts.pages.next_page import HOME, next_page, second_step_address
from assess.accounts.pages.rights import (
    account_before_second_step,
    account_if_signed_in,
    needs,
    open_to_everybody,
    signed_in_account,
)
from assess.accounts.pages.sign_in_form import sign_in_form
from assess.accounts.passwords import SHORTEST
from assess.accounts.sessions import is_by_provider
from assess.localisation import LANGUAGES, current_language
from assess.localisation import gettext as _

accounts = Blueprint("accounts", __name__)


@accounts.get("/app", strict_slashes=False)
@needs(signed_in_account)
def home(account: Account) -> ResponseReturnValue:
    """Show what this person can do."""
    return render_template("app/home.html", account=account, roles=role_names(account), entries=home_entries(account))


@accounts.get("/app/sign-in")
@open_to_everybody
def sign_in_page() -> ResponseReturnValue:
    """Show the form; whoever is signed in already goes on."""
    target = next_page(request.args.get("next"))
    if account_if_signed_in() is not None:
        return redirect(target, 303)
    return sign_in_form({}, target=target)


@accounts.post("/app/sign-in")
@open_to_everybody
def sign_in() -> ResponseReturnValue:
    """Begin a session under a fresh token, or say that the pair is wrong."""
    form = SignInForm(request.form)
    email, password, target = form.email.data or "", form.password.data or "", form.next.data
    if not form.validate():
        return sign_in_form(first_errors(form), email=email, target=target), CANNOT_BE_TAKEN
    try:
        begun = signing_in.sign_in(database(), email, password, now=moment(), instead_of=browser().came_with)
    except WrongSignInError:
        if too_many_failures(email):
            return sign_in_form({"": too_many_sentence()}, email=email, target=target), TOO_MANY, WAIT_A_MINUTE
        return sign_in_form({"": _("Address or password is wrong.")}, email=email, target=target), CANNOT_BE_TAKEN
    browser().carry(begun.token)
    if begun.lacks_second_step:
        return redirect(second_step_address(target), 303)
    return redirect(next_page(target), 303)


@accounts.post("/app/sign-out")
@needs(account_before_second_step)
def sign_out(_account: Account) -> ResponseReturnValue:
    """End the session of this browser."""
    with database().reading() as session:
        by_provider = is_by_provider(session, browser().token)
    signing_in.sign_out(database(), browser().token)
    return _signed_out("&left=provider" if by_provider else "")


def _signed_out(more: str = "") -> ResponseReturnValue:
    browser().forget()
    response = redirect(f"/app/sign-in?lang={current_language()}{more}", 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@accounts.post("/app/sign-out-everywhere")
@needs(account_before_second_step)
def sign_out_everywhere(account: Account) -> ResponseReturnValue:
    """End all sessions of this account, on all devices."""
    signing_in.sign_out_everywhere(database(), account)
    return _signed_out()


@accounts.get("/app/welcome/<token>")
@open_to_everybody
def welcome_page(token: str) -> ResponseReturnValue:
    """Show the form of a one-time link; looking uses nothing up."""
    return _welcome_form(token, {})


@accounts.post("/app/welcome/<token>")
@open_to_everybody
def welcome(token: str) -> ResponseReturnValue:
    """Set the first or a new password and sign in."""
    form = NewPasswordForm(request.form)
    errors = {} if form.validate() else first_errors(form)
    if not errors:
        password = form.password.data or ""
        try:
            begun = signing_in.welcome(database(), token, password, now=moment(), language=current_language())
        except WeakPasswordError as error:
            errors = {"password": str(error)}
        else:
            browser().carry(begun)
            return redirect(HOME, 303)
    return _welcome_form(token, errors), CANNOT_BE_TAKEN


@accounts.get("/app/password")
@needs(account_before_second_step)
def password_page(_account: Account) -> ResponseReturnValue:
    """Show the form for a new password."""
    return _password_form({})


@accounts.post("/app/password")
@needs(account_before_second_step)
def change_password(account: Account) -> ResponseReturnValue:
    """Replace the password; every other session of this account ends."""
    form = ChangePasswordForm(request.form)
    if not form.validate():
        return _password_form(first_errors(form)), CANNOT_BE_TAKEN
    current, password = form.current.data or "", form.password.data or ""
    try:
        token = signing_in.change_password(database(), account, current, password, now=moment())
    except WeakPasswordError as error:
        return _password_form({"password": str(error)}), CANNOT_BE_TAKEN
    except WrongSignInError:
        if too_many_failures(account.email):
            return _password_form({"current": too_many_sentence()}), TOO_MANY, WAIT_A_MINUTE
        return _password_form({"current": _("This is not your current password.")}), CANNOT_BE_TAKEN
    browser().carry(token)
    return redirect("/app?changed=password", 303)


@accounts.post("/app/language")
@needs(account_before_second_step)
def choose_language(account: Account) -> ResponseReturnValue:
    """Remember the language of this account and go back to where it was chosen."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        signing_in.choose_language(database(), account, language)
    return redirect(next_page(request.form.get("next")), 303)


def _welcome_form(token: str, errors: dict[str, str]) -> str:
    with database().reading() as session:
        account = account_of_link(session, token, now=moment())
    return render_template("app/welcome.html", invited=account, errors=errors, shortest=SHORTEST)


def _password_form(errors: dict[str, str]) -> str:
    return render_template("app/password.html", errors=errors, shortest=SHORTEST)
