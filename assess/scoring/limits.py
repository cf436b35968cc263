"""Where one figure may be shown at most, and where it is hidden by preference.

Where there is a choice, the nodes are hidden in which that figure was hidden last quarter (disclosure, section 5). And
when everything is decided again because more has to be hidden, nothing comes back that was hidden before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assess.scoring.disclosure import BoolArray
from assess.scoring.numbers import Numbers


@dataclass(frozen=True)
class Shown:
    """Where a figure is shown: nodes, shape (nodes,), and where numbers that need ten answers stand."""

    published: BoolArray
    numbers: Numbers | None


@dataclass(frozen=True)
class Limit:
    """What holds for one figure; `most` is None where nothing was decided before."""

    hidden_before: frozenset[int]
    most: Shown | None

    def within(self, allowed: BoolArray) -> BoolArray:
        """Take from the allowed nodes those in which the figure may be shown."""
        return allowed if self.most is None else allowed & self.most.published

    @property
    def numbers(self) -> Numbers | None:
        """Where numbers may stand at most; None where nothing was decided before."""
        return None if self.most is None else self.most.numbers


@dataclass(frozen=True)
class Limits:
    """What holds for the figures of a cycle.

    `hidden_before` are the nodes that were hidden as a whole last quarter, `hidden_figures` those in which a single
    figure was, by its code. `measures` (dimensions and `overall`) and `items` say by code where figures were shown
    when they were decided before, if they were.
    """

    hidden_before: frozenset[int] = frozenset()
    hidden_figures: Mapping[str, frozenset[int]] = field(default_factory=dict)
    measures: Mapping[str, Shown] = field(default_factory=dict)
    items: Mapping[str, Shown] = field(default_factory=dict)

    def of_measure(self, code: str) -> Limit:
        """Give the limit of a dimension or of the overall score."""
        return Limit(self._hidden(code), self.measures.get(code))

    def of_item(self, code: str) -> Limit:
        """Give the limit of an item or outcome."""
        return Limit(self._hidden(code), self.items.get(code))

    def _hidden(self, code: str) -> frozenset[int]:
        return self.hidden_before | self.hidden_figures.get(code, frozenset())
