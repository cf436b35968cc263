"""An earlier action as it was written down when it was read: what it was, how far it came, what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assess.actions.catalogue import practice_by_code
from assess.localisation import current_language
from assess.scoring.advice import Basis
from assess.scoring.verdict import Reason, Verdict


@dataclass(frozen=True)
class PastAction:
    """One entry of a frozen document. `since` is the quarter it was compared with, `noted` what the leader wrote."""

    id: str
    practice: str | None
    own_title: str | None
    own_steps: tuple[str | None, ...]
    ticked: tuple[bool, ...]
    owner: str
    noted: str
    dimension: str | None
    basis: Basis | None
    adopted_in: str
    since: str
    verdict: Verdict
    reason: Reason | None
    visible_change_100: int | None
    is_final: bool

    @property
    def title(self) -> str:
        """What it is called, in the reader's language or in the leader's words."""
        return title_of(self.practice, self.own_title)

    @property
    def steps(self) -> tuple[str, ...]:
        """Its steps, likewise."""
        return step_texts(self.practice, self.own_steps)

    @property
    def steps_done(self) -> int:
        """How many steps were ticked off when the survey closed."""
        return sum(self.ticked)


def read_past(entry: Mapping[str, Any]) -> PastAction:
    """Read one entry back."""
    return PastAction(
        id=entry["action"],
        practice=entry["practice"],
        own_title=entry["title"],
        own_steps=tuple(step["text"] for step in entry["steps"]),
        ticked=tuple(step["done"] for step in entry["steps"]),
        owner=entry["owner"],
        noted=entry["noted"],
        dimension=entry["dimension"],
        basis=None if entry["basis"] is None else Basis(entry["basis"]),
        adopted_in=entry["adopted_in"],
        since=entry["since"],
        verdict=Verdict(entry["verdict"]),
        reason=None if entry["reason"] is None else Reason(entry["reason"]),
        visible_change_100=entry["visible_change_100"],
        is_final=entry["final"],
    )


def title_of(practice: str | None, own: str | None) -> str:
    """Name an action: the leader's words, else the catalogue's in the reader's language."""
    return own or practice_by_code(str(practice)).title[current_language()]


def step_texts(practice: str | None, own: tuple[str | None, ...]) -> tuple[str, ...]:
    """Give the steps of an action in the same way, one by one."""
    known = () if practice is None else practice_by_code(practice).steps[current_language()]
    return tuple(text or (known[place] if place < len(known) else "") for place, text in enumerate(own))
