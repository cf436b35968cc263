"""From answers to the scores of persons in one dimension: recoding, half-item rule, rescaling (measurement, 1.1, 1.2).

A person's score is an intermediate: it never leaves the scoring of its cycle.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import BoolArray
from assess.scoring.key import DimensionKey, ItemKey, ScoringKey
from assess.scoring.moments import FloatArray


@dataclass(frozen=True)
class PersonScores:
    """Scores of one dimension, shape (respondents,); `favourable` and `given` count each person's answers."""

    score: FloatArray
    scored: BoolArray
    favourable: npt.NDArray[np.signedinteger]
    given: npt.NDArray[np.signedinteger]


def score_dimension(key: ScoringKey, dimension: DimensionKey, answers: AnswerMatrix) -> PersonScores:
    """Mean of the answered items after reverse coding, 0-100, for persons with at least half of them answered."""
    rows = answers.ratings.shape[0]
    size = len(dimension.items)
    given = np.zeros(rows, dtype=_holding(size))
    total = np.zeros(rows, dtype=_holding(size * max(abs(dimension.scale.lo), abs(dimension.scale.hi))))
    favourable = np.zeros(rows, dtype=_holding(size))
    for place in dimension.items:
        value, present = recoded(answers.ratings[:, place], key.items[place])
        given += present
        total += np.where(present, value, np.int8(0))
        if dimension.scale.has_favourable:
            favourable += present & (value >= dimension.scale.hi - 1)
    scored = given >= dimension.needed
    lo, hi = dimension.scale.lo, dimension.scale.hi
    raw = total / np.maximum(given, 1)
    score = (raw - lo) * (100.0 / (hi - lo))
    return PersonScores(score, scored, favourable, given)


def _holding(most: int) -> np.dtype[np.signedinteger]:
    """Narrowest signed type for -most..most: a sum that does not fit would wrap round without a word."""
    return np.min_scalar_type(-most - 1)


def recoded(column: npt.NDArray[np.int8], item: ItemKey) -> tuple[npt.NDArray[np.int8], BoolArray]:
    """Reverse what is reverse-keyed: lo + hi - x. Returns values (meaningless where absent) and who answered."""
    present = column != MISSING
    if not item.reverse_keyed:
        return column, present
    turned = item.scale.lo + item.scale.hi - column.astype(np.int16)
    return np.where(present, turned, 0).astype(np.int8), present


def recoded_items(
    key: ScoringKey, dimension: DimensionKey, person: PersonScores, answers: AnswerMatrix
) -> tuple[npt.NDArray[np.int8], BoolArray]:
    """Give the recoded ratings of the dimension, shape (respondents, items), and who answered all of them."""
    items = np.empty((answers.ratings.shape[0], len(dimension.items)), dtype=np.int8)
    for column, place in enumerate(dimension.items):
        items[:, column], _present = recoded(answers.ratings[:, place], key.items[place])
    return items, person.given == len(dimension.items)
