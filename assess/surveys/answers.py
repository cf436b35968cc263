"""Plain answers: what one respondent said, how it is checked, how it is written before sealing.

Plain text of an envelope: UTF-8 JSON, not ASCII-escaped, `{"ratings": [4, null, …], "comments": {"CMT1": "…"}}`,
ratings in the order of the scoring key's items. No language, no user agent, no time (anonymity.md, Sealing).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.surveys.errors import BlankAnswersError, UnusableAnswersError
from assess.surveys.instruments import Instrument

COMMENT_CHARACTERS = 1000
COMMENT_BYTES = 3500
PLAIN_BYTES = 8192
_RATING_BYTES = 6  # a comma and a number such as -1000, or `null`


@dataclass(frozen=True)
class PlainAnswers:
    """Ratings by item code and comments by prompt code; what is absent was not answered."""

    ratings: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerSheet:
    """What can be answered in one cycle: per item its code and lowest and highest option, and the comment prompts."""

    items: tuple[tuple[str, int, int], ...]
    prompts: tuple[str, ...]

    @classmethod
    def of(cls, effective: Instrument) -> "AnswerSheet":
        """Take the sheet from an effective instrument; RefusalError when a full one would not fit an envelope."""
        items = tuple((item.code, item.scale.lo, item.scale.hi) for item in effective.whole_key().items)
        prompts = tuple(prompt.code for prompt in effective.comments)
        fixed = len('{"ratings":[],"comments":{}}') + sum(len(prompt) + 4 for prompt in prompts)
        if fixed + _RATING_BYTES * len(items) + COMMENT_BYTES * len(prompts) > PLAIN_BYTES:
            raise RefusalError(
                _(
                    "The instrument %(instrument)s asks more than one envelope holds; "
                    "leave out comment prompts until at most two are left, or ask fewer items.",
                    instrument=effective.code,
                )
            )
        return cls(items, prompts)

    def check(self, answers: PlainAnswers) -> PlainAnswers:
        """Return the answers with blanks dropped; BlankAnswersError, UnusableAnswersError with code and remedy."""
        scales = {code: (lo, hi) for code, lo, hi in self.items}
        for code, rating in answers.ratings.items():
            _check_rating(code, rating, scales)
        comments = {code: _trimmed(text) for code, text in answers.comments.items()}
        comments = {code: text for code, text in comments.items() if text}
        for code, text in comments.items():
            _check_comment(code, text, self.prompts)
        if not answers.ratings and not comments:
            raise BlankAnswersError(_("Nothing is answered yet; choose at least one answer, then send."))
        return PlainAnswers(dict(answers.ratings), comments)

    def encode(self, answers: PlainAnswers) -> bytes:
        """Write checked answers as the plain text of an envelope, not yet padded."""
        ratings = [answers.ratings.get(code) for code, _lo, _hi in self.items]
        comments = {code: answers.comments[code] for code in self.prompts if code in answers.comments}
        return _json({"ratings": ratings, "comments": comments})

    def decode(self, plain: bytes) -> PlainAnswers:
        """Read and check the plain text of an envelope; UnusableAnswersError or BlankAnswersError when it is none.

        Whatever arrives here was chosen by somebody unknown: every shape is possible, none may crash.
        """
        try:
            content: Any = json.loads(plain.decode("utf-8"))
            ratings, comments = content["ratings"], content["comments"]
            well_formed = (
                set(content) == {"ratings", "comments"}
                and isinstance(ratings, list)
                and len(ratings) == len(self.items)
                and isinstance(comments, dict)
                and all(isinstance(text, str) for text in comments.values())
            )
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise UnusableAnswersError(_("The content of this envelope cannot be read.")) from error
        if not well_formed:
            raise UnusableAnswersError(_("The content of this envelope cannot be read."))
        given = {self.items[i][0]: rating for i, rating in enumerate(ratings) if rating is not None}
        return self.check(PlainAnswers(given, comments))


def _check_rating(code: str, rating: object, scales: Mapping[str, tuple[int, int]]) -> None:
    if code not in scales:
        raise UnusableAnswersError(
            _("There is no item %(code)s in this questionnaire; reload the page and answer anew.", code=code)
        )
    lo, hi = scales[code]
    if not isinstance(rating, int) or isinstance(rating, bool) or not lo <= rating <= hi:
        raise UnusableAnswersError(
            _("Item %(code)s: choose one of the options from %(lo)s to %(hi)s.", code=code, lo=lo, hi=hi)
        )


def _check_comment(code: str, text: str, prompts: tuple[str, ...]) -> None:
    if code not in prompts:
        raise UnusableAnswersError(
            _("There is no comment %(code)s in this questionnaire; reload the page and answer anew.", code=code)
        )
    if len(text) > COMMENT_CHARACTERS or len(_json(text)) > COMMENT_BYTES:
        raise UnusableAnswersError(
            _(
                "Comment %(code)s is too long; shorten it to at most %(limit)s characters (pictograms count more).",
                code=code,
                limit=COMMENT_CHARACTERS,
            )
        )


def _trimmed(text: str) -> str:
    """Drop what cannot be written as UTF-8 or printed: lone surrogates and control characters but line breaks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or not (ord(c) < 32 or ord(c) == 127 or "\ud800" <= c <= "\udfff"))
    return "".join(kept).strip()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
