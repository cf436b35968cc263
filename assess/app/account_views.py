"""Accounts, for administrators: who may sign in, inviting, letting in again, roles, deactivating.

Whoever gets a one-time link is shown it once; it is stored nowhere. Nobody does any of it to their own account.
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, Form, StringField
from wtforms.validators import AnyOf, StopValidation

from assess.accounts.administration import (
    NAME_LENGTH,
    Roles,
    add_account,
    change_roles,
    deactivate_account,
    list_accounts,
    recover_account,
)
from assess.accounts.links import INVITATION, link_address
from assess.accounts.models import Account
from assess.accounts.pages.forms import first_errors
from assess.accounts.pages.home import role_names
from assess.accounts.pages.rights import needs, require_admin
from assess.config import Settings
from assess.errors import AssessError, RefusalError
from assess.extensions import Database
from assess.localisation import LANGUAGES, current_language, format_moment
from assess.localisation import gettext as _
from assess.tables.labels import clean_name, is_email, listed, some
from assess.teams.leaders import leaders_without_account, teams_led_by

people = Blueprint("people", __name__)

CANNOT_BE_TAKEN, CONFLICT = 422, 409


def _is_address(_form: Form, field: StringField) -> None:
    if not is_email((field.data or "").strip().lower()):
        raise StopValidation(_("Write an e-mail address like anna@example.com."))


def _is_name(_form: Form, field: StringField) -> None:
    name = clean_name(field.data or "")
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise StopValidation(_("Write a name of 1 to %(number)d characters.", number=NAME_LENGTH))


class InviteForm(Form):
    """Whom to invite, and as what."""

    email = StringField(validators=[_is_address])
    name = StringField(validators=[_is_name])
    is_admin = BooleanField()
    is_hr = BooleanField()
    language = StringField(validators=[AnyOf(LANGUAGES)])


@people.get("/app/accounts")
@needs(require_admin)
def overview(account: Account) -> ResponseReturnValue:
    """List everybody, and the leaders who cannot sign in yet."""
    with _database().reading() as session:
        rows = [_row(session, each, account) for each in list_accounts(session)]
        waiting = leaders_without_account(session)
    return render_template("app/accounts.html", rows=rows, waiting=waiting, done=request.args.get("done") == "yes")


@people.get("/app/accounts/invite")
@needs(require_admin)
def invite_page(_account: Account) -> ResponseReturnValue:
    """Show the form, filled in with the address of a leader who was chosen from the list, or with the role of HR."""
    email, is_hr = request.args.get("email", "")[:254], request.args.get("role") == "hr"
    return _invite_form(InviteForm(data={"email": email, "is_hr": is_hr, "language": current_language()}), {})


@people.post("/app/accounts/invite")
@needs(require_admin)
def invite(_account: Account) -> ResponseReturnValue:
    """Make the account and show the link to hand over."""
    form = InviteForm(request.form)
    if not form.validate():
        return _invite_form(form, first_errors(form)), CANNOT_BE_TAKEN
    now = datetime.now(UTC)
    try:
        token = add_account(
            _database(),
            email=form.email.data or "",
            name=form.name.data or "",
            roles=Roles(is_admin=bool(form.is_admin.data), is_hr=bool(form.is_hr.data)),
            language=str(form.language.data),
            now=now,
        )
    except AssessError as error:
        return _invite_form(form, {"email": str(error)}), CONFLICT
    return _link_page(clean_name(form.name.data or ""), token, now + INVITATION)


@people.get("/app/accounts/<account_id>")
@needs(require_admin)
def one(account: Account, account_id: str) -> ResponseReturnValue:
    """Show one account and what can be done with it."""
    return _one(account, _account_or_404(account_id))


@people.post("/app/accounts/<account_id>/recover")
@needs(require_admin)
def recover(account: Account, account_id: str) -> ResponseReturnValue:
    """Make a one-time link for somebody who cannot sign in any more."""
    other = _other_or_refusal(account, account_id)
    now = datetime.now(UTC)
    token, lasts = recover_account(_database(), other.email, now=now)
    return _link_page(other.name, token, now + lasts)


@people.post("/app/accounts/<account_id>/roles")
@needs(require_admin)
def roles(account: Account, account_id: str) -> ResponseReturnValue:
    """Give somebody other roles."""
    other = _other_or_refusal(account, account_id)
    change_roles(_database(), other.email, is_admin="is_admin" in request.form, is_hr="is_hr" in request.form)
    return redirect("/app/accounts?done=yes", 303)


@people.post("/app/accounts/<account_id>/deactivate")
@needs(require_admin)
def deactivate(account: Account, account_id: str) -> ResponseReturnValue:
    """Let somebody sign in no longer; a second click finds it done."""
    other = _other_or_refusal(account, account_id)
    if other.is_active:
        deactivate_account(_database(), other.email)
    return redirect("/app/accounts?done=yes", 303)


def _row(session: Session, account: Account, mine: Account) -> dict[str, str]:
    led = teams_led_by(session, account.email)
    named = [*role_names(account), *([_("leads %(teams)s", teams=some(led, limit=3))] if led else [])]
    return {
        "id": account.id.hex(),
        "name": account.name,
        "email": account.email,
        "roles": listed(named) or _("no role"),
        "state": _state(account),
        "is_mine": "yes" if account.id == mine.id else "",
    }


def _state(account: Account) -> str:
    if not account.is_active:
        return _("deactivated")
    return _("no password yet") if account.password_hash is None else _("active")


def _one(mine: Account, account: Account) -> str:
    with _database().reading() as session:
        row = _row(session, account, mine)
    return render_template("app/account.html", account=account, row=row)


def _invite_form(form: InviteForm, errors: dict[str, str]) -> str:
    return render_template("app/invite.html", form=form.data, errors=errors)


def _link_page(name: str, token: str, until: datetime) -> str:
    settings: Settings = current_app.extensions["assess.settings"]
    shown = format_moment((until - timedelta(minutes=1)).astimezone(settings.zone))
    return render_template("app/one_time_link.html", name=name, link=link_address(settings, token), until=shown)


def _account_or_404(account_id: str) -> Account:
    try:
        read = bytes.fromhex(account_id)
    except ValueError:
        abort(404)
    with _database().reading() as session:
        return session.get(Account, read) or abort(404)


def _other_or_refusal(mine: Account, account_id: str) -> Account:
    """Find the account something is done to; RefusalError for one's own: another administrator looks after that."""
    account = _account_or_404(account_id)
    if account.id == mine.id:
        raise RefusalError(_("Another administrator looks after your account; you cannot do it yourself."))
    return account


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database
