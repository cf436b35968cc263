"""How much dearer than bare numpy is scoring? Ratios taken side by side in one run, on one core.

    python bench/scoring.py [respondents] [teams]

The yardstick is what a statistician would write by hand: team means per item, sums for ICC, alpha and rwg(j), all with
np.bincount on the same matrix.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import sys  # noqa: E402  (the thread limits must be set before numpy loads)
import time  # noqa: E402
import tracemalloc  # noqa: E402
from collections.abc import Callable  # noqa: E402
from functools import partial  # noqa: E402

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from assess.releases.document import ScoredCycle, write_score_json  # noqa: E402
from assess.releases.history import between  # noqa: E402
from assess.scoring.answers import MISSING, AnswerMatrix  # noqa: E402
from assess.scoring.between import Records  # noqa: E402
from assess.scoring.engine import CycleScores, score_cycle  # noqa: E402
from assess.scoring.key import DimensionKey, ItemKey, ScaleKey, ScoringKey  # noqa: E402
from assess.scoring.records import records_of  # noqa: E402
from assess.scoring.tree import Tree  # noqa: E402

ITEMS = 24
DIMENSIONS = 4
Ratings = npt.NDArray[np.int8]
Nodes = npt.NDArray[np.int32]


class Counter:
    """A stream that only counts characters."""

    written = 0

    def write(self, text: str) -> int:
        """Count."""
        self.written += len(text)
        return len(text)


def make_key() -> ScoringKey:
    """Four dimensions of six items, one of them reverse-keyed."""
    scale = ScaleKey(1, 5)
    size = ITEMS // DIMENSIONS
    items = tuple(ItemKey(f"Q{i}", scale, reverse_keyed=i % size == 2) for i in range(ITEMS))
    dimensions = tuple(
        DimensionKey(f"D{d}", tuple(range(d * size, (d + 1) * size)), overall=True, higher_is_better=True, scale=scale)
        for d in range(DIMENSIONS)
    )
    return ScoringKey("bench", "1.0", "0" * 64, items, dimensions)


def make_world(respondents: int, teams: int) -> tuple[AnswerMatrix, Tree]:
    """Random answers, 2 % skipped; departments of ten teams."""
    random = np.random.default_rng(1)
    ratings = random.integers(1, 6, size=(respondents, ITEMS), dtype=np.int8)
    ratings[random.random(ratings.shape) < 0.02] = MISSING
    units = max(teams // 10, 1)
    nodes = (random.integers(0, teams, size=respondents) + units).astype(np.int32)
    parents = np.concatenate([np.full(units, -1), np.arange(teams) % units]).astype(np.int32)
    heads = np.concatenate([np.zeros(units), np.bincount(nodes - units, minlength=teams) + 2]).astype(np.int32)
    return AnswerMatrix(ratings, nodes), Tree(tuple(f"n{i:06d}" for i in range(units + teams)), parents, heads)


def team_means(ratings: Ratings, nodes: Nodes, count: int) -> float:
    """Mean per item and team."""
    total = 0.0
    for place in range(ITEMS):
        present = ratings[:, place] != MISSING
        n = np.bincount(nodes[present], minlength=count)
        total += float((np.bincount(nodes[present], ratings[present, place], minlength=count) / np.maximum(n, 1)).sum())
    return total


def icc_sums(ratings: Ratings, nodes: Nodes, count: int) -> float:
    """Take sums between and within teams of every dimension."""
    total = 0.0
    for block in np.split(ratings, DIMENSIONS, axis=1):
        present = block != MISSING
        score = np.where(present, block, 0).sum(axis=1) / np.maximum(present.sum(axis=1), 1)
        n = np.maximum(np.bincount(nodes, minlength=count), 1)
        first = np.bincount(nodes, score, minlength=count)
        total += float((np.bincount(nodes, score * score, minlength=count) - first**2 / n).sum())
    return total


def alpha_sums(ratings: Ratings, _nodes: Nodes, _count: int) -> float:
    """Variances of items and of their sum, listwise."""
    total = 0.0
    for block in np.split(ratings, DIMENSIONS, axis=1):
        kept = block[(block != MISSING).all(axis=1)].astype(np.float32)
        total += float(kept.var(axis=0, ddof=1).sum() / kept.sum(axis=1).var(ddof=1))
    return total


def rwg_sums(ratings: Ratings, nodes: Nodes, count: int) -> float:
    """Mean item variance per team and dimension, listwise."""
    total = 0.0
    for block in np.split(ratings, DIMENSIONS, axis=1):
        kept = (block != MISSING).all(axis=1)
        where = nodes[kept]
        n = np.maximum(np.bincount(where, minlength=count), 1)
        for place in range(block.shape[1]):
            value = block[kept, place].astype(float)
            first = np.bincount(where, value, minlength=count)
            total += float((np.bincount(where, value * value, minlength=count) - first**2 / n).sum())
    return total


REFERENCES: dict[str, Callable[[Ratings, Nodes, int], float]] = {
    "team means per item": team_means,
    "ICC sums": icc_sums,
    "alpha sums": alpha_sums,
    "rwg(j) sums": rwg_sums,
}


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Best of a few runs: what the machine can do when nothing else disturbs."""
    best = float("inf")
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def peak_bytes(work: Callable[[], object]) -> int:
    """Peak of the memory allocated on top of what was there."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def score(key: ScoringKey, world: tuple[AnswerMatrix, Tree]) -> CycleScores:
    """Score with the usual minimum, and compare the teams."""
    scores = score_cycle(key, *world, minimum=5)
    _ = scores.comparison
    return scores


def score_and_compare(key: ScoringKey, world: tuple[AnswerMatrix, Tree], earlier: Records) -> CycleScores:
    """Score, then find the changes since an earlier quarter of the same teams: from recoding to change."""
    scores = score(key, world)
    between([earlier, records_of(scores, {})], ["2026Q1", "2026Q2"], 5)
    return scores


def main() -> None:
    """Print the table."""
    respondents = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    teams = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    key, world = make_key(), make_world(respondents, teams)
    answers, tree = world
    print(f"{respondents:,} respondents x {ITEMS} items, {teams:,} teams, one core")
    yardstick = 0.0
    for name, reference in REFERENCES.items():
        took = seconds(partial(reference, answers.ratings, answers.nodes, len(tree.names)))
        yardstick += took
        print(f"  numpy, {name:22s} {took:7.3f} s")
    print(f"  numpy, all together          {yardstick:7.3f} s")
    took = seconds(lambda: score(key, world))
    print(f"  one cycle                    {took:7.3f} s = {took / yardstick:.2f} times numpy")
    earlier = records_of(score(key, world), {})
    took = seconds(lambda: score_and_compare(key, world, earlier))
    print(f"  from recoding to change      {took:7.3f} s = {took / yardstick:.2f} times numpy")
    alone = peak_bytes(lambda: score_cycle(key, *world, minimum=5))
    print(f"  peak memory of one cycle {alone / 1e6:.0f} MB = {alone / answers.ratings.nbytes:.1f} times the matrix")
    peak = peak_bytes(lambda: score_and_compare(key, world, earlier))
    size = answers.ratings.nbytes
    print(f"  peak memory to change {peak / 1e6:.0f} MB = {peak / size:.1f} times the matrix ({size / 1e6:.0f} MB)")
    stream = Counter()
    scores = score(key, world)
    started = time.perf_counter()
    write_score_json(stream, key, [ScoredCycle(None, scores)])  # type: ignore[arg-type]
    print(f"  JSON, beside it: {time.perf_counter() - started:.1f} s for {stream.written / 1e6:.0f} MB")
    print("growth, ten respondents a team")
    for count in (10, 100, 1_000, 10_000):
        small = make_world(10 * count, count)
        took = seconds(partial(score, key, small), repeats=5)
        print(f"  {count:6,} teams {took * 1e3:9.2f} ms = {took / count * 1e6:8.1f} microseconds a team")


if __name__ == "__main__":
    main()
