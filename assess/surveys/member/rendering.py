"""Turns one invitation's cycle into the pages its members see: rendered once per cycle and language."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from flask import Request, Response, current_app, render_template

from assess.config import Settings
from assess.localisation import current_language, format_moment
from assess.surveys.answers import COMMENT_CHARACTERS
from assess.surveys.instruments import Instrument
from assess.surveys.invitations import MemberView
from assess.surveys.member.forms import CheckedAnswers
from assess.surveys.member.pages import Page, pages_of_one_length
from assess.surveys.member.questions import questionnaire
from assess.surveys.member.sealing import holder_names, sealing_of
from assess.surveys.models import Level

PLAIN = "plain"
"""What pages say where the server seals for the key holders, because the browser of the member does not."""

_KEPT = 16  # cycles times languages; one is open at a time
_SECONDS_AN_ITEM = 7  # instrument.md 2.1, Estimated time
_SECONDS_BESIDE = 20 + 60  # introduction, comments

# Nothing on a page depends on the member or the group. The contract holds everything a page prints but the closing
# time, which can be extended once. Around it stand the look of the site and the languages it offers.
_Key = tuple[str, bytes, datetime, str, tuple[str, ...]]


class MemberPages:
    """The finished pages of the latest cycles; one object serves all threads of a process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Mapping[str, Page]] = OrderedDict()
        self._lock = Lock()

    def response(self, view: MemberView, name: str, request: Request) -> Response:
        """Answer with one of the pages `form`, `anew`, `already`, `sent`; at `anonymous` also those of `/plain`."""
        return self._pages_of(view)[name].response(request)

    def _pages_of(self, view: MemberView) -> Mapping[str, Page]:
        extensions = current_app.extensions
        look, languages = extensions["assess.in_force"].look, extensions["assess.settings"].languages
        key = (current_language(), view.cycle.contract_sha256, view.closes_at, look.sha256, languages)
        pages = self._kept.get(key)
        if pages is None:
            with self._lock:
                pages = self._kept[key] = self._kept.get(key) or _render_all(view)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return pages


def member_pages() -> MemberPages:
    """Return the pages of this process."""
    pages: MemberPages = current_app.extensions["assess.member_pages"]
    return pages


def refused_form(view: MemberView, checked: CheckedAnswers) -> str:
    """Render the plain form again with what was sent and a message beside each field that cannot be taken."""
    words = _words(view)
    return _form(view, words, anew=view.envelope_exists, plain=True, errors=checked.errors, answers=checked.raw)


def minutes_to_answer(asked: Instrument) -> int:
    """Estimate how long answering takes, in whole minutes, by the rule of the instrument page."""
    ratings = len(asked.items) + len(asked.outcomes)
    return max(1, round((_SECONDS_AN_ITEM * ratings + _SECONDS_BESIDE) / 60))


def preview_words(view: MemberView) -> Mapping[str, object]:
    """Collect what a page prints that only shows what will be asked: nothing is sealed there, and nothing sent."""
    return {**_words(view), "sealing": None, "anew": False, "errors": {}, "answers": {}}


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
    cycle, anonymous = view.cycle, view.level == Level.ANONYMOUS
    settings: Settings = current_app.extensions["assess.settings"]
    return {
        "view": view,
        "organisation": cycle.content["organisation"],
        "contact": cycle.content["contact"],
        "questions": questionnaire(view.instrument, current_language()),
        "minutes": minutes_to_answer(view.instrument),
        "closing": format_moment(view.closes_at.astimezone(ZoneInfo(view.time_zone))),
        "minimum": int(cycle.content["minimum"]["answers"]),
        "comment_limit": COMMENT_CHARACTERS,
        "holders": holder_names(cycle.contract),
        "check_words": cycle.check_words,
        "sealing": sealing_of(cycle.contract, cycle.contract_sha256, view.instrument) if anonymous else None,
        "encrypted": settings.base_url.startswith("https:"),
    }


def _render(name: str, words: Mapping[str, object], **values: object) -> str:
    return render_template(f"surveys/member/{name}.html", **{**words, **values})
