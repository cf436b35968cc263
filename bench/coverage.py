"""Show how often the interval of a small finite team holds the score that all its members would have given.

    python bench/coverage.py [teams per cell]

Design of the simulation: six items, one-factor answers with latent inter-item correlation .5 and a team effect of
ICC(1) = .12, finite teams drawn once, n of N answer at random, v0 from an organisation of 20 teams of the mix. Printed:
coverage and width before display rounding, averaged over team sizes, and the lowest cell.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from assess.scoring.interval import pooled_variance, team_interval
from assess.scoring.moments import CENTRE, Moments

ITEMS = 6
FloatArray = npt.NDArray[np.float64]
KINDS = {
    "favourable": (0.04, 0.10, 0.22, 0.42, 0.22),
    "ceiling": (0.01, 0.03, 0.08, 0.30, 0.58),
    "middle": (0.08, 0.22, 0.38, 0.24, 0.08),
    "polarised": (0.28, 0.16, 0.12, 0.16, 0.28),
    "consensus": (0.005, 0.02, 0.10, 0.755, 0.12),
    "low": (0.35, 0.30, 0.20, 0.10, 0.05),
}
MIX = {"favourable": 0.40, "ceiling": 0.15, "middle": 0.20, "polarised": 0.05, "consensus": 0.10, "low": 0.10}
CELLS = ((6, 5), (8, 5), (8, 6), (9, 7), (10, 6), (12, 8), (12, 10), (16, 10), (20, 12), (20, 15), (20, 18))


def person_scores(kind: str, teams: int, size: int, random: np.random.Generator) -> FloatArray:
    """Draw person scores of whole teams. Shape (teams, size)."""
    cuts = norm.ppf(np.cumsum(KINDS[kind])[:-1])
    team = random.normal(0, np.sqrt(0.12), (teams, 1, 1))
    person = random.normal(0, np.sqrt(0.5 - 0.12), (teams, size, 1))
    latent = team + person + random.normal(0, np.sqrt(0.5), (teams, size, ITEMS))
    return np.asarray(np.searchsorted(cuts, latent).mean(axis=2) * 25.0)


def mixed_scores(teams: int, size: int, random: np.random.Generator) -> FloatArray:
    """Draw teams of all kinds in the proportions of the mix."""
    counts = random.multinomial(teams, list(MIX.values()))
    return np.concatenate([person_scores(k, int(c), size, random) for k, c in zip(MIX, counts, strict=True)])


def moments(scores: FloatArray) -> Moments:
    """Take sums per row of person scores."""
    centred = scores - CENTRE
    rows, n = scores.shape
    return Moments(np.full(rows, n), centred.sum(axis=1), (centred**2).sum(axis=1))


def organisation_variance(random: np.random.Generator) -> float:
    """Estimate v0 from twenty teams of the mix."""
    return pooled_variance(moments(mixed_scores(20, 8, random)))


def cell(kind: str, size: int, n: int, teams: int, random: np.random.Generator) -> tuple[float, float]:
    """Percent covered and mean width for one kind, N = size, n answers."""
    scores = mixed_scores(teams, size, random) if kind == "mix" else person_scores(kind, teams, size, random)
    hits, width, blocks = 0, 0.0, np.array_split(scores, 20)
    for block in blocks:  # a new organisation for every block
        limits = team_interval(moments(block[:, :n]), np.full(len(block), size), organisation_variance(random), rho=1.0)
        truth = block.mean(axis=1)
        hits += int(((limits.low - 1e-9 <= truth) & (truth <= limits.high + 1e-9)).sum())
        width += float((limits.high - limits.low).sum())
    return 100.0 * hits / teams, width / teams


def main() -> None:
    """Print the table."""
    teams = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(f"{teams:,} teams per cell, {len(CELLS)} cells, rho = 1, before display rounding")
    print(f"{'kind of team':14s} coverage  lowest  width")
    for position, kind in enumerate(["mix", *KINDS]):
        random = np.random.default_rng(position)
        results = np.array([cell(kind, size, n, teams, random) for size, n in CELLS])
        print(f"{kind:14s} {results[:, 0].mean():8.1f} {results[:, 0].min():7.1f} {results[:, 1].mean():6.1f}")


if __name__ == "__main__":
    main()
