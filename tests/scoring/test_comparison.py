"""Teams beside each other, from answers to the document, against loops over teams (measurement, 4.4 and 5.0 to 5.3)."""

from collections.abc import Sequence
from math import floor, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import f as fisher
from scipy.stats import norm
from scipy.stats import t as student

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.rounding import half_up, significant
from assess.scoring.strata import released_teams
from assess.scoring.tree import Tree
from tests.scoring.small_worlds import by_team, document_of, make_key, make_tree
from tests.scoring.test_strata import TINY, Group, People, plain_people, plain_v0

KEY = make_key((4, 3), reverse=(2, 5))
WORLDS = [(seed, spread) for seed in range(4) for spread in (0.1, 0.9)]


def company(seed: int, spread: float, *, teams: int = 16, unit: bool = True) -> tuple[Tree, AnswerMatrix]:
    """Teams of 1 to 14 people that differ by `spread`, four of them in a unit; a tenth of the items skipped."""
    random = np.random.default_rng([seed, int(100 * spread)])
    names: list[tuple[str, str | None, int]] = [("Unit", None, 0)] if unit else []
    names += [(f"T{place:02d}", "Unit" if unit and place < 4 else None, -1) for place in range(teams)]
    sizes = random.integers(1, 15, teams)
    of = (np.repeat(np.arange(teams), sizes) + len(names) - teams).astype(np.int32)
    level = random.normal(3.2, spread, len(names))[of]
    mood = random.normal(0.0, 0.8, of.size)
    ratings = np.clip(np.rint((level + mood)[:, None] + random.normal(0.0, 0.7, (of.size, 7))), 1, 5)
    ratings[:, [2, 5]] = 6 - ratings[:, [2, 5]]
    answers = ratings.astype(np.int8)
    answers[random.random(answers.shape) < 0.1] = MISSING
    return make_tree(names), AnswerMatrix(answers, of)


def teams_of(scores: CycleScores, place: int, people: People) -> dict[str, Group]:
    """Released teams of one dimension by name."""
    measure = scores.dimensions[place]
    released = np.flatnonzero(released_teams(measure.pattern, scores.tree)).tolist()
    return {scores.tree.names[v]: Group(tuple(s for node, s in people if node == v), -1) for v in released}


def plain_rest(teams: dict[str, Group], v0: float, *, coarse: bool) -> dict[str, tuple[float, float]]:
    """Difference from the persons of all others, and p."""
    result = {}
    variance = {name: (2 * v0 + team.within(coarse=coarse)) / (team.n + 1) for name, team in teams.items()}
    for name, team in teams.items():
        others = {other: part for other, part in teams.items() if other != name}
        n = sum(part.n for part in others.values())
        difference = float(team.mean - sum(part.n * part.mean for part in others.values()) / n)
        squared = variance[name] / team.n + sum(part.n * variance[other] for other, part in others.items()) / n**2
        result[name] = difference, 2 * float(student.sf(abs(difference) / sqrt(squared), team.n + 1))
    return result


def plain_adjusted(p: Sequence[float]) -> list[float]:
    """Smallest level at which Benjamini and Hochberg's rule rejects each: looked for rank by rank."""
    ordered = sorted(p)
    return [min(min(1.0, ordered[j] * len(p) / (j + 1)) for j in range(len(p)) if ordered[j] >= own) for own in p]


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize(("seed", "spread"), WORLDS)
def test_each_team_stands_against_the_people_of_all_other_released_teams(
    seed: int, spread: float, minimum: int
) -> None:
    tree, answers = company(seed, spread)
    scores, document = document_of(KEY, answers, tree, minimum=minimum)
    exact = minimum == 1
    tests = {}
    for place, people in enumerate(plain_people(KEY, answers)[:-1]):
        teams = teams_of(scores, place, people)
        v0 = plain_v0(list(teams.values()), coarse=not exact)
        for name, found in plain_rest(teams, v0, coarse=not exact).items():
            tests[f"D{place + 1}", name] = (teams[name].n, *found)
    q = dict(zip(tests, plain_adjusted([p for _, _, p in tests.values()]), strict=True))
    entries = by_team(document)
    for (code, name), (n, difference, p) in tests.items():
        shown = entries[name]["dimensions"][code]["versus_rest"]
        word = "around" if q[code, name] >= 0.10 else "above" if difference > 0 else "below"
        assert shown["word"] == word
        if exact:
            assert [shown[key] for key in ("difference_100", "p", "q")] == pytest.approx(
                [difference, p, q[code, name]], rel=1e-7
            )
        elif n >= 10:
            assert shown["difference_100"] == half_up(difference)
            assert [shown["p"], shown["q"]] == [significant(p, 2), significant(q[code, name], 2)]
        else:
            assert set(shown) == {"word"}
    compared = {(c, e["team"]) for e in entries.values() for c, d in e.get("dimensions", {}).items() if "p_bottom" in d}
    assert compared == tests.keys(), "units and hidden teams stand nowhere"


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize(("seed", "spread"), WORLDS)
def test_variance_components_are_those_of_the_released_teams(seed: int, spread: float, minimum: int) -> None:
    tree, answers = company(seed, spread)
    scores, document = document_of(KEY, answers, tree, minimum=minimum)
    for place, people in enumerate(plain_people(KEY, answers)[:-1]):
        teams = [team for team in teams_of(scores, place, people).values() if team.n]
        persons = sum(team.n for team in teams)
        mean = float(sum(team.n * team.mean for team in teams) / persons)
        between = sum(team.n * (float(team.mean) - mean) ** 2 for team in teams) / (len(teams) - 1)
        within = sum(team.within(coarse=minimum > 1) for team in teams) / (persons - len(teams))
        n0 = (persons - sum(team.n**2 for team in teams) / persons) / (len(teams) - 1)
        p = float(fisher.sf(between / within, len(teams) - 1, persons - len(teams)))
        icc1 = (between - within) / (between + (n0 - 1) * within)
        median = float(np.median([team.n for team in teams]))
        share = max(icc1, 0.0)
        gate = len(teams) >= 8 and p < 0.05 and median * share / (1 + (median - 1) * share) >= 0.40
        expected = {"icc1": icc1, "icc2": 1 - within / between, "f": between / within, "p": p}
        figures = document["organisation"]["dimensions"][f"D{place + 1}"]
        if minimum == 1:
            assert {name: figures[name] for name in expected} == pytest.approx(expected, rel=1e-7)
        else:
            assert {name: figures[name] for name in expected} == {
                name: significant(value, 3) for name, value in expected.items()
            }
        assert figures["gate"] is gate


@pytest.mark.parametrize("seed", range(4))
def test_adjusted_means_lie_between_the_team_and_the_middle_by_the_printed_variances(seed: int) -> None:
    tree, answers = company(seed, 0.9)
    _, document = document_of(KEY, answers, tree, minimum=1)
    organisation, entries = document["organisation"], by_team(document)
    for code in ("D1", "D2"):
        whole = organisation["dimensions"][code]
        tau2, sigma2, mu = (float(whole[name]) for name in ("tau2", "sigma2", "mu_100"))
        if not whole["gate"]:
            assert all(e["dimensions"][code]["p_bottom"] == {"suppressed": "not_available"} for e in document["teams"])
            continue
        total, expected, sds = 0.0, [], []
        for name in (entry["team"] for entry in document["teams"]):
            figures = entries[name]["dimensions"][code]
            weight = figures["n"] * tau2 / (figures["n"] * tau2 + sigma2)
            assert figures["shrunken_100"] == pytest.approx(mu + weight * (figures["score_100"] - mu), rel=1e-9)
            total += figures["p_bottom"]
            expected.append(figures["shrunken_100"])
            sds.append(25 * sqrt(tau2 * (1 - weight)))  # a scale of 1-5: four raw units are 100 points
        assert total == pytest.approx(organisation["bottom_k"], abs=1e-6)
        cut = expected[0] + sds[0] * float(
            norm.ppf(entries[document["teams"][0]["team"]]["dimensions"][code]["p_bottom"])
        )
        for entry, mean, sd in zip(document["teams"], expected, sds, strict=True):
            assert entry["dimensions"][code]["p_bottom"] == pytest.approx(float(norm.cdf((cut - mean) / sd)), abs=1e-6)
    assert any(organisation["dimensions"][code]["gate"] for code in ("D1", "D2")), "or nothing was looked at"


def test_displayed_adjusted_means_are_whole_points_and_chances_twentieths() -> None:
    tree, answers = company(1, 0.9)
    scores, document = document_of(KEY, answers, tree, minimum=5)
    compared = scores.comparison.measures["D1"]
    assert compared.shrunken is not None
    assert compared.bottom is not None
    for name, entry in by_team(document).items():
        row = int(compared.rows[tree.names.index(name)])
        if row < 0 or "suppressed" in entry:
            continue
        figures = entry["dimensions"]["D1"]
        assert figures["shrunken_100"] == floor(float(compared.shrunken.mean_100[row]) + 0.5 + TINY)
        assert figures["p_bottom"] == floor(20 * float(compared.bottom[row]) + 0.5 + TINY) / 20
        assert {*figures} >= {"shrunken_100", "p_bottom", "versus_rest"}


@pytest.mark.parametrize("minimum", [1, 5])
def test_behind_a_closed_gate_no_team_is_ranked_however_many_there_are(minimum: int) -> None:
    closed = 0
    for seed in range(4):
        tree, answers = company(seed, 0.0)
        _, document = document_of(KEY, answers, tree, minimum=minimum)
        organisation, none = document["organisation"], {"suppressed": "not_available"}
        assert minimum > 1 or organisation["bottom_k"] == 4
        for code, whole in organisation["dimensions"].items():
            shown = [entry["dimensions"][code] for entry in document["teams"] if "dimensions" in entry]
            ranked = [figures for figures in shown if "n" in figures and figures["shrunken_100"] != none]
            assert whole["gate"] or ranked == []
            assert all(figures["p_bottom"] == none for figures in shown if "n" in figures and figures not in ranked)
            closed += not whole["gate"]
    assert closed > 4, "teams that differ by chance alone"


def test_seven_teams_are_ranked_by_nobody() -> None:
    tree, answers = company(2, 0.9, teams=7, unit=False)
    _, document = document_of(KEY, answers, tree, minimum=1)
    none = {"suppressed": "not_available"}
    assert document["organisation"]["bottom_k"] == none
    assert document["organisation"]["dimensions"]["D1"]["gate"] is False
    for entry in document["teams"]:
        assert entry["dimensions"]["D1"]["shrunken_100"] == entry["dimensions"]["D1"]["p_bottom"] == none
        assert entry["dimensions"]["D1"]["versus_rest"]["word"] in {"above", "around", "below"}


@pytest.mark.parametrize("minimum", [1, 5])
def test_a_dimension_nobody_was_asked_ranks_nobody_and_stops_no_ranking(minimum: int) -> None:
    """Twelve teams of twelve, a quarter of them the lowest; not so where seven answered a second dimension."""
    random = np.random.default_rng(5)
    of = np.repeat(np.arange(12), 12).astype(np.int32)
    ratings = np.clip(np.rint(random.normal(1.5 + 0.3 * of[:, None], 0.7, (144, 7))), 1, 5).astype(np.int8)
    ratings[:, [2, 5]] = 6 - ratings[:, [2, 5]]
    ratings[:, 4:] = MISSING
    tree = make_tree([(f"T{place:02d}", None, -1) for place in range(12)])
    _, document = document_of(KEY, AnswerMatrix(ratings, of), tree, minimum=minimum)
    assert document["organisation"]["bottom_k"] == 3
    assert document["organisation"]["dimensions"]["D1"]["gate"] is True
    assert document["organisation"]["dimensions"]["D2"] == {"suppressed": "not_asked"}
    chances = [entry["dimensions"]["D1"]["p_bottom"] for entry in document["teams"]]
    assert sum(chances) == pytest.approx(3, abs=1e-6 if minimum == 1 else 0.3)
    few = ratings.copy()
    few[of < 7, 4:] = 3
    _, document = document_of(KEY, AnswerMatrix(few, of), tree, minimum=minimum)
    assert document["organisation"]["bottom_k"] == {"suppressed": "not_available"}, "seven teams in the second"


@pytest.mark.parametrize("digits", [2, 3])
def test_a_chance_too_small_for_a_float_is_printed_as_none(digits: int) -> None:
    for value in (5e-324, 1e-323, 1e-310, 9e-301):
        assert significant(value, digits) == significant(-value, digits) == 0.0
    assert significant(1.26e-299, 2) == 1.3e-299
    assert significant(1e-300, digits) == 1e-300


def test_hidden_teams_are_neither_compared_nor_compared_with() -> None:
    """With the hidden teams' answers turned upside down all that compares teams is the same to the last digit."""
    tree, answers = company(3, 0.9)
    scores, document = document_of(KEY, answers, tree, minimum=5)
    hidden = ~released_teams(scores.pattern, tree)[answers.nodes]
    turned = answers.ratings.copy()
    turned[hidden] = np.where(turned[hidden] == MISSING, MISSING, 6 - turned[hidden])
    assert 0 < int(hidden.sum()) < hidden.size
    _, other = document_of(KEY, AnswerMatrix(turned, answers.nodes), tree, minimum=5)
    assert other["teams"] == document["teams"]
    for code, figures in document["organisation"]["dimensions"].items():
        again: dict[str, Any] = other["organisation"]["dimensions"][code]
        for name in ("icc1", "icc2", "f", "p", "tau2", "sigma2", "mu_100", "gate", "within_sd_100", "alpha_within"):
            assert again[name] == figures[name], name
    assert other["organisation"]["bottom_k"] == document["organisation"]["bottom_k"]


def test_two_teams_are_each_the_others_rest() -> None:
    tree = make_tree([("A", None, -1), ("B", None, -1)])
    ratings = np.array([[1], [2], [2], [5], [4], [5], [4]], dtype=np.int8)
    answers = AnswerMatrix(ratings, np.array([0, 0, 0, 1, 1, 1, 1], dtype=np.int32))
    first, second = (e["dimensions"]["D1"] for e in document_of(make_key((1,)), answers, tree, minimum=1)[1]["teams"])
    assert first["versus_rest"]["difference_100"] == -second["versus_rest"]["difference_100"] < 0
    assert first["versus_rest"]["p"] < 1


def test_one_family_of_adjusted_values_covers_all_dimensions() -> None:
    """A dimension in which nothing differs makes the same p of the other one less surprising."""
    tree, answers = company(1, 0.9, unit=False)
    one = score_cycle(
        make_key((4,), reverse=(2,)), AnswerMatrix(answers.ratings[:, :4].copy(), answers.nodes), tree, minimum=1
    )
    two = score_cycle(KEY, answers, tree, minimum=1)
    alone, together = one.comparison.measures["D1"], two.comparison.measures["D1"]
    assert alone.p.tolist() == pytest.approx(together.p.tolist(), rel=1e-12)
    assert alone.q.tolist() == pytest.approx(plain_adjusted(alone.p.tolist()), rel=1e-12)
    both = plain_adjusted([*together.p.tolist(), *two.comparison.measures["D2"].p.tolist()])
    assert together.q.tolist() == pytest.approx(both[: together.p.size], rel=1e-12)
    assert together.q.tolist() != pytest.approx(alone.q.tolist(), rel=1e-3)
