"""How well the items of a dimension hang together inside teams."""

import numpy as np

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import BoolArray
from assess.scoring.key import DimensionKey, ScoringKey


def within_team_alpha(
    key: ScoringKey, dimension: DimensionKey, answers: AnswerMatrix, teams: BoolArray
) -> tuple[float | None, int]:
    """Cronbach's alpha of items centred on team means, listwise, over people of `teams` (shape (nodes,)).

    alpha = k/(k-1) (1 - sum of item variances / variance of the sum) (Cronbach, 1951); the divisor cancels, so sums of
    squares do. Returns alpha and the number of persons; None with one item, nobody, or no variance of the sum.
    """
    columns = answers.ratings[:, dimension.items]
    kept = (columns != MISSING).all(axis=1) & teams[answers.nodes]
    persons = int(kept.sum())
    k = len(dimension.items)
    if k < 2 or persons == 0:
        return None, persons
    nodes = answers.nodes[kept]
    size = np.maximum(np.bincount(nodes, minlength=teams.size), 1)
    total = np.zeros(persons, dtype=np.int32)
    parts = 0.0
    for position, place in enumerate(dimension.items):
        value = columns[kept, position].astype(np.int32)
        if key.items[place].reverse_keyed:
            value = dimension.scale.lo + dimension.scale.hi - value
        total += value
        sums = np.bincount(nodes, weights=value, minlength=teams.size)
        parts += float((value.astype(np.int64) ** 2).sum()) - float((sums * sums / size).sum())
    sums = np.bincount(nodes, weights=total, minlength=teams.size)
    whole = float((total.astype(np.int64) ** 2).sum()) - float((sums * sums / size).sum())
    if whole <= 1e-9:
        return None, persons
    return k / (k - 1) * (1.0 - parts / whole), persons
