"""What becomes of a cycle that was running when the backup was made: it goes on, or it must not.

A survey that has closed is never opened again, and a survey that nobody can open any more is not continued. Whether it
has closed is known from the tombstone beside the keys, or from the key of the links, which closing destroys. Where the
key directory was lost as well, somebody has to be asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from assess.surveys.models import Level, State


class Fate(Enum):
    """Why a cycle goes on or ends."""

    GOES_ON = auto()
    HAS_CLOSED = auto()
    """It closed after the backup was made."""
    ANSWERS_LEFT_OUT = auto()
    """Its answers had been shuffled already, and those are in no backup."""
    NOBODY_CAN_OPEN = auto()
    """The server's key to a confidential cycle is lost."""


@dataclass(frozen=True)
class Facts:
    """What is known of one cycle: from the backup, from the key directory, from the copies of the keys."""

    quarter: str
    state: State
    level: Level
    envelopes: int
    has_tombstone: bool
    kept_its_link_key: bool
    """The key directory survived: closing would have destroyed this key."""
    has_opening_key: bool


def decide(facts: Facts, has_closed_since: Callable[[str], bool]) -> Fate:
    """Decide; `has_closed_since` is asked for a quarter only where nothing else can tell."""
    collecting = facts.state in {State.OPEN, State.CLOSING}
    if facts.state in {State.SEALED, State.OPENED} or (facts.state == State.CLOSING and not facts.envelopes):
        return Fate.ANSWERS_LEFT_OUT
    if facts.has_tombstone and (collecting or facts.state == State.CREATED):
        return Fate.HAS_CLOSED
    if not collecting:
        return Fate.GOES_ON
    if facts.level == Level.CONFIDENTIAL and not facts.has_opening_key:
        return Fate.NOBODY_CAN_OPEN
    if not facts.kept_its_link_key and has_closed_since(facts.quarter):
        return Fate.HAS_CLOSED
    return Fate.GOES_ON
