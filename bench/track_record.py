"""Show what pooling many actions tells about practices, and how often it is wrong.

    python bench/track_record.py [--quick]

Companies of 14 teams over eight quarters, drawn as for the verdict (`bench/verdict.py`): in every quarter each team
acts on its lowest dimension, with one of four practices drawn at random, and carries it out. The quarters of a company
are drawn apart. In a null company no practice does anything; in the others the first one moves its dimension by so many
points. Beside it what a plain mean of the rises would say.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from populations import percent
from verdict import CHUNK, DIMENSIONS, Case, draw, figures, plan, with_effect

from assess.scoring.advice.track_record import ENOUGH_ACTIONS, DoneAction, PracticeRecord, track_record
from assess.scoring.verdict import DimensionFigures, verdicts

TEAMS, QUARTERS, PRACTICES = 14, 8, 4
EFFECTS = (0, 5, 10)
TREATED = "P01"
CASES = (
    Case(TEAMS, 0.5),
    Case(TEAMS, 0.5, 4.0, 3.0),
    Case(TEAMS, 0.0, 4.0, 3.0),
    Case(TEAMS, 0.0, 4.0, 3.0, by_drop=True),
)


@dataclass(frozen=True)
class Told:
    """What one company learns of its practices: the first, and all others; the plain rise of the first beside it."""

    first: PracticeRecord | None
    others: tuple[PracticeRecord, ...]
    overall: PracticeRecord | None
    rises: npt.NDArray[np.float64]


def companies(case: Case, chunks: int, points: int) -> list[Told]:
    """Draw companies, let one practice work, pool what their actions show."""
    random = np.random.default_rng([int(10 * case.stability), int(case.drift), int(case.by_drop)])
    found: list[Told] = []
    for _ in range(chunks):
        panel = draw(case, random)
        known = plan(panel, case, random)
        practice = random.integers(1, PRACTICES + 1, CHUNK)
        if points:
            moved = with_effect(panel, known.choice, points)
            treated = practice == 1
            mean, sd = panel.mean.copy(), panel.sd.copy()
            mean[2, treated], sd[2, treated] = moved.mean[2, treated], moved.sd[2, treated]
            panel = replace(panel, mean=mean, sd=sd)
        quarters = range(len(known.places) - len(known.places) % QUARTERS)
        for start in quarters[::QUARTERS]:
            worlds = [[figures(panel, known, q, d) for d in range(DIMENSIONS)] for q in range(start, start + QUARTERS)]
            found.append(told(worlds, practice[known.places[start : start + QUARTERS]]))
    return found


def told(worlds: list[list[DimensionFigures]], practice: npt.NDArray[np.int64]) -> Told:
    """Judge every quarter of one company, then pool."""
    actions: list[DoneAction] = []
    rises: list[float] = []
    for quarter, world in enumerate(worlds):
        for dimension, (f, judged) in enumerate(zip(world, verdicts(world), strict=True)):
            for team in np.flatnonzero(f.acted):
                effect = judged.effect(int(team))
                if effect is not None:
                    code = f"P{practice[quarter, team]:02d}"
                    actions.append(DoneAction(code, f"{quarter} {dimension}", effect))
                    if code == TREATED:
                        rises.append(float(f.second.score_100[team] - f.first.score_100[team]))
    record = track_record(actions)
    first = [r for r in record.practices if r.practice == TREATED]
    others = tuple(r for r in record.practices if r.practice != TREATED)
    return Told(first[0] if first else None, others, record.overall, np.array(rises))


def run(chunks: int) -> bool:
    """Print one row per case and effect; say whether the target holds."""
    print(f"{QUARTERS} quarters of {TEAMS} teams; practices are named from {ENOUGH_ACTIONS} actions on")
    print(
        "Above 0, %: the practice that moves so many points; those that do nothing; the first by a plain mean of rises"
    )
    print("   r  drift  shift  choice        effect  actions  mean  width  first  others  plain rise")
    worst = 0.0
    for case in CASES:
        for points in EFFECTS:
            worst = max(worst, _row(case, points, companies(case, chunks, points)))
    holds = worst <= 5.0
    said = "holds" if holds else "fails"
    print(f"\nTarget: what does nothing is above 0 in at most 5 %: {said} (worst {worst:.1f} %)")
    return holds


def _row(case: Case, points: int, found: list[Told]) -> float:
    """Print one row; return how often a practice that does nothing is said to have helped."""
    first = [t.first for t in found if t.first is not None]
    others = [r for t in found for r in t.others]
    helped = percent(np.array([r.low > 0 for r in first]))
    falsely = percent(np.array([r.low > 0 for r in others]))
    plain = percent(np.array([_plainly_above(t.rises) for t in found]))
    mean, width = np.mean([r.mean for r in first]), np.mean([r.high - r.low for r in first])
    print(
        f"{case.stability:4.1f}  {case.drift:5.0f}  {case.shift:5.0f}  {case.name:12s}  {points:+6d}"
        f"  {np.mean([r.actions for r in first]):7.0f}  {mean:4.1f}  {width:5.1f}  {helped:5.1f}  {falsely:6.1f}"
        f"  {plain:10.1f}",
        flush=True,
    )
    return max(falsely, helped if points == 0 else 0.0)


def _plainly_above(rises: npt.NDArray[np.float64]) -> bool:
    """What a before-after comparison would say: the mean rise is above 0 beyond its own standard error."""
    return bool(rises.mean() - 1.96 * rises.std(ddof=1) / np.sqrt(rises.size) > 0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Simulate the track record of practices.")
    parser.add_argument("--quick", action="store_true", help="a quarter of the companies")
    chunks = 4 if parser.parse_args().quick else 16
    start = time.perf_counter()
    run(chunks)
    print(f"{chunks * (CHUNK // TEAMS // QUARTERS):,} companies per row, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
