"""Turns one invitation's cycle into the pages its members see: rendered once per cycle and language."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from flask import Request, Response, current_app, render_template

from assess.config import Settings
from assess.extensions import Database
from assess.localisation import current_language, format_moment
from assess.surveys.answers import COMMENT_CHARACTERS
from assess.surveys.check_words import check_words
from assess.surveys.instruments import Instrument
from assess.surveys.invitations import MemberView
from assess.surveys.member.forms import CheckedAnswers
from assess.surveys.member.pages import Page, pages_of_one_length
from assess.surveys.member.questions import questionnaire
from assess.surveys.member.sealing import holder_names, sealing_of
from assess.surveys.models import Cycle, Level

PLAIN = "plain"
"""What pages say where the server seals for the key holders, because the browser of the member does not."""

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
        """Answer with one of the pages `form`, `anew`, `already`, `sent`; at `anonymous` also those of `/plain`."""
        key = (current_language(), view.cycle_id, view.contract_hash, view.closes_at)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _render_all(view)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key][name].response(request)


def refused_form(view: MemberView, checked: CheckedAnswers) -> str:
    """Render the plain form again with what was sent and a message beside each field that cannot be taken."""
    words = _words(view)
    return _form(view, words, anew=view.envelope_exists, plain=True, errors=checked.errors, answers=checked.raw)


def minutes_to_answer(asked: Instrument) -> int:
    """Estimate how long answering takes, in whole minutes, by the rule of the instrument page."""
    ratings = len(asked.items) + len(asked.outcomes)
    return max(1, round((_SECONDS_AN_ITEM * ratings + _SECONDS_BESIDE) / 60))


def _render_all(view: MemberView) -> Mapping[str, Page]:
    words = _words(view)
    texts = {
        "form": _form(view, words, anew=False),
        "anew": _form(view, words, anew=True),
        "already": _render("already", words),
        "sent": _render("sent", words),
    }
    if view.level == Level.ANONYMOUS:
        texts |= {
            "ask": _render("ask", words, anew=False),
            "ask anew": _render("ask", words, anew=True),
            "plain": _form(view, words, anew=False, plain=True),
            "plain anew": _form(view, words, anew=True, plain=True),
        }
    return pages_of_one_length(texts)


def _form(
    view: MemberView,
    words: Mapping[str, object],
    *,
    anew: bool,
    plain: bool = False,
    errors: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> str:
    """Render the questionnaire: at level `anonymous` to be sealed by the browser, unless it is the plain one."""
    anonymous = view.level == Level.ANONYMOUS
    return _render(
        "form",
        words,
        anew=anew,
        agreed=anonymous and plain,
        level_words=PLAIN if anonymous and plain else view.level,
        sealing=None if plain else words["sealing"],
        errors=errors or {},
        answers=answers or {},
    )


def _words(view: MemberView) -> Mapping[str, object]:
    """Collect what the pages of one cycle print; what was promised is read from the contract, not from the settings."""
    contract, sha256 = _contract_of(view)
    settings: Settings = current_app.extensions["assess.settings"]
    return {
        "view": view,
        "questions": questionnaire(view.instrument, current_language()),
        "minutes": minutes_to_answer(view.instrument),
        "closing": format_moment(view.closes_at.astimezone(ZoneInfo(view.time_zone))),
        "minimum": int(json.loads(contract)["minimum"]["answers"]),
        "comment_limit": COMMENT_CHARACTERS,
        "holders": holder_names(contract),
        "check_words": check_words(contract),
        "sealing": sealing_of(contract, sha256, view.instrument) if view.level == Level.ANONYMOUS else None,
        "encrypted": settings.base_url.startswith("https:"),
    }


def _render(name: str, words: Mapping[str, object], **values: object) -> str:
    return render_template(f"surveys/member/{name}.html", **{**words, **values})


def _contract_of(view: MemberView) -> tuple[bytes, bytes]:
    database: Database = current_app.extensions["assess.database"]
    with database.reading() as session:
        cycle = session.get_one(Cycle, view.cycle_id)
        return cycle.contract or b"", cycle.contract_sha256
