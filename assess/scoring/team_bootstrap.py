"""Cluster bootstrap over teams (measurement, section 4.1): draws of whole teams, from what adds up within each."""

import numpy as np

from assess.scoring.moments import FloatArray

DRAWS = 1000
BLOCKS = 1000
FEWEST_TEAMS = 20
PERCENTILES = (0.025, 0.975)


def drawn_sums(teams: FloatArray, seed: int) -> FloatArray | None:
    """Add up 1,000 draws of teams with replacement: rows of sums, shape (teams, columns) to (draws, columns).

    More than 1,000 teams are first put at random into 1,000 blocks of equal size, give or take one, so that the cost is
    bounded. The caller brings the rows into an order that only the sums decide: then neither names nor order matter.
    None below 20 teams, where a bootstrap of teams says too little.
    """
    if len(teams) < FEWEST_TEAMS:
        return None
    random = np.random.default_rng(seed)
    if len(teams) > BLOCKS:
        block = random.permutation(len(teams)) % BLOCKS
        teams = np.stack([np.bincount(block, weights=column, minlength=BLOCKS) for column in teams.T], axis=1)
    units = len(teams)
    picks = random.integers(0, units, size=(DRAWS, units)) + np.arange(DRAWS)[:, np.newaxis] * units
    times = np.bincount(picks.ravel(), minlength=DRAWS * units).reshape(DRAWS, units)
    return np.asarray(times @ teams)
