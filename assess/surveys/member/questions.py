"""The questionnaire as a page prints it: parts, questions and options in one language, all words finished."""

import re
from dataclasses import dataclass

from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.surveys.instruments.model import CommentPrompt, Dimension, Instrument, Item, Outcome, ResponseScale, Texts

# "… 0 = not at all likely, 10 = extremely likely": the two ends, which a row of buttons prints beside it.
_ENDS = re.compile(
    r"^(?P<stem>.+?)\s*(?P<lo>-?\d+)\s?[=＝]\s?(?P<low>[^,，]+)[,，]\s*(?P<hi>\d+)\s?[=＝]\s?(?P<high>.+)$"
)


@dataclass(frozen=True)
class Option:
    """One choice: what is sent and what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One rating. `ends` is set for a row of bare numbers and names its two ends; labelled options have none."""

    code: str
    text: str
    options: tuple[Option, ...]
    in_a_row: bool
    ends: tuple[str, str] | None


@dataclass(frozen=True)
class Prompt:
    """One open question with the hint printed with it."""

    code: str
    text: str
    hint: str


@dataclass(frozen=True)
class Part:
    """What a step of the page shows at once: a dimension, the outcomes, or the comments."""

    code: str
    title: str
    subtitle: str
    questions: tuple[Question, ...] = ()
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """Everything asked in one cycle; `language` is that of the questions, which may differ from the page's."""

    language: str
    lead_in: str
    cannot_tell: str
    parts: tuple[Part, ...]


def questionnaire(effective: Instrument, language: str) -> Questionnaire:
    """Finish the words of an effective instrument for a reader; without their language its first one is taken."""
    spoken = language if language in effective.languages else effective.languages[0]
    parts = [_dimension(d, effective.items_of(d.code), spoken) for d in effective.dimensions]
    with use_language(language):
        if effective.outcomes:
            outcomes = tuple(_rating(o, spoken) for o in effective.outcomes)
            parts.append(Part("outcomes", _("All in all"), "", questions=outcomes))
        if effective.comments:
            prompts = tuple(_prompt(c, spoken) for c in effective.comments)
            parts.append(Part("comments", _("In your own words"), "", prompts=prompts))
        cannot_tell = effective.cannot_tell.get(spoken) or _("Not applicable or I cannot tell")
    return Questionnaire(spoken, _text(effective.lead_in, spoken), cannot_tell, tuple(parts))


def _dimension(dimension: Dimension, items: tuple[Item, ...], language: str) -> Part:
    return Part(
        dimension.code,
        _text(dimension.name, language),
        _text(dimension.subtitle, language),
        questions=tuple(_rating(item, language) for item in items),
    )


def _rating(rating: Item | Outcome, language: str) -> Question:
    text = _text(rating.text, language)
    options = tuple(Option(str(v), rating.scale.label(v, language)) for v in rating.scale.values_as_shown)
    in_a_row = not rating.scale.labels
    stem, ends = _split_ends(text, rating.scale) if in_a_row else (text, None)
    return Question(rating.code, stem, options, in_a_row, ends)


def _split_ends(text: str, scale: ResponseScale) -> tuple[str, tuple[str, str] | None]:
    """Take the names of both ends out of the text, if it names exactly the ends of this scale.

    >>> _split_ends("How likely? 0 = never, 10 = surely", ResponseScale(0, 10, {}))
    ('How likely?', ('never', 'surely'))
    """
    found = _ENDS.match(text)
    if found is None or (int(found["lo"]), int(found["hi"])) != (scale.lo, scale.hi):
        return text, None
    return found["stem"], (found["low"], found["high"])


def _prompt(prompt: CommentPrompt, language: str) -> Prompt:
    return Prompt(prompt.code, _text(prompt.text, language), _text(prompt.hint, language))


def _text(texts: Texts, language: str) -> str:
    return texts.get(language, "")
