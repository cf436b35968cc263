"""What survives the raw answers so that later cycles can compare: one record per released node and dimension.

Precision as measurement.md, CycleStatistics: the mean to four decimals; the standard deviation to four decimals from
ten answers, below that the nearest multiple of five, because an exact one would identify single scores. Never printed.
"""

from math import sqrt

import numpy as np

from assess.releases.document import Document
from assess.scoring.engine import CycleScores, Measure, released_teams
from assess.scoring.interval import FULL
from assess.scoring.rounding import half_up

PLACES = 0.0001
COARSE = 5.0


def cycle_statistics(scores: CycleScores, members: dict[str, list[str]]) -> Document:
    """Build the carry part; `members` names the leaf teams each node consists of (never persons)."""
    measures = [*scores.dimensions, *([scores.overall] if scores.overall is not None else [])]
    return {
        "item_sets": {d.code: [scores.key.items[i].code for i in d.items] for d in scores.key.dimensions},
        "records": [record for measure in measures for record in _records(scores, measure, members)],
        "cycle": {measure.code: _whole(scores, measure) for measure in measures},
    }


def _records(scores: CycleScores, measure: Measure, members: dict[str, list[str]]) -> list[Document]:
    result: list[Document] = []
    for node in np.flatnonzero(measure.pattern.published).tolist():
        n = int(measure.total.n[node])
        name = scores.tree.names[node]
        deviation = sqrt(float(measure.total.variance[node])) if n > 1 else None
        heads = int(scores.headcounts[node])
        result.append(
            {
                "node": name,
                "members": sorted(members.get(name, [])),
                "dimension": measure.code,
                "n": n,
                "headcount": heads if heads >= 0 else None,
                "mean_100": half_up(float(measure.total.mean[node]), PLACES),
                "sd_100": None if deviation is None else half_up(deviation, PLACES if n >= FULL else COARSE),
            }
        )
    return result


def _whole(scores: CycleScores, measure: Measure) -> Document:
    strata, _heads = scores.strata(measure)
    n = int(strata.n.sum())
    return {
        "mean_100": half_up(float(strata.sum.sum()) / n, PLACES) if n else None,
        "alpha_within": half_up(measure.reliability, PLACES),
        "teams": int(released_teams(measure.pattern, scores.tree).sum()),
    }
