"""Which practices helped, over all teams: pooled from the single actions, drawn towards the common mean.

One action tells next to nothing (its standard error is about 7.5 points); ten of the same practice tell whether it
moves a team by the five points that are worth having. Before that no practice is named.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assess.scoring.moments import FloatArray
from assess.scoring.verdict import Effect

ENOUGH_ACTIONS = 10  # of one practice: 1.96 * 7.5 / sqrt(10) is just below 5 points
ENOUGH_PRACTICES = 3  # fewer say nothing about how much practices differ
PRIOR_BETWEEN = 5.0  # points: practices rarely differ by more than the smallest change worth having
_GRID = np.linspace(0.0, 25.0, 126)
_Z = 1.96


@dataclass(frozen=True)
class DoneAction:
    """One action that was carried out and could be read; `group` names its quarter and dimension."""

    practice: str
    group: str
    effect: Effect


@dataclass(frozen=True)
class PracticeRecord:
    """How far teams with one practice went beyond what was expected, in points, with a 95 % interval."""

    practice: str
    actions: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class TrackRecord:
    """What worked here: over all actions together, and for every practice with enough of them.

    `actions` counts all that could be read. `overall` is None and `practices` empty while there are too few.
    """

    actions: int
    overall: PracticeRecord | None
    practices: tuple[PracticeRecord, ...]


def track_record(actions: Sequence[DoneAction]) -> TrackRecord:
    """Pool the actions of each practice and shrink the practices towards each other.

    Action i of practice j: e_ij = theta_j + noise, variance own + omega^2, and a part shared by all actions of one
    quarter and dimension; omega^2, by which the effect of one practice differs between teams, by DerSimonian-Laird
    within practices. y_j is the weighted mean, its variance counts the shared part once per group. theta_j is normal
    around a common mean (flat prior) with SD tau (half-normal prior, 5 points), integrated over a grid of tau; the
    interval is mean +- 1.96 posterior SD. Practices are listed by their mean, highest first, ties by code.
    """
    by_practice: dict[str, list[DoneAction]] = defaultdict(list)
    for action in actions:
        by_practice[action.practice].append(action)
    codes = sorted(by_practice)
    shown = [code for code in codes if len(by_practice[code]) >= ENOUGH_ACTIONS]
    if len(codes) < ENOUGH_PRACTICES or not shown:
        return TrackRecord(len(actions), None, ())
    omega2 = _between_teams([by_practice[code] for code in codes])
    means, variances = np.array([_pooled(by_practice[code], omega2) for code in codes]).T
    common, theta = _shrunken(means, variances)
    records = {
        code: _record(code, len(by_practice[code]), *theta[place]) for place, code in enumerate(codes) if code in shown
    }
    ordered = sorted(records.values(), key=lambda r: (-r.mean, r.practice))
    return TrackRecord(len(actions), _record("", len(actions), *common), tuple(ordered))


def _record(code: str, count: int, mean: float, sd: float) -> PracticeRecord:
    return PracticeRecord(code, count, float(mean), float(mean - _Z * sd), float(mean + _Z * sd))


def _between_teams(practices: Sequence[Sequence[DoneAction]]) -> float:
    """Estimate omega^2, pooled within practices: max(0, (Q - df)/C)."""
    q = freedom = scale = 0.0
    for actions in practices:
        e = np.array([action.effect.points for action in actions])
        w = 1.0 / np.array([action.effect.own + action.effect.shared for action in actions])
        mean = float((w * e).sum() / w.sum())
        q += float((w * (e - mean) ** 2).sum())
        freedom += len(actions) - 1
        scale += float(w.sum() - (w**2).sum() / w.sum())
    return 0.0 if scale <= 0.0 else max(0.0, (q - freedom) / scale)


def _pooled(actions: Sequence[DoneAction], omega2: float) -> tuple[float, float]:
    """Weight the actions of one practice; the shared part of a group does not average out inside it."""
    e = np.array([action.effect.points for action in actions])
    own = np.array([action.effect.own for action in actions]) + omega2
    shared = np.array([action.effect.shared for action in actions])
    w = 1.0 / (own + shared)
    w /= w.sum()
    variance = float((w**2 * own).sum())
    groups = np.array([action.group for action in actions])
    for group in np.unique(groups):
        inside = groups == group
        variance += float((w[inside] * np.sqrt(shared[inside])).sum() ** 2)
    return float((w * e).sum()), variance


def _shrunken(means: FloatArray, variances: FloatArray) -> tuple[tuple[float, float], FloatArray]:
    """Integrate over tau: mean and SD of the common mean, and of every theta_j as rows of shape (practices, 2)."""
    total = variances[None, :] + _GRID[:, None] ** 2
    precision = (1.0 / total).sum(axis=1)
    mu = (means / total).sum(axis=1) / precision
    log_density = -0.5 * (np.log(total).sum(axis=1) + np.log(precision) + ((means - mu[:, None]) ** 2 / total).sum(1))
    log_density -= 0.5 * (_GRID / PRIOR_BETWEEN) ** 2
    weight = np.exp(log_density - log_density.max())
    weight /= weight.sum()
    kept = _GRID[:, None] ** 2 / total
    centre = mu[:, None] + kept * (means - mu[:, None])
    spread = kept * variances + ((1.0 - kept) ** 2) / precision[:, None]
    common = _mixture(weight, mu[:, None], (1.0 / precision)[:, None])[0]
    return (float(common[0]), float(common[1])), _mixture(weight, centre, spread)


def _mixture(weight: FloatArray, centre: FloatArray, variance: FloatArray) -> FloatArray:
    """Mean and SD of mixtures over the grid; columns are practices."""
    mean = (weight[:, None] * centre).sum(axis=0)
    square = (weight[:, None] * (variance + (centre - mean) ** 2)).sum(axis=0)
    return np.stack([mean, np.sqrt(square)], axis=1)
