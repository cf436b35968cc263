"""Show how often changes and trends are called where there are none, and how large they must be to be seen.

    python bench/change.py [--quick]

Design of the simulation (populations.py has the answers): of a person's own part a share r, the stability, is the same
in every quarter; expected scores do not change unless said. A mood moves a whole team for one quarter. Dimensions have
six items and correlate .5. Records are those that are stored, with the coarse SD below ten answers.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from populations import (
    CUTS,
    NAMES,
    PERSON,
    SLOPES,
    TEAM,
    BoolArray,
    FloatArray,
    IntArray,
    correlated,
    draw_kinds,
    latents,
    moments,
    percent,
    person_scores,
    say,
)
from scipy.stats import ttest_ind

from assess.scoring.change import ChangeWord, change_between, change_words, moderated_change
from assess.scoring.cycle_statistics import (
    DimensionRecords,
    Histograms,
    OrganisationRecord,
    Summary,
    pooled_variance_over,
    recorded_summary,
)
from assess.scoring.false_discovery import adjusted_by_row
from assess.scoring.trend import TrendWord, trends
from assess.scoring.visible_change import displayed_visible_change, smallest_visible_change

DIMENSIONS, MINIMUM, RESPONSE = 4, 5, 0.8
CHUNK = 2_000  # teams drawn at a time
LOOSE = 0.10  # the other level of the false-discovery rate that is shown


class Who(StrEnum):
    """Who answers in a quarter."""

    SAME = "the same people"
    RANDOM = "random respondents"
    ALL = "everybody"


@dataclass(frozen=True)
class Case:
    """One kind of organisation; rosters are drawn evenly from `rosters`, of which all or 80 % answer.

    `mood` is a latent SD, `mood_points` one in points; moods begin in the quarter `moody_from`.
    """

    name: str
    stability: float = 0.0
    who: Who = Who.RANDOM
    mood: float = 0.0
    mood_points: float = 0.0
    moody_from: int = 0
    kind: str = "mix"
    rosters: tuple[int, int] = (6, 25)
    dimensions: int = DIMENSIONS
    teams: int = 20
    exactly: int = 0  # answers in every quarter, 0: whoever answers


@dataclass(frozen=True)
class Plan:
    """Teams per cell for changes and for power, organisations per cell for trends."""

    changes: int
    power: int
    trends: int


FULL = Plan(50_000, 10_000, 1_000)
QUICK = Plan(4_000, 2_000, 100)
NOISE = (
    Case("the same people, r = .8", 0.8, Who.SAME),
    Case("random respondents, r = .8", 0.8),
    Case("random respondents, r = .5", 0.5),
    Case("independent people, r = 0", 0.0),
)
MOODS = tuple(
    Case(f"r = .8, mood of latent SD {mood} in {when}", 0.8, mood=mood, moody_from=start)
    for start, when in ((1, "one quarter"), (0, "both"))
    for mood in (0.1, 0.2)
)


def quarters(case: Case, kinds: IntArray, shifts: FloatArray, random: np.random.Generator) -> Iterator[Summary]:
    """Let teams answer in every quarter: records of shape (teams, dimensions).

    `shifts` moves whole teams, latent, shape (quarters, teams, dimensions).
    """
    shape, largest = (len(kinds), case.dimensions), case.rosters[1]
    cuts = CUTS[kinds][:, None, None]
    present = np.arange(largest) < random.integers(case.rosters[0], largest + 1, len(kinds))[:, None]
    team = correlated(random, *shape, axis=1) * np.sqrt(TEAM)
    stable = correlated(random, *shape, largest, axis=1) * np.float32(np.sqrt(PERSON * case.stability))
    mood = case.mood + case.mood_points / SLOPES[kinds][:, None]
    answered = present & respond(case, present, random)
    for quarter, shift in enumerate(shifts):
        if case.who is Who.RANDOM:
            answered = present & respond(case, present, random)
        swing = mood * correlated(random, *shape, axis=1)
        whole = team + shift + swing * (quarter >= case.moody_from)
        own = correlated(random, *shape, largest, axis=1) * np.float32(np.sqrt(PERSON * (1.0 - case.stability)))
        scores = person_scores(whole.astype(np.float32)[..., None] + stable + own, cuts, random)
        yield recorded_summary(moments(scores, answered[:, None]))


def respond(case: Case, present: BoolArray, random: np.random.Generator) -> BoolArray:
    """Say who answers, shape (teams, persons)."""
    if case.who is Who.ALL:
        return present
    keys = random.random(present.shape)
    if case.exactly:
        return np.asarray(np.where(present, keys, 2.0).argsort(axis=1).argsort(axis=1) < case.exactly)
    return np.asarray(keys < RESPONSE)


def records(summary: Summary, places: IntArray, dimension: int) -> tuple[DimensionRecords, IntArray]:
    """Store the released teams among some; say which they are."""
    kept = places[summary.n[places, dimension] >= MINIMUM]
    names = tuple(map(str, kept.tolist()))
    taken = Summary(*(part[kept, dimension] for part in (summary.n, summary.mean_100, summary.sd_100)))
    nobody = Histograms.of_table(np.zeros((len(kept), 21), dtype=np.int64))
    teams, heads = np.ones(len(kept), dtype=np.bool_), np.full(len(kept), -1)
    return DimensionRecords(names, names, teams, heads, taken, nobody, OrganisationRecord(len(kept))), kept


@dataclass(frozen=True)
class Tests:
    """Change tests of teams released in both quarters: p (teams, dimensions), difference in points, kinds."""

    p: FloatArray
    difference_100: FloatArray
    kinds: IntArray

    def called(self, level: float) -> BoolArray:
        """Which changes have a q below that level, shape (teams, dimensions)."""
        return np.asarray(adjusted_by_row(self.p, np.ones(self.p.shape, dtype=np.bool_)) < level)

    @property
    def said(self) -> BoolArray:
        """Which changes are called "higher" or "lower", shape (teams, dimensions)."""
        q = adjusted_by_row(self.p, np.ones(self.p.shape, dtype=np.bool_))
        return np.asarray(change_words(self.difference_100, q) != str(ChangeWord.NO_CLEAR_CHANGE))


def tested(case: Case, kinds: IntArray, shifts: FloatArray, random: np.random.Generator) -> Tests:
    """Compare two quarters of one chunk, organisation by organisation."""
    first, second = quarters(case, kinds, shifts, random)
    p, difference = np.full(first.n.shape, np.nan), np.zeros(first.n.shape)
    for places in np.arange(len(kinds)).reshape(-1, case.teams):
        for d in range(case.dimensions):
            (earlier, _), (later, kept) = records(first, places, d), records(second, places, d)
            found = change_between(earlier, later)
            p[kept[found.later], d] = found.test.p
            difference[kept[found.later], d] = found.test.difference_100
    there = ~np.isnan(p).any(axis=1)
    return Tests(p[there], difference[there], kinds[there])


def simulated(case: Case, teams: int, seed: int, *, points: float = 0.0) -> Tests:
    """Draw teams, chunk by chunk; `points` moves the first dimension, half before the first quarter, half after it."""
    random, parts = np.random.default_rng([6, seed]), []
    for start in range(0, teams, CHUNK):
        kinds = draw_kinds(case.kind, min(CHUNK, teams - start), random)
        shifts = np.zeros((2, len(kinds), case.dimensions))
        shifts[0, :, 0], shifts[1, :, 0] = latents(-points / 2.0, kinds), latents(points / 2.0, kinds)
        parts.append(tested(case, kinds, shifts, random))
    return Tests(*(np.concatenate([getattr(part, name) for part in parts]) for name in Tests.__dataclass_fields__))


def false_alarms(plan: Plan) -> float:
    """Print how often a change is called where none is; return the highest rate of pure noise."""
    print(f"No change in expected scores, % of teams per quarter; any = at least one of {DIMENSIONS} dimensions")
    print(f"{'who answers':46s}p < .05, one  any, BH .10  any, BH .05  worst kind")
    worst = 0.0
    for seed, case in enumerate((*NOISE, *MOODS)):
        found = simulated(case, plan.changes, seed)
        said = np.asarray(found.said.any(axis=1))
        loose = np.asarray(found.called(LOOSE).any(axis=1))
        by_kind = {NAMES[kind]: percent(said[found.kinds == kind]) for kind in np.unique(found.kinds)}
        kind = max(by_kind, key=by_kind.__getitem__)
        rates = f"{percent(found.p < 0.05):12.1f}{percent(loose):13.1f}{percent(said):13.1f}"
        print(f"{case.name:46s}{rates}  {by_kind[kind]:6.1f} {kind}", flush=True)
        worst = max(worst, percent(said)) if case in NOISE else worst
    print()
    return worst


def power(plan: Plan) -> None:
    """Print how often a true change of one dimension is called, in teams of n of whom everybody answers."""
    sizes, effects = (5, 8, 12, 20), (10, 15, 20, 25, 30)
    print(f"Power, %: one of {DIMENSIONS} dimensions moves, r = 0; BH .05 (BH .10)")
    print(f"{'kind':12s}points" + "".join(f"{f'n = {n}':>12s}" for n in sizes))
    for kind, points in product(("middle", "mix"), effects):
        cells = []
        for n in sizes:
            case = Case("power", who=Who.ALL, kind=kind, rosters=(n, n))
            found = simulated(case, plan.power, 100 + n, points=points)
            cells.append(f"{percent(found.said[:, 0]):6.0f} ({percent(found.called(LOOSE)[:, 0]):3.0f})")
        print(f"{kind:12s}{points:+6d}" + "".join(f"{cell:>12s}" for cell in cells), flush=True)
    print()


def visible(plan: Plan) -> float:
    """Print how often the smallest visible change is seen; return the lowest power of the product's test.

    Normal scores of SD 20 know v0 = 400; teams of the kind "middle" move around 50 points and estimate it.
    """
    print("Smallest visible change: how often, %, p < .05 finds one change of that size between independent quarters")
    print("  n  visible: SD 20  SD 15  found, normal scores: classical t  this test  answers of SD: visible  this test")
    random, lowest = np.random.default_rng([6, 4]), 100.0
    for n in (5, 6, 8, 10, 12, 15, 20, 30):
        change = float(smallest_visible_change(n, 20.0))
        scores = random.normal(50.0, 20.0, (2, plan.power, n)) + np.array([0.0, change])[:, None, None]
        classical = percent(np.asarray(ttest_ind(scores[1], scores[0], axis=1).pvalue < 0.05))
        first, second = (recorded_summary(moments(part), exact=True) for part in scores)
        normal = percent(np.asarray(moderated_change(first, second, 400.0).p < 0.05))
        case = Case("visible", who=Who.ALL, kind="middle", rosters=(n, n), dimensions=1)
        sd = inside_sd(case, min(CHUNK, plan.power))
        points = float(smallest_visible_change(n, sd))
        answers = percent(simulated(case, plan.power, 200 + n, points=points).p < 0.05)
        shown = [f"{float(displayed_visible_change(smallest_visible_change(n, sd))):.0f}" for sd in (20.0, 15.0)]
        print(
            f"{n:3d}{shown[0]:>16s}{shown[1]:>7s}{classical:36.1f}{normal:11.1f}{sd:15.1f}{points:9.1f}{answers:11.1f}",
            flush=True,
        )
        lowest = min(lowest, normal, answers)
    print()
    return lowest


def inside_sd(case: Case, teams: int) -> float:
    """SD inside teams, the root of v0, of one large organisation."""
    random = np.random.default_rng([6, 5])
    kinds = draw_kinds(case.kind, teams, random)
    summaries = list(quarters(case, kinds, np.zeros((1, teams, case.dimensions)), random))
    return float(np.sqrt(pooled_variance_over(summaries, teams)))


def arrows(case: Case, length: int, organisations: int, seed: int, *, points: float = 0.0) -> float:
    """Percent of teams with an arrow after so many quarters; `points` per quarter, centred in time."""
    random = np.random.default_rng([6, 5, seed, length])
    teams = organisations * case.teams
    kinds = draw_kinds(case.kind, teams, random)
    steps = points * (np.arange(length) - (length - 1) / 2.0)
    shifts = np.array([latents(step, kinds) for step in steps])[..., None]
    summaries = list(quarters(case, kinds, shifts, random))
    seen = 0
    for places in np.arange(teams).reshape(-1, case.teams):
        lines = [records(summary, places, 0)[0] for summary in summaries]
        words = trends(lines, np.arange(length), minimum=MINIMUM).words
        seen += int((words == str(TrendWord.UP)).sum() if points else (words != str(TrendWord.NO_CLEAR_TREND)).sum())
    return 100.0 * seen / teams


def trend_table(plan: Plan) -> tuple[float, tuple[float, float]]:
    """Print false arrows and power; return the highest rates of false arrows without and with moods of 3 and 6."""
    print("Trend, n = 8 of 10, % of teams with an arrow; with 4 teams sigma_q is taken as 3 points, with 14 estimated")
    lengths = (5, 6, 7, 8)
    print(f"{'case':50s}" + "".join(f"{length:>5d} q" for length in lengths))
    worst = {0.0: 0.0, 3.0: 0.0, 6.0: 0.0}
    for seed, (teams, mood, r) in enumerate(product((14, 4), worst, (0.6, 0.0))):
        case = Case("trend", r, mood_points=mood, rosters=(10, 10), dimensions=1, teams=teams, exactly=8)
        rates = [arrows(case, length, plan.trends * 14 // teams, seed) for length in lengths]
        print(f"{f'{teams:2d} teams, r = {r}, mood SD {mood:.0f}: false':50s}{row(rates)}", flush=True)
        worst[mood] = max(worst[mood], float(np.mean(rates))) if teams > 4 else worst[mood]
    for seed, (mood, r, kind) in enumerate(product((0.0, 3.0), (0.6, 0.0), ("middle", "mix")), 20):
        case = Case("trend", r, mood_points=mood, kind=kind, rosters=(10, 10), dimensions=1, teams=14, exactly=8)
        rates = [arrows(case, length, (plan.trends + 1) // 2, seed, points=3.0) for length in lengths]
        print(f"{f'14 teams, r = {r}, mood SD {mood:.0f}: +3 a quarter, {kind}':50s}{row(rates)}", flush=True)
    print()
    return worst[0.0], (worst[3.0], worst[6.0])


def row(rates: Sequence[float]) -> str:
    """Set rates side by side."""
    return "".join(f"{rate:7.1f}" for rate in rates)


def run(plan: Plan) -> None:
    """Print all tables and say which targets hold."""
    noise = false_alarms(plan)
    power(plan)
    seen, (quiet, moody) = visible(plan), trend_table(plan)
    error = 300.0 * float(np.sqrt(0.8 * 0.2 / plan.power))
    say("pure noise, any dimension called in at most 5 % of teams", f"highest {noise:.1f} %", holds=noise <= 5.0)
    least = f"lowest {seen:.1f} %, 3 standard errors are {error:.1f}"
    say("the smallest visible change is seen in at least 80 %", least, holds=seen >= 80.0 - error)
    say("false arrows without a mood in at most 5 %", f"highest {quiet:.1f} %", holds=quiet <= 5.0)
    print("Known limit, changes: a mood of a whole team is called a change; see its rows")
    print(f"Known limit, trends: false arrows with a mood of SD 3 {moody[0]:.1f} %, SD 6 {moody[1]:.1f} %")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Simulate changes and trends.")
    parser.add_argument("--quick", action="store_true", help="about a tenth of the teams")
    plan, start = QUICK if parser.parse_args(arguments).quick else FULL, time.perf_counter()
    run(plan)
    print(f"{plan.changes:,} teams per row of changes, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
