"""The model behind the demo's answers: graded responses with known team levels.

Person i of team j answers item k of dimension d in quarter q with

    x*_ikq = level_jdq + person_iq + facet_idq + easiness_k + error_ikq

with independent normal person (SD 0.6), facet (SD 0.45) and error (SD 0.7) parts. Person and facet parts are partly
lasting: part_q = sqrt(r) lasting + sqrt(1 - r) passing, r = 0.6, so that the same person answers alike next quarter and
takes it along to another team. x* falls between four thresholds and becomes one of five options. On a reverse-keyed
item the person means the opposite, so the option is mirrored. A few items are skipped; a few people answer carelessly,
always with the same option.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from assess.scoring.moments import FloatArray

PERSON_SD = 0.6
FACET_SD = 0.45
ERROR_SD = 0.7
EASINESS_SD = 0.25
LASTING = 0.6
THRESHOLDS = np.array([-1.5, -0.6, 0.2, 1.2])
SKIP_RATE = 0.02
CARELESS_RATE = 0.02
LASTING_DRAWS, QUARTER_DRAWS, EASINESS_DRAWS = 11, 12, 13  # names of the streams of random numbers


@dataclass(frozen=True)
class ModelItem:
    """What the model needs to know about an item: its place among the dimensions and its key."""

    code: str
    dimension: int
    reverse_keyed: bool


@dataclass(frozen=True)
class Drawn:
    """What everybody would tick, shape (people, items), and which of it they do not skip; outcomes (people, 3)."""

    ticked: npt.NDArray[np.int8]
    kept: npt.NDArray[np.bool_]
    outcomes: npt.NDArray[np.int8]


def easiness(items: Sequence[ModelItem], seed: int) -> FloatArray:
    """Draw how easily each item is agreed with; the same in every team and quarter. Shape (items,)."""
    return np.random.default_rng([seed, EASINESS_DRAWS]).normal(0.0, EASINESS_SD, len(items))


def draw_quarter(
    items: Sequence[ModelItem],
    people: Sequence[int],
    levels: FloatArray,
    *,
    seed: int,
    quarter: int,
    unanimous: npt.NDArray[np.bool_] | None = None,
) -> Drawn:
    """Draw the answers of one quarter.

    `people` are lasting numbers of persons; `levels` has shape (people, dimensions). `unanimous` (people,) marks those
    who answer as their team's level alone says. The same seed, quarter and people give the same answers.
    """
    count, dimensions = levels.shape
    rng = np.random.default_rng([seed, QUARTER_DRAWS, quarter])
    dimension = np.array([item.dimension for item in items])
    lasting = np.array([np.random.default_rng([seed, LASTING_DRAWS, p]).normal(size=1 + dimensions) for p in people])
    parts = np.sqrt(LASTING) * lasting + np.sqrt(1 - LASTING) * rng.normal(size=(count, 1 + dimensions))
    errors = rng.normal(0.0, ERROR_SD, (count, len(items)))
    careless = np.asarray(rng.random(count) < CARELESS_RATE)
    if unanimous is not None:
        parts[unanimous], errors[unanimous], careless[unanimous] = 0.0, 0.0, False
    latent = levels + PERSON_SD * parts[:, :1] + FACET_SD * parts[:, 1:]
    meant = 1 + np.searchsorted(THRESHOLDS, latent[:, dimension] + easiness(items, seed) + errors)
    reverse = np.array([item.reverse_keyed for item in items])
    ticked = np.where(reverse, 6 - meant, meant)
    ticked[careless] = rng.integers(3, 6, (count, 1))[careless]
    return Drawn(ticked.astype(np.int8), rng.random(ticked.shape) >= SKIP_RATE, _outcomes(latent, rng))


def _outcomes(latent: FloatArray, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """Recommending (0-10), staying (1-5), effectiveness (1-5): what people live through, and much else.

    Trust weighs most and role clarity least, so that there is a true order for an analysis of drivers to find.
    """
    lived = latent @ np.array([0.3, 0.5, 0.1, 0.4])
    own = lived[:, None] + rng.normal(0.0, 0.7, (latent.shape[0], 3))
    recommend = np.clip(np.rint(6.2 + 1.7 * own[:, :1]), 0, 10)
    others = np.clip(np.rint(3.3 + 0.8 * own[:, 1:]), 1, 5)
    return np.hstack([recommend, others]).astype(np.int8)


def expected_scores(items: Sequence[ModelItem], levels: FloatArray, seed: int) -> FloatArray:
    """Give the scores (0-100) that infinitely many careful people of these levels would reach. Shape as `levels`.

    The mean option of an item is 1 + sum over thresholds of P(x* > threshold), x* normal around level + easiness with
    the variance of all parts together.
    """
    spread = float(np.sqrt(PERSON_SD**2 + FACET_SD**2 + ERROR_SD**2))
    easy = easiness(items, seed)
    dimension = np.array([item.dimension for item in items])
    centres = levels[:, dimension] + easy
    exceed = np.asarray(norm.sf(THRESHOLDS, loc=centres[:, :, None], scale=spread)).sum(axis=2)
    return np.stack([25.0 * exceed[:, dimension == place].mean(axis=1) for place in range(levels.shape[1])], axis=1)


def complete_scores(items: Sequence[ModelItem], ticked: npt.NDArray[np.int8], dimensions: int) -> FloatArray:
    """Score what everybody would tick if nobody skipped anything. Shape (people, dimensions), 0-100."""
    reverse = np.array([item.reverse_keyed for item in items])
    dimension = np.array([item.dimension for item in items])
    points = 25.0 * (np.where(reverse, 6 - ticked, ticked) - 1.0)
    return np.stack([points[:, dimension == place].mean(axis=1) for place in range(dimensions)], axis=1)
