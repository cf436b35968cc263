"""The questionnaires there are: what each asks, and those of the organisation's own, sent as files."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.cycle_pages.common import CANNOT_BE_TAKEN, shown_moment
from assess.app.cycle_pages.plan_defaults import instrument_name, language_names
from assess.app.cycle_pages.questionnaire_parts import parts_of
from assess.app.site import database, moment
from assess.errors import AssessError
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.reports.sending import name_file
from assess.surveys.instruments import BUILT_IN
from assess.surveys.instruments.loader import MAX_BYTES
from assess.surveys.own_instruments.finding import SourcedInstrument, known_instrument, own_instruments
from assess.surveys.own_instruments.keeping import keep_instrument, remove_instrument
from assess.tables.labels import is_quarter, some
from assess.tables.uploads import safe_file_name

questionnaires = Blueprint("questionnaires", __name__)

_HERE = "/app/questionnaires"
_FORM_BYTES = 100_000
_UNNAMED = "questionnaire.toml"


@dataclass(frozen=True)
class Entry:
    """One questionnaire of the list, and the facts at the head of its page."""

    code: str
    name: str
    facts: str
    kept: str
    """When it was sent; empty for what is built in."""


@questionnaires.before_request
def allow_more_where_a_file_comes_in() -> None:
    """Raise the limit of what is sent for the one view that takes a file; rights are checked before it is read."""
    if request.endpoint == "questionnaires.send":
        request.max_content_length = MAX_BYTES + _FORM_BYTES


@questionnaires.get(_HERE)
@needs(require_hr)
def overview(_account: Account) -> ResponseReturnValue:
    """List them, and take another."""
    return _overview()


@questionnaires.post(_HERE)
@needs(require_hr)
def send(_account: Account) -> ResponseReturnValue:
    """Keep the questionnaire that was sent, and show what it asks; one that cannot be used is not kept."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _overview(_("Choose a file first.")), CANNOT_BE_TAKEN
    try:
        with database().writing() as session:
            name = safe_file_name(file.filename) or _UNNAMED
            kept = keep_instrument(session, name, file.read(), now=moment())
    except AssessError as error:
        return _overview(str(error)), CANNOT_BE_TAKEN
    planned = "".join(f"&plan={quarter}" for quarter in kept.plans)
    return redirect(f"{_HERE}/{kept.instrument.code}?kept{planned}", 303)


@questionnaires.get(f"{_HERE}/<code>")
@needs(require_hr)
def questionnaire(_account: Account, code: str) -> ResponseReturnValue:
    """Show everything one asks."""
    known = _known_or_404(code)
    plans = [format_quarter(quarter) for quarter in request.args.getlist("plan") if is_quarter(quarter)]
    return render_template(
        "app/questionnaire.html",
        entry=_entry(known),
        parts=parts_of(known.instrument),
        kept="kept" in request.args,
        plans=some(plans) if plans else "",
    )


@questionnaires.get(f"{_HERE}/<code>/file")
@needs(require_hr)
def file(_account: Account, code: str) -> ResponseReturnValue:
    """Give the file: to read, or to begin one's own with."""
    known = _known_or_404(code)
    response = Response(known.source, mimetype="application/toml")
    name_file(response.headers, f"{code}.toml", "attachment")
    return response


@questionnaires.post(f"{_HERE}/<code>/remove")
@needs(require_hr)
def remove(_account: Account, code: str) -> ResponseReturnValue:
    """Offer one no more; a second click finds it done."""
    if code in BUILT_IN:
        abort(404)
    with database().writing() as session:
        remove_instrument(session, code)
    return redirect(f"{_HERE}?removed", 303)


def _overview(wrong: str = "") -> str:
    with database().reading() as session:
        built_in = [known_instrument(session, code) for code in BUILT_IN]
        own = own_instruments(session)
    return render_template(
        "app/questionnaires.html",
        built_in=[_entry(each) for each in built_in if each is not None],
        own=[_entry(each) for each in own],
        wrong=wrong,
        removed="removed" in request.args,
    )


def _known_or_404(code: str) -> SourcedInstrument:
    with database().reading() as session:
        return known_instrument(session, code) or abort(404)


def _entry(known: SourcedInstrument) -> Entry:
    instrument = known.instrument
    core = instrument.restricted()
    facts = _(
        "Statements without modules: %(items)d. Driver modules: %(modules)d. Languages: %(languages)s.",
        items=len(core.items),
        modules=len(instrument.modules),
        languages=language_names(instrument),
    )
    kept = "" if known.kept_at is None else shown_moment(known.kept_at)
    return Entry(instrument.code, instrument_name(instrument), facts, kept)
