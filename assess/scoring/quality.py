"""How well the instrument works in this organisation, and what goes with its outcomes: never for a single team."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.alpha import Alpha, Unavailable, cronbach_alpha
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.careless import straight_lining
from assess.scoring.disclosure import BoolArray
from assess.scoring.drivers import Drivers, cross_products, drivers
from assess.scoring.key import ScoringKey
from assess.scoring.moments import FloatArray, IntArray
from assess.scoring.omega import Omega, omega_total
from assess.scoring.release import Reason


@dataclass(frozen=True)
class Reliability:
    """Reliability of one dimension over all people who enter the organisation's figures."""

    alpha: Alpha | Unavailable
    omega: Omega | Unavailable


@dataclass(frozen=True)
class OutcomeDrivers:
    """What one outcome goes with; the predictors of `found` are places in `dimensions`."""

    outcome: str
    dimensions: tuple[str, ...]
    found: Drivers


def reliability_of(ratings: npt.NDArray[np.int8], complete: BoolArray, strata: IntArray) -> Reliability:
    """Compute alpha and omega of recoded ratings, shape (persons, items).

    `complete` says who answered every item; `strata` (persons,) numbers the team, the pooled others being one more; a
    negative one counts nowhere.
    """
    kept = complete & (strata >= 0)
    return Reliability(cronbach_alpha(ratings, kept, strata), omega_total(ratings, kept))


def straight_lining_percent(key: ScoringKey, answers: AnswerMatrix, strata: IntArray) -> int | Reason:
    """Rate of one answer throughout, to the nearest 5 %, or why there is none.

    Too few: below 50 people who can be judged. Not available: no item is reverse-keyed, so that nobody can be. Looks at
    the items of one scale only: that of most of the dimensions' items.
    """
    places = [place for dimension in key.dimensions for place in dimension.items]
    scales = [key.items[place].scale for place in places]
    common = max(scales, key=scales.count)
    columns = [place for place, scale in zip(places, scales, strict=True) if scale == common]
    reverse = np.array([key.items[place].reverse_keyed for place in columns], dtype=np.bool_)
    if not reverse.any():
        return Reason.NOT_AVAILABLE
    whole = columns == list(range(answers.ratings.shape[1]))
    ratings = answers.ratings if whole else answers.ratings[:, columns]
    percent = straight_lining(ratings, reverse).percent(strata >= 0)
    return Reason.TOO_FEW if percent is None else percent


def outcome_drivers(
    key: ScoringKey,
    answers: AnswerMatrix,
    scores: Sequence[FloatArray],
    scored: Sequence[BoolArray],
    strata: Callable[[BoolArray], IntArray],
) -> tuple[OutcomeDrivers, ...]:
    """Relate each outcome that was asked to the dimension scores of the same people, listwise.

    `scores` (0-100) and `scored` hold one array of shape (persons,) per dimension; `strata` numbers the teams of those
    who answered the outcome, as in `reliability_of`, and leaves out whoever is in no figure of a dimension.
    """
    asked = [place for place, part in enumerate(scored) if bool(part.any())]
    if not asked or not key.outcomes:
        return ()
    complete = np.logical_and.reduce([scored[place] for place in asked])
    codes = tuple(key.dimensions[place].code for place in asked)
    result = []
    for place in key.outcomes:
        item, column = key.items[place], answers.ratings[:, place]
        present = column != MISSING
        teams = strata(present)
        count = int(teams.max(initial=-1)) + 1
        if not present.any() or count == 0:
            continue
        value = 100.0 * (column.astype(np.float64) - item.scale.lo) / (item.scale.hi - item.scale.lo)
        if item.reverse_keyed:
            value = 100.0 - value
        table = np.stack([value, *(scores[dimension] for dimension in asked)], axis=1)
        sums = cross_products(table, complete & present, teams, count)
        result.append(OutcomeDrivers(item.code, codes, drivers(sums)))
    return tuple(result)


@dataclass(frozen=True)
class Quality:
    """All of the above for one cycle; `reliabilities` by dimension code."""

    reliabilities: Mapping[str, Reliability]
    straight_lining_percent: int | Reason
    drivers: tuple[OutcomeDrivers, ...]
