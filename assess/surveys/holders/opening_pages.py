"""The key holder's pages of an opening, and the JSON their script speaks."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.home import HomeEntry, add_home_entries
from assess.accounts.pages.rights import needs, require_key_holder
from assess.config import Settings
from assess.errors import AssessError, InputError, RefusalError
from assess.extensions import Database
from assess.localisation import format_day, format_moment, format_quarter
from assess.localisation import gettext as _
from assess.surveys.check_words import check_words
from assess.surveys.contract import contract_of
from assess.surveys.errors import AlreadyOpenedError, NotForThisHolderError, OtherCycleError
from assess.surveys.expiry import destroy_at
from assess.surveys.holders import opening
from assess.surveys.holders.by_file import download_sealed, hand_back
from assess.surveys.holders.handed_back import Counts
from assess.surveys.holders.sealed_file import started_json
from assess.surveys.models import Cycle, State
from assess.tables.labels import is_quarter

PIECE_BYTES = 4 * 1024 * 1024
FILE_BYTES = 64 * 1024 * 1024
_LARGER = {"openings.keep": PIECE_BYTES, "openings.upload": FILE_BYTES}

openings = Blueprint("openings", __name__)


def hang_in_opening_pages(app: Flask) -> None:
    """Add the pages, and what waits for a key holder to the home page."""
    app.register_blueprint(openings)
    add_home_entries(app, _entries)


@openings.before_request
def allow_more_where_answers_come_back() -> None:
    """Raise the limit of what is sent for the two views that take answers; rights are checked before it is read."""
    if request.endpoint in _LARGER:
        request.max_content_length = _LARGER[request.endpoint]


@openings.get("/app/opening")
@needs(require_key_holder)
def overview(account: Account) -> ResponseReturnValue:
    """List the surveys sealed to this holder: those that run, and the one that waits."""
    with _database().reading() as session:
        surveys = [_survey(cycle) for cycle in opening.cycles_of_holder(session, account.id)]
    return render_template("app/openings.html", surveys=surveys)


@openings.get("/app/opening/<quarter>")
@needs(require_key_holder)
def one(account: Account, quarter: str) -> ResponseReturnValue:
    """Show what opening means, and the place for the code."""
    return _page(account, quarter)


@openings.post("/app/opening/<quarter>/start")
@needs(require_key_holder)
def start(account: Account, quarter: str) -> ResponseReturnValue:
    """Draw tokens and say what is to be opened."""
    _hold_to_own(account, quarter)
    try:
        return jsonify(started_json(opening.start_opening(_database(), quarter, account.id)))
    except AssessError as error:
        return _refused(error)


@openings.get("/app/opening/<quarter>/<opening_id>/sealed/<int:number>")
@needs(require_key_holder)
def sealed(account: Account, quarter: str, opening_id: str, number: int) -> ResponseReturnValue:
    """Hand out one piece of the sealed answers."""
    _hold_to_own(account, quarter)
    try:
        with _database().reading() as session:
            rows = opening.sealed_piece(session, quarter, account.id, _id(opening_id), number)
    except AssessError as error:
        return _refused(error)
    return jsonify([[token, base64.b64encode(body).decode()] for token, body in rows])


@openings.post("/app/opening/<quarter>/<opening_id>/<any(ratings, comments):kind>/<int:number>")
@needs(require_key_holder)
def keep(account: Account, quarter: str, opening_id: str, kind: str, number: int) -> ResponseReturnValue:
    """Keep one piece of what was opened."""
    _hold_to_own(account, quarter)
    body = request.get_data(cache=False)
    try:
        opening.keep_piece(_database(), quarter, account.id, _id(opening_id), kind=kind, number=number, body=body)
    except AssessError as error:
        return _refused(error)
    return Response(status=204)


@openings.post("/app/opening/<quarter>/<opening_id>/complete")
@needs(require_key_holder)
def complete(account: Account, quarter: str, opening_id: str) -> ResponseReturnValue:
    """Take over what was opened, whole or not at all."""
    _hold_to_own(account, quarter)
    try:
        counts = _counts(request.get_json(silent=True))
        opening.complete_opening(_database(), _settings(), quarter, account.id, _id(opening_id), counts)
    except AssessError as error:
        return _refused(error)
    return jsonify(state="opened")


@openings.get("/app/opening/<quarter>/sealed.json")
@needs(require_key_holder)
def download(account: Account, quarter: str) -> ResponseReturnValue:
    """Hand out everything an opening at home needs, as one file."""
    _hold_to_own(account, quarter)
    try:
        content = download_sealed(_database(), quarter, account.id)
    except AssessError as error:
        return _page(account, quarter, str(error))
    name = f"attachment; filename=sealed-{quarter}.json"
    return Response(content, content_type="application/json", headers={"Content-Disposition": name})


@openings.post("/app/opening/<quarter>/opened.json")
@needs(require_key_holder)
def upload(account: Account, quarter: str) -> ResponseReturnValue:
    """Take over a file of answers that were opened at home."""
    _hold_to_own(account, quarter)
    file = request.files.get("opened")
    try:
        if file is None or not file.filename:
            raise InputError(_("Choose the file that assess open has written."))
        hand_back(_database(), _settings(), quarter, account.id, file.read())
    except (InputError, OtherCycleError) as error:
        return _page(account, quarter, wrong_file=str(error))
    except AssessError as error:
        return _page(account, quarter, str(error))
    return redirect(f"/app/opening/{quarter}", 303)


def _page(account: Account, quarter: str, refusal: str = "", *, wrong_file: str = "") -> ResponseReturnValue:
    if not is_quarter(quarter):
        abort(404)
    with _database().reading() as session:
        found = [cycle for cycle in opening.cycles_of_holder(session, account.id) if cycle.quarter == quarter]
    if not found:
        abort(404)
    survey = _survey(found[0])
    page = render_template("app/opening.html", survey=survey, refusal=refusal, wrong_file=wrong_file)
    return page, 422 if refusal or wrong_file else 200


def _survey(cycle: Cycle) -> dict[str, Any]:
    """Put a cycle into the words of the page."""
    contract = contract_of(cycle)
    zone = ZoneInfo(str(contract["time_zone"]))
    state = "running" if cycle.state in {State.OPEN, State.CLOSING} else "opened"
    if cycle.state == State.SEALED and cycle.unreadable is None:
        state = "waiting"
    return {
        "quarter": cycle.quarter,
        "name": format_quarter(cycle.quarter),
        "state": state,
        "organisation": contract["organisation"],
        "check_words": check_words(cycle.contract or b""),
        "contract": f"/contract/{cycle.contract_hash}",
        "closes": _moment(cycle.closes_at, zone),
        "destroyed": format_day(destroy_at(cycle).astimezone(zone).date()),
        "envelopes": cycle.envelopes,
        "holders": [holder["name"] for holder in contract["key_holders"]],
    }


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    return format_moment(instant.astimezone(zone))


def _entries(session: Session, account: Account) -> Iterable[HomeEntry]:
    """Put what waits to be opened on the home page of a key holder."""
    if not account.is_key_holder:
        return
    for cycle in opening.cycles_of_holder(session, account.id):
        survey = _survey(cycle)
        if survey["state"] == "waiting":
            yield HomeEntry(
                _("%(survey)s has closed", survey=survey["name"]),
                _(
                    "%(number)d envelopes wait for you to open them, or another key holder. What nobody has opened by "
                    "%(day)s is destroyed.",
                    number=survey["envelopes"],
                    day=survey["destroyed"],
                ),
                (f"/app/opening/{cycle.quarter}", _("Open the envelopes")),
                is_waiting=True,
            )
        elif survey["state"] == "running":
            yield HomeEntry(
                _("%(survey)s is running", survey=survey["name"]),
                _(
                    "It closes on %(moment)s; after that you or another key holder open it. Make its six check words "
                    "known now, on a channel of your own: members are asked to compare them.",
                    moment=survey["closes"],
                ),
                ("/app/opening", _("Check words of this survey")),
            )


def _counts(content: object) -> Counts:
    names = ("readable", "unreadable", "copies", "ratings_pieces", "comments_pieces")
    if not isinstance(content, dict) or any(type(content.get(name)) is not int for name in names):
        raise RefusalError(_("What was handed back is not complete; nothing was taken over. Start the opening again."))
    return Counts(*(content[name] for name in names))


def _refused(error: AssessError) -> ResponseReturnValue:
    if isinstance(error, NotForThisHolderError):
        abort(404)
    return jsonify(error=str(error), over=isinstance(error, AlreadyOpenedError)), 409


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        abort(404)


def _hold_to_own(account: Account, quarter: str) -> None:
    """Answer with 404 unless a survey of this quarter was sealed to a key of this account, before anything is read."""
    if not is_quarter(quarter):
        abort(404)
    with _database().reading() as session:
        if all(cycle.quarter != quarter for cycle in opening.cycles_of_holder(session, account.id)):
            abort(404)


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database


def _settings() -> Settings:
    settings: Settings = current_app.extensions["assess.settings"]
    return settings
