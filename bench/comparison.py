"""Show what comparing teams and dimensions is worth: shrunken means, the lowest teams, the gate, drivers.

    python bench/comparison.py [--quick]

Design of the simulation (populations.py has the answers): teams of one kind, sizes evenly spread on the log scale, six
items; the team effect is set to the named ICC(1) of person scores. True is the score to be expected from the team's
effect alone. Drivers: four normal predictors correlated .5, R^2 = .42, weights .35, .22, .15 and .08.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from populations import (
    CUTS,
    ITEM,
    ITEMS,
    NAMES,
    BoolArray,
    FloatArray,
    army,
    expected_score,
    moments,
    normal,
    percent,
    person_scores,
    say,
)

from assess.scoring.drivers import Estimate, cross_products, drivers, relative_weights
from assess.scoring.moments import CENTRE, Moments
from assess.scoring.reml import random_intercept
from assess.scoring.shrinkage import (
    SIGNIFICANT,
    BottomLabel,
    Shrunken,
    bottom_k,
    bottom_label,
    comparison_gate,
    displayed_p,
    p_bottom,
    shrink,
)
from assess.scoring.variance_components import variance_components

SMALL = 5  # answers of a team that is called small
LARGEST = 30
BETA = np.array([0.35, 0.22, 0.15, 0.08])
BETWEEN_PREDICTORS = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
WITH_OUTCOME = BETWEEN_PREDICTORS @ BETA
ERROR = 1.0 - float(BETA @ WITH_OUTCOME)
OUTCOME_TEAM = 0.2  # part of the outcome's error that a team has in common
PER_TEAM = 10  # persons
BLOCK = 20_000  # draws at a time


@dataclass(frozen=True)
class Plan:
    """Organisations per row, draws for lq2002, runs per number of persons, runs with the bootstrap."""

    organisations: int
    draws: int
    runs: int
    bootstraps: int


FULL = Plan(3_000, 400_000, 10_000, 400)
QUICK = Plan(300, 100_000, 2_000, 40)


@dataclass(frozen=True)
class Organisation:
    """Teams of one organisation with their true scores, shape (teams,)."""

    teams: Moments
    true_100: FloatArray


def organisations(
    count: int, teams: int, icc1: float, random: np.random.Generator, *, kind: str = "favourable", smallest: int = 3
) -> Iterator[Organisation]:
    """Draw organisations one after the other."""
    cuts = CUTS[NAMES.index(kind)]
    common = icc1 * (1.0 - ITEM + ITEM / ITEMS)  # of the mean of all items
    for _ in range(count):
        size = np.rint(np.exp(random.uniform(np.log(smallest), np.log(LARGEST), teams)))
        team = normal(random, common, teams, 1)
        latent = team + normal(random, 1.0 - ITEM - common, teams, LARGEST)
        scores = person_scores(latent, cuts, random)
        yield Organisation(
            moments(scores, np.arange(LARGEST) < size[:, None]), expected_score(team[:, 0], cuts, 1.0 - common)
        )


def shrunken(teams: Moments) -> Shrunken:
    """Draw the means of an organisation together."""
    found = shrink(teams, random_intercept(teams))
    assert found is not None
    return found


def lowest(values: FloatArray, k: int, random: np.random.Generator) -> BoolArray:
    """Mark the k lowest, ties at random."""
    chosen = np.zeros(values.shape, dtype=np.bool_)
    chosen[np.lexsort((random.random(values.shape), values))[:k]] = True
    return chosen


@dataclass
class Tally:
    """What is counted over organisations of one ICC(1)."""

    icc1: list[float]
    squared_errors: list[FloatArray]  # raw, shrunken
    small: list[FloatArray]  # share of small teams: of all, of the lowest five raw, shrunken, true
    right: list[FloatArray]  # share of the lowest five that are: raw, shrunken
    labels: dict[BottomLabel | None, list[bool]]  # were teams with that label truly among the lowest


def tallied(count: int, icc1: float, teams: int = 40) -> Tally:
    """Compare raw and shrunken means with the truth."""
    random = np.random.default_rng([5, int(100 * icc1)])
    tally = Tally([], [], [], [], {None: [], BottomLabel.POSSIBLY: [], BottomLabel.LIKELY: []})
    k = bottom_k(teams)
    for one in organisations(count, teams, icc1, random):
        components, found = variance_components(one.teams), shrunken(one.teams)
        assert components is not None
        raw, close = one.teams.mean, found.mean_100
        ranks = [lowest(values, k, random) for values in (raw, close, one.true_100)]
        few = one.teams.n <= SMALL
        tally.icc1.append(components.icc1)
        tally.squared_errors.append(np.array([((m - one.true_100) ** 2).mean() for m in (raw, close)]))
        tally.small.append(np.array([few.mean(), *(few[rank].mean() for rank in ranks)]))
        tally.right.append(np.array([ranks[2][rank].mean() for rank in ranks[:2]]))
        if comparison_gate(components, one.teams.n).passed:
            for p, true in zip(p_bottom(found, k).tolist(), ranks[2].tolist(), strict=True):
                tally.labels[bottom_label(displayed_p(p))].append(true)
    return tally


def shrinkage_table(plan: Plan) -> tuple[Tally, list[bool]]:
    """Print what shrinkage gains; return the tally of ICC(1) = .10 and how often "likely" was right."""
    tallies = {icc1: tallied(plan.organisations, icc1) for icc1 in (0.05, 0.10, 0.20)}
    print("Shrinkage, 40 teams of 3-30: RMSE in points; % of teams with n <= 5 among all teams and the lowest five")
    print("ICC(1)  found    RMSE: raw  shrunk    n <= 5: all  lowest raw  lowest shrunk  truly lowest")
    for icc1, tally in tallies.items():
        rmse, small = np.sqrt(np.mean(tally.squared_errors, axis=0)), 100.0 * np.mean(tally.small, axis=0)
        print(f"{icc1:6.2f}{np.mean(tally.icc1):7.2f}{rmse[0]:13.1f}{rmse[1]:8.1f}{small[0]:15.0f}", end="")
        print(f"{small[1]:12.0f}{small[2]:15.0f}{small[3]:14.0f}")
    print("\nTruly among the lowest five, %: of the lowest raw and shrunken means; behind the gate, of the labelled")
    print("ICC(1)  raw  shrunk    likely (teams)  possibly (teams)  no label")
    for icc1, tally in tallies.items():
        right = 100.0 * np.mean(tally.right, axis=0)
        likely, possibly, neither = (
            np.array(tally.labels[label], dtype=np.bool_) for label in (BottomLabel.LIKELY, BottomLabel.POSSIBLY, None)
        )
        said = [f"{percent(hits):.0f} ({hits.size:,})" for hits in (likely, possibly)]
        print(f"{icc1:6.2f}{right[0]:5.0f}{right[1]:8.0f}{said[0]:>18s}{said[1]:>18s}{percent(neither):10.1f}")
    print(flush=True)
    return tallies[0.10], [hit for tally in tallies.values() for hit in tally.labels[BottomLabel.LIKELY]]


def army_table(plan: Plan) -> tuple[float, int]:
    """Print P(lowest five) of lq2002 beside Monte Carlo; return the largest difference and the other labels."""
    print("Probability of being among the lowest five of 49 companies (lq2002) against Monte Carlo")
    print("         largest difference  likely  possibly  other labels  lowest company is the true lowest")
    random, worst, others, blocks = np.random.default_rng(52), 0.0, 0, plan.draws // BLOCK
    for name in ("LEAD", "TSIG", "HOSTIL"):
        centred = [company - CENTRE for company in army(name)]
        count = len(centred)
        parts = np.array([[c.size, c.sum(), (c**2).sum()] for c in centred])
        found = shrunken(Moments(parts[:, 0].astype(np.int64), parts[:, 1], parts[:, 2]))
        k = bottom_k(count)
        p, times, first = p_bottom(found, k), np.zeros(count), 0
        for _ in range(blocks):
            true = random.normal(found.mean_100, np.sqrt(found.variance), (BLOCK, count))
            times += np.bincount(np.argpartition(true, k, axis=1)[:, :k].ravel(), minlength=count)
            first += int((true.argmin(axis=1) == found.mean_100.argmin()).sum())
        drawn = times / (blocks * BLOCK)
        labels, simulated = ([bottom_label(displayed_p(value)) for value in x.tolist()] for x in (p, drawn))
        other = sum(a is not b for a, b in zip(labels, simulated, strict=True))
        said = f"{labels.count(BottomLabel.LIKELY):8d}{labels.count(BottomLabel.POSSIBLY):10d}{other:14d}"
        difference = float(np.abs(p - drawn).max())
        print(f"{name:8s}{difference:19.4f}{said}{first / (blocks * BLOCK):35.2f}", flush=True)
        worst, others = max(worst, difference), others + other
    print()
    return worst, others


def gate_table(plan: Plan) -> float:
    """Print how often teams may be compared; return the highest rate where they do not differ."""
    print("Gate: % of organisations that pass it (F test alone), teams of 5-30, by ICC(1)")
    levels = (0.0, 0.05, 0.10, 0.20)
    print(f"{'kind':12s}teams" + "".join(f"{level:>16.2f}" for level in levels))
    worst = 0.0
    for kind, teams in product(("favourable", "ceiling", "polarised"), (8, 20, 40)):
        cells = []
        for level in levels if kind == "favourable" else levels[:1]:
            random = np.random.default_rng([5, 2, teams, int(100 * level), NAMES.index(kind)])
            gates = [
                comparison_gate(variance_components(one.teams), one.teams.n)
                for one in organisations(plan.organisations, teams, level, random, kind=kind, smallest=5)
            ]
            passed = percent(np.array([gate.passed for gate in gates]))
            significant = percent(np.array([gate.p is not None and gate.p < SIGNIFICANT for gate in gates]))
            cells.append(f"{passed:8.1f} ({significant:5.1f})")
            worst = max(worst, passed) if level == 0.0 else worst
        print(f"{kind:12s}{teams:5d}" + "".join(f"{cell:>16s}" for cell in cells), flush=True)
    print()
    return worst


def order_table(plan: Plan) -> dict[int, float]:
    """Print how often the top driver is right; return it by number of persons, for relative weights."""
    print(f"Drivers: top one of four right, %, no teams, R^2 = {1.0 - ERROR:.2f}")
    print("     n  relative weights  correlations")
    random, found = np.random.default_rng(7), {}
    root = np.linalg.cholesky(BETWEEN_PREDICTORS)
    for n in (30, 50, 100, 200, 400, 1_000):
        hits = np.zeros(2)
        for size in split(plan.runs, max(1, 200_000 // n)):
            x = random.standard_normal((size, n, 4)) @ root.T
            y = x @ BETA + np.sqrt(ERROR) * random.standard_normal((size, n))
            table = np.concatenate([y[..., None], x], axis=2)
            table -= table.mean(axis=1, keepdims=True)
            table /= np.sqrt((table**2).sum(axis=1, keepdims=True))
            r = table.transpose(0, 2, 1) @ table
            weights = relative_weights(r[:, 1:, 1:], r[:, 0, 1:])
            hits += [(weights.argmax(axis=1) == 0).sum(), (r[:, 0, 1:].argmax(axis=1) == 0).sum()]
        shares = 100.0 * hits / plan.runs
        print(f"{n:6d}{shares[0]:18.1f}{shares[1]:14.1f}", flush=True)
        found[n] = float(shares[0])
    print()
    return found


def split(total: int, largest: int) -> list[int]:
    """Cut a number of runs into portions."""
    return [min(largest, total - start) for start in range(0, total, largest)]


def drivers_table(plan: Plan) -> None:
    """Print what the product says of people in teams: what is shown, whether the top is right, what limits hold."""
    print(f"Drivers of people in teams of {PER_TEAM}, outcome and its error clustered, with the bootstrap of teams")
    print("     n  n_eff  correlations shown %  weights %  top right %  r inside limits %  share inside limits %")
    random = np.random.default_rng(71)
    root = np.linalg.cholesky(BETWEEN_PREDICTORS)
    true_weights = relative_weights(BETWEEN_PREDICTORS, WITH_OUTCOME)
    true_shares = true_weights / true_weights.sum()
    for n in (250, 500, 1_000, 2_000):
        effective, shown, right, r_held, share_held = [], [], [], [], []
        where = np.arange(n) // PER_TEAM
        for seed in range(plan.bootstraps):
            x = random.standard_normal((n, 4)) @ root.T
            team = np.sqrt(OUTCOME_TEAM) * random.standard_normal(n // PER_TEAM)[where]
            y = x @ BETA + np.sqrt(ERROR) * (team + np.sqrt(1.0 - OUTCOME_TEAM) * random.standard_normal(n))
            scores = CENTRE + 20.0 * np.concatenate([y[:, None], x], axis=1)
            known = drivers(cross_products(scores, np.ones(n, dtype=np.bool_), where, n // PER_TEAM), seed=seed)
            effective.append(known.n_eff or 0.0)
            values = [one.share.value if one.share else one.r.value for one in known.drivers]
            shown.append([bool(values), bool(values) and known.drivers[0].share is not None])
            right += [int(np.argmax(values)) == 0] if values else []
            r_held += [inside(one.r, true) for one, true in zip(known.drivers, WITH_OUTCOME, strict=False)]
            shares = zip(known.drivers, true_shares, strict=False)
            share_held += [inside(one.share, true) for one, true in shares if one.share]
        rates = [percent(np.array(part)) for part in (right, r_held, share_held)]
        some, weighed = 100.0 * np.mean(shown, axis=0)
        print(
            f"{n:6d}{np.mean(effective):7.0f}{some:22.0f}{weighed:11.0f}{rates[0]:13.0f}{rates[1]:19.1f}{rates[2]:23.1f}",
            flush=True,
        )
    print()


def inside(found: Estimate, true: float) -> bool:
    """Say whether the limits hold the true value."""
    return found.low is not None and found.high is not None and found.low <= true <= found.high


def run(plan: Plan) -> None:
    """Print all tables and say which targets hold."""
    tally, likely = shrinkage_table(plan)
    difference, labels = army_table(plan)
    false, order = gate_table(plan), order_table(plan)
    drivers_table(plan)
    raw, close = np.sqrt(np.mean(tally.squared_errors, axis=0))
    small = 100.0 * np.mean(tally.small, axis=0)
    hits = percent(np.array(likely, dtype=np.bool_))
    say(
        "shrinking brings means nearer to the truth at ICC(1) .10",
        f"{close:.1f} for {raw:.1f}",
        holds=bool(close < raw),
    )
    fewer = f"{small[2]:.0f} % for {small[1]:.0f} % raw; they are {small[0]:.0f} % of teams"
    say("small teams are no more often among the lowest than they are teams", fewer, holds=bool(small[2] <= small[0]))
    say('"likely among the lowest" is right in at least 77.5 %', f"{hits:.0f} % of {len(likely)}", holds=hits >= 77.5)
    apart = f"largest difference {difference:.4f}, {labels} other labels"
    say("P(bottom k) within .01 of Monte Carlo, same labels", apart, holds=difference <= 0.01 and labels == 0)
    error = 300.0 * float(np.sqrt(0.05 * 0.95 / plan.organisations))
    most = f"highest {false:.1f} %, 3 standard errors are {error:.1f}"
    say("teams that do not differ pass the gate in at most 5 %", most, holds=false <= 5.0 + error)
    say("the top of four drivers is right in at least 80 % at n = 200", f"{order[200]:.0f} %", holds=order[200] >= 80.0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Simulate comparisons of teams and of dimensions.")
    parser.add_argument("--quick", action="store_true", help="about a tenth of the organisations")
    plan, start = QUICK if parser.parse_args(arguments).quick else FULL, time.perf_counter()
    run(plan)
    print(f"{plan.organisations:,} organisations per row, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
