"""Two frames around single practices: the ten steps of a new team, and the five functions of the company.

A new team is one younger than six months. It is offered the ten steps in order; the guards of each practice still hold,
and what the business head decides is named as such.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assess.actions.catalogue import load_practices, practice_by_code
from assess.actions.entries import LANGUAGES, CatalogueError, Texts
from assess.scoring.advice import AdviceSettings, is_younger, open_guards

NEW_TEAM_MONTHS = 6
STEPS = 10
STRUCTURE = "P52"
"""The practice by which the five functions are laid along the chain from product to after-sales."""


@dataclass(frozen=True)
class StartUpStep:
    """One of the ten steps: what it is called, when it is reached, and the practices that lead there."""

    number: int
    name: Texts
    aim: Texts
    practices: tuple[str, ...]
    source_article: str


@dataclass(frozen=True)
class OfferedStep:
    """A step as offered to one team: what its leader can do, what is the business head's, and what waits for what."""

    step: StartUpStep
    for_team: tuple[str, ...]
    for_head: tuple[str, ...]
    waiting: Mapping[str, tuple[str, ...]]
    done: bool


@dataclass(frozen=True)
class Function:
    """One of the five functions, its duties, and the practice written for it."""

    code: str
    name: Texts
    duties: Mapping[str, tuple[str, ...]]
    practice: str


@cache
def start_up_steps() -> tuple[StartUpStep, ...]:
    """Read the ten steps in their order. Raises CatalogueError."""
    found = tuple(_step(table) for table in _tables("start_up.toml", "steps"))
    if [step.number for step in found] != list(range(1, STEPS + 1)):
        raise CatalogueError("start_up.toml: the steps are numbered from 1 to 10")
    return found


@cache
def functions() -> tuple[Function, ...]:
    """Read the five functions. Raises CatalogueError."""
    return tuple(_function(table) for table in _tables("functions.toml", "functions"))


def practices_of_function(code: str) -> tuple[str, ...]:
    """List the practices written for one function, in the order of their numbers."""
    return tuple(texts.code for texts in load_practices() if code in texts.practice.guards.functions)


def offered_steps(
    settings: AdviceSettings, node: Mapping[str, Any], finished: frozenset[str] = frozenset()
) -> tuple[OfferedStep, ...]:
    """Offer the ten steps to a new team; nothing to one that is older or whose age is unknown.

    `node` is its entry of the released result; `finished` are practices of which it has ticked off every step. A step
    counts as done when all its practices that the team can do now are finished.
    """
    if not is_younger(settings, NEW_TEAM_MONTHS):
        return ()
    return tuple(_offered(step, settings, node, finished) for step in start_up_steps())


def _offered(
    step: StartUpStep, settings: AdviceSettings, node: Mapping[str, Any], finished: frozenset[str]
) -> OfferedStep:
    practices = {code: practice_by_code(code).practice for code in step.practices}
    waiting = {code: names for code, p in practices.items() if (names := open_guards(p, settings, node))}
    free = [code for code in practices if code not in waiting]
    for_team = tuple(code for code in free if practices[code].scope in settings.scopes)
    for_head = tuple(code for code in free if code not in for_team)
    return OfferedStep(step, for_team, for_head, waiting, bool(for_team) and finished.issuperset(for_team))


def _tables(file: str, key: str) -> list[Mapping[str, Any]]:
    text = (resources.files("assess.actions") / "plans" / file).read_text(encoding="utf-8")
    content = tomllib.loads(text)
    tables = content.get(key)
    if not isinstance(tables, list):
        raise CatalogueError(f"{file}: write each entry as [[{key}]]")
    return tables


def _step(table: Mapping[str, Any]) -> StartUpStep:
    return StartUpStep(
        number=int(table["number"]),
        name=_both(table["name"]),
        aim=_both(table["aim"]),
        practices=tuple(practice_by_code(code).code for code in table["practices"]),
        source_article=str(table["source_article"]),
    )


def _function(table: Mapping[str, Any]) -> Function:
    duties = {language: tuple(table["duties"][language]) for language in LANGUAGES}
    return Function(str(table["code"]), _both(table["name"]), duties, practice_by_code(table["practice"]).code)


def _both(texts: Mapping[str, str]) -> Texts:
    return {language: texts[language] for language in LANGUAGES}
