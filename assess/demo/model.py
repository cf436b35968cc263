"""The model behind the demo's answers: graded responses with known team levels.

A person i of team j answers item k of dimension d with

    x*_ik = level_jd + person_i + facet_id + easiness_k + error_ik

with independent normal person (SD 0.6), facet (SD 0.45) and error (SD 0.7) parts; x*_ik falls between four
thresholds and becomes one of five options. On a reverse-keyed item the person means the opposite, so the option is
mirrored. A few items are skipped and a few people answer carelessly, always with the same option.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

PERSON_SD = 0.6
FACET_SD = 0.45
ERROR_SD = 0.7
EASINESS_SD = 0.25
THRESHOLDS = np.array([-1.5, -0.6, 0.2, 1.2])
SKIP_RATE = 0.02
CARELESS_RATE = 0.02


@dataclass(frozen=True)
class ModelItem:
    """What the model needs to know about an item: its place among the dimensions and its key."""

    code: str
    dimension: int
    reverse_keyed: bool


def easiness(items: Sequence[ModelItem], seed: int) -> npt.NDArray[np.float64]:
    """Draw how easily each item is agreed with; the same in every team and quarter. Shape (items,)."""
    return np.random.default_rng([seed, 1]).normal(0.0, EASINESS_SD, len(items))


def draw_answers(
    items: Sequence[ModelItem], levels: Sequence[float], people: int, *, seed: Sequence[int]
) -> list[dict[str, int]]:
    """Draw the ratings (1-5) of `people` persons; a skipped item is absent.

    `levels` holds the team's true level per dimension; `seed` makes the draw repeatable.
    """
    rng = np.random.default_rng(list(seed))
    dimension = np.array([item.dimension for item in items])
    latent = (
        np.asarray(levels, float)[dimension]
        + rng.normal(0.0, PERSON_SD, (people, 1))
        + rng.normal(0.0, FACET_SD, (people, len(levels)))[:, dimension]
        + easiness(items, seed[0])
        + rng.normal(0.0, ERROR_SD, (people, len(items)))
    )
    meant = 1 + np.searchsorted(THRESHOLDS, latent)
    reverse = np.array([item.reverse_keyed for item in items])
    given = np.where(reverse, 6 - meant, meant)
    careless = rng.random(people) < CARELESS_RATE
    given[careless] = rng.integers(3, 6, (people, 1))[careless]
    kept = rng.random(given.shape) >= SKIP_RATE
    return [
        {item.code: int(value) for item, value, keep in zip(items, row, keeps, strict=True) if keep}
        for row, keeps in zip(given, kept, strict=True)
    ]


def expected_scores(items: Sequence[ModelItem], levels: Sequence[float], seed: int) -> Mapping[int, float]:
    """Give the score (0-100) per dimension that infinitely many careful people of this level would reach.

    The mean option of an item is 1 + sum over thresholds of P(x* > threshold), x* normal around level + easiness with
    the variance of all parts together.
    """
    spread = float(np.sqrt(PERSON_SD**2 + FACET_SD**2 + ERROR_SD**2))
    easy = easiness(items, seed)
    result: dict[int, float] = {}
    for place, level in enumerate(levels):
        centres = np.array([level + easy[k] for k, item in enumerate(items) if item.dimension == place])
        exceed = np.asarray(norm.sf(THRESHOLDS[None, :], loc=centres[:, None], scale=spread))
        result[place] = float(25.0 * exceed.sum(axis=1).mean())
    return result
