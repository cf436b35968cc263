"""What the matching needs of a practice, a team's settings and an instrument; codes and numbers, no text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

TEAM_LEAD = ("team",)
UNIT_HEAD = ("team", "cross-team")
BUSINESS_HEAD = ("company", "cross-team", "team")
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

    def rank_for(self, items: frozenset[str], scopes: Sequence[str] = UNIT_HEAD) -> tuple[int, int, int, int]:
        """Order within one dimension with these items: the reader's first scope, small, more of its items, number.

        A scope the reader does not decide on comes last.
        """
        hits = sum(trigger in items for trigger in self.triggers)
        place = scopes.index(self.scope) if self.scope in scopes else len(scopes)
        return place, _EFFORTS.index(self.effort), -hits, self.number


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
    """Facts about the team and the company that guards ask for, frozen at publication; unknown is None or absent.

    `scopes` are those the reader decides on, the nearest first: a team lead, the head of a unit, the business head.
    """

    function: str | None = None
    age_months: int | None = None
    has: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = TEAM_LEAD


@dataclass(frozen=True)
class Displayed:
    """One figure as it was displayed, with the key under which it stands in the Score JSON."""

    code: str
    figure: str
    value: float | str


@dataclass(frozen=True)
class Recommendation:
    """A practice, the dimension it is for (none for a habit or an outcome), how firmly it stands, and why this one.

    `because` are the displayed figures that triggered it. `item` is the item or outcome that chose within the
    dimension. `waiting` are the practices that would have come first but were proposed or adopted lately.
    """

    practice: str
    dimension: str | None
    basis: Basis
    because: tuple[Displayed, ...] = ()
    item: str | None = None
    waiting: tuple[str, ...] = ()
