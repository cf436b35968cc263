"""Figures of the instrument over the organisation, against loops over people (measurement, 4.1, 7 and 8)."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.key import ScaleKey, ScoringKey
from assess.scoring.quality import Quality
from assess.scoring.release import Reason
from assess.scoring.rounding import half_up, significant
from assess.scoring.strata import strata_of
from assess.scoring.tree import Tree
from tests.scoring.small_worlds import document_of, make_key, make_tree

KEY = make_key((5, 4), reverse=(1, 6), outcomes=2)
TOO_FEW, NONE = {"suppressed": "too_few"}, {"suppressed": "not_available"}
Row = list[int | None]


def firm(seed: int, teams: int = 24, most: int = 12, *, key: ScoringKey = KEY) -> tuple[Tree, AnswerMatrix]:
    """Flat teams of one person or more; items of one scale hang together, and the outcomes with all of them."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, most + 1, teams)
    of = np.repeat(np.arange(teams), sizes).astype(np.int32)
    mood = random.normal(3.1, 0.4, teams)[of] + random.normal(0.0, 0.8, of.size)
    ratings = np.clip(np.rint(mood[:, None] + random.normal(0.0, 0.8, (of.size, len(key.items)))), 1, 5)
    for place, item in enumerate(key.items):
        if item.reverse_keyed:
            ratings[:, place] = 6 - ratings[:, place]
    ratings[random.random(of.size) < 0.05, :9] = 4  # one rating throughout
    answers = ratings.astype(np.int8)
    answers[random.random(answers.shape) < 0.04] = MISSING
    return make_tree([(f"T{place:02d}", None, -1) for place in range(teams)]), AnswerMatrix(answers, of)


def rows_of(key: ScoringKey, answers: AnswerMatrix, counted: Sequence[bool]) -> list[Row]:
    """Recoded ratings of the counted people, None where skipped."""
    result = []
    for ratings, kept in zip(answers.ratings.tolist(), counted, strict=True):
        if kept:
            result.append(
                [
                    None if x == int(MISSING) else item.scale.lo + item.scale.hi - x if item.reverse_keyed else x
                    for x, item in zip(ratings, key.items, strict=True)
                ]
            )
    return result


def plain_variance(values: Sequence[Fraction]) -> Fraction:
    mean = sum(values, Fraction(0)) / len(values)
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def plain_alpha(rows: Sequence[Row], items: Sequence[int]) -> Fraction:
    complete = [[Fraction(x) for place in items if (x := row[place]) is not None] for row in rows]
    complete = [row for row in complete if len(row) == len(items)]
    parts = sum((plain_variance([row[i] for row in complete]) for i in range(len(items))), Fraction(0))
    k = len(items)
    return Fraction(k, k - 1) * (1 - parts / plain_variance([sum(row, Fraction(0)) for row in complete]))


def scored(key: ScoringKey, answers: AnswerMatrix, tree: Tree, minimum: int) -> tuple[Quality, dict[str, Any], Any]:
    scores, document = document_of(key, answers, tree, minimum=minimum)
    return scores.quality, document["organisation"], scores


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", range(4))
def test_alpha_is_that_of_the_people_who_count(seed: int, minimum: int) -> None:
    tree, answers = firm(seed)
    _, organisation, scores = scored(KEY, answers, tree, minimum)
    for dimension, measure in zip(KEY.dimensions, scores.dimensions, strict=True):
        numbers = strata_of(measure.pattern, tree, measure.direct.n, minimum)
        alpha = float(plain_alpha(rows_of(KEY, answers, (numbers[answers.nodes] >= 0).tolist()), dimension.items))
        figures = organisation["dimensions"][dimension.code]
        assert figures["alpha"] == (pytest.approx(alpha, rel=1e-9) if minimum == 1 else significant(alpha, 3))
        assert figures["alpha_low"] < figures["alpha"] < figures["alpha_high"]


def full(persons: int, teams: int, seed: int = 5) -> tuple[Tree, AnswerMatrix]:
    """Complete answers, spread evenly over the teams."""
    _, answers = firm(seed, teams=60)
    ratings = np.where(answers.ratings == MISSING, np.int8(3), answers.ratings)[:persons]
    names = [(f"T{place:02d}", None, -1) for place in range(teams)]
    return make_tree(names), AnswerMatrix(ratings, (np.arange(persons) % teams).astype(np.int32))


@pytest.mark.parametrize(("persons", "shown"), [(49, False), (50, True)])
def test_alpha_needs_fifty_people(persons: int, shown: bool) -> None:
    tree, answers = full(persons, 7)
    for minimum in (1, 5):
        figures = scored(KEY, answers, tree, minimum)[1]["dimensions"]["D1"]
        assert (figures["alpha"] != TOO_FEW) is shown
        assert (figures["alpha_interval"] == "feldt") is shown
        assert figures["omega_total"] == TOO_FEW


@pytest.mark.parametrize(("persons", "shown"), [(99, False), (100, True)])
def test_omega_needs_a_hundred_people(persons: int, shown: bool) -> None:
    tree, answers = full(persons, 7)
    figures = scored(KEY, answers, tree, 5)[1]["dimensions"]["D1"]
    assert (figures["omega_total"] != TOO_FEW) is shown
    assert not shown or abs(figures["omega_total"] - figures["alpha"]) < 0.1


@pytest.mark.parametrize(("hidden", "interval"), [(4, "feldt"), (5, "cluster_bootstrap")])
def test_the_pooled_others_are_the_twentieth_team_once_they_are_enough(hidden: int, interval: str) -> None:
    """Nineteen released teams of six, and one or two small ones with `hidden` people together."""
    tree, answers = full(19 * 6 + hidden, 21)
    nodes = np.concatenate([np.repeat(np.arange(19), 6), 19 + np.arange(hidden) % 2]).astype(np.int32)
    figures = scored(KEY, AnswerMatrix(answers.ratings, nodes), tree, 5)[1]["dimensions"]["D1"]
    assert figures["alpha_interval"] == interval
    assert figures["n"] == 19 * 6 + (hidden if hidden >= 5 else 0)


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", range(4))
def test_straight_lining_is_counted_person_by_person(seed: int, minimum: int) -> None:
    tree, answers = firm(seed)
    quality, organisation, scores = scored(KEY, answers, tree, minimum)
    numbers = strata_of(scores.pattern, tree, scores.direct_respondents, minimum)
    judged = flagged = 0
    for row, node in zip(answers.ratings[:, :9].tolist(), answers.nodes.tolist(), strict=True):
        given = {place: x for place, x in enumerate(row) if x != int(MISSING)}
        if numbers[node] >= 0 and len(given) >= 8 and given.keys() & {1, 6}:
            judged += 1
            flagged += len(set(given.values())) == 1
    assert judged >= 50
    assert flagged > 0
    percent = 5 * floor(Fraction(100 * flagged, 5 * judged) + Fraction(1, 2))
    assert quality.straight_lining_percent == percent
    assert organisation["quality"] == {"straight_lining_percent": percent}


def test_straight_lines_of_people_who_count_nowhere_are_not_counted() -> None:
    """Four of 54 would be 7 %, hence 5; none of the 50 who count is 0."""
    tree, answers = full(54, 6)
    ratings = answers.ratings.copy()
    ratings[:, 0] = 1 + ratings[:, 1] % 5
    ratings[50:] = 4
    nodes = np.concatenate([np.arange(50) % 5, np.full(4, 5)]).astype(np.int32)
    given = AnswerMatrix(ratings, nodes)
    assert scored(KEY, given, tree, 5)[1]["quality"] == {"straight_lining_percent": 0}
    assert scored(KEY, given, tree, 1)[1]["quality"] == {"straight_lining_percent": 5}
    fewer = AnswerMatrix(ratings[1:], nodes[1:])
    assert scored(KEY, fewer, tree, 5)[1]["quality"] == {"straight_lining_percent": TOO_FEW}


def test_without_an_item_keyed_the_other_way_round_nobody_can_be_judged_however_many_there_are() -> None:
    """Not available, which no number of people would change; with such an item and too few people: too few."""
    key = make_key((5, 4), outcomes=2)
    for persons in (30, 200):
        tree, answers = full(persons, 10)
        quality, organisation, _ = scored(key, answers, tree, 5)
        assert quality.straight_lining_percent is Reason.NOT_AVAILABLE
        assert organisation["quality"] == {"straight_lining_percent": NONE}
    tree, answers = full(30, 5)
    assert scored(KEY, answers, tree, 5)[0].straight_lining_percent is Reason.TOO_FEW


RELEASED = ("within_sd_100", "alpha_within", "icc1", "icc2", "f", "p", "tau2", "sigma2", "mu_100", "gate")


@pytest.mark.parametrize(
    ("sizes", "components", "alpha"),
    [
        ([10] * 4 + [9] + [3, 3], False, True),  # 49 in released teams, 55 in all
        ([10] * 5 + [3, 3], True, True),
        ([10] * 5 + [3], True, True),  # three who count nowhere
        ([10] * 4 + [9] + [3], False, False),
    ],
)
def test_figures_of_released_teams_need_fifty_people_in_released_teams(
    sizes: Sequence[int], components: bool, alpha: bool
) -> None:
    tree, answers = full(sum(sizes), len(sizes))
    given = AnswerMatrix(answers.ratings, np.repeat(np.arange(len(sizes)), sizes).astype(np.int32))
    figures = scored(KEY, given, tree, 5)[1]["dimensions"]["D1"]
    assert [figures[name] != TOO_FEW for name in RELEASED] == [components] * len(RELEASED)
    assert [figures[name] != TOO_FEW for name in ("alpha", "alpha_low", "alpha_interval")] == [alpha] * 3


def correlation(x: Sequence[float], y: Sequence[float]) -> float:
    n = len(x)
    a, b = sum(x) / n, sum(y) / n
    products = sum((u - a) * (v - b) for u, v in zip(x, y, strict=True))
    return float(products / (sum((u - a) ** 2 for u in x) * sum((v - b) ** 2 for v in y)) ** 0.5)


def plain_effective(values: Sequence[float], numbers: Sequence[int]) -> float:
    """n / deff with the outcome's ICC(1) over the strata."""
    groups: dict[int, list[float]] = {}
    for value, number in zip(values, numbers, strict=True):
        groups.setdefault(number, []).append(value)
    n, teams = len(values), len(groups)
    mean = sum(values) / n
    means = {number: sum(group) / len(group) for number, group in groups.items()}
    between = sum(len(group) * (means[number] - mean) ** 2 for number, group in groups.items()) / (teams - 1)
    within = sum((v - means[number]) ** 2 for number, group in groups.items() for v in group) / (n - teams)
    sizes = [len(group) for group in groups.values()]
    squares = sum(size**2 for size in sizes)
    n0 = (n - squares / n) / (teams - 1)
    icc1 = (between - within) / (between + (n0 - 1) * within)
    return n / max(1.0, 1.0 + (squares / n - 1.0) * icc1)


def plain_answers(row: Row, outcome: int) -> list[list[int]]:
    """Answer to the outcome, then those to each dimension that has enough of them; empty without."""
    parts = [[x for p in d.items if (x := row[p]) is not None] for d in KEY.dimensions]
    enough = [part if 2 * len(part) >= len(d.items) else [] for part, d in zip(parts, KEY.dimensions, strict=True)]
    value = row[outcome]
    return [[] if value is None else [value], *enough]


def people_by_team(given: Sequence[Sequence[float]], teams: Sequence[int]) -> dict[int, int]:
    """How many in each team have an answer."""
    counts = dict.fromkeys(teams, 0)
    for answer, team in zip(given, teams, strict=True):
        counts[team] += bool(answer)
    return counts


def teams_inside(respondents: dict[int, int], counts: dict[int, int], minimum: int) -> set[int]:
    """Flat teams in a figure: those that are large enough, and all others if they are large enough together."""
    shown = {team for team, count in counts.items() if min(count, respondents[team]) >= minimum}
    return set(counts) if sum(n for team, n in counts.items() if team not in shown) >= minimum else shown


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", range(3))
def test_drivers_correlate_the_same_people_who_count_in_the_organisation(seed: int, minimum: int) -> None:
    tree, answers = firm(seed, teams=80)
    _, organisation, scores = scored(KEY, answers, tree, minimum)
    numbers = strata_of(scores.pattern, tree, scores.direct_respondents, minimum)[answers.nodes]
    respondents = people_by_team([[1.0]] * len(numbers), answers.nodes.tolist())
    found = {(entry["outcome"], entry["dimension"]): entry for entry in organisation["drivers"]}
    assert set(found) == {(o, d) for o in ("OUT1", "OUT2") for d in ("D1", "D2")}
    rows = rows_of(KEY, answers, [True] * len(answers.nodes))
    for place, outcome in ((9, "OUT1"), (10, "OUT2")):
        table: list[tuple[float, list[float], int]] = []
        people = [plain_answers(row, place) for row in rows]
        inside = [
            teams_inside(respondents, people_by_team([p[column] for p in people], answers.nodes.tolist()), minimum)
            for column in range(3)
        ]
        for (value, *given), number, team in zip(people, numbers.tolist(), answers.nodes.tolist(), strict=True):
            if number >= 0 and value and all(given) and all(team in teams for teams in inside):
                table.append((float(value[0]), [25 * (sum(part) / len(part) - 1) for part in given], number))
        y = [value for value, _, _ in table]
        effective = plain_effective(y, [number for _, _, number in table])
        for column, code in enumerate(("D1", "D2")):
            entry = found[outcome, code]
            r = correlation(y, [dimensions[column] for _, dimensions, _ in table])
            assert entry["r"] == (pytest.approx(r, rel=1e-9) if minimum == 1 else half_up(r, 0.01))
            assert entry["n_eff"] == (pytest.approx(effective, rel=1e-9) if minimum == 1 else half_up(effective))
            assert entry["r_low"] <= entry["r"] <= entry["r_high"]
            assert isinstance(entry["weight_share"], dict) is (effective < 200)


@pytest.mark.parametrize("items", [[0, 1, 2, 3, 4], [9]])
@pytest.mark.parametrize("answered", [3, 5])
def test_people_outside_the_figure_of_a_dimension_or_of_an_outcome_change_no_driver(
    items: Sequence[int], answered: int
) -> None:
    """Seven people of a released team, three of whom answered what is related: no figure of it counts these three."""
    tree, answers = full(20 * 12 + 7, 21)
    nodes = np.repeat(np.arange(21), [12] * 20 + [7]).astype(np.int32)
    first = answers.ratings.copy()
    first[240 + answered :, items] = MISSING
    second = first.copy()
    second[240 : 240 + answered, items] = np.where(second[240 : 240 + answered, items] > 3, 1, 5)
    one, two = (scored(KEY, AnswerMatrix(part, nodes), tree, 5) for part in (first, second))
    assert one[1]["drivers"]
    assert ([d.found for d in one[0].drivers] == [d.found for d in two[0].drivers]) is (answered < 5)
    assert (one[1]["drivers"] == two[1]["drivers"]) is (answered < 5)


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize(("lo", "hi"), [(-100, 100), (0, 100), (-50, 100), (1, 5)])
def test_an_outcome_on_the_longest_scale_is_related_as_it_is(lo: int, hi: int, minimum: int) -> None:
    """The outcome is a straight line of the only item, from one end of the scale to the other."""
    key = make_key((1,), outcomes=1)
    item, outcome = key.items
    key = replace(key, items=(item, replace(outcome, scale=ScaleKey(lo, hi))))
    one = np.random.default_rng(2).integers(0, 5, 240)
    span = (hi - lo) // 4
    exact = [lo + span * x for x in one.tolist()]
    answers = AnswerMatrix(np.array([one + 1, exact], dtype=np.int8).T.copy(), (np.arange(240) % 20).astype(np.int32))
    tree = make_tree([(f"T{place:02d}", None, -1) for place in range(20)])
    (entry,) = scored(key, answers, tree, minimum)[1]["drivers"]
    assert entry["r"] == pytest.approx(1.0, abs=1e-12)


def test_nothing_is_related_below_a_hundred_effective_people() -> None:
    tree, answers = full(99, 20)
    assert scored(KEY, answers, tree, 1)[1]["drivers"] == []
    assert scored(KEY, answers, tree, 5)[1]["drivers"] == []


def test_an_outcome_that_reads_the_other_way_round_turns_the_sign_and_nothing_else() -> None:
    tree, answers = firm(1, teams=80)
    items = list(KEY.items)
    items[9] = replace(items[9], reverse_keyed=True)
    turned = answers.ratings.copy()
    turned[:, 10] = MISSING
    plain = scored(KEY, AnswerMatrix(turned, answers.nodes), tree, 1)[1]["drivers"]
    other = scored(replace(KEY, items=tuple(items)), AnswerMatrix(turned, answers.nodes), tree, 1)[1]["drivers"]
    assert {entry["outcome"] for entry in plain} == {"OUT1"}, "the other was not asked"
    assert [entry["r"] for entry in other] == pytest.approx([-entry["r"] for entry in plain], rel=1e-9)
    assert [entry["weight_share"] for entry in other] == pytest.approx([e["weight_share"] for e in plain], rel=1e-9)


def test_a_dimension_that_was_not_asked_takes_nobody_out_of_the_drivers() -> None:
    tree, answers = firm(1, teams=80)
    ratings = answers.ratings.copy()
    ratings[:, KEY.dimensions[1].items] = MISSING
    _, organisation, _ = scored(KEY, AnswerMatrix(ratings, answers.nodes), tree, 1)
    assert [entry["dimension"] for entry in organisation["drivers"]] == ["D1", "D1"]
    assert organisation["dimensions"]["D2"] == {"suppressed": "not_asked"}


def test_a_constant_outcome_and_constant_items_say_nothing() -> None:
    tree, answers = full(120, 6)
    ratings = answers.ratings.copy()
    ratings[:, 9] = 4
    ratings[:, :5] = 3
    _, organisation, _ = scored(KEY, AnswerMatrix(ratings, answers.nodes), tree, 5)
    assert {entry["outcome"] for entry in organisation["drivers"]} == {"OUT2"}
    assert {entry["dimension"] for entry in organisation["drivers"]} == {"D2"}
    constant = organisation["dimensions"]["D1"]
    assert [constant[name] for name in ("alpha", "alpha_low", "alpha_interval", "omega_total", "f")] == [NONE] * 5
    assert constant["tau2"] == constant["sigma2"] == 0
    assert constant["gate"] is False


def test_people_who_count_nowhere_change_no_figure_of_the_instrument() -> None:
    """Four people of a small team: no residual holds five, so nothing about them is in any number."""
    tree, answers = full(120 + 4, 21)
    nodes = np.concatenate([np.arange(120) % 20, np.full(4, 20)]).astype(np.int32)
    before = scored(KEY, AnswerMatrix(answers.ratings, nodes), tree, 5)[1]
    ratings = answers.ratings.copy()
    ratings[120:] = 1
    assert scored(KEY, AnswerMatrix(ratings, nodes), tree, 5)[1] == before
    assert before["n"] == 120
