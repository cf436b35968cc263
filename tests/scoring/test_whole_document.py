"""The whole way from answers to the Score JSON: values computed with R, laws, and answers nobody hopes for."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assess.cli import main
from assess.localisation import use_language
from assess.releases.document import ScoredCycle, canonical_json, cycle_document, score_document, write_score_json
from assess.releases.history import with_history
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.key import DimensionKey, ScoringKey
from assess.scoring.tree import Tree
from tests.releases.schema_check import faults
from tests.scoring.release_oracle import subtree
from tests.scoring.small_worlds import DATA, by_team, document_of, from_rows, make_key, make_tree, read_table, reference
from tests.scoring.test_between import Quarter, quarters
from tests.scoring.test_strata import KEY, Group, organisation, plain_people

SCHEMA = json.loads((DATA.parents[1] / "docs" / "score.schema.json").read_text(encoding="utf-8"))
NONE, FEW = {"suppressed": "not_available"}, {"suppressed": "too_few"}
LEAD = [f"LEAD{place:02d}" for place in range(1, 12)]
ARMY = {"LEAD": ("lead", 1), "TSIG": ("tsig", 1), "HOSTIL": ("hostil", 0)}


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught, use_language("en"):
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


@pytest.fixture(scope="module")
def army(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Score lq2002 from the command line, unrounded."""
    out = tmp_path_factory.mktemp("army") / "scores.json"
    arguments = ("--instrument", DATA / "lq2002.toml", "--team-column", "COMPID", "--minimum", 1, "--json", out)
    assert run("score", DATA / "lq2002.csv", *arguments) == 0
    document = json.loads(out.read_text(encoding="utf-8"), parse_constant=refuse)
    assert list(faults(document, SCHEMA, SCHEMA)) == []
    return dict(document["cycles"][0])


@pytest.mark.parametrize(("code", "name", "lowest"), [(code, *rest) for code, rest in ARMY.items()])
def test_figures_of_the_instrument_are_those_of_r(army: dict[str, Any], code: str, name: str, lowest: int) -> None:
    """Closed formulas to 1e-8; omega and REML, which search, to 1e-6 and 1e-4 of their value."""
    found = army["organisation"]["dimensions"][code]
    anova, reml = reference(f"icc_anova.lq2002_{name}"), reference(f"reml.lq2002_{name}")
    alpha = reference(f"alpha.lq2002_{name}")
    assert found["n"] == anova["N"] == 2042
    assert found["alpha"] == pytest.approx(alpha["alpha"], rel=1e-8)
    assert found["alpha_within"] == pytest.approx(reference(f"alpha_within.lq2002_{name}")["alpha_within"], rel=1e-8)
    assert found["omega_total"] == pytest.approx(reference(f"omega_ml.lq2002_{name}")["omega"], rel=1e-6)
    closed = {"icc1": "icc1_n0", "icc2": "icc2", "f": "F", "p": "p"}
    assert [found[key] for key in closed] == pytest.approx([anova[key] for key in closed.values()], rel=1e-8)
    assert [found["tau2"], found["sigma2"]] == pytest.approx([reml["tau2"], reml["sigma2"]], rel=1e-4)
    assert lowest + found["mu_100"] / 25 == pytest.approx(reml["intercept"], rel=1e-6)
    assert found["alpha_interval"] == "cluster_bootstrap"
    assert [found["alpha_low"], found["alpha_high"]] == pytest.approx(
        [alpha["feldt_lower95"], alpha["feldt_upper95"]], abs=0.01
    ), "soldiers of a company resemble each other a little, so that Feldt's limits are too narrow, but not by much"


@pytest.mark.parametrize(("code", "name", "lowest"), [(code, *rest) for code, rest in ARMY.items()])
def test_figures_of_the_companies_are_those_of_r(army: dict[str, Any], code: str, name: str, lowest: int) -> None:
    """Means and agreement to 1e-6, shrunken means, which come from a search, to 1e-4."""
    found = {entry["team"]: entry["dimensions"][code] for entry in army["teams"]}
    agreement = {row["TEAM"]: row for row in read_table(f"expected/agreement_lq2002_{name}.csv")}
    shrunken = {row["TEAM"]: row for row in read_table(f"expected/blup_lq2002_{name}.csv")}
    assert found.keys() == agreement.keys() == shrunken.keys()
    columns = {"rwg_j": "rwgj_uniform", "rwg_j_skew": "rwgj_slight_skew", "ad": "ad_mean"}
    for team, figures in found.items():
        assert figures["n"] == int(agreement[team]["n"]) == int(shrunken[team]["n"])
        assert figures["mean_raw"] == pytest.approx(float(shrunken[team]["mean"]), rel=1e-9)
        assert {key: figures[key] for key in columns} == pytest.approx(
            {key: float(agreement[team][column]) for key, column in columns.items()}, rel=1e-6, abs=1e-9
        )
        assert lowest + figures["shrunken_100"] / 25 == pytest.approx(float(shrunken[team]["blup_reml"]), rel=1e-4)
    assert army["organisation"]["bottom_k"] == 5
    assert sum(figures["p_bottom"] for figures in found.values()) == pytest.approx(5, abs=1e-6)


def test_items_and_differences_from_the_rest_are_those_of_r(army: dict[str, Any]) -> None:
    for code in ("LEAD01", "LEAD06", "TSIG01"):
        expected, found = reference(f"fav.lq2002.{code}"), army["organisation"]["items"][code]
        assert [found[f"percent_{part}"] for part in ("favourable", "neutral", "unfavourable")] == pytest.approx(
            [expected["fav"], expected["neutral"], expected["unfav"]], rel=1e-9
        )
        assert 100 * found["counts"][4] / found["n"] == pytest.approx(expected["top"], rel=1e-9)
    rows = {row["COMPID"]: row for row in read_table("expected/tests_lq2002_lead_team_vs_rest.csv")}
    for entry in army["teams"]:
        difference = entry["dimensions"]["LEAD"]["versus_rest"]["difference_100"] / 25
        assert difference == pytest.approx(float(rows[entry["team"]]["diff"]), rel=1e-6)


def test_a_company_after_all_others_has_the_welch_and_rank_tests_of_r() -> None:
    """As if each company were a team of two quarters: first everybody else, then itself."""
    rows = read_table("lq2002.csv")
    answers, tree = from_rows(rows, "COMPID", LEAD)
    teams, persons = len(tree.names), len(rows)
    others = np.concatenate([np.flatnonzero(answers.nodes != team) for team in range(teams)])
    of = np.repeat(np.arange(teams), [persons - int((answers.nodes == team).sum()) for team in range(teams)])
    everybody_else = AnswerMatrix(answers.ratings[others], of.astype(np.int32))
    key = make_key((11,))
    cycles = [(label, score_cycle(key, part, tree, minimum=1)) for label, part in _two(everybody_else, answers)]
    found = by_team(dict(cycle_document(with_history(cycles)[1])))
    for row in read_table("expected/tests_lq2002_lead_team_vs_rest.csv"):
        change = found[row["COMPID"]]["change"]["D1"]
        assert change["difference_100"] / 25 == pytest.approx(float(row["diff"]), rel=1e-6)
        expected = [float(row[column]) for column in ("welch_p", "mwu_p", "cliffs_delta")]
        printed = [change[key] for key in ("welch_p", "mann_whitney_p", "cliffs_delta")]
        assert printed == pytest.approx(expected, rel=1e-6)


def _two(first: AnswerMatrix, second: AnswerMatrix) -> Iterator[tuple[str, AnswerMatrix]]:
    yield "2026Q1", first
    yield "2026Q2", second


def test_the_edge_teams_have_the_figures_of_r() -> None:
    answers, tree = from_rows(read_table("edge.csv"), "TEAM", ["Q1", "Q2", "Q3", "Q4"])
    found = by_team(document_of(make_key((4,), reverse=(2,)), answers, tree, minimum=1)[1])
    for row in read_table("expected/edge_team.csv"):
        figures = found[row["TEAM"]]["dimensions"]["D1"]
        assert (figures["n"], figures["score_100"]) == (int(row["n"]), pytest.approx(float(row["mean"]), abs=1e-9))
        for key, column, unit in (("sd_raw", "sd", 25), ("rwg_j", "rwgj_uniform", 1), ("ad", "ad_mean", 1)):
            expected = pytest.approx(float(row[column]) / unit, abs=1e-9) if row[column] else NONE
            assert figures[key] == expected, (row["TEAM"], key)


def plain_word(group: Group) -> object:
    if group.n < 10:
        return FEW
    low, high = sum(s <= 25 for s in group.scores), sum(s >= 75 for s in group.scores)
    if 10 * min(low, high) >= 3 * group.n:
        return "camps"
    return "alike" if 2 * sum(abs(s - group.mean) for s in group.scores) <= 25 * group.n else "differently"


@pytest.mark.parametrize("minimum", [1, 5])
def test_words_for_the_spread_and_means_are_those_of_a_loop_over_people(minimum: int) -> None:
    words = set()
    for seed in range(8):
        tree, answers = organisation(seed, spread=0.2 + 0.4 * (seed % 3))
        extreme = answers.ratings.copy()
        if seed % 2:  # camps, which chance alone does not make
            people = np.flatnonzero(answers.ratings[:, 0] != MISSING)
            extreme[people] = np.where(extreme[people] == MISSING, MISSING, np.where(people % 2, 1, 5)[:, None])
            extreme[:, [1, 4]] = np.where(extreme[:, [1, 4]] == MISSING, MISSING, 6 - extreme[:, [1, 4]])
        given = AnswerMatrix(extreme, answers.nodes)
        entries = by_team(document_of(KEY, given, tree, minimum=minimum)[1])
        for code, people_ in zip(("D1", "D2"), plain_people(KEY, given), strict=False):
            for place, name in enumerate(tree.names):
                figures = entries[name].get("dimensions", {}).get(code, {})
                if "n" not in figures:
                    continue
                below = subtree(tree, place)
                group = Group(tuple(score for node, score in people_ if below[node]), -1)
                assert figures["n"] == group.n
                if figures["spread_word"] == {"suppressed": "protects_others"}:
                    assert minimum > 1
                    assert group.n >= 10
                    continue
                assert figures["spread_word"] == plain_word(group)
                words.add(str(figures["spread_word"]))
    assert words == {"alike", "differently", "camps", str(FEW)}


def scored(history: Sequence[Quarter], minimum: int, key: ScoringKey = KEY) -> tuple[ScoredCycle, ...]:
    cycles = [(label, score_cycle(key, answers, tree, minimum=minimum)) for label, tree, answers in history]
    return with_history(cycles)


def documents(history: Sequence[Quarter], minimum: int, key: ScoringKey = KEY) -> list[dict[str, Any]]:
    return [dict(cycle_document(cycle)) for cycle in scored(history, minimum, key)]


def sorted_parts(document: Mapping[str, Any], rename: Callable[[str], str] = str) -> dict[str, Any]:
    """Give a document whose entries are in the order of their names, with other names."""

    def renamed(entry: Mapping[str, Any]) -> dict[str, Any]:
        names = {key: rename(entry[key]) for key in ("team", "parent") if entry.get(key) is not None}
        return {**entry, **names}

    parts = {part: sorted(map(renamed, document[part]), key=_name) for part in ("teams", "units", "others")}
    return {**parts, "organisation": document["organisation"]}


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("team", entry.get("parent")))


def close(left: object, right: object) -> bool:
    """Compare documents; unrounded sums that run in another order may differ in their last digits."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(close(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(close, left, right))
    if isinstance(left, float | int) and isinstance(right, float | int):
        return left == pytest.approx(right, rel=1e-6, abs=1e-7)
    return left == right


def moved(quarter: Quarter, seed: int) -> Quarter:
    """The same quarter with rows and nodes in another order."""
    label, tree, answers = quarter
    random = np.random.default_rng(seed)
    order, rows = random.permutation(len(tree.names)), random.permutation(len(answers.nodes))
    place = np.argsort(order)
    parents = np.where(tree.parents[order] < 0, -1, place[tree.parents[order]]).astype(np.int32)
    other = Tree(tuple(tree.names[v] for v in order), parents, tree.headcounts[order])
    return label, other, AnswerMatrix(answers.ratings[rows], place[answers.nodes][rows].astype(np.int32))


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_and_nodes_changes_no_figure_of_any_quarter(seed: int, minimum: int) -> None:
    history = quarters(seed, 5)
    for before, after in zip(
        documents(history, minimum), documents([moved(q, seed) for q in history], minimum), strict=True
    ):
        if minimum == 1:
            assert close(sorted_parts(before), sorted_parts(after))
        else:
            assert sorted_parts(before) == sorted_parts(after)


@pytest.mark.parametrize("minimum", [1, 5])
def test_other_names_in_the_same_order_change_names_only(minimum: int) -> None:
    """Names settle ties of the suppression, so that their order has to stay."""
    history = quarters(4, 5)
    other = [(q, Tree(tuple(f"x {n}" for n in t.names), t.parents, t.headcounts), a) for q, t, a in history]
    expected = [sorted_parts(part, lambda name: f"x {name}") for part in documents(history, minimum)]
    assert [sorted_parts(part) for part in documents(other, minimum)] == expected


@pytest.mark.parametrize("minimum", [1, 5])
@pytest.mark.parametrize("seed", range(2))
def test_a_team_without_people_adds_its_own_entry_and_nothing_else(seed: int, minimum: int) -> None:
    history = quarters(seed, 5)
    more = []
    for label, tree, answers in history:
        names = (*tree.names, "empty", "empty too")
        parents, heads = (
            np.append(c, added).astype(np.int32) for c, added in ((tree.parents, [-1, 0]), (tree.headcounts, [0, 0]))
        )
        more.append((label, Tree(names, parents, heads), answers))
    for before, after in zip(documents(history, minimum), documents(more, minimum), strict=True):
        assert after["teams"][-2:] == [{"team": "empty", **FEW}, {"team": "empty too", **FEW}]
        kept = {**after, "teams": after["teams"][:-2]}
        assert close(kept, before) if minimum == 1 else kept == before


def turned(quarter: Quarter, scores: CycleScores) -> Quarter:
    """Turn the answers of people whose team is hidden upside down, by dimension; who answered stays the same."""
    label, tree, answers = quarter
    ratings = answers.ratings.copy()
    for dimension, measure in zip(scores.key.dimensions, scores.dimensions, strict=True):
        hidden = ~measure.pattern.published[answers.nodes] & ~tree.is_unit[answers.nodes]
        for place in dimension.items:
            column = ratings[:, place]
            column[hidden] = np.where(column[hidden] == MISSING, MISSING, 6 - column[hidden])
    return label, tree, AnswerMatrix(ratings, answers.nodes)


COMPARED = ("within_sd_100", "alpha_within", "icc1", "icc2", "f", "p", "tau2", "sigma2", "mu_100", "gate")


@pytest.mark.parametrize("minimum", [2, 5])
@pytest.mark.parametrize("seed", range(3))
def test_answers_of_hidden_teams_reach_no_team_and_no_comparison_in_any_quarter(seed: int, minimum: int) -> None:
    history = quarters(seed, 6)
    cycles = scored(history, minimum)
    other = scored([turned(q, c.scores) for q, c in zip(history, cycles, strict=True)], minimum)
    changed = 0
    for one, two in zip(map(cycle_document, cycles), map(cycle_document, other), strict=True):
        assert one["teams"] == two["teams"]
        first, second = (json.loads(canonical_json(part))["organisation"] for part in (one, two))
        assert first["bottom_k"] == second["bottom_k"]
        for code, figures in first["dimensions"].items():
            assert [second["dimensions"][code].get(k) for k in COMPARED] == [figures.get(k) for k in COMPARED]
        changed += first != second
    assert changed, "the pooled others are in the organisation's own score"


def test_hidden_people_whom_no_rest_holds_reach_no_figure_at_all() -> None:
    tree = make_tree([(f"T{place}", None, -1) for place in range(12)])
    sizes = [12, 11, 10, 9, 8, 7, 6, 5, 12, 10, 2, 2]
    history, other = [], []
    for quarter in range(5):
        random = np.random.default_rng(quarter)
        of = np.repeat(np.arange(12), sizes).astype(np.int32)
        ratings = random.integers(1, 6, (of.size, 6)).astype(np.int8)
        again = ratings.copy()
        again[of >= 10] = 6 - again[of >= 10]
        label = f"2026Q{quarter + 1}" if quarter < 4 else "2027Q1"
        history.append((label, tree, AnswerMatrix(ratings, of)))
        other.append((label, tree, AnswerMatrix(again, of)))
    assert documents(history, 5) == documents(other, 5)
    assert documents(history, 1) != documents(other, 1)


def skipped_by(teams: Mapping[str, tuple[int, int]]) -> CycleScores:
    """Four dimensions of two items; per team its people, and how many of them leave out the first dimension."""
    tree = make_tree([(name, None, -1) for name in teams])
    of = np.repeat(np.arange(len(teams)), [size for size, _ in teams.values()]).astype(np.int32)
    ratings = np.random.default_rng(8).integers(1, 6, (of.size, 8)).astype(np.int8)
    ratings[:, 2:4] = np.where(ratings[:, 2:4] > 3, 5, 4)  # the dimensions' means differ
    for place, (_, skip) in enumerate(teams.values()):
        ratings[np.flatnonzero(of == place)[:skip], :2] = MISSING
    return score_cycle(make_key((2, 2, 2, 2)), AnswerMatrix(ratings, of), tree, minimum=5)


def overall_of(scores: CycleScores) -> tuple[float, float]:
    """Unrounded overall score of the organisation, and the mean of its dimension means."""
    assert scores.overall is not None
    means = [float(scores.whole(measure).mean[0]) for measure in scores.dimensions]
    return float(scores.whole(scores.overall).mean[0]), sum(means) / 4


def test_with_anybody_incomplete_the_organisation_says_the_mean_of_its_dimensions() -> None:
    for groups in ({"A": (12, 3), "B": (12, 0), "H": (4, 2)}, {"A": (12, 3), "B": (12, 0), "H": (4, 1), "I": (4, 1)}):
        own, told = overall_of(skipped_by(groups))
        assert own == pytest.approx(told, rel=1e-12)


def test_with_everybody_complete_it_is_the_same_as_the_mean_of_people() -> None:
    scores = skipped_by({"A": (12, 0), "B": (12, 0)})
    assert scores.overall is not None
    assert not scores.overall.organisation_from_dimensions
    own, told = overall_of(scores)
    assert own == pytest.approx(told, rel=1e-12)


SCORE = {"n", "score_100", "low_100", "high_100", "compare_low_100", "compare_high_100"}
OPTIONAL = {"logical_low_100", "logical_high_100", "fluctuation_100"}
FROM_TEN = {"mean_raw", "sd_raw", "percent_favourable", "rwg_j", "rwg_j_skew", "ad", "spread_word"}
STANDING = {"shrunken_100", "p_bottom", "versus_rest"}
CHANGE = {"from", "difference_100", "low_100", "high_100", "word", "visible_change_100"}
CHANGE_FROM_TEN = {"p", "q", "hedges_g", "cliffs_delta", "welch_p", "mann_whitney_p"}


@pytest.mark.parametrize("seed", range(4))
def test_below_ten_answers_nothing_is_said_beyond_the_table(seed: int) -> None:
    """Disclosure, section 2: whole points, coarse intervals, words; half points of a trend, twentieths of a chance."""
    history = documents(quarters(seed, 6), 5)
    small = changes = 0
    earlier: dict[str, Any] = {}
    for document in history:
        entries = {name: entry for name, entry in by_team(document).items() if "suppressed" not in entry}
        for name, entry in entries.items():
            for code, figures in entry["dimensions"].items():
                if "suppressed" in figures or figures["n"] >= 10:
                    continue
                small += 1
                below_ten(figures, team=any(part["team"] == name for part in document["teams"]))
                assert code not in entry.get("trend", {}) or all(
                    2 * entry["trend"][code][key] % 1 == 0 for key in ("slope_100", "low_100", "high_100")
                )
            for code, change in entry.get("change", {}).items():
                sizes = [(part | {"overall": whole})[code]["n"] for part, whole in _pairs(earlier[name], entry)]
                if min(sizes) < 10:
                    changes += 1
                    change_below_ten(change)
        earlier = entries
    assert small > 5
    assert changes > 5


def _pairs(*entries: Mapping[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    return [(entry["dimensions"], entry["overall"]) for entry in entries]


def below_ten(figures: Mapping[str, Any], *, team: bool) -> None:
    assert figures.keys() - OPTIONAL == SCORE | FROM_TEN | (STANDING if team else set())
    assert all(isinstance(figures[name], int) for name in SCORE | (OPTIONAL & figures.keys()))
    assert [figures[name] for name in FROM_TEN] == [FEW] * len(FROM_TEN)
    if team:
        assert figures["versus_rest"] == NONE or figures["versus_rest"].keys() == {"word"}
        assert figures["shrunken_100"] == NONE or isinstance(figures["shrunken_100"], int)
        assert figures["p_bottom"] == NONE or round(20 * figures["p_bottom"]) / 20 == figures["p_bottom"]


def change_below_ten(change: Mapping[str, Any]) -> None:
    assert change.keys() == CHANGE | CHANGE_FROM_TEN
    assert [change[name] for name in CHANGE_FROM_TEN] == [FEW] * 6
    assert all(isinstance(change[name], int) for name in CHANGE - {"from", "word"})
    for width in (change["difference_100"] - change["low_100"], change["high_100"] - change["difference_100"]):
        assert (width % 5 == 0 and width >= 5) or 100 in {-change["low_100"], change["high_100"]}


@pytest.mark.parametrize("minimum", [1, 5])
def test_six_quarters_fit_the_schema_and_both_writers_agree(minimum: int) -> None:
    cycles = scored(quarters(0, 6), minimum)
    document = json.loads(canonical_json(score_document(KEY, cycles)), parse_constant=refuse)
    assert list(faults(document, SCHEMA, SCHEMA)) == []
    stream = StringIO()
    write_score_json(stream, KEY, cycles)
    assert json.loads(stream.getvalue(), parse_constant=refuse) == document


Ratings = Callable[[np.random.Generator, tuple[int, int]], np.ndarray[Any, Any]]
ODD: dict[str, tuple[Sequence[int], Ratings]] = {
    "everybody of one mind": ([12] * 10, lambda _random, shape: np.full(shape, 4)),
    "teams of one mind": (
        [12] * 10,
        lambda _random, shape: np.repeat(np.arange(10) % 5 + 1, 12)[:, None] + np.zeros(shape),
    ),
    "everybody at the lowest end": ([7] * 10, lambda _random, shape: np.full(shape, 1)),
    "two camps": (
        [12] * 10,
        lambda random, shape: np.where(random.random((shape[0], 1)) < 0.5, 1, 5) + np.zeros(shape),
    ),
    "nobody answered": ([12] * 10, lambda _random, shape: np.full(shape, int(MISSING))),
    "one team": ([60], lambda random, shape: random.integers(1, 6, shape)),
    "one person": ([1], lambda random, shape: random.integers(1, 6, shape)),
    "nobody": ([0, 0], lambda random, shape: random.integers(1, 6, shape)),
    "a thousand teams of one": ([1] * 1_000, lambda random, shape: random.integers(1, 6, shape)),
    "a thousand of one mind and two who differ": (
        [1] * 1_000 + [2],
        lambda _random, shape: np.r_[np.full(shape[0] - 1, 3), 4][:, None] + np.zeros(shape),
    ),
    "every second item unanswered": (
        [12] * 10,
        lambda random, shape: np.where(np.arange(shape[1]) % 2, int(MISSING), random.integers(1, 6, shape)),
    ),
    "one dimension unanswered": (
        [12] * 10,
        lambda random, shape: np.where(np.arange(shape[1]) < 3, int(MISSING), random.integers(1, 6, shape)),
    ),
    "items that are one": ([12] * 30, lambda random, shape: random.integers(1, 6, (shape[0], 1)) + np.zeros(shape)),
}


def odd_history(name: str) -> list[Quarter]:
    sizes, ratings = ODD[name]
    tree = make_tree([(f"T{place:04d}", None, size + place % 3) for place, size in enumerate(sizes)])
    of = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    count = 2 if len(sizes) > 500 else 5
    result: list[Quarter] = []
    for place in range(count):
        values = ratings(np.random.default_rng(place), (of.size, len(KEY.items))).astype(np.int8)
        result.append((f"{2026 + place // 4}Q{place % 4 + 1}", tree, AnswerMatrix(values, of)))
    return result


@pytest.mark.parametrize("minimum", [1, 2, 5])
@pytest.mark.parametrize("name", ODD)
def test_odd_answers_never_make_a_number_that_is_none(name: str, minimum: int) -> None:
    """Not with warnings, either: those are errors here."""
    cycles = scored(odd_history(name), minimum)
    document = json.loads(canonical_json(score_document(KEY, cycles)), parse_constant=refuse)
    for part in document["cycles"]:
        part["teams"] = part["teams"][:20]  # of a thousand that are alike
    assert list(faults(document, SCHEMA, SCHEMA)) == []


def test_where_everybody_is_of_one_mind_the_figures_say_so() -> None:
    last = documents(odd_history("everybody of one mind"), 5)[-1]
    entry, whole = last["teams"][0], last["organisation"]["dimensions"]["D1"]
    figures = entry["dimensions"]["D1"]
    assert [figures[key] for key in ("spread_word", "rwg_j", "ad")] == ["alike", 1, 0]
    assert [whole[key] for key in ("alpha", "omega_total", "icc1", "icc2", "f", "p")] == [NONE] * 6
    assert [whole[key] for key in ("tau2", "sigma2", "gate")] == [0, 0, False]
    change, trend = entry["change"]["D1"], entry["trend"]["D1"]
    assert [change[key] for key in ("difference_100", "word", "p", "cliffs_delta")] == [0, "no_clear_change", 1, 0]
    assert [change[key] for key in ("hedges_g", "welch_p")] == [NONE, NONE]
    assert [trend[key] for key in ("slope_100", "word")] == [0, "no_clear_trend"]


def test_teams_of_one_tell_nothing_about_teams() -> None:
    whole = documents(odd_history("a thousand teams of one")[:1], 1)[0]["organisation"]["dimensions"]["D1"]
    assert [whole[key] for key in ("icc1", "icc2", "f", "p", "tau2", "sigma2", "gate")] == [NONE] * 6 + [False]
    assert whole["n"] == 1_000
    assert isinstance(whole["alpha"], float)


def test_a_team_among_whose_people_nobody_differs_is_certain_of_nothing_at_minus_or_plus_infinity() -> None:
    whole = documents(odd_history("teams of one mind"), 5)[-1]["organisation"]["dimensions"]["D1"]
    assert [whole[key] for key in ("icc1", "icc2", "f", "p", "sigma2")] == [1, 1, NONE, 0, 0]
    assert whole["tau2"] > 0


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-Infinity", "1e400", "3.5", "6", "0", "１e0", "--3"])
def test_what_is_no_rating_is_refused_at_the_door(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (DATA / "lq2002.csv").read_text(encoding="utf-8").splitlines()[:40]
    values = lines[5].split(",")
    values[4] = text
    (tmp_path / "answers.csv").write_text("\n".join([*lines[:5], ",".join(values), *lines[6:]]), encoding="utf-8")
    arguments = ("--instrument", DATA / "lq2002.toml", "--team-column", "COMPID", "--json", tmp_path / "out.json")
    assert run("score", tmp_path / "answers.csv", *arguments) != 0
    assert "LEAD03" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_a_matrix_of_floats_and_ratings_off_the_scale_are_refused() -> None:
    nodes = np.zeros(2, dtype=np.int32)
    with pytest.raises(ValueError, match="int8"):
        AnswerMatrix(np.array([[np.nan], [3.0]]), nodes)
    with pytest.raises(ValueError, match=r"outside 1\.\.5"):
        score_cycle(
            make_key((1,)),
            AnswerMatrix(np.array([[3], [6]], dtype=np.int8), nodes),
            make_tree([("A", None, 2)]),
            minimum=1,
        )


def test_a_writer_refuses_what_is_no_json() -> None:
    for value in (float("nan"), float("inf"), -float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            canonical_json({"score_100": value})


def test_scales_of_other_ends_give_the_same_points() -> None:
    """Answers on 0-4, 1-5 and -2 to 2 that mean the same: everything but raw units is the same (measurement, 13.3)."""
    tree, answers = organisation(2)
    key, low = make_key((3, 2), reverse=(1, 4), outcomes=1), {}
    for shift in (-1, 0, -3):
        items = tuple(_shifted(item, shift) for item in key.items)
        dimensions = tuple(
            DimensionKey(d.code, d.items, d.overall, d.higher_is_better, items[0].scale) for d in key.dimensions
        )
        moved_key = ScoringKey("toy", "1.0", "0" * 64, items, dimensions, key.outcomes)
        ratings = np.where(answers.ratings == MISSING, MISSING, answers.ratings + np.int8(shift)).astype(np.int8)
        document = document_of(moved_key, AnswerMatrix(ratings, answers.nodes), tree, minimum=1)[1]
        low[shift] = _without_raw(document)
    assert close(low[-1], low[0])
    assert close(low[-3], low[0])


def _shifted(item: Any, shift: int) -> Any:
    return type(item)(item.code, type(item.scale)(item.scale.lo + shift, item.scale.hi + shift), item.reverse_keyed)


def _without_raw(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_raw(part) for name, part in value.items() if name != "mean_raw"}
    return [_without_raw(part) for part in value] if isinstance(value, list) else value
