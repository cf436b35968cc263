"""The catalogue as a leader reads it: every practice that is theirs to decide, under what it is mainly about."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assess.actions.catalogue import PracticeTexts, load_practices
from assess.localisation import current_language
from assess.reports.present.advice import effort_word, owner_word, span_word
from assess.surveys.instruments import load_instrument

_NAMED_IN = "team24"  # the questionnaire whose dimensions and driver modules the catalogue speaks of


@dataclass(frozen=True)
class Offer:
    """One practice to choose."""

    code: str
    title: str
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """A dimension or driver module, and the practices that are mainly about it."""

    name: str
    offers: tuple[Offer, ...]


def topics_for(scopes: Collection[str]) -> Iterator[Topic]:
    """Give the topics in the order of the questionnaire, what is asked every quarter first; empty ones are left out."""
    language = current_language()
    about: dict[str, list[Offer]] = {}
    for texts in load_practices():
        if texts.scope in scopes:
            about.setdefault(texts.practice.belongs_to[0], []).append(_offer(texts, language))
    for dimension in load_instrument(_NAMED_IN).dimensions:
        offers = about.pop(dimension.module or dimension.code, None)
        if offers:
            yield Topic(dimension.name[language], tuple(offers))


def _offer(texts: PracticeTexts, language: str) -> Offer:
    facts = owner_word(texts.owner), span_word(texts.span), effort_word(texts.effort)
    return Offer(texts.code, texts.title[language], texts.recommend[language], facts)
