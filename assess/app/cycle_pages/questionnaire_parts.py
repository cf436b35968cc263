"""A whole questionnaire as HR reads it: every statement in every language, by dimension and driver module."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assess.localisation import current_language
from assess.localisation import gettext as _
from assess.surveys.instruments import Instrument, Item, ResponseScale, Texts
from assess.tables.labels import some


@dataclass(frozen=True)
class Words:
    """One text in one language."""

    language: str
    text: str


@dataclass(frozen=True)
class Line:
    """One statement or question: its code, its words with those of the reader first, what is special about it."""

    code: str
    words: tuple[Words, ...]
    remark: str = ""


@dataclass(frozen=True)
class Part:
    """What stands under one heading."""

    title: str
    remark: str
    options: str
    lines: tuple[Line, ...]
    is_module: bool = False


def parts_of(instrument: Instrument) -> tuple[Part, ...]:
    """Lay out a questionnaire as it is asked: dimensions, outcomes, comments."""
    dimensions = tuple(
        Part(
            _in_words(dimension.name) or dimension.code,
            _("Driver module %(code)s: asked in quarters that choose it", code=dimension.module)
            if dimension.module
            else _in_words(dimension.subtitle),
            _options(dimension.scale),
            tuple(_item(item) for item in instrument.items_of(dimension.code)),
            is_module=dimension.module is not None,
        )
        for dimension in instrument.dimensions
    )
    return (*dimensions, *_outcomes(instrument), *_comments(instrument))


def _outcomes(instrument: Instrument) -> Iterator[Part]:
    if instrument.outcomes:
        lines = tuple(
            Line(each.code, _words(each.text), _("By default not on the leader’s own page") if each.sensitive else "")
            for each in instrument.outcomes
        )
        yield Part(_("All in all"), "", "", lines)


def _comments(instrument: Instrument) -> Iterator[Part]:
    if instrument.comments:
        lines = tuple(Line(each.code, _words(each.text)) for each in instrument.comments)
        yield Part(_("In your own words"), "", "", lines)


def _item(item: Item) -> Line:
    return Line(item.code, _words(item.text), _("Agreement speaks against the dimension") if item.reverse_keyed else "")


def _options(scale: ResponseScale) -> str:
    language = _spoken(scale.labels)
    labels = [scale.label(value, language) for value in scale.values_as_shown]
    named = _("Options: %(options)s", options=some(labels))
    return named if scale.labels else _("Options: %(low)d to %(high)d", low=scale.lo, high=scale.hi)


def _words(texts: Texts) -> tuple[Words, ...]:
    first = _spoken(texts)
    ordered = sorted((language for language, text in texts.items() if text), key=lambda language: language != first)
    return tuple(Words(language, texts[language]) for language in ordered)


def _in_words(texts: Texts) -> str:
    return texts.get(_spoken(texts), "")


def _spoken(texts: Mapping[str, object]) -> str:
    """Take the reader’s language, or the first there is."""
    return current_language() if current_language() in texts else next(iter(texts), "")
