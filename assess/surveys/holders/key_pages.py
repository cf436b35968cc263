"""The key holder's own page: set up a key, see it, try the code, replace it."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Flask, abort, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.home import HomeEntry, add_home_entries
from assess.accounts.pages.rights import needs, require_key_holder
from assess.config import Settings
from assess.errors import AssessError
from assess.extensions import Database
from assess.localisation import format_day
from assess.localisation import gettext as _
from assess.surveys.holders.keys import (
    TRIAL_CONTEXT,
    fingerprint,
    key_in_use,
    keys_of,
    note_trial,
    store_key,
    trial_envelope,
)
from assess.surveys.holders.models import HolderKey

CANNOT_BE_TAKEN = 422

holder_keys = Blueprint("holder_keys", __name__)


@dataclass(frozen=True)
class ShownKey:
    """What the page says of one key."""

    fingerprint: str
    since: str
    tested: str | None
    until: str | None


def hang_in_key_pages(app: Flask) -> None:
    """Add the pages, and the key to the home page of its holder."""
    app.register_blueprint(holder_keys)
    add_home_entries(app, _entries)


@holder_keys.get("/app/key")
@needs(require_key_holder)
def show(account: Account) -> ResponseReturnValue:
    """Show the key in use, or the set-up where there is none or a new one is wanted."""
    return _page(account, wants_new="new" in request.args)


@holder_keys.post("/app/key")
@needs(require_key_holder)
def take(account: Account) -> ResponseReturnValue:
    """Take the key this browser has made."""
    public, wrapped = request.form.get("public_key", ""), request.form.get("wrapped_key", "")
    try:
        store_key(_database(), account.id, public, wrapped, now=_now())
    except AssessError as error:
        return _page(account, wants_new=True, refusal=str(error)), CANNOT_BE_TAKEN
    return redirect("/app/key", 303)


@holder_keys.get("/app/key/wrapped")
@needs(require_key_holder)
def wrapped(account: Account) -> ResponseReturnValue:
    """Hand out the holder's keys, each wrapped under a code the server does not know."""
    with _database().reading() as session:
        keys = keys_of(session, account.id)
    return jsonify([{"public_key": _base64(k.public_key), "wrapped_key": _base64(k.wrapped_key)} for k in keys])


@holder_keys.get("/app/key/test")
@needs(require_key_holder)
def trial(account: Account) -> ResponseReturnValue:
    """Hand out an envelope to try the code on."""
    with _database().reading() as session:
        key = key_in_use(session, account.id)
    if key is None:
        abort(404)
    body = trial_envelope(_secret(), key)
    return jsonify(body=_base64(body), context=_base64(TRIAL_CONTEXT), public_key=_base64(key.public_key))


@holder_keys.post("/app/key/test")
@needs(require_key_holder)
def tried(account: Account) -> ResponseReturnValue:
    """Remember that the code opens what is sealed to the key in use."""
    if note_trial(_database(), _secret(), account.id, request.form.get("proof", ""), now=_now()):
        return redirect("/app/key?tried=yes", 303)
    refusal = _("The trial envelope was not opened. Reload the page and type the code again.")
    return _page(account, wants_new=False, refusal=refusal), CANNOT_BE_TAKEN


def _page(account: Account, *, wants_new: bool, refusal: str = "") -> str:
    with _database().reading() as session:
        keys = keys_of(session, account.id)
    in_use = next((key for key in keys if key.retired_at is None), None)
    return render_template(
        "app/key.html",
        key=None if in_use is None else _shown(in_use),
        retired=[_shown(key) for key in keys if key.retired_at is not None],
        sets_up=wants_new or in_use is None,
        refusal=refusal,
        tried=request.args.get("tried") == "yes" and in_use is not None and in_use.tested_at is not None,
        holder=account.name,
        today=_day(_now()),
    )


def _shown(key: HolderKey) -> ShownKey:
    return ShownKey(
        fingerprint=fingerprint(key.public_key),
        since=_day(key.made_at),
        tested=None if key.tested_at is None else _day(key.tested_at),
        until=None if key.retired_at is None else _day(key.retired_at),
    )


def _entries(session: Session, account: Account) -> Iterable[HomeEntry]:
    if not account.is_key_holder:
        return
    key = key_in_use(session, account.id)
    if key is None:
        text = _("You open the envelopes when a survey has closed. For that you need a key; it takes five minutes.")
        yield HomeEntry(_("Your key"), text, ("/app/key", _("Set up your key")), is_waiting=True)
    elif key.tested_at is None:
        text = _("Your key is in use. Try once whether your code opens an envelope, so that you can rely on it.")
        yield HomeEntry(_("Your key"), text, ("/app/key", _("Try your code")), is_waiting=True)
    else:
        text = _("In use since %(day)s. There is nothing to do.", day=_day(key.made_at))
        yield HomeEntry(_("Your key"), text, ("/app/key", _("Look at your key")))


def _day(moment: datetime) -> str:
    settings: Settings = current_app.extensions["assess.settings"]
    return format_day(moment.astimezone(settings.zone))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _secret() -> bytes:
    secret: bytes = current_app.extensions["assess.secret"]
    return secret


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database


def _now() -> datetime:
    return datetime.now(UTC)
