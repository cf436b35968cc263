"""Show how often the verdict on an action is wrong, and what it can see.

    python bench/verdict.py [--quick]

Design of the simulation: rosters of 6 to 22, 80 % answer, four dimensions of six items correlated .5 between and inside
teams, a team effect of ICC(1) = .12, answers of six kinds of teams and their mix. Of a person's own part a share r is
the same in every quarter. Drift is a random walk of each team and dimension, a shift moves everybody before quarter 2.
Every team acts on its lowest dimension, except where the largest drop is chosen. What takes two quarters is read after
two, with twice the drift. The rule sees displayed values only.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
from populations import CUTS, ITEMS, MIX, NAMES, correlated, latents, percent
from scipy.stats import norm

from assess.scoring.verdict import WORTH_HAVING, DimensionFigures, Quarter, Reason, Verdict, verdicts

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
DIMENSIONS, SMALLEST, LARGEST, RESPONSE, MINIMUM = 4, 6, 22, 0.8, 5
CHUNK = 2_000  # teams drawn at a time, split into organisations
EFFECTS = (-10, -5, 0, 5, 10, 15, 20)
SIZES = (8, 14, 40, 2_000)
CLASSES = ((5, 6), (7, 9), (10, 13), (14, 19))


@dataclass(frozen=True)
class Case:
    """One cell: teams per organisation, person stability r, points of drift and shift, kinds, choice of dimension."""

    teams: int
    stability: float
    drift: float = 0.0
    shift: float = 0.0
    kinds: str = "mix"
    by_drop: bool = False
    over: int = 1  # quarters from adoption to reading: what takes two quarters drifts twice

    @property
    def name(self) -> str:
        """How a team chooses, and over how many quarters it is read."""
        choice = "largest drop" if self.by_drop else "lowest"
        return choice if self.over == 1 else f"{choice}, two quarters"


@dataclass(frozen=True)
class Panel:
    """Teams in three quarters; `n` (3, teams), `mean` and `sd` (3, teams, dimensions), the rest is for quarter 2."""

    n: IntArray
    mean: FloatArray
    sd: FloatArray
    kinds: IntArray
    latent: npt.NDArray[np.float32]
    answered: npt.NDArray[np.bool_]


def summarise(
    latent: npt.NDArray[np.float32], cuts: FloatArray, answered: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Turn latent answers (teams, dimensions, persons, items) into team means and SDs (teams, dimensions)."""
    total = np.zeros(latent.shape[:3])
    for cut in cuts.T.astype(np.float32):
        total += (latent > cut[:, None, None, None]).sum(axis=3)
    scores, kept = total * (25.0 / ITEMS), answered[:, None, :]
    n = np.maximum(kept.sum(axis=2), 1)
    mean = np.where(kept, scores, 0.0).sum(axis=2) / n
    square = np.where(kept, (scores - mean[:, :, None]) ** 2, 0.0).sum(axis=2)
    return mean, np.sqrt(square / np.maximum(n - 1, 1))


def draw(case: Case, random: np.random.Generator) -> Panel:
    """Draw one chunk of teams in three quarters."""
    share = list(MIX.values()) if case.kinds == "mix" else [float(kind == case.kinds) for kind in MIX]
    kinds = random.choice([NAMES.index(kind) for kind in MIX], CHUNK, p=share)
    present = np.arange(LARGEST) < random.integers(SMALLEST, LARGEST + 1, CHUNK)[:, None]
    slopes = 25.0 * norm.pdf(CUTS).sum(axis=1)[kinds]
    team = correlated(random, CHUNK, DIMENSIONS, axis=1) * np.sqrt(0.12)
    stable = correlated(random, CHUNK, DIMENSIONS, LARGEST, axis=1) * np.float32(np.sqrt(0.38 * case.stability))
    n, mean, sd = [], [], []
    for quarter in range(3):
        if quarter:
            steps = np.sqrt(case.over) if quarter == 2 else 1.0
            team = team + random.normal(0, steps, team.shape) * (case.drift / slopes)[:, None]
        if quarter == 2:
            team = team + latents(case.shift, kinds)[:, None]
        person = correlated(random, CHUNK, DIMENSIONS, LARGEST, axis=1) * np.float32(
            np.sqrt(0.38 * (1 - case.stability))
        )
        person += stable + team.astype(np.float32)[:, :, None]
        noise = random.standard_normal((CHUNK, DIMENSIONS, LARGEST, ITEMS), dtype=np.float32)
        latent = person[..., None] + noise * np.float32(np.sqrt(0.5))
        answered = present & (random.random(present.shape) < RESPONSE)
        m, s = summarise(latent, CUTS[kinds], answered)
        count = answered.sum(axis=1)
        n.append(np.where(count >= MINIMUM, count, 0))
        mean.append(m)
        sd.append(s)
    return Panel(np.array(n), np.array(mean), np.array(sd), kinds, latent, answered)


def components(n: IntArray, mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Estimate tau2 and sigma2 by REML for every organisation (rows), from stored records, 3 significant digits."""
    spread = np.where(n >= 10, sd, 5.0 * np.floor(sd / 5.0 + 0.5))
    within = (np.maximum(n - 1, 0) * spread**2).sum(axis=1)
    persons = n.sum(axis=1)

    def parts(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        w = n[:, None, :] / (1.0 + n[:, None, :] * theta[:, :, None])
        mu = (w * mean[:, None, :]).sum(axis=2) / w.sum(axis=2)
        inside = within[:, None] + (w * (mean[:, None, :] - mu[:, :, None]) ** 2).sum(axis=2)
        penalty = np.log1p(n[:, None, :] * theta[:, :, None]).sum(axis=2) + np.log(w.sum(axis=2))
        return (persons - 1)[:, None] * np.log(inside) + penalty, inside

    rows = np.arange(len(n))
    grid = np.tile(np.linspace(np.log(1e-4), np.log(10.0), 40), (len(n), 1))
    for _ in range(4):
        best = grid[rows, parts(np.exp(grid))[0].argmin(axis=1)]
        grid = best[:, None] + np.linspace(-1.0, 1.0, 21) * (grid[:, 1:2] - grid[:, :1])
    both = np.stack([np.zeros(len(n)), np.exp(best)], axis=1)
    value, inside = parts(both)
    chosen = value.argmin(axis=1)
    sigma2 = inside[rows, chosen] / (persons - 1)
    return three_digits(both[rows, chosen] * sigma2), three_digits(sigma2)


def three_digits(values: FloatArray) -> FloatArray:
    """Round as displayed."""
    return np.array([float(f"{value:.3g}") for value in values])


@dataclass(frozen=True)
class Plan:
    """What stands before quarter 2: who acts on what, organisation scores, components; one row per organisation."""

    places: IntArray
    choice: IntArray
    whole: FloatArray
    tau2: FloatArray
    sigma2: FloatArray


def plan(panel: Panel, case: Case, random: np.random.Generator) -> Plan:
    """Let every team choose, ties at random."""
    score = np.floor(panel.mean + 0.5 + 1e-9)
    basis = np.where((panel.n[0] > 0)[:, None] & case.by_drop, score[1] - score[0], score[1])
    choice = (basis + random.uniform(0, 0.5, basis.shape)).argmin(axis=1)
    places = np.arange(CHUNK - CHUNK % case.teams).reshape(-1, case.teams)
    n, first = panel.n[:, places], panel.mean[1, places]
    whole = (n[:2, ..., None] * panel.mean[:2, places]).sum(axis=2) / n[:2, ..., None].sum(axis=2)
    pairs = [components(n[1], first[..., d], panel.sd[1, places][..., d]) for d in range(DIMENSIONS)]
    tau2, sigma2 = np.array(pairs).transpose(1, 2, 0)
    return Plan(places, choice, np.floor(whole + 0.5), tau2, sigma2)


def figures(panel: Panel, known: Plan, organisation: int, d: int) -> DimensionFigures:
    """Write down what is displayed of one dimension in one organisation."""
    p = known.places[organisation]
    score, sd = np.floor(panel.mean[:, p, d] + 0.5 + 1e-9), np.floor(panel.sd[:, p, d] * 4.0 + 0.5 + 1e-9) / 4.0
    whole = known.whole[:, organisation, d]
    quarters = [Quarter(panel.n[q, p], score[q], sd[q], float(whole[q]) if q < 2 else None) for q in range(3)]
    acted = (known.choice[p] == d) & (panel.n[1, p] > 0)
    still = np.zeros(len(p), dtype=np.bool_)
    tau2, sigma2 = known.tau2[organisation, d], known.sigma2[organisation, d]
    return DimensionFigures(quarters[1], quarters[2], tau2, sigma2, acted, acted, still, before=quarters[0])


def outcomes(panel: Panel, known: Plan, *, over_two: bool) -> dict[str, FloatArray]:
    """Judge every action of the chunk; one entry per action of a team released in both quarters."""
    columns: dict[str, list[npt.NDArray[np.generic]]] = {
        "verdict": [],
        "reason": [],
        "n": [],
        "rise": [],
        "visible": [],
        "kind": [],
    }
    for organisation in range(len(known.places)):
        world = [figures(panel, known, organisation, d) for d in range(DIMENSIONS)]
        for f, found in zip(world, verdicts(world, over_two=over_two), strict=True):
            seen = f.acted & f.comparable
            columns["verdict"].append(found.verdict[seen])
            columns["reason"].append(found.reason[seen])
            columns["n"].append(((f.first.n + f.second.n) / 2.0)[seen])
            columns["rise"].append((f.second.score_100 - f.first.score_100)[seen])
            columns["visible"].append(found.visible_change_100[seen])
            columns["kind"].append(panel.kinds[known.places[organisation]][seen])
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def with_effect(panel: Panel, choice: IntArray, points: float) -> Panel:
    """Let every action move its dimension by so many points in quarter 2."""
    rows = np.arange(CHUNK)
    latent = panel.latent[rows, choice] + latents(points, panel.kinds)[:, None, None]
    m, s = summarise(latent[:, None], CUTS[panel.kinds], panel.answered)
    mean, sd = panel.mean.copy(), panel.sd.copy()
    mean[2, rows, choice], sd[2, rows, choice] = m[:, 0], s[:, 0]
    return replace(panel, mean=mean, sd=sd)


def simulate(case: Case, chunks: int, effects: tuple[int, ...] = (0,)) -> dict[int, dict[str, FloatArray]]:
    """Draw, act and judge; the same teams for every effect."""
    random = np.random.default_rng([case.teams, int(10 * case.stability), int(case.drift), int(case.shift)])
    parts: dict[int, list[dict[str, FloatArray]]] = {effect: [] for effect in effects}
    for _ in range(chunks):
        panel = draw(case, random)
        known = plan(panel, case, random)
        for effect in effects:
            acted = with_effect(panel, known.choice, effect) if effect else panel
            parts[effect].append(outcomes(acted, known, over_two=case.over == 2))
    return {
        e: {name: np.concatenate([part[name] for part in found]) for name in found[0]} for e, found in parts.items()
    }


def conditions() -> Iterable[tuple[float, float, float]]:
    """Every combination of stability, drift and shift."""
    return product((0.0, 0.5), (0.0, 4.0), (0.0, 3.0))


def helped(found: dict[str, FloatArray]) -> npt.NDArray[np.bool_]:
    """Which actions were said to have helped."""
    return np.asarray(found["verdict"] == str(Verdict.LIKELY_HELPED))


def false_success(chunks: int) -> float:
    """Print how often an action without effect "likely helped"; return the worst cell of the target."""
    print('False "likely helped", %: no effect, every team acts; naive rules beside it on the mixed kinds')
    print(" teams    r  drift  shift  choice                m2>m1  rise>=5  favourable  mixed  few controls")
    cells = [Case(teams, *condition) for teams in SIZES for condition in conditions()]
    cells += [Case(teams, 0.0, drift, drift * 0.75, by_drop=True) for teams in SIZES for drift in (0.0, 4.0)]
    cells += [Case(teams, r, 4.0, 3.0, over=2) for teams in (14, 2_000) for r in (0.0, 0.5)]
    worst = 0.0
    exceptions: dict[tuple[float, float, float], list[npt.NDArray[np.bool_]]] = {}
    for case in cells:
        alone, mixed = (simulate(replace(case, kinds=kinds), chunks)[0] for kinds in ("favourable", "mix"))
        rates = percent(helped(alone)), percent(helped(mixed))
        worst = max(worst, *rates)
        split = helped(mixed)[mixed["kind"] == NAMES.index("polarised")]
        if case.over == 1:
            exceptions.setdefault((case.stability, case.drift, case.shift), []).append(split)
        few = percent(mixed["reason"] == str(Reason.FEW_CONTROLS))
        print(
            f"{case.teams:6,d}  {case.stability:3.1f}  {case.drift:5.0f}  {case.shift:5.0f}"
            f"  {case.name:20s}  {percent(mixed['rise'] > 0):5.0f}"
            f"  {percent(mixed['rise'] >= 5):7.0f}  {rates[0]:10.1f}  {rates[1]:5.1f}  {few:12.0f}",
            flush=True,
        )
    known = [percent(np.concatenate(parts)) for parts in exceptions.values()]
    print(f"Known exception, the polarised teams among the mixed kinds: {min(known):.1f} - {max(known):.1f}")
    return worst


def true_effects(chunks: int) -> float:
    """Print what the rule sees of true effects; return how often at worst +5 points "likely did not help"."""
    found = {
        (teams, *condition): simulate(Case(teams, *condition, kinds="favourable"), chunks, EFFECTS)
        for teams in (14, 2_000)
        for condition in conditions()
    }
    print('\nPower of "likely helped", %, r = .5, no drift, no shift, favourable teams, by mean of n1 and n2')
    print("effect   teams  all" + "".join(f"  n {a}-{b}" for a, b in CLASSES))
    for effect, teams in product(EFFECTS[3:], (14, 2_000)):
        part = found[teams, 0.5, 0.0, 0.0][effect]
        rates = [f"{percent(helped(part)[inside(part, a, b)]):{len(f'n {a}-{b}')}.0f}" for a, b in CLASSES]
        print(f"{effect:+6d}  {teams:6,d}  {percent(helped(part)):3.0f}  " + "  ".join(rates))
    print('\n"Likely did not help", %, lowest and highest cell of 14 and 2,000 teams and all conditions')
    worst = 0.0
    for effect in EFFECTS[:5]:
        cells = [percent(parts[effect]["verdict"] == str(Verdict.LIKELY_DID_NOT_HELP)) for parts in found.values()]
        print(f"{effect:+6d}  {min(cells):5.1f} - {max(cells):.1f}")
        worst = max(cells) if effect == WORTH_HAVING else worst
    part = found[14, 0.5, 0.0, 0.0][0]
    medians = [float(np.median(part["visible"][inside(part, a, b) & (part["visible"] >= 0)])) for a, b in CLASSES]
    shown = (f"n {a}-{b}: {median:.0f}" for (a, b), median in zip(CLASSES, medians, strict=True))
    print("\nRise that would have been visible, medians: " + ", ".join(shown))
    return worst


def inside(found: dict[str, FloatArray], low: int, high: int) -> npt.NDArray[np.bool_]:
    """Which teams have that many answers per quarter."""
    return np.asarray((found["n"] >= low) & (found["n"] < high + 1))


def main() -> None:
    """Print all tables and say which targets hold."""
    parser = argparse.ArgumentParser(description="Simulate verdicts on actions.")
    parser.add_argument("--quick", action="store_true", help="an eighth of the teams")
    chunks = 1 if parser.parse_args().quick else 8
    start = time.perf_counter()
    targets = {
        'false "likely helped" at most 5 % in every cell': false_success(chunks),
        '"likely did not help" of a true +5 at most 5 % in every cell': true_effects(max(1, chunks // 4)),
    }
    print()
    for target, worst in targets.items():
        print(f"Target {'holds' if worst <= 5.0 else 'fails'}: {target}; worst {worst:.1f} %")
    print(f"{chunks * CHUNK:,} teams per cell, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
