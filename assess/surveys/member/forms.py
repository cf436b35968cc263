"""WTForms checks what arrives; the pages themselves are rendered once and served as bytes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField, ValidationError

from assess.localisation import gettext as _
from assess.surveys.answers import COMMENT_BYTES, COMMENT_CHARACTERS
from assess.surveys.instruments.model import Instrument

FILLER = "filler"  # brings every body to one length


@dataclass(frozen=True)
class CheckedAnswers:
    """What was sent: good answers, or messages per field (`""` for the whole form) and the raw text to show again."""

    ratings: Mapping[str, int]
    comments: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)


def _given(_form: Form, code: Field) -> None:
    if not (code.data or "").strip():
        raise ValidationError(_("Type the code from your invitation."))


class CodeForm(Form):
    """The page on which a code is typed."""

    code = StringField(validators=[_given])


def check_answers(effective: Instrument, sent: MultiDict[str, str]) -> CheckedAnswers:
    """Validate a form against the effective instrument, with messages in the reader's language."""
    form = _form_class(effective)(sent)
    form.validate()
    ratings, comments = cast("_Many", form["ratings"]), cast("_Many", form["comments"])
    errors = {**ratings.messages, **comments.messages}
    asked = ratings.data.keys() | comments.data.keys()
    unknown = sorted(name for name in sent if name not in asked and name != FILLER)
    if unknown:
        errors[""] = _("This survey has no item “%(code)s”. Reload the page and answer again.", code=unknown[0])
    given = {code: int(text) for code, text in ratings.data.items() if text and code not in errors}
    written = {code: text for code, text in comments.data.items() if text}
    if not errors and not given and not written:
        errors[""] = _("Nothing is answered yet. Answer at least one item, then send.")
    return CheckedAnswers(given, written, errors, {name: sent[name] for name in sent if name in asked})


class _Many(Field):
    """Many inputs of a page as one field: WTForms spends more on making thirty fields than on all they say.

    `data` is the tidied text and `messages` what is wrong with it, both by the name of the input.
    """

    def __init__(self, checks: Mapping[str, Callable[[str], None]], **named: Any) -> None:  # noqa: ANN401 - WTForms'
        super().__init__(**named)
        self._checks = checks
        self.messages: dict[str, str] = {}

    def process(self, formdata: Any, *_data: object, **_named: object) -> None:  # noqa: ANN401 - a MultiDict or None
        """Take the first value of each input."""
        sent = formdata or {}
        self.data = {code: _tidy(sent.get(code)) for code in self._checks}

    def validate(self, *_form: object, **_named: object) -> bool:
        """Check each input that was filled in."""
        self.messages = {}
        for code, text in self.data.items():
            try:
                if text:
                    self._checks[code](text)
            except ValidationError as error:
                self.messages[code] = str(error)
        return not self.messages


@lru_cache(maxsize=16)
def _form_class_of(codes: tuple[tuple[str, int, int], ...], prompts: tuple[str, ...]) -> type[Form]:
    options = {code: _OneOf(frozenset(str(value) for value in range(lo, hi + 1))) for code, lo, hi in codes}
    fields = {"ratings": _Many(options), "comments": _Many(dict.fromkeys(prompts, _short_enough))}
    return type("AnswerForm", (Form,), fields)


def _form_class(effective: Instrument) -> type[Form]:
    codes = tuple((r.code, r.scale.lo, r.scale.hi) for r in effective.ratings)
    return _form_class_of(codes, tuple(c.code for c in effective.comments))


class _OneOf:
    """Take only what the page offers: `AnyOf` of WTForms prints its list of values, these have words."""

    def __init__(self, values: frozenset[str]) -> None:
        self._values = values

    def __call__(self, text: str) -> None:
        if text not in self._values:
            raise ValidationError(_("Choose one of the options shown here."))


def _short_enough(text: str) -> None:
    over = len(text) - COMMENT_CHARACTERS
    if over > 0:
        raise ValidationError(
            _(
                "This comment has %(length)s characters; shorten it to %(limit)s.",
                length=f"{len(text):,}",
                limit=f"{COMMENT_CHARACTERS:,}",
            )
        )
    if len(json.dumps(text, ensure_ascii=False).encode()) > COMMENT_BYTES:
        raise ValidationError(_("This comment takes too much room in the envelope; shorten it by a third."))


def _tidy(text: str | None) -> str:
    """Browsers send line ends as CR LF and count them as one character."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
