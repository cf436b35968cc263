"""What the matching needs of a practice, a team's settings and an instrument; codes and numbers, no text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_SCOPES = ("team", "cross-team", "company")
_EFFORTS = ("S", "M", "L")


class Basis(StrEnum):
    """How firmly a recommendation stands (design, Settled)."""

    CLEAR = "clear"
    STARTING_POINT = "starting_point"
    HABIT = "habit"


@dataclass(frozen=True)
class Guards:
    """Conditions that must all hold; none by default."""

    functions: tuple[str, ...] = ()
    younger_than_months: int | None = None
    needs: frozenset[str] = frozenset()
    scores_at_least: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Practice:
    """One practice of the catalogue: where it belongs, what triggers it, how large it is."""

    code: str
    belongs_to: tuple[str, ...]
    triggers: tuple[str, ...]
    scope: str
    effort: str
    guards: Guards = field(default_factory=Guards)

    @property
    def number(self) -> int:
        """The number in its code: P07 is 7."""
        return int(self.code[1:])

    def rank_for(self, items: frozenset[str]) -> tuple[int, int, int, int]:
        """Order within one dimension with these items: team first, small first, more of its items, number."""
        hits = sum(trigger in items for trigger in self.triggers)
        return _SCOPES.index(self.scope), _EFFORTS.index(self.effort), -hits, self.number


@dataclass(frozen=True)
class AdviceDimension:
    """One dimension in the order of the instrument, with its item codes in theirs.

    `range_raw` is the width of its response scale in raw units: 4 for ratings from 1 to 5.
    """

    code: str
    items: tuple[str, ...]
    higher_is_better: bool = True
    range_raw: int = 4


@dataclass(frozen=True)
class AdviceSettings:
    """Facts about the team and the company that guards ask for, frozen at publication; unknown is None or absent."""

    function: str | None = None
    age_months: int | None = None
    has: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset({"team"})


@dataclass(frozen=True)
class Displayed:
    """One figure as it was displayed, with the key under which it stands in the Score JSON."""

    code: str
    figure: str
    value: float | str


@dataclass(frozen=True)
class Recommendation:
    """A practice, the dimension it is for (none for a habit), how firmly it stands and which figures triggered it."""

    practice: str
    dimension: str | None
    basis: Basis
    because: tuple[Displayed, ...] = ()
