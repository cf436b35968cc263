"""What HR does with a survey that has been opened, and the two files of links: all sent, nothing looked at."""

from collections.abc import Callable
from datetime import datetime
from io import StringIO

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.cycle_pages.common import CANNOT_BE_TAKEN, CONFLICT, cycle_or_404, keys_are_here
from assess.app.cycle_pages.plan_form import read_day, read_time
from assess.app.cycle_pages.planned_page import planned_page
from assess.app.cycle_pages.running_page import invited_by_mail, running_page
from assess.app.cycle_pages.slip_files import SlipFile, files_of_slips, too_many_slips
from assess.app.site import database, moment, settings
from assess.errors import AssessError, InputError, RefusalError, speaking_of
from assess.localisation import gettext as _
from assess.surveys import cycles
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.envelopes.opening import holders_waited_for, open_envelopes
from assess.surveys.errors import DoneBeforeError
from assess.surveys.inviting import links_of
from assess.surveys.link_files import write_links
from assess.surveys.mailing import queue_reminder
from assess.surveys.models import Cycle, State
from assess.surveys.paper_codes import paper_codes, slips_by_group
from assess.tables.labels import is_quarter
from assess.tasks.publishing import publish_quarter

running = Blueprint("running_surveys", __name__)


class _WrongFieldsError(InputError):
    """Some fields cannot be taken; `messages` has a sentence for each."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__(" ".join(messages.values()))
        self.messages = messages


_NEEDS_KEYS = {"close", "abort"}


@running.post("/app/cycles/<quarter>/<any(remind, extend, count, close, publish, abort):what>")
@needs(require_hr)
def act(_account: Account, quarter: str, what: str) -> ResponseReturnValue:
    """Do one of six things; done twice, it has been done once."""
    if what == "abort" and _is_aborted(quarter):
        return redirect("/app/cycles?aborted", 303)
    with database().reading() as session:
        state = cycle_or_404(session, quarter).state
    if state == State.CREATED:
        return redirect(f"/app/cycles/{quarter}", 303)
    try:
        if what in _NEEDS_KEYS and not keys_are_here():
            raise RefusalError(_elsewhere())
        address = _ACTIONS[what](quarter)
    except DoneBeforeError:
        return redirect(f"/app/cycles/{quarter}?done", 303)
    except InputError as error:
        errors = error.messages if isinstance(error, _WrongFieldsError) else {error.about or what: str(error)}
        return _page(quarter, errors=errors, about=what), CANNOT_BE_TAKEN
    except AssessError as error:
        return _page(quarter, refusal=str(error), about=what), CONFLICT
    return redirect(address, 303)


@running.post("/app/cycles/<quarter>/links.csv")
@needs(require_hr)
def links(_account: Account, quarter: str) -> ResponseReturnValue:
    """Hand out the links of everybody, per group and without names; they are computed now and kept nowhere."""
    try:
        _hold_to_survey(quarter)
        _refuse_links_that_were_mailed(quarter)
        file = StringIO()
        write_links(file, links_of(database(), settings(), quarter))
    except AssessError as error:
        return _page(quarter, refusal=str(error)), CONFLICT
    return _download(file.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"links-{quarter}.csv")


@running.post("/app/cycles/<quarter>/codes.pdf")
@needs(require_hr)
def codes(_account: Account, quarter: str) -> ResponseReturnValue:
    """Hand out the slips for people without e-mail."""
    from assess.reports.printed_codes import printed_codes_pdf  # loads the renderer, which nobody else here needs

    try:
        _hold_to_survey(quarter)
        wanted = _slips_wanted(quarter)
        codes_of_part = paper_codes(database(), settings(), quarter, now=moment(), part=wanted.groups)
        content = printed_codes_pdf(codes_of_part)
    except AssessError as error:
        return _page(quarter, refusal=str(error)), CONFLICT
    return _download(content, "application/pdf", f"codes-{quarter}-{wanted.first}-{wanted.last}.pdf")


def _remind(quarter: str) -> str:
    meant = request.form.get("number", "")
    number = int(meant) if meant.isascii() and meant.isdecimal() and len(meant) < 3 else 0
    queue_reminder(database(), settings(), quarter, now=moment(), meant=number)
    return f"/app/cycles/{quarter}?reminded"


def _extend(quarter: str) -> str:
    day, clock = read_day(request.form.get("day")), read_time(request.form.get("time"))
    if day is None or clock is None:
        raise _WrongFieldsError(
            ({"day": _("Write a day like 2026-12-01.")} if day is None else {})
            | ({"time": _("Write a time like 09:00.")} if clock is None else {})
        )
    if "sure" not in request.form:
        raise _WrongFieldsError({"extending": _("Tick the box first: this can be done only once.")})
    until = datetime.combine(day, clock, settings().zone)
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        if cycle.extended and cycle.closes_at == until:
            raise DoneBeforeError
    with speaking_of("day"):
        cycles.extend_cycle(database(), settings(), quarter, until, now=moment())
    return f"/app/cycles/{quarter}?extended"


def _count(quarter: str) -> str:
    cycles.cycle_status(database(), quarter, now=moment())
    return f"/app/cycles/{quarter}?counted"


def _close(quarter: str) -> str:
    """Close, and open the envelopes where no key holder is waited for; each step goes on where it was."""
    cycles.honour_tombstones(database(), settings())
    if close_cycle(database(), settings(), quarter, now=moment()) == State.ABORTED:
        return "/app/cycles?too_few"
    if not holders_waited_for(database(), quarter):
        open_envelopes(database(), settings(), quarter)
    return f"/app/cycles/{quarter}?closed"


def _publish(quarter: str) -> str:
    _hold_to_sure()
    publish_quarter(database(), settings(), quarter, now=moment())
    return f"/app/cycles/{quarter}?published"


def _abort(quarter: str) -> str:
    _hold_to_sure()
    cycles.abort_cycle(database(), settings(), quarter)
    return "/app/cycles?aborted"


_ACTIONS: dict[str, Callable[[str], str]] = {
    "remind": _remind,
    "extend": _extend,
    "count": _count,
    "close": _close,
    "publish": _publish,
    "abort": _abort,
}


def _hold_to_sure() -> None:
    if "sure" not in request.form:
        raise InputError(_("Tick the box first: this cannot be taken back."))


def _hold_to_survey(quarter: str) -> None:
    """Find the survey, and refuse on a host that has no keys."""
    with database().reading() as session:
        cycle_or_404(session, quarter)
    if not keys_are_here():
        raise RefusalError(_elsewhere())


def _refuse_links_that_were_mailed(quarter: str) -> None:
    with database().reading() as session:
        by_mail = invited_by_mail(session, cycle_or_404(session, quarter))
    if by_mail:
        raise RefusalError(
            _(
                "Everybody with an address has got the link by mail. Whoever has a second copy of all links could see "
                "which have been used, so there is none; for people without an address there are slips."
            )
        )


def _slips_wanted(quarter: str) -> SlipFile:
    """Say which file of slips is meant; where there are none the service says so."""
    with database().reading() as session:
        slips = slips_by_group(session, cycle_or_404(session, quarter))
    refusal = too_many_slips(slips, quarter)
    if refusal:
        raise RefusalError(refusal)
    files, wanted = files_of_slips(slips) or [SlipFile(1, slice(0), 0, 0)], request.form.get("part", "1")
    return next((file for file in files if str(file.number) == wanted), None) or abort(404)


def _elsewhere() -> str:
    return _(
        "The keys of surveys are kept on another machine; this is done there, with the command assess cycle. Ask "
        "whoever looks after it."
    )


def _is_aborted(quarter: str) -> bool:
    if not is_quarter(quarter):
        return False
    with database().reading() as session:
        states = set(session.scalars(select(Cycle.state).where(Cycle.quarter == quarter)))
    return states == {State.ABORTED}


def _page(quarter: str, *, refusal: str = "", errors: dict[str, str] | None = None, about: str = "") -> str:
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        if cycle.state == State.CREATED:
            return planned_page(session, cycle, refusal=refusal)
        return running_page(session, cycle, refusal=refusal, errors=errors, about=about)


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    return Response(content, content_type=kind, headers=headers)
