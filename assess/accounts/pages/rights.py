"""Who may see what under `/app`: finders whose names say what they check, and denial wherever nothing is declared."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from assess.accounts.errors import NotSignedInError, SecondStepMissingError, WrongRoleError
from assess.accounts.models import Account
from assess.accounts.pages.cookies import browser, is_under_app
from assess.accounts.second_step import has_second_step
from assess.accounts.sessions import account_of_session, is_by_provider, is_due, keep_alive
from assess.config import Settings
from assess.extensions import Database

P = ParamSpec("P")
Right = Callable[[], Account]

csrf = CSRFProtect()
EVERYBODY = "everybody"


def signed_in_account() -> Account:
    """Find who is signed in; NotSignedInError leads to the page where one does.

    SecondStepMissingError for somebody who has to set up a second step first: nothing but that opens until then.
    """
    account = account_before_second_step()
    if owes_second_step(account):
        raise SecondStepMissingError
    return account


def account_before_second_step() -> Account:
    """Find who is signed in, with or without the second step: for the pages where it is set up, and the way out."""
    account = account_if_signed_in()
    if account is None:
        raise NotSignedInError
    return account


def owes_second_step(account: Account) -> bool:
    """Whether this account has to have a second step and has none."""
    settings: Settings = current_app.extensions["assess.settings"]
    must = account.is_admin if settings.second_step == "admins" else settings.second_step == "everybody"
    if not must:
        return False
    database: Database = current_app.extensions["assess.database"]
    with database.reading() as session:
        if is_by_provider(session, browser().came_with or ""):
            return False  # the provider asks for it
        return not has_second_step(session, account)


def require_admin() -> Account:
    """Find who is signed in and administers; WrongRoleError for everybody else."""
    return _with_role(signed_in_account(), "is_admin")


def require_hr() -> Account:
    """Find who is signed in and works in HR."""
    return _with_role(signed_in_account(), "is_hr")


def require_key_holder() -> Account:
    """Find who is signed in and is a key holder."""
    return _with_role(signed_in_account(), "is_key_holder")


def needs(
    right: Right,
) -> Callable[[Callable[Concatenate[Account, P], ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Declare that a view under `/app` needs a right; the view gets the account as its first argument."""

    def declare(view: Callable[Concatenate[Account, P], ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **named: P.kwargs) -> ResponseReturnValue:
            account = right()
            csrf.protect()
            return view(account, *args, **named)

        guarded.right = right.__name__  # type: ignore[attr-defined]
        return guarded

    return declare


def open_to_everybody(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Declare that a view under `/app` needs no account; what is sent there still carries the token of its form."""

    @wraps(view)
    def guarded(*args: P.args, **named: P.kwargs) -> ResponseReturnValue:
        csrf.protect()
        return view(*args, **named)

    guarded.right = EVERYBODY  # type: ignore[attr-defined]
    return guarded


def declared_right(endpoint: str) -> str | None:
    """Name what a view needs; None for one that declares nothing."""
    return getattr(current_app.view_functions[endpoint], "right", None)


def account_if_signed_in() -> Account | None:
    """Find the account of this request's session, once; a session that is used stays alive."""
    if "account" not in g:
        g.account = _find_account()
    account: Account | None = g.account
    return account


def deny_what_is_not_declared() -> None:
    """Run before every request: under `/app`, a view that declares nothing answers as if it were not there."""
    if is_under_app(request.path) and request.endpoint is not None and declared_right(request.endpoint) is None:
        abort(404)


def _find_account() -> Account | None:
    token = browser().came_with
    if token is None:
        return None
    database: Database = current_app.extensions["assess.database"]
    now = datetime.now(UTC)
    with database.reading() as session:
        account = account_of_session(session, token, now=now)
        due = account is not None and is_due(session, token, now=now)
    if due:
        with database.writing() as session:
            keep_alive(session, token, now=now)
    return account


def _with_role(account: Account, role: str) -> Account:
    if not getattr(account, role):
        raise WrongRoleError
    return account
