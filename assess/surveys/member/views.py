"""The views of the member plane. Looking changes nothing; sending writes one envelope."""

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.config import Settings
from assess.localisation import current_language
from assess.surveys.envelopes.links import read_code, write_code
from assess.surveys.errors import NotAnEnvelopeError
from assess.surveys.instruments import Instrument
from assess.surveys.invitations import find_contract
from assess.surveys.member.contract_page import contract_page, instrument_of
from assess.surveys.member.forms import CodeForm
from assess.surveys.member.frozen_scripts import SealingScripts
from assess.surveys.member.limits import FailedCodes
from assess.surveys.member.looking_up import count_failure, database, find, invitation_or_refuse, unknown
from assess.surveys.member.rendering import MemberPages, member_pages
from assess.surveys.member.sealing import sealed_body
from assess.surveys.member.taking import CANNOT_BE_TAKEN, take_at_once, take_plain, take_sealed
from assess.surveys.member.typed_codes import explain_code
from assess.surveys.models import Level

member = Blueprint("member", __name__)


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
    if secret is None or find(typed) is None:
        count_failure()
        return _code_page(explain_code(typed), typed)
    return redirect(f"/s/{write_code(secret)}?lang={current_language()}", 303)


@member.get("/s/<code>/")
def survey_with_slash(code: str) -> ResponseReturnValue:
    """Lead a link that got a slash at its end, and the way back from `plain`, to the page itself."""
    return _to_page(code, "")


@member.get("/s/<code>")
def survey(code: str) -> ResponseReturnValue:
    """Show the form; where an envelope exists, only that, and "answer anew"."""
    view = invitation_or_refuse(code)
    if view.level == Level.ANONYMOUS and _asked("plain"):
        return _to_page(code, "/plain")
    name = "form"
    if view.envelope_exists:
        name = "anew" if _asked("anew") else "already"
    return member_pages().response(view, name, request)


@member.post("/s/<code>")
def answer(code: str) -> ResponseReturnValue:
    """Put a sealed envelope into the box; at level `confidential` seal what was sent first."""
    secret, body = read_code(code), sealed_body(request.form)
    if secret is not None and body is not None:
        return take_sealed(code, secret, body)
    at_once = take_at_once(code)
    if at_once is not None:
        return at_once
    view = invitation_or_refuse(code)
    if view.level == Level.ANONYMOUS:
        raise NotAnEnvelopeError
    return take_plain(view, code)


@member.get("/s/<code>/plain")
def survey_without_sealing(code: str) -> ResponseReturnValue:
    """Say what it costs that the server seals, and ask; only then show the form that is sent as it is."""
    view = invitation_or_refuse(code)
    if view.level != Level.ANONYMOUS:
        return _to_page(code, "")
    if view.envelope_exists and not _asked("anew"):
        return member_pages().response(view, "already", request)
    name = "plain" if _asked("agreed") else "ask"
    return member_pages().response(view, f"{name} anew" if view.envelope_exists else name, request)


@member.post("/s/<code>/plain")
def answer_without_sealing(code: str) -> ResponseReturnValue:
    """Seal what was sent and put it into the box."""
    return take_plain(invitation_or_refuse(code), code)


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
    with database().reading() as session:
        content = find_contract(session, printed_hash)
        if content is None:
            abort(404)
        return content, instrument_of(session, content)


def _to_page(code: str, rest: str) -> ResponseReturnValue:
    """Lead to another page of the same link, in the same language; a page itself never holds its code."""
    secret = read_code(code)
    if secret is None:
        raise unknown(code)
    anew = "anew=1&" if _asked("anew") else ""
    return redirect(f"/s/{write_code(secret)}{rest}?{anew}lang={current_language()}", 303)


def _asked(name: str) -> bool:
    """Whether the address asks for something; most have no query that would have to be read."""
    return bool(request.query_string) and name in request.args


def _code_page(error: str, typed: str) -> ResponseReturnValue:
    return render_template("surveys/member/code.html", error=error, typed=typed), CANNOT_BE_TAKEN


def _scripts() -> SealingScripts:
    scripts: SealingScripts = current_app.extensions["assess.sealing_scripts"]
    return scripts


def _settings() -> Settings:
    settings: Settings = current_app.extensions["assess.settings"]
    return settings
