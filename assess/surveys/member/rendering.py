"""Turns one invitation's cycle into the pages its members see: rendered once per cycle and language."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from flask import Request, Response, current_app, render_template
from werkzeug.exceptions import NotFound

from assess.extensions import Database
from assess.localisation import current_language, format_moment
from assess.surveys.answers import COMMENT_CHARACTERS
from assess.surveys.instruments import Instrument
from assess.surveys.invitations import MemberView, find_contract
from assess.surveys.member.forms import CheckedAnswers
from assess.surveys.member.pages import Page, pages_of_one_length
from assess.surveys.member.questions import questionnaire
from assess.surveys.models import Level

LEVELS = (Level.CONFIDENTIAL,)
"""Levels whose pages exist: each is one file in templates/surveys/member/levels/."""

_KEPT = 16  # cycles times languages; one is open at a time
_SECONDS_AN_ITEM = 7  # instrument.md 2.1, Estimated time
_SECONDS_BESIDE = 20 + 60  # introduction, comments

# Nothing on a page depends on the member or the group. The contract holds everything a page prints but the closing
# time, which can be extended once.
_Key = tuple[str, bytes, str, datetime]


class MemberPages:
    """The finished pages of the latest cycles; one object serves all threads of a process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Mapping[str, Page]] = OrderedDict()
        self._lock = Lock()

    def response(self, view: MemberView, name: str, request: Request) -> Response:
        """Answer with one of the pages `form`, `anew`, `already`, `sent`; 404 for a level without pages."""
        if view.level not in LEVELS:
            raise NotFound
        key = (current_language(), view.cycle_id, view.contract_hash, view.closes_at)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _render_all(view)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key][name].response(request)


def refused_form(view: MemberView, checked: CheckedAnswers) -> str:
    """Render the form again with what was sent and a message beside each field that cannot be taken."""
    return _render("form", view, errors=checked.errors, answers=checked.raw, anew=view.envelope_exists)


def minutes_to_answer(asked: Instrument) -> int:
    """Estimate how long answering takes, in whole minutes, by the rule of the instrument page."""
    ratings = len(asked.items) + len(asked.outcomes)
    return max(1, round((_SECONDS_AN_ITEM * ratings + _SECONDS_BESIDE) / 60))


def _render_all(view: MemberView) -> Mapping[str, Page]:
    nothing: dict[str, object] = {"errors": {}, "answers": {}}
    return pages_of_one_length(
        {
            "form": _render("form", view, anew=False, **nothing),
            "anew": _render("form", view, anew=True, **nothing),
            "already": _render("already", view),
            "sent": _render("sent", view),
        }
    )


def _render(name: str, view: MemberView, **values: object) -> str:
    return render_template(
        f"surveys/member/{name}.html",
        view=view,
        questions=questionnaire(view.instrument, current_language()),
        minutes=minutes_to_answer(view.instrument),
        closing=format_moment(view.closes_at.astimezone(ZoneInfo(view.time_zone))),
        minimum=_minimum_of(view.contract_hash),
        comment_limit=COMMENT_CHARACTERS,
        **values,
    )


def _minimum_of(contract_hash: str) -> int:
    """Read from the contract how many answers a group needs: the setting may have changed since."""
    database: Database = current_app.extensions["assess.database"]
    with database.reading() as session:
        contract = find_contract(session, contract_hash)
    return int(json.loads(contract or b"{}")["minimum"]["answers"])
