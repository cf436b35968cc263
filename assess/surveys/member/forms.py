"""WTForms checks what arrives; the pages themselves are rendered once and served as bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional

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
    data = form.data  # computed anew at every access
    errors = {str(name): str(next(iter(messages))) for name, messages in form.errors.items()}
    unknown = sorted(name for name in sent if name not in data and name != FILLER)
    if unknown:
        errors[""] = _("This survey has no item “%(code)s”. Reload the page and answer again.", code=unknown[0])
    ratings = {r.code: int(data[r.code]) for r in effective.ratings if r.code not in errors and data[r.code]}
    comments = {c.code: data[c.code] for c in effective.comments if data[c.code]}
    if not errors and not ratings and not comments:
        errors[""] = _("Nothing is answered yet. Answer at least one item, then send.")
    return CheckedAnswers(ratings, comments, errors, {name: sent[name] for name in sent if name in data})


@lru_cache(maxsize=16)
def _form_class_of(codes: tuple[tuple[str, int, int], ...], prompts: tuple[str, ...]) -> type[Form]:
    fields: dict[str, object] = {code: _rating_field(lo, hi) for code, lo, hi in codes}
    fields |= {code: TextAreaField(filters=[_tidy], validators=[_short_enough]) for code in prompts}
    return type("AnswerForm", (Form,), fields)


def _form_class(effective: Instrument) -> type[Form]:
    codes = tuple((r.code, r.scale.lo, r.scale.hi) for r in effective.ratings)
    return _form_class_of(codes, tuple(c.code for c in effective.comments))


def _rating_field(lo: int, hi: int) -> StringField:
    return StringField(
        filters=[_tidy], validators=[Optional(), _OneOf(frozenset(str(value) for value in range(lo, hi + 1)))]
    )


class _OneOf:
    """Take only what the page offers: `AnyOf` of WTForms prints its list of values, these have words."""

    def __init__(self, values: frozenset[str]) -> None:
        self._values = values

    def __call__(self, _form: Form, rating: Field) -> None:
        if rating.data not in self._values:
            raise ValidationError(_("Choose one of the options shown here."))


def _short_enough(_form: Form, comment: Field) -> None:
    text = comment.data or ""
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
