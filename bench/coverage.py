"""Show how often the interval of a small finite team holds what it speaks of.

    python bench/coverage.py [--quick]

Design of the simulation (populations.py has the answers): finite teams drawn once, n of N answer at random, v0 from an
organisation of twenty teams of the mix with 5 to 14 answers each, a new organisation for every few hundred teams.
Cells are all N up to 20 and n from 5 with 50-90 % answering. Two camps: 50 or 30 % of the team "low", the rest
"ceiling". Lone dissenter: "consensus", and one person anywhere from 0 to 25 points.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np
from populations import (
    CUTS,
    ITEM,
    ITEMS,
    KINDS,
    NAMES,
    PERSON,
    POINTS,
    TEAM,
    FloatArray,
    army,
    draw_kinds,
    expected_score,
    moments,
    normal,
    person_scores,
    say,
)
from scipy.stats import hypergeom

from assess.scoring.favourable import favourable_interval
from assess.scoring.interval import (
    PRIOR_SD,
    PRIOR_SD_ITEM,
    Interval,
    displayed_limits,
    logical_bounds,
    pooled_variance,
    team_interval,
)
from assess.scoring.moments import Moments
from assess.scoring.rounding import half_up

Draw = Callable[[int, int, np.random.Generator], FloatArray]
Cell = tuple[int, int]  # N, n
ORGANISATION = 20
CELLS = tuple((size, n) for size in range(6, 21) for n in range(5, size) if 0.5 <= n / size <= 0.9)
FEW = 10  # answers below which half-widths are multiples of five points
RELIABILITY = 0.71  # of four items inside teams of the mix; .75 before answers are cut into five options


@dataclass(frozen=True)
class Plan:
    """How much is simulated: teams and organisations per cell, and the cells of the table of kinds.

    The tables of the mix alone have twice as many teams per cell.
    """

    teams: int
    organisations: int
    cells: Sequence[Cell] = CELLS

    @property
    def floor(self) -> float:
        """95 % less three standard errors of the mix's tables: they take the lowest of many simulated cells."""
        return 95.0 - 300.0 * float(np.sqrt(0.05 * 0.95 / (2 * self.teams)))


FULL = Plan(10_000, 50)
QUICK = Plan(2_000, 10, CELLS[::3])


@dataclass(frozen=True)
class World:
    """A kind of team and the organisation it stands in; both draw person scores of shape (teams, persons)."""

    name: str
    team: Draw
    organisation: Draw
    known_exception: bool = False


@dataclass(frozen=True)
class Coverage:
    """Percent covered and mean width in points of one cell, before display rounding and as displayed."""

    n: int
    exact: float
    width: float
    shown: float
    shown_width: float


def drawn(teams: int, size: int, random: np.random.Generator, *, kind: str, items: int = ITEMS) -> FloatArray:
    """Draw teams of one kind, or of the mix."""
    cuts = CUTS[draw_kinds(kind, teams, random)][:, None]
    latent = normal(random, TEAM, teams, 1) + normal(random, PERSON, teams, size)
    return person_scores(latent, cuts, random, items=items)


def camps(teams: int, size: int, random: np.random.Generator, *, low: float, items: int = ITEMS) -> FloatArray:
    """Split every team: that part of it "low", the rest "ceiling"; who sits where is random."""
    places = random.random((teams, size)).argsort(axis=1)
    kinds = np.where(places < np.rint(low * size), NAMES.index("low"), NAMES.index("ceiling"))
    latent = normal(random, TEAM, teams, 1) + normal(random, PERSON, teams, size)
    return person_scores(latent, CUTS[kinds], random, items=items)


def dissenter(teams: int, size: int, random: np.random.Generator, *, items: int = ITEMS) -> FloatArray:
    """Put one person at 25 points or less into a team of one mind."""
    scores = drawn(teams, size, random, kind="consensus", items=items)
    scores[np.arange(teams), random.integers(0, size, teams)] = POINTS / items * random.integers(0, items + 1, teams)
    return scores


def companies(teams: int, size: int, random: np.random.Generator, *, scores: Sequence[FloatArray]) -> FloatArray:
    """Draw finite teams out of real ones that are large enough."""
    large = [company for company in scores if company.size >= size]
    table = np.full((len(large), max(company.size for company in large)), np.nan)
    for row, company in enumerate(large):
        table[row, : company.size] = company
    chosen = table[random.integers(0, len(large), teams)]
    keys = np.where(np.isnan(chosen), 2.0, random.random(chosen.shape))
    return np.asarray(np.take_along_axis(chosen, keys.argsort(axis=1)[:, :size], axis=1))


def worlds(items: int) -> list[World]:
    """Every kind of team among others of the mix, polarised ones among people of one mind, and the known exceptions."""
    mix = partial(drawn, kind="mix", items=items)
    rows = [World(kind, partial(drawn, kind=kind, items=items), mix) for kind in ("mix", *KINDS)]
    odd = partial(drawn, kind="polarised", items=items)
    return [
        *rows,
        World("polarised among consensus", odd, partial(drawn, kind="consensus", items=items), known_exception=True),
        World("two camps 50:50", partial(camps, low=0.5, items=items), mix, known_exception=True),
        World("two camps 70:30", partial(camps, low=0.3, items=items), mix, known_exception=True),
        World("lone dissenter", partial(dissenter, items=items), mix, known_exception=True),
    ]


def real_worlds() -> list[World]:
    """Finite teams out of the army companies, in organisations of the same."""
    draws = {name: partial(companies, scores=army(name)) for name in ("LEAD", "TSIG", "HOSTIL")}
    return [World(f"lq2002 {name}", draw, draw, known_exception=True) for name, draw in draws.items()]


def organisation(draw: Draw, random: np.random.Generator) -> Moments:
    """Twenty teams with 5 to 14 answers."""
    scores = draw(ORGANISATION, 14, random)
    return moments(scores, np.arange(14) < random.integers(5, 15, ORGANISATION)[:, None])


def held(limits: Interval, truth: FloatArray) -> int:
    """Count the targets inside the limits."""
    return int(((limits.low - 1e-9 <= truth) & (truth <= limits.high + 1e-9)).sum())


def as_displayed(limits: Interval, mean: FloatArray, n: int) -> Interval:
    """Print every interval and read it again."""
    rows = zip(limits.low.tolist(), limits.high.tolist(), limits.half.tolist(), mean.tolist(), strict=True)
    shown = np.array([displayed_limits(low, high, half, half_up(m), n) for low, high, half, m in rows])
    return Interval(shown[:, 0], shown[:, 1], limits.half)


def cover(world: World, at: Cell, plan: Plan, random: np.random.Generator, *, items: int = ITEMS) -> Coverage:
    """Simulate one cell with rho = 1. A single item's interval is never displayed."""
    size, n = at
    prior_sd = PRIOR_SD if items > 1 else PRIOR_SD_ITEM
    scores = world.team(plan.teams, size, random)
    result = np.zeros(4)
    for block in np.array_split(scores, plan.organisations):
        others, team = organisation(world.organisation, random), moments(block[:, :n])
        heads, truth = np.full(len(block), size), block.mean(axis=1)
        found = [team_interval(team, heads, pooled_variance(others, prior_sd=prior_sd), rho=1.0)]
        if items > 1:
            v0 = pooled_variance(others.recorded(), prior_sd=prior_sd)
            found.append(as_displayed(team_interval(team.recorded(), heads, v0, rho=1.0), team.mean, n))
        for position, limits in enumerate(found):
            result[2 * position] += 100.0 * held(limits, truth)
            result[2 * position + 1] += float((limits.high - limits.low).sum())
    return Coverage(n, *(result / plan.teams))


def summary(cells: Sequence[Coverage], *, shown: bool) -> str:
    """Coverage, lowest cell and width over cells; a dash without any."""
    if not cells:
        return f"{'-':>18s}"
    hits = np.array([cell.shown if shown else cell.exact for cell in cells])
    width = np.mean([cell.shown_width if shown else cell.width for cell in cells])
    return f"{hits.mean():5.1f} ({hits.min():4.1f}) /{width:5.1f}"


def kinds_table(plan: Plan, items: int) -> dict[str, Sequence[Coverage]]:
    """Print coverage for every kind of team; return the cells of those that have a target."""
    print(f"Score of {items} item(s), rho = 1: coverage % (lowest of {len(plan.cells)} cells) / width in points")
    print(
        f"{'kind of team':27s}{'before rounding':>18s}" + f"{'displayed, n 5-9':>20s}{'n from 10':>20s}" * (items > 1)
    )
    found: dict[str, Sequence[Coverage]] = {}
    for seed, world in enumerate([*worlds(items), *(real_worlds() if items > 1 else [])]):
        random = np.random.default_rng([items, seed])
        cells = [cover(world, cell, plan, random, items=items) for cell in plan.cells]
        columns = [summary(cells, shown=False)]
        if items > 1:
            parts = [cell for cell in cells if cell.n < FEW], [cell for cell in cells if cell.n >= FEW]
            columns += [summary(part, shown=True) for part in parts]
        print(f"{world.name + ' *' * world.known_exception:27s}" + "  ".join(columns), flush=True)
        if not world.known_exception:
            found[world.name] = cells
    print("* known exceptions and real data: no target\n")
    return found


def targets_table(plan: Plan) -> FloatArray:
    """Print coverage of three targets, 4-item score of the mix; return it, shape (cells, settings)."""
    print("Score of 4 items, mix: coverage % of its own target / width, before rounding")
    print(f" N/n    rho = 1: answers of all N   rho = {RELIABILITY}: true scores of the N   rho = 0: the process")
    random, rows = np.random.default_rng(3), []
    for size, n in ((5, 4), (8, 6), (8, 8), (12, 10), (20, 15)):
        cuts = CUTS[draw_kinds("mix", plan.teams, random)]
        common = normal(random, TEAM, plan.teams, 1)
        person = common + normal(random, PERSON, plan.teams, size)
        scores = person_scores(person, cuts[:, None], random, items=4)
        truths = {
            1.0: scores.mean(axis=1),
            RELIABILITY: expected_score(person, cuts[:, None], ITEM).mean(axis=1),
            0.0: expected_score(common[:, 0], cuts, PERSON + ITEM),
        }
        hits, width = np.zeros(3), np.zeros(3)
        for rows_of in np.array_split(np.arange(plan.teams), plan.organisations):
            v0 = pooled_variance(organisation(partial(drawn, kind="mix", items=4), random))
            team, heads = moments(scores[rows_of, :n]), np.full(len(rows_of), size)
            for place, (rho, truth) in enumerate(truths.items()):
                limits = team_interval(team, heads, v0, rho=rho)
                hits[place] += held(limits, truth[rows_of])
                width[place] += float((limits.high - limits.low).sum())
        rows.append(100.0 * hits / plan.teams)
        shown = [f"{hit:5.1f} /{w:5.1f}" for hit, w in zip(rows[-1], width / plan.teams, strict=True)]
        print(f"{f'{size}/{n}':>6s}  {shown[0]:>25s}  {shown[1]:>32s}  {shown[2]:>22s}", flush=True)
    print()
    return np.array(rows)


def organisations_table(plan: Plan) -> FloatArray:
    """Print coverage in organisations of few teams, mix, v0 from these teams; return it, shape (cells, sizes)."""
    counts = (1, 2, 3, 5, 10, 20)
    print("Organisations of few teams of the mix, 6 items, rho = 1: coverage %, before rounding")
    print("   N/n" + "".join(f"{f'{count} teams':>10s}" for count in counts))
    random, rows = np.random.default_rng(4), []
    for size, n in ((5, 3), (5, 4), (8, 5), (8, 6), (12, 8), (12, 10), (20, 12), (20, 15)):
        row = []
        for count in counts:
            scores = drawn(plan.teams - plan.teams % count, size, random, kind="mix").reshape(-1, count, size)
            v0 = np.array([pooled_variance(moments(one[:, :n])) for one in scores])
            hits = 0
            for value in np.unique(v0):  # one for all where fewer than three teams tell nothing
                block = scores[v0 == value].reshape(-1, size)
                limits = team_interval(moments(block[:, :n]), np.full(len(block), size), float(value), rho=1.0)
                hits += held(limits, block.mean(axis=1))
            row.append(100.0 * hits / (scores.shape[0] * count))
        rows.append(row)
        print(f"{f'{size}/{n}':>6s}" + "".join(f"{value:10.1f}" for value in row), flush=True)
    print()
    return np.array(rows)


def non_response_table(plan: Plan) -> float:
    """Print what happens where happier people answer more; return the lowest coverage of the logical bounds.

    n of N answer, drawn with weights exp(slope z), z the person's score in SDs of the team.
    """
    print("Non-response that depends on the score, mix, 6 items, rho = 1, before rounding")
    print("   N/n  slope  points too high  coverage %  of the logical bounds %")
    random, worst = np.random.default_rng(5), 100.0
    for (size, n), slope in product(((8, 6), (20, 15)), (0.0, 0.3, 0.6)):
        scores = drawn(plan.teams, size, random, kind="mix")
        z = (scores - scores.mean(axis=1, keepdims=True)) / np.maximum(scores.std(axis=1, keepdims=True), 1e-9)
        order = (-slope * z - random.gumbel(size=z.shape)).argsort(axis=1)
        scores = np.take_along_axis(scores, order, axis=1)
        hits = bounds = 0
        for block in np.array_split(scores, plan.organisations):
            team, heads = moments(block[:, :n]), np.full(len(block), size)
            v0 = pooled_variance(organisation(partial(drawn, kind="mix"), random))
            hits += held(team_interval(team, heads, v0, rho=1.0), block.mean(axis=1))
            bounds += held(logical_bounds(team, heads), block.mean(axis=1))
        bias = float((scores[:, :n].mean(axis=1) - scores.mean(axis=1)).mean())
        shares = 100.0 * hits / plan.teams, 100.0 * bounds / plan.teams
        print(f"{f'{size}/{n}':>6s}  {slope:5.1f}  {bias:15.1f}  {shares[0]:10.1f}  {shares[1]:23.1f}", flush=True)
        worst = min(worst, shares[1])
    print()
    return worst


def favourable_table() -> tuple[float, float]:
    """Print exact coverage of the favourable share of an item, every K of N; return the mean and the worst."""
    print("Favourable share of one item, all n from 60 % to N - 1, exact: coverage % (worst K) / width in points")
    means: list[float] = []
    for size in (5, 8, 12, 20):
        cells: list[float] = []
        widths: list[float] = []
        for n in range(int(np.ceil(0.6 * size)), size):
            limits = np.array([favourable_interval(x, n, size) for x in range(n + 1)])
            for favourable in range(size + 1):
                p = hypergeom.pmf(np.arange(n + 1), size, favourable, n)
                inside = (limits[:, 0] - 1e-9 <= favourable / size) & (favourable / size <= limits[:, 1] + 1e-9)
                cells.append(100.0 * float(p[inside].sum()))
                widths.append(100.0 * float((p * (limits[:, 1] - limits[:, 0])).sum()))
        print(f"N = {size:2d}  {np.mean(cells):5.1f} ({min(cells):4.1f}) /{np.mean(widths):5.1f}", flush=True)
        means += cells
    print(f"all     {np.mean(means):5.1f} ({min(means):4.1f})\n")
    return float(np.mean(means)), min(means)


def judge(name: str, found: dict[str, Sequence[Coverage]], floor: float) -> None:
    """Compare the coverage of all kinds with the targets of 95-97 % for the mix and a floor for every kind."""
    mean = {kind: float(np.mean([cell.exact for cell in cells])) for kind, cells in found.items()}
    lowest = {kind: min(cell.exact for cell in cells) for kind, cells in found.items()}
    say(f"{name}, 95-97 % on average over the mix", f"{mean['mix']:.1f} %", holds=95.0 <= mean["mix"] <= 97.0)
    kind, cell = min(mean, key=mean.__getitem__), min(lowest, key=lowest.__getitem__)
    value = f"{kind} {mean[kind]:.1f} %; lowest single cell {cell} {lowest[cell]:.1f} %"
    say(f"{name}, no kind of team below {floor:.0f} %", value, holds=mean[kind] >= floor)


def lowest_of(table: FloatArray) -> str:
    """Name the lowest cell."""
    return f"lowest {table.min():.1f} %"


def run(plan: Plan) -> None:
    """Print all tables and say which targets hold."""
    scores, items = kinds_table(plan, ITEMS), kinds_table(plan, 1)
    mix = replace(plan, teams=2 * plan.teams)
    three, small = targets_table(mix), organisations_table(mix)
    bounds, (mean, worst) = non_response_table(mix), favourable_table()
    judge(f"{ITEMS}-item score", scores, 93.0)
    judge("single item", items, 90.0)
    shown = min(np.mean([cell.shown for cell in cells]) for cells in scores.values())
    say("displayed interval, no kind of team below 95 %", f"{shown:.1f} %", holds=bool(shown >= 95.0))
    error = f"less 3 standard errors = {plan.floor:.1f}"
    say(
        f"each setting of rho covers its own target in 95 % ({error})",
        lowest_of(three),
        holds=bool(three.min() >= plan.floor),
    )
    say(
        f"organisations of 1-20 teams, 95 % in every cell ({error})",
        lowest_of(small),
        holds=bool(small.min() >= plan.floor),
    )
    say("favourable share, 95 % for every K of N", f"mean {mean:.1f}, worst {worst:.1f} %", holds=worst >= 95.0)
    say("logical bounds always hold, whoever stays silent", f"{bounds:.1f} %", holds=bounds == 100.0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Simulate the coverage of intervals.")
    parser.add_argument("--quick", action="store_true", help="fewer teams and cells")
    plan, start = QUICK if parser.parse_args(arguments).quick else FULL, time.perf_counter()
    run(plan)
    print(f"{plan.teams:,} teams per cell, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
