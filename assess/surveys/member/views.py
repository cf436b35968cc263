"""The views of the member plane. Looking changes nothing; sending writes one envelope."""

from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.config import Settings
from assess.extensions import Database
from assess.localisation import current_language
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import put_answers, put_sealed
from assess.surveys.envelopes.links import read_code, write_code
from assess.surveys.errors import CycleClosedError, CycleNotYetOpenError, NotAnEnvelopeError, UnknownCodeError
from assess.surveys.instruments import Instrument
from assess.surveys.invitations import MemberView, find_contract, find_invitation
from assess.surveys.member.contract_page import contract_page, instrument_of
from assess.surveys.member.forms import CodeForm, check_answers
from assess.surveys.member.frozen_scripts import SealingScripts
from assess.surveys.member.limits import FailedCodes, TooManyFailedCodesError
from assess.surveys.member.rendering import MemberPages, refused_form
from assess.surveys.member.sealing import sealed_body
from assess.surveys.member.typed_codes import explain_code
from assess.surveys.models import Level

member = Blueprint("member", __name__)

CANNOT_BE_TAKEN = 422


def hang_in_member_pages(app: Flask) -> None:
    """Add the member pages, with a page cache and a counter of failed codes of this process."""
    app.extensions["assess.member_pages"] = MemberPages()
    app.extensions["assess.sealing_scripts"] = SealingScripts(app.extensions["assess.database"])
    app.extensions["assess.failed_codes"] = FailedCodes()
    app.register_blueprint(member)


@member.get("/")
def landing() -> str:
    """Say what this site is and take a code."""
    return render_template("surveys/member/landing.html", error=None, typed="", minimum=_settings().minimum_group_size)


@member.get("/s")
def type_code() -> str:
    """Take a code from a printed sheet."""
    return render_template("surveys/member/code.html", error=None, typed="")


@member.post("/s")
def open_code() -> ResponseReturnValue:
    """Lead to the page of a typed code, or say beside the field what is wrong with it."""
    form = CodeForm(request.form)
    typed = (form.code.data or "").strip()
    if not form.validate():
        return _code_page(str(form.code.errors[0]), typed)
    secret = read_code(typed)
    if secret is None or _find(typed) is None:
        _count_failure()
        return _code_page(explain_code(typed), typed)
    return redirect(f"/s/{write_code(secret)}?lang={current_language()}", 303)


@member.get("/s/<code>/")
def survey_with_slash(code: str) -> ResponseReturnValue:
    """Lead a link that got a slash at its end, and the way back from `plain`, to the page itself."""
    return _to_page(code, "")


@member.get("/s/<code>")
def survey(code: str) -> ResponseReturnValue:
    """Show the form; where an envelope exists, only that, and "answer anew"."""
    view = _invitation_or_refuse(code)
    if view.level == Level.ANONYMOUS and _asked("plain"):
        return _to_page(code, "/plain")
    name = "form"
    if view.envelope_exists:
        name = "anew" if _asked("anew") else "already"
    return _pages().response(view, name, request)


@member.post("/s/<code>")
def answer(code: str) -> ResponseReturnValue:
    """Put a sealed envelope into the box; at level `confidential` seal what was sent first."""
    secret, body = read_code(code), sealed_body(request.form)
    if secret is not None and body is not None:
        try:
            return _sent(put_sealed(_database(), secret, body, now=datetime.now(UTC)).view)
        except UnknownCodeError as error:
            raise _unknown(code) from error
    view = _invitation_or_refuse(code)
    if view.level == Level.ANONYMOUS:
        raise NotAnEnvelopeError
    return _take_plain(view, code)


@member.get("/s/<code>/plain")
def survey_without_sealing(code: str) -> ResponseReturnValue:
    """Say what it costs that the server seals, and ask; only then show the form that is sent as it is."""
    view = _invitation_or_refuse(code)
    if view.level != Level.ANONYMOUS:
        return _to_page(code, "")
    if view.envelope_exists and not _asked("anew"):
        return _pages().response(view, "already", request)
    name = "plain" if _asked("agreed") else "ask"
    return _pages().response(view, f"{name} anew" if view.envelope_exists else name, request)


@member.post("/s/<code>/plain")
def answer_without_sealing(code: str) -> ResponseReturnValue:
    """Seal what was sent and put it into the box."""
    return _take_plain(_invitation_or_refuse(code), code)


@member.get("/sealing/<sha256>.js")
def sealing_script(sha256: str) -> Response:
    """Serve the script that a running cycle froze when it opened: these bytes or none."""
    script = _scripts().find(sha256)
    if script is None:
        abort(404)
    return script.response(request)


@member.get("/contract/<printed_hash>")
def contract(printed_hash: str) -> str:
    """Show the public contract of a cycle in words."""
    return render_template("surveys/member/contract.html", page=contract_page(*_contract_or_404(printed_hash)))


@member.get("/contract/<printed_hash>.json")
def contract_json(printed_hash: str) -> Response:
    """Serve the bytes whose SHA-256 is the hash."""
    content, _asked = _contract_or_404(printed_hash)
    return Response(content, content_type="application/json; charset=utf-8")


def _contract_or_404(printed_hash: str) -> tuple[bytes, Instrument | None]:
    with _database().reading() as session:
        content = find_contract(session, printed_hash)
        if content is None:
            abort(404)
        return content, instrument_of(session, content)


def _take_plain(view: MemberView, code: str) -> ResponseReturnValue:
    checked = check_answers(view.instrument, request.form)
    if checked.errors:
        return refused_form(view, checked), CANNOT_BE_TAKEN
    answers = PlainAnswers(checked.ratings, checked.comments)
    put_answers(_database(), code, answers, now=datetime.now(UTC), cycle=view.cycle)
    return _sent(view)


def _sent(view: MemberView) -> Response:
    response = _pages().response(view, "sent", request)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _to_page(code: str, rest: str) -> ResponseReturnValue:
    """Lead to another page of the same link, in the same language; a page itself never holds its code."""
    secret = read_code(code)
    if secret is None:
        raise _unknown(code)
    anew = "anew=1&" if _asked("anew") else ""
    return redirect(f"/s/{write_code(secret)}{rest}?{anew}lang={current_language()}", 303)


def _asked(name: str) -> bool:
    """Whether the address asks for something; most have no query that would have to be read."""
    return bool(request.query_string) and name in request.args


def _invitation_or_refuse(code: str) -> MemberView:
    view = _find(code)
    if view is None:
        raise _unknown(code)
    if view.state == "not_yet":
        raise CycleNotYetOpenError
    if view.state == "closed":
        raise CycleClosedError
    return view


def _find(code: str) -> MemberView | None:
    return find_invitation(_database(), code, now=datetime.now(UTC))


def _unknown(code: str) -> UnknownCodeError:
    _count_failure()
    return UnknownCodeError(explain_code(code))


def _count_failure() -> None:
    counter: FailedCodes = current_app.extensions["assess.failed_codes"]
    if counter.too_many(request.remote_addr):
        raise TooManyFailedCodesError


def _code_page(error: str, typed: str) -> ResponseReturnValue:
    return render_template("surveys/member/code.html", error=error, typed=typed), CANNOT_BE_TAKEN


def _pages() -> MemberPages:
    pages: MemberPages = current_app.extensions["assess.member_pages"]
    return pages


def _scripts() -> SealingScripts:
    scripts: SealingScripts = current_app.extensions["assess.sealing_scripts"]
    return scripts


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database


def _settings() -> Settings:
    settings: Settings = current_app.extensions["assess.settings"]
    return settings
