"""Answers of imaginary teams, shared by all simulations.

Six kinds of teams, given by the shares of their answers 1 to 5, and a mix of them. Behind an answer stands a latent
value of variance 1: .12 is common to the team, .38 belongs to the person, .5 is the item's own. Items of one dimension
so correlate .5, and the team effect is an ICC(1) of .12 on the latent scale.
"""

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import norm

from assess.scoring.moments import CENTRE, Moments

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Latent = npt.NDArray[np.float32]

ARMY = Path(__file__).parents[1] / "tests" / "data" / "lq2002.csv"
ITEMS = 6
TEAM, PERSON, ITEM = 0.12, 0.38, 0.50
POINTS = 25.0  # between two options
KINDS = {
    "favourable": (0.04, 0.10, 0.22, 0.42, 0.22),
    "ceiling": (0.01, 0.03, 0.08, 0.30, 0.58),
    "middle": (0.08, 0.22, 0.38, 0.24, 0.08),
    "polarised": (0.28, 0.16, 0.12, 0.16, 0.28),
    "consensus": (0.005, 0.02, 0.10, 0.755, 0.12),
    "low": (0.35, 0.30, 0.20, 0.10, 0.05),
}
MIX = {"favourable": 0.40, "ceiling": 0.15, "middle": 0.20, "polarised": 0.05, "consensus": 0.10, "low": 0.10}
NAMES = list(KINDS)
CUTS = np.array([norm.ppf(np.cumsum(KINDS[kind])[:-1]) for kind in NAMES])
SLOPES = POINTS * norm.pdf(CUTS).sum(axis=1)  # points per unit of latent shift


def draw_kinds(kind: str, teams: int, random: np.random.Generator) -> IntArray:
    """Choose a kind for every team: always the named one, or "mix". Shape (teams,), places in NAMES."""
    share = [MIX[name] if kind == "mix" else float(name == kind) for name in NAMES]
    return random.choice(len(NAMES), teams, p=share)


def normal(random: np.random.Generator, variance: float, *shape: int) -> Latent:
    """Draw normals with mean 0."""
    return random.standard_normal(shape, dtype=np.float32) * np.float32(np.sqrt(variance))


def correlated(random: np.random.Generator, *shape: int, axis: int) -> Latent:
    """Draw standard normals that correlate .5 along the axis of the dimensions."""
    common = random.standard_normal([1 if a == axis else s for a, s in enumerate(shape)], dtype=np.float32)
    return (common + random.standard_normal(shape, dtype=np.float32)) * np.float32(np.sqrt(0.5))


def person_scores(latent: Latent, cuts: FloatArray, random: np.random.Generator, *, items: int = ITEMS) -> FloatArray:
    """Let people answer: scores 0-100 of the latent values' shape. `cuts` has shape (..., 4), broadcast to it."""
    total = np.zeros(latent.shape, dtype=np.int8)
    steps = np.moveaxis(cuts.astype(np.float32), -1, 0)
    for _ in range(items):
        value = latent + normal(random, ITEM, *latent.shape)
        for step in steps:
            total += value > step
    return np.asarray(total * (POINTS / items), dtype=np.float64)


def expected_score(latent: npt.NDArray[np.floating], cuts: FloatArray, variance: float) -> FloatArray:
    """Score to be expected from a latent value that misses a part of that variance; `cuts` as in person_scores."""
    return np.asarray(POINTS * ndtr((latent[..., None] - cuts) / np.sqrt(variance)).sum(axis=-1))


@lru_cache(maxsize=4096)
def latent_of(points: float, kind: int) -> float:
    """Find the latent shift that moves the expected score of a kind by so many points, at most to 99."""

    def score(shift: float) -> float:
        return POINTS * float((1.0 - ndtr(CUTS[kind] - shift)).sum())

    target = min(score(0.0) + points, 99.0)
    return float(brentq(lambda shift: score(shift) - target, -8.0, 8.0))


def latents(points: float, kinds: IntArray) -> Latent:
    """Translate points into latent shifts for every team."""
    return np.array([latent_of(points, kind) for kind in range(len(NAMES))], dtype=np.float32)[kinds]


def moments(scores: FloatArray, answered: BoolArray | None = None) -> Moments:
    """Add up the scores of those who answered (everybody if not said), shape (..., persons)."""
    kept = np.broadcast_to(np.True_ if answered is None else answered, scores.shape)
    centred = np.where(kept, scores - CENTRE, 0.0)
    return Moments(kept.sum(axis=-1), centred.sum(axis=-1), (centred**2).sum(axis=-1))


def army(dimension: str) -> list[FloatArray]:
    """Person scores of the 49 companies of lq2002 (LEAD, TSIG or HOSTIL), one array per company."""
    lowest = 0 if dimension == "HOSTIL" else 1
    companies: dict[str, list[float]] = {}
    with ARMY.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            answers = [int(value) - lowest for name, value in row.items() if name.startswith(dimension)]
            companies.setdefault(row["COMPID"], []).append(POINTS * sum(answers) / len(answers))
    return [np.array(scores) for scores in companies.values()]


def percent(hits: BoolArray) -> float:
    """Share in percent; 0 of nothing."""
    return 100.0 * float(hits.mean()) if hits.size else 0.0


def say(target: str, value: str, *, holds: bool) -> bool:
    """Print whether a target holds, with the figure it rests on."""
    print(f"Target: {target}: {'holds' if holds else 'fails'} ({value})")
    return holds
