"""Takes what a member sends: sealed by the browser, or to be sealed here."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Response, request
from flask.typing import ResponseReturnValue

from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import PutResult, put_answers, put_sealed
from assess.surveys.errors import OtherCycleError, UnknownCodeError
from assess.surveys.frozen_cycles import FrozenCycle, likely_cycle
from assess.surveys.invitations import MemberView
from assess.surveys.member.forms import CheckedAnswers, check_answers
from assess.surveys.member.looking_up import database, unknown
from assess.surveys.member.rendering import member_pages, refused_form
from assess.surveys.models import Level

CANNOT_BE_TAKEN = 422


def take_sealed(code: str, secret: bytes, body: bytes) -> Response:
    """Put an envelope of the browser into the box."""
    return _sent(code, lambda now: put_sealed(database(), secret, body, now=now))


def take_at_once(code: str) -> Response | None:
    """Take good answers to the likely cycle without looking their link up first; None leads the long way round.

    Putting them in looks up under the lock anyway, and refuses what was sealed for another cycle.
    """
    cycle = likely_cycle()
    if cycle is None or cycle.level != Level.CONFIDENTIAL:
        return None
    checked = check_answers(cycle.instrument, request.form)
    if checked.errors:
        return None
    try:
        return _seal_and_put(code, checked, cycle)
    except OtherCycleError:
        return None


def take_plain(view: MemberView, code: str) -> ResponseReturnValue:
    """Check what was sent; seal it and put it in, or show the form again with what is wrong."""
    checked = check_answers(view.instrument, request.form)
    if checked.errors:
        return refused_form(view, checked), CANNOT_BE_TAKEN
    return _seal_and_put(code, checked, view.cycle)


def _seal_and_put(code: str, checked: CheckedAnswers, cycle: FrozenCycle) -> Response:
    answers = PlainAnswers(checked.ratings, checked.comments)
    return _sent(code, lambda now: put_answers(database(), code, answers, now=now, cycle=cycle))


def _sent(code: str, put: Callable[[datetime], PutResult]) -> Response:
    """Put an envelope in and say so; a code that leads nowhere is counted as at every other look-up."""
    try:
        view = put(datetime.now(UTC)).view
    except UnknownCodeError as error:
        raise unknown(code) from error
    response = member_pages().response(view, "sent", request)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
