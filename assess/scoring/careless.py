"""Answers given without reading: straight-lining, as one rate of the organisation (measurement, section 8).

Never shown per person or per team. A reversed item makes the same tick twice a contradiction, so that a straight line
over it is no honest agreement.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.answers import MISSING
from assess.scoring.disclosure import BoolArray
from assess.scoring.rounding import half_up

ITEMS = 8  # answered items from which a straight line means something
PERSONS = 50
STEP = 5.0  # percent
_ROWS = 65_536  # persons looked at together, so that a block stays in the cache


@dataclass(frozen=True)
class StraightLining:
    """Flags of shape (persons,): who could be judged, and who of them gave one rating throughout."""

    judged: BoolArray
    flagged: BoolArray

    def percent(self, counted: BoolArray) -> int | None:
        """Rate among the judged persons of `counted` (shape (persons,)) to the nearest 5 %; None below 50 of them."""
        judged = self.judged & counted
        persons = int(judged.sum())
        if persons < PERSONS:
            return None
        return int(half_up(100.0 * int((self.flagged & judged).sum()) / persons, STEP))


def straight_lining(ratings: npt.NDArray[np.int8], reverse_keyed: BoolArray) -> StraightLining:
    """Flag zero variance over at least eight answered items that include a reverse-keyed one (Meade and Craig, 2012).

    `ratings` are what people ticked, before any recoding, shape (persons, items), MISSING where skipped; all columns
    on one scale. `reverse_keyed` has shape (items,). Whoever answered fewer items, or no reverse-keyed one, cannot be
    judged. Memory beside the matrix is a few bytes per person.
    """
    persons = ratings.shape[0]
    judged = np.zeros(persons, dtype=np.bool_)
    flagged = np.zeros(persons, dtype=np.bool_)
    for start in range(0, persons, _ROWS):
        block = np.ascontiguousarray(ratings[start : start + _ROWS].T)
        answered = block != MISSING
        enough = (answered.sum(axis=0, dtype=np.int16) >= ITEMS) & answered[reverse_keyed].any(axis=0)
        highest = block.max(axis=0, initial=MISSING)
        lowest = np.where(answered, block, np.int8(127)).min(axis=0, initial=127)
        judged[start : start + _ROWS] = enough
        flagged[start : start + _ROWS] = enough & (lowest == highest)
    return StraightLining(judged, flagged)
