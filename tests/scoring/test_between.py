"""Change and trend from answers to the document, against loops over nodes and quarters (measurement, 6.2 to 6.5)."""

from collections.abc import Mapping, Sequence
from functools import cache
from math import exp, lgamma, sqrt
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, nct, ttest_ind_from_stats
from scipy.stats import t as student

from assess.releases.document import cycle_document
from assess.releases.history import with_history
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.rounding import down, half_up, significant, up
from assess.scoring.tree import Tree
from tests.scoring.small_worlds import by_team, make_key, make_tree
from tests.scoring.test_comparison import plain_adjusted
from tests.scoring.test_records import CODES, numbers_by_name, plain_groups, plain_record
from tests.scoring.test_strata import KEY, Group, organisation

Quarter = tuple[str, Tree, AnswerMatrix]
Entries = dict[str, Any]
YEAR = ("2026Q1", "2026Q2", "2026Q4", "2027Q1", "2027Q2", "2027Q3")  # without a third quarter of 2026


class Record(NamedTuple):
    """What is kept of one node; `scores` to the precision of the histogram, none where the dimensions say the score."""

    n: int
    mean: float
    sd: float
    scores: tuple[float, ...]


def quarters(seed: int, count: int = 2) -> list[Quarter]:
    """Give the same organisation with other people in every quarter."""
    return [(label, *organisation(100 * seed + place)) for place, label in enumerate(YEAR[:count])]


def cycles_of(history: Sequence[Quarter], minimum: int) -> list[tuple[str, CycleScores]]:
    return [(label, score_cycle(KEY, answers, tree, minimum=minimum)) for label, tree, answers in history]


def scored(history: Sequence[Quarter], minimum: int) -> list[Entries]:
    """Entries by name for each quarter, compared with those before it."""
    cycles = cycles_of(history, minimum)
    return [by_team(dict(cycle_document(cycle))) for cycle in with_history(cycles)]


@cache
def plain_quarter(seed: int, place: int, *, exact: bool) -> Mapping[str, Mapping[str, Record]]:
    _, tree, answers = quarters(seed, place + 1)[place]

    def record(group: Group) -> Record:
        counted = group.scores if group.said is None else ()
        scores = tuple(float(s) if exact else 5.0 * int(s / 5 + 0.5) for s in counted)
        return Record(*plain_record(group, exact=exact), scores)

    groups = plain_groups(score_cycle(KEY, answers, tree, minimum=1 if exact else 5), answers)
    return {code: {name: record(group) for name, group in part.items() if group.n} for code, part in groups.items()}


def shown_records(seed: int, place: int, entries: Entries, *, exact: bool) -> dict[str, dict[str, Record]]:
    """Those of the nodes whose figure is in the document."""
    known = plain_quarter(seed, place, exact=exact)
    figures = {
        name: {**entry["dimensions"], "overall": entry["overall"]}
        for name, entry in entries.items()
        if "dimensions" in entry
    }
    return {
        code: {n: known[code][n] for n, part in figures.items() if "suppressed" not in part[code]} for code in CODES
    }


def plain_v0(quarters_: Sequence[Mapping[str, Record]], teams: Sequence[str]) -> float:
    """Pool the variance inside teams over quarters, towards 22 squared."""
    there = [[q[name] for q in quarters_ if name in q and q[name].n >= 2] for name in teams]
    if sum(bool(records) for records in there) < 3:
        return 484.0
    flat = [record for records in there for record in records]
    return (4840 + sum((r.n - 1) * r.sd**2 for r in flat)) / (10 + sum(r.n - 1 for r in flat))


class Changed(NamedTuple):
    """Test of a change."""

    difference: float
    half: float
    p: float


def plain_change(one: Record, two: Record, v0: float) -> Changed:
    df = one.n + two.n
    v = (2 * v0 + (one.n - 1) * one.sd**2 + (two.n - 1) * two.sd**2) / df
    se = sqrt(v * (1 / one.n + 1 / two.n))
    difference = two.mean - one.mean
    half = float(student.ppf(0.975, df)) * se
    return Changed(difference, half, 2 * float(student.sf(abs(difference) / se, df)))


def plain_effects(one: Record, two: Record) -> dict[str, float | None]:
    df = one.n + two.n - 2
    pooled = sqrt(((one.n - 1) * one.sd**2 + (two.n - 1) * two.sd**2) / df) if df > 0 else 0.0
    factor = exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2) if df > 1 else 0.0
    net = sum((b > a) - (b < a) for a in one.scores for b in two.scores)
    spread = min(one.n, two.n) > 1 and one.sd + two.sd > 1e-6
    welch = ttest_ind_from_stats(two.mean, two.sd, two.n, one.mean, one.sd, one.n, equal_var=False) if spread else None
    several, kept = len({*one.scores, *two.scores}) > 1, bool(one.scores and two.scores)
    ranks = mannwhitneyu(two.scores, one.scores, method="asymptotic").pvalue if kept and several else 1.0
    return {
        "hedges_g": factor * (two.mean - one.mean) / pooled if df > 1 and pooled > 1e-6 else None,
        "cliffs_delta": net / (one.n * two.n) if kept else None,
        "welch_p": None if welch is None else float(welch.pvalue),
        "mann_whitney_p": min(float(ranks), 1.0) if kept else None,
    }


def power(change: float, n: int, sd: float) -> float:
    """Chance that two quarters of n answers show this change at p < .05."""
    df, shift = 2 * n - 2, change / (sd * sqrt(2 / n))
    critical = float(student.ppf(0.975, df))
    return float(nct.sf(critical, df, shift) + nct.cdf(-critical, df, shift))


def plain_words(changes: Mapping[str, Changed]) -> dict[str, tuple[float, str]]:
    """Adjusted p and word of one node; the overall score is no member of the family."""
    family = [code for code in changes if code != "overall"]
    q = dict(zip(family, plain_adjusted([changes[code].p for code in family]), strict=True))
    q |= {code: change.p for code, change in changes.items() if code == "overall"}

    def word(code: str) -> str:
        if q[code] >= 0.05:
            return "no_clear_change"
        return "higher" if changes[code].difference > 0 else "lower"

    return {code: (q[code], word(code)) for code in changes}


def expected_display(change: Changed, *, full: bool) -> list[float]:
    difference = half_up(change.difference)
    if full:
        low, high = down(change.difference - change.half), up(change.difference + change.half)
    else:
        coarse = max(up(change.half, 5), 5.0)
        low, high = difference - coarse, difference + coarse
    return [difference, max(low, -100.0), min(high, 100.0)]


def printed(key: str, value: float | None) -> object:
    """Round p to two digits, and what measures an effect to hundredths."""
    if value is None:
        return {"suppressed": "not_available"}
    return significant(value, 2) if key.endswith("_p") else half_up(value, 0.01)


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", range(6))
def test_every_change_is_that_of_a_loop_over_nodes(seed: int, minimum: int) -> None:
    history, exact = quarters(seed), minimum == 1
    entries = scored(history, minimum)
    before, after = (shown_records(seed, place, entries[place], exact=exact) for place in (0, 1))
    tree = history[0][1]
    v0 = {}
    for code in CODES:
        both = before[code].keys() & after[code].keys()
        teams = [name for name in both if not tree.is_unit[tree.names.index(name)]]
        v0[code] = plain_v0([before[code], after[code]], teams)
    assert all("change" not in entry for entry in entries[0].values())
    numbers = [numbers_by_name(scores) for _label, scores in cycles_of(history, minimum)]
    seen = 0
    for name, entry in entries[1].items():
        codes = [code for code in CODES if name in before[code] and name in after[code]]
        assert list(entry.get("change", {})) == codes
        changes = {c: plain_change(before[c][name], after[c][name], v0[c]) for c in codes}
        for code, (q, word) in plain_words(changes).items():
            one, two, found = before[code][name], after[code][name], entry["change"][code]
            assert (found["from"], found["word"]) == ("2026Q1", word)
            limits = [found[key] for key in ("difference_100", "low_100", "high_100")]
            effects = plain_effects(one, two)
            change, full = changes[code], min(one.n, two.n) >= 10
            harmonic = 2 * one.n * two.n // (one.n + two.n)
            sd = sqrt(v0[code])
            if exact:
                unrounded = [change.difference, change.difference - change.half, change.difference + change.half]
                assert limits == pytest.approx(unrounded, rel=1e-7, abs=1e-7)
                assert [found["p"], found["q"]] == pytest.approx([change.p, q], rel=1e-7)
                for key, value in effects.items():
                    none = {"suppressed": "not_available"}
                    assert found[key] == (none if value is None else pytest.approx(value, rel=1e-6, abs=1e-9)), key
                if harmonic >= 2:
                    assert power(found["visible_change_100"], harmonic, sd) == pytest.approx(0.8, abs=1e-6)
                continue
            assert limits == expected_display(change, full=full)
            visible = found["visible_change_100"]
            assert power(visible - 1, harmonic, sd) < 0.8 <= power(visible, harmonic, sd) + 1e-9
            if full and all(shown[code][name] for shown in numbers):
                assert [found["p"], found["q"]] == [significant(change.p, 2), significant(q, 2)]
                assert {key: found[key] for key in effects} == {key: printed(key, v) for key, v in effects.items()}
            else:
                hidden = {"suppressed": "protects_others" if full else "too_few"}
                assert [found[key] for key in ("p", "q", *effects)] == [hidden] * 6
            seen += 1
    assert exact or seen > 5


class Slope(NamedTuple):
    """A fitted line."""

    slope: float
    se: float


def line(points: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Slope, sum of squares of time and mean time of (time, value, weight)."""
    whole = sum(w for _, _, w in points)
    middle = sum(w * t for t, _, w in points) / whole
    level = sum(w * y for _, y, w in points) / whole
    squares = sum(w * (t - middle) ** 2 for t, _, w in points)
    return sum(w * (t - middle) * (y - level) for t, y, w in points) / squares, squares, middle


def plain_swing(
    lines: Mapping[str, Sequence[tuple[float, Record]]], noise: Mapping[str, float], teams: Sequence[str]
) -> float:
    long = [name for name in teams if len(lines[name]) >= 5]
    if len(long) < 5:
        return 9.0
    beyond = []
    for name in long:
        points = [(t, record.mean, 1.0) for t, record in lines[name]]
        slope, _, middle = line(points)
        level = sum(y for _, y, _ in points) / len(points)
        rest = sum((y - level - slope * (t - middle)) ** 2 for t, y, _ in points)
        beyond.append(rest / (len(points) - 2) - sum(noise[name] / r.n for _, r in lines[name]) / len(points))
    return max(0.0, sum(beyond) / len(beyond))


def plain_trends(history: Sequence[Mapping[str, Record]], times: Sequence[int], tree: Tree) -> dict[str, Slope]:
    """Trends of the nodes of the last quarter with five quarters or more, in one measure."""
    teams = [name for v, name in enumerate(tree.names) if not tree.is_unit[v]]
    v0 = plain_v0(history, teams)
    lines = {name: [(t, q[name]) for t, q in zip(times, history, strict=True) if name in q] for name in history[-1]}
    noise = {}
    for name, points in lines.items():
        records = [record for _, record in points]
        squares = sum((r.n - 1) * r.sd**2 for r in records)
        noise[name] = (2 * v0 + squares) / (2 + sum(r.n - 1 for r in records))
    swing = plain_swing(lines, noise, [name for name in lines if name in teams])
    result = {}
    for name, points in lines.items():
        if len(points) >= 5:
            slope, squares, _ = line([(t, r.mean, 1 / (noise[name] / r.n + swing)) for t, r in points])
            result[name] = Slope(slope, 1 / sqrt(squares))
    return result


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", [20, 21, 22])
def test_every_trend_is_that_of_a_loop_over_nodes_and_quarters(seed: int, minimum: int) -> None:
    history, exact = quarters(seed, 6), minimum == 1
    entries = scored(history, minimum)
    records = [shown_records(seed, place, part, exact=exact) for place, part in enumerate(entries)]
    assert all("trend" not in entry for part in entries[:4] for entry in part.values())
    times = [0, 1, 3, 4, 5, 6]
    seen = 0
    for last in (4, 5):
        shown = {name: entry.get("trend", {}) for name, entry in entries[last].items()}
        for code in CODES:
            lines = [quarter[code] for quarter in records[: last + 1]]
            expected = plain_trends(lines, times[: last + 1], history[0][1])
            assert {name for name, part in shown.items() if code in part} == expected.keys()
            for name, (slope, se) in expected.items():
                found, quarters_ = shown[name][code], sum(name in quarter for quarter in lines)
                word = "no_clear_trend" if abs(slope) <= 1.96 * se else "up" if slope > 0 else "down"
                assert (found["quarters"], found["word"]) == (quarters_, word)
                values = [slope, slope - 1.96 * se, slope + 1.96 * se]
                printed = [found[key] for key in ("slope_100", "low_100", "high_100")]
                if exact:
                    assert printed == pytest.approx(values, rel=1e-7, abs=1e-7)
                else:
                    assert printed == [half_up(2 * slope) / 2, down(2 * values[1]) / 2, up(2 * values[2]) / 2]
                seen += 1
    assert seen > 5


SIMPLE = make_key((2,))


def simple(means: Sequence[Sequence[int] | None], minimum: int, labels: Sequence[str] = YEAR) -> list[Entries]:
    """Quarters of team A, each with its ratings or hidden (None), beside B and C that never change."""
    tree = make_tree([("A", None, -1), ("B", None, -1), ("C", None, -1)])
    cycles = []
    for label, ratings in zip(labels, means, strict=False):
        values = [4, 4, 3, 3, 3, 2] * 2
        own = [3] if ratings is None else list(ratings)
        rows = np.array([*own, *values, *values], dtype=np.int8)[:, None].repeat(2, axis=1)
        nodes = np.array([0] * len(own) + [1] * 12 + [2] * 12, dtype=np.int32)
        cycles.append((label, score_cycle(SIMPLE, AnswerMatrix(rows, nodes), tree, minimum=minimum)))
    return [by_team(dict(cycle_document(cycle))) for cycle in with_history(cycles)]


def test_a_team_hidden_in_the_quarter_before_has_no_change_but_keeps_its_place_in_time() -> None:
    low, high = [1, 2] * 6, [4, 5] * 6
    entries = simple([low, low, None, low, high, high], 5)
    assert "A" in entries[2]
    assert "dimensions" not in entries[2]["A"]
    assert ["change" in part["A"] for part in entries] == [False, True, False, False, True, True]
    assert ["trend" in part["A"] for part in entries] == [False] * 5 + [True]
    assert entries[5]["A"]["trend"]["D1"]["quarters"] == 5
    assert entries[5]["B"]["trend"]["D1"]["quarters"] == 6
    assert entries[4]["A"]["change"]["D1"]["difference_100"] == 75
    assert entries[3]["B"]["change"]["D1"]["from"] == "2026Q4"


def test_a_team_that_is_there_once_has_neither_change_nor_trend() -> None:
    tree = make_tree([("A", None, -1), ("B", None, -1)])
    other = make_tree([("A", None, -1), ("New", None, -1)])
    rows = np.full((12, 2), 3, dtype=np.int8)
    answers = AnswerMatrix(rows, np.repeat([0, 1], 6).astype(np.int32))
    cycles = [("2026Q1", score_cycle(SIMPLE, answers, tree, minimum=5))]
    cycles.append(("2026Q2", score_cycle(SIMPLE, answers, other, minimum=5)))
    entries = by_team(dict(cycle_document(with_history(cycles)[1])))
    assert "change" in entries["A"]
    assert "change" not in entries["New"]
    assert "B" not in entries


def split(label: str, seed: int, *, unit: bool) -> tuple[str, CycleScores]:
    """Team A beside B, or the unit A of two teams beside B: twelve people each time."""
    names: list[tuple[str, str | None, int]] = [("A", None, -1), ("B", None, -1)]
    tree = make_tree([*names, ("A 1", "A", -1), ("A 2", "A", -1)] if unit else names)
    of = np.repeat([2, 3, 1] if unit else [0, 1], [6, 6, 12] if unit else [12, 12]).astype(np.int32)
    rows = np.random.default_rng(seed).integers(1, 6, (24, 2)).astype(np.int8)
    return label, score_cycle(SIMPLE, AnswerMatrix(rows, of), tree, minimum=5)


@pytest.mark.parametrize("kinds", [(False, True), (True, False)])
def test_a_team_that_becomes_a_unit_or_a_unit_a_team_is_not_compared_and_starts_anew(kinds: tuple[bool, bool]) -> None:
    cycles = [split(label, place, unit=kinds[place > 0]) for place, label in enumerate(YEAR)]
    entries = [by_team(dict(cycle_document(cycle))) for cycle in with_history(cycles)]
    assert "n" in entries[0]["A"]["dimensions"]["D1"]
    assert ["change" in part["A"] for part in entries] == [False, False, True, True, True, True]
    assert ["change" in part["B"] for part in entries] == [False, True, True, True, True, True]
    assert [entries[5][name]["trend"]["D1"]["quarters"] for name in "AB"] == [5, 6]


def skipping(label: str, seed: int, skip: int) -> tuple[str, CycleScores]:
    """Two teams of twelve and four dimensions, the first of which `skip` people of A leave out."""
    rows = np.random.default_rng(seed).integers(1, 6, (24, 8)).astype(np.int8)
    rows[:skip, :2] = MISSING
    tree = make_tree([("A", None, -1), ("B", None, -1)])
    answers = AnswerMatrix(rows, np.repeat([0, 1], 12).astype(np.int32))
    return label, score_cycle(make_key((2, 2, 2, 2)), answers, tree, minimum=5)


@pytest.mark.parametrize("skips", [(3, 0), (0, 3), (3, 3)])
def test_where_the_dimensions_say_the_overall_score_its_people_are_not_compared_one_by_one(
    skips: tuple[int, int],
) -> None:
    cycles = [skipping(label, seed, skip) for seed, (label, skip) in enumerate(zip(YEAR, skips, strict=False))]
    entries = by_team(dict(cycle_document(with_history(cycles)[1])))
    none = {"suppressed": "not_available"}
    for code, missing in (("overall", True), ("D2", False)):
        found = entries["A"]["change"][code]
        assert [found[key] == none for key in ("cliffs_delta", "mann_whitney_p")] == [missing] * 2
        assert all(isinstance(found[key], float | int) for key in ("p", "q", "hedges_g", "welch_p"))
    assert none not in entries["B"]["change"]["overall"].values()
    everybody = [skipping(label, seed, 0) for seed, label in enumerate(YEAR[:2])]
    entries = by_team(dict(cycle_document(with_history(everybody)[1])))
    assert none not in entries["A"]["change"]["overall"].values()


def test_people_of_one_mind_change_by_points_and_not_by_units_of_spread() -> None:
    entries = simple([[2] * 12, [4] * 12], 5)[1]["A"]["change"]["D1"]
    assert (entries["difference_100"], entries["word"], entries["cliffs_delta"]) == (50, "higher", 1)
    none = {"suppressed": "not_available"}
    assert [entries["hedges_g"], entries["welch_p"]] == [none, none]
    assert entries["low_100"] < 50 < entries["high_100"]


def test_a_trend_looks_back_eight_quarters_and_not_further() -> None:
    labels = [f"{year}Q{quarter}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4)][:10]
    up_first = [[1] * 12] * 2 + [[3] * 12] * 8
    entries = simple(up_first, 5, labels)
    found = entries[9]["A"]["trend"]["D1"]
    assert (found["quarters"], found["slope_100"], found["word"]) == (8, 0, "no_clear_trend")
    assert entries[8]["A"]["trend"]["D1"]["slope_100"] > 0


def test_one_answer_each_is_compared_where_data_are_not_confidential() -> None:
    tree = make_tree([("A", None, 1)])
    cycles = []
    for label, rating in (("2026Q1", 2), ("2026Q2", 5)):
        answers = AnswerMatrix(np.full((1, 2), rating, dtype=np.int8), np.zeros(1, dtype=np.int32))
        cycles.append((label, score_cycle(SIMPLE, answers, tree, minimum=1)))
    found = by_team(dict(cycle_document(with_history(cycles)[1])))["A"]["change"]["D1"]
    none = {"suppressed": "not_available"}
    t = 75 / sqrt(2 * 484)
    assert found["difference_100"] == 75
    assert found["p"] == pytest.approx(1 - t / sqrt(2 + t * t), rel=1e-9)
    assert [found[key] for key in ("hedges_g", "welch_p", "visible_change_100")] == [none] * 3
    assert (found["cliffs_delta"], found["word"]) == (1, "no_clear_change")


def test_a_dimension_that_pauses_for_a_quarter_has_no_change_after_it() -> None:
    tree = make_tree([("A", None, -1)])
    cycles = []
    for label, asked in (("2026Q1", True), ("2026Q2", False), ("2026Q3", True)):
        rows = np.full((6, 4), 3, dtype=np.int8)
        if not asked:
            rows[:, 2:] = MISSING
        answers = AnswerMatrix(rows, np.zeros(6, dtype=np.int32))
        cycles.append((label, score_cycle(make_key((2, 2)), answers, tree, minimum=5)))
    second, third = (by_team(dict(cycle_document(cycle)))["A"]["change"] for cycle in with_history(cycles)[1:])
    assert list(second) == list(third) == ["D1"]
