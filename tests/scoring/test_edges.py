"""Nobody, one person, a unanimous team, a wrong roster: each decided and asserted."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from assess.scoring.answers import AnswerMatrix
from assess.scoring.engine import score_cycle
from assess.scoring.key import ScaleKey
from assess.scoring.tree import Tree
from tests.scoring.small_worlds import Rating, by_team, document_of, make_key, make_tree, matrix

KEY = make_key((4,))
TOO_FEW = {"suppressed": "too_few"}
NOT_AVAILABLE = {"suppressed": "not_available"}
NOBODY: list[Rating] = [None, None, None, None]
ALIKE: list[Rating] = [4, 4, 4, 4]
VARIED: list[list[Rating]] = [[4, 4, 2, 5], [2, 3, 2, 4], [5, 5, 4, 5], [3, 2, 3, 3]]


def team_of(n: int, heads: int, minimum: int, rows: list[list[Rating]] | None = None) -> Any:
    """Score one team of n people and give its entry."""
    rows = [VARIED[i % 4] for i in range(n)] if rows is None else rows
    answers = matrix(rows, [0] * n, items=4)
    return by_team(document_of(KEY, answers, make_tree([("A", None, heads)]), minimum=minimum)[1])["A"]


@pytest.mark.parametrize("n", [0, 1, 4])
def test_zero_answers_look_like_too_few(n: int) -> None:
    assert team_of(n, 9, 5) == {"team": "A", "suppressed": "too_few"}


def test_an_organisation_without_answers_shows_nothing() -> None:
    document = document_of(KEY, matrix([], [], items=4), make_tree([("A", None, 6)]), minimum=5)[1]
    assert document["organisation"] == TOO_FEW
    assert document["others"] == []


def test_one_person_has_a_score_and_no_spread_where_data_are_not_confidential() -> None:
    entry = team_of(1, 3, 1)
    figures = entry["dimensions"]["D1"]
    assert (entry["n"], entry["headcount"]) == (1, 3)
    assert figures["score_100"] == pytest.approx(68.75)
    assert figures["sd_raw"] == NOT_AVAILABLE
    assert entry["items"]["D1Q1"]["sd_raw"] == NOT_AVAILABLE
    assert figures["low_100"] < 68.75 < figures["high_100"]


def test_two_people_have_a_spread() -> None:
    figures = team_of(2, 2, 1)["dimensions"]["D1"]
    assert figures["sd_raw"] == pytest.approx(np.std([3.75, 2.75], ddof=1))
    assert (figures["low_100"], figures["high_100"]) == (figures["score_100"], figures["score_100"])


def test_a_unanimous_team_still_has_an_interval_when_some_are_silent() -> None:
    figures = team_of(6, 8, 1, [ALIKE] * 6)["dimensions"]["D1"]
    assert (figures["score_100"], figures["sd_raw"]) == (75, 0)
    assert figures["low_100"] < 75 < figures["high_100"]


def test_people_without_any_answer_count_nowhere() -> None:
    assert team_of(6, 8, 1, [*[ALIKE] * 4, NOBODY, NOBODY]) == team_of(4, 8, 1, [ALIKE] * 4)
    assert team_of(2, 8, 1, [NOBODY, NOBODY]) == {"team": "A", "suppressed": "too_few"}


def test_a_person_with_fewer_than_half_of_the_items_counts_as_respondent_but_has_no_score() -> None:
    entry = team_of(6, 6, 5, [*[ALIKE] * 5, [1, None, None, None]])
    assert (entry["n"], entry["dimensions"]["D1"]["n"], entry["items"]["D1Q1"]["n"]) == (6, 5, 6)
    assert entry["dimensions"]["D1"]["score_100"] == 75


def test_a_dimension_nobody_was_asked_says_so_and_there_is_no_overall_score() -> None:
    answers = matrix([[4, 4, None], [5, 4, None], [3, 3, None]] * 2, [0] * 6)
    for minimum in (1, 5):
        entry = by_team(document_of(make_key((2, 1)), answers, make_tree([("A", None, 8)]), minimum=minimum)[1])["A"]
        assert entry["dimensions"]["D2"] == {"suppressed": "not_asked"}
        assert entry["items"]["D2Q1"] == {"suppressed": "not_asked"}
        assert entry["overall"] == {"suppressed": "not_asked"}
        assert entry["dimensions"]["D1"]["n"] == 6


def test_an_overall_score_is_not_available_where_one_of_its_dimensions_has_no_score() -> None:
    key = make_key((1, 1, 1, 1))
    answers = matrix([[4, 4, 4, None], [4, 5, 4, None], [3, 3, 3, 3]], [0, 0, 1])
    entries = by_team(document_of(key, answers, make_tree([("A", None, 3), ("B", None, 3)]), minimum=1)[1])
    assert entries["A"]["overall"] == NOT_AVAILABLE
    assert entries["B"]["overall"]["score_100"] == 50


def test_a_roster_below_the_answers_is_no_roster_for_the_team_and_all_units_above_it() -> None:
    tree = make_tree([("unit", None, 0), ("A", "unit", 5), ("B", "unit", 7)])
    answers = matrix([VARIED[i % 4] for i in range(12)], [1] * 7 + [2] * 5)
    entries = by_team(document_of(KEY, answers, tree, minimum=5)[1])
    assert "headcount" not in entries["A"]
    assert "headcount" not in entries["unit"]  # 12 answers of 12 heads would claim that everybody answered
    assert entries["unit"]["dimensions"]["D1"]["low_100"] < entries["unit"]["dimensions"]["D1"]["high_100"]
    assert entries["B"]["headcount"] == 7
    assert entries["A"]["dimensions"]["D1"]["low_100"] == entries["A"]["dimensions"]["D1"]["compare_low_100"]


def test_an_unknown_headcount_is_not_printed_and_corrects_nothing() -> None:
    entry = team_of(6, -1, 5)
    figures = entry["dimensions"]["D1"]
    assert "headcount" not in entry
    assert "response_rate" not in entry
    assert (figures["low_100"], figures["high_100"]) == (figures["compare_low_100"], figures["compare_high_100"])
    assert "logical_low_100" not in figures


def test_own_members_of_a_unit_are_counted_in_it_and_printed_as_the_rest() -> None:
    tree = make_tree([("unit", None, 6), ("A", "unit", 6), ("B", "unit", 6)])
    answers = matrix([[5, 5, 5, 5]] * 5 + [[3, 3, 3, 3]] * 10, [0] * 5 + [1] * 5 + [2] * 5)
    document = document_of(KEY, answers, tree, minimum=5)[1]
    unit = by_team(document)["unit"]
    assert (unit["n"], unit["headcount"], unit["parent"], unit["dimensions"]["D1"]["score_100"]) == (15, 18, None, 67)
    assert [(entry["parent"], entry["n"]) for entry in document["others"]] == [("unit", 5)]
    assert document["others"][0]["dimensions"]["D1"]["score_100"] == 100
    assert document["organisation"]["dimensions"]["D1"]["score_100"] == 67


def test_one_team_is_its_organisation() -> None:
    document = document_of(
        KEY, matrix([VARIED[i % 4] for i in range(8)], [0] * 8), make_tree([("A", None, 8)]), minimum=5
    )[1]
    team, whole = document["teams"][0], document["organisation"]
    assert whole["dimensions"]["D1"]["score_100"] == team["dimensions"]["D1"]["score_100"]
    assert whole["n"] == team["n"] == 8
    assert (whole["dimensions"]["D1"]["low_100"], whole["dimensions"]["D1"]["high_100"]) == (
        team["dimensions"]["D1"]["low_100"],
        team["dimensions"]["D1"]["high_100"],
    )  # everybody answered: no interval for either


def test_a_thousand_teams_of_one_are_shown_together_only() -> None:
    tree = make_tree([(f"t{i:04d}", None, 2) for i in range(1000)])
    answers = matrix([VARIED[i % 4] for i in range(1000)], list(range(1000)))
    document = document_of(KEY, answers, tree, minimum=5)[1]
    assert all(set(entry) == {"team", "suppressed"} for entry in document["teams"])
    assert [(entry["parent"], entry["n"]) for entry in document["others"]] == [(None, 1000)]
    # Persons score 68.75, 43.75, 93.75 and 43.75, so the mean is 62.5, which rounds up.
    assert document["organisation"]["dimensions"]["D1"]["score_100"] == 63


@pytest.mark.parametrize("items", [127, 128, 400])
@pytest.mark.parametrize("scale", [ScaleKey(1, 5), ScaleKey(-100, 100)], ids=["1 to 5", "-100 to 100"])
def test_a_dimension_of_very_many_items_is_counted_in_full(items: int, scale: ScaleKey) -> None:
    answers = matrix([[scale.hi] * items] * 6, [0] * 6)
    tree = make_tree([("A", None, 8)])
    scores, document = document_of(make_key((items,), scale=scale), answers, tree, minimum=5)
    figures = by_team(document)["A"]["dimensions"]["D1"]
    assert (figures["n"], figures["score_100"]) == (6, 100)
    measure = scores.dimensions[0]
    assert (measure.favourable.tolist(), measure.answered.tolist()) == ([6 * items], [6 * items])


def test_where_data_are_not_confidential_an_item_has_all_three_shares_whatever_its_size() -> None:
    item = team_of(3, 5, 1, [[5, 4, 4, 4], [3, 4, 4, 4], [1, 4, 4, 4]])["items"]["D1Q1"]
    shares = [item[f"percent_{part}"] for part in ("unfavourable", "neutral", "favourable")]
    assert shares == pytest.approx([100 / 3] * 3)
    assert item["counts"] == [1, 0, 1, 0, 1]


def test_a_rating_outside_the_scale_is_refused_with_its_item() -> None:
    with pytest.raises(ValueError, match=r"D1Q3: rating 6 outside 1\.\.5"):
        team_of(1, 1, 1, [[1, 2, 6, 3]])


def test_wrong_shapes_and_types_are_refused() -> None:
    nodes = np.zeros(2, dtype=np.int32)
    with pytest.raises(ValueError, match="two-dimensional int8"):
        AnswerMatrix(np.ones((2, 4), dtype=np.int64), nodes)
    with pytest.raises(ValueError, match="one place per respondent"):
        AnswerMatrix(np.ones((3, 4), dtype=np.int8), nodes)
    with pytest.raises(ValueError, match="4 items in the key, 3 columns"):
        score_cycle(KEY, matrix([[1, 2, 3]], [0]), make_tree([("A", None, 1)]), minimum=1)
    with pytest.raises(ValueError, match="outside the tree"):
        score_cycle(KEY, matrix([[1, 2, 3, 4]], [1]), make_tree([("A", None, 1)]), minimum=1)


def test_a_tree_that_bites_its_tail_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        Tree(("A", "B"), np.array([1, 0], dtype=np.int32), np.array([1, 1], dtype=np.int32))
    with pytest.raises(ValueError, match="outside the tree"):
        Tree(("A",), np.array([3], dtype=np.int32), np.array([1], dtype=np.int32))


def test_a_scale_needs_two_ends() -> None:
    with pytest.raises(ValueError, match="lo < hi"):
        ScaleKey(3, 3)


SCORE = {"n", "score_100", "low_100", "high_100", "compare_low_100", "compare_high_100"}
BOUNDS = {"logical_low_100", "logical_high_100"}
RAW = {"mean_raw", "sd_raw", "percent_favourable"}
AGREEMENT = {"rwg_j", "rwg_j_skew", "ad", "spread_word"}
STANDING = {"shrunken_100", "p_bottom", "versus_rest"}
NUMBERS = {
    "n",
    "mean_raw",
    "percent_favourable",
    "percent_low",
    "percent_high",
    "percent_neutral",
    "percent_unfavourable",
}


@pytest.mark.parametrize("n", [5, 7, 9, 10, 12])
def test_exactly_the_figures_of_the_table_are_present(n: int) -> None:
    # Half of the people favourable on the first item, nobody on the second, everybody on the others.
    rows: list[list[Rating]] = [[5 if i % 2 else 2, 1, 4, 5] for i in range(n)]
    entry = team_of(n, n + 2, 5, rows)
    assert set(entry) == {"team", "n", "headcount", "response_rate", "overall", "dimensions", "items", "outcomes"}
    assert (entry["n"], entry["headcount"], entry["response_rate"]) == (n, n + 2, round(n / (n + 2) + 1e-9, 2))
    figures = entry["dimensions"]["D1"]
    assert set(entry["overall"]) == SCORE | BOUNDS
    assert set(figures) == SCORE | BOUNDS | RAW | AGREEMENT | STANDING
    assert [figures[name] for name in STANDING] == [{"suppressed": "not_available"}] * 3, "one team: nothing to compare"
    whole = [figures[name] for name in SCORE | BOUNDS]
    assert all(isinstance(value, int) for value in whole)
    if n < 10:
        assert [figures[name] for name in RAW] == [TOO_FEW] * 3
        assert [figures[name] for name in AGREEMENT] == [TOO_FEW] * 4
        assert all(set(item) == {"n", "word"} for item in entry["items"].values())
        halves = {figures["score_100"] - figures["low_100"], figures["high_100"] - figures["score_100"]}
        assert len(halves) == 1
        assert halves.pop() % 5 == 0
    else:
        assert not any(isinstance(figures[name], dict) for name in RAW | AGREEMENT)
        assert figures["percent_favourable"] % 5 == 0
        assert set(entry["items"]["D1Q1"]) == NUMBERS
        assert entry["items"]["D1Q2"] == {"n": n, "word": "almost_nobody"}
        assert entry["items"]["D1Q3"] == {"n": n, "word": "almost_everybody"}


def test_when_everybody_answered_there_is_no_interval_but_the_usual_fluctuation() -> None:
    figures = team_of(7, 7, 5)["dimensions"]["D1"]
    assert set(figures) == SCORE | RAW | AGREEMENT | STANDING | {"fluctuation_100"}
    assert figures["low_100"] == figures["high_100"] == figures["score_100"]
    assert figures["compare_low_100"] < figures["score_100"] < figures["compare_high_100"]
    assert figures["fluctuation_100"] % 5 == 0


def test_scoring_loads_neither_the_web_nor_the_database() -> None:
    program = (
        "import importlib, pkgutil, sys, assess.scoring as s\n"
        "for m in pkgutil.walk_packages(s.__path__, 'assess.scoring.'): importlib.import_module(m.name)\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} "
        "& {'flask', 'sqlalchemy', 'wtforms', 'weasyprint', 'babel'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
