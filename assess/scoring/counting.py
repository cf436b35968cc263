"""Who enters a figure of the organisation, person by person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray, Pattern
from assess.scoring.items import item_floor
from assess.scoring.moments import IntArray
from assess.scoring.strata import strata_of
from assess.scoring.tree import Tree

Decide = Callable[..., Pattern]
"""residual_pattern with all that is the same for every figure of a cycle."""


@dataclass(frozen=True)
class Counting:
    """Numbers the teams of people, the pooled others being one more; `nodes` has shape (persons,)."""

    nodes: npt.NDArray[np.int32]
    tree: Tree
    pattern: Pattern
    direct: IntArray
    decide: Decide
    floor: int

    def everybody(self) -> IntArray:
        """Give the team of each person by what is shown of respondents; -1 for who is in no figure."""
        return self.strata(self.pattern, self.direct)

    def strata(self, pattern: Pattern, direct: IntArray) -> IntArray:
        """Give the team of each person by one figure's own pattern and counts, both over nodes."""
        return strata_of(pattern, self.tree, direct, self.floor)[self.nodes]

    def of_outcome(self, inside: Sequence[BoolArray], answered: BoolArray) -> IntArray:
        """Give the team of those in the figures of all dimensions (`inside`) and of an outcome, -1 for all others.

        `answered` says who answered the outcome; all arrays have shape (persons,).
        """
        own = np.bincount(self.nodes[answered], minlength=self.direct.size).astype(np.int64)
        floor = item_floor(self.floor)
        shown = self.decide(own, allowed=self.pattern.published, minimum=floor)
        kept = strata_of(shown, self.tree, own, max(floor, 1))[self.nodes] >= 0
        return np.where(np.logical_and.reduce([kept, *inside]), self.everybody(), -1)
