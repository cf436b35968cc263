"""Nothing is stored that was not released: what a result document may hold, judged from the document alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.releases.admission import admission_faults
from assess.releases.rules import display_faults
from assess.scoring import engine, items
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import Pattern, residual_pattern
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from assess.scoring.tree import Tree
from tests.releases.results import lantern, result_of, sha256
from tests.scoring.release_oracle import Rule, all_rows, hide_only_the_small, hide_the_next_smallest_too, leaks
from tests.scoring.small_worlds import make_key

Spoil = Callable[[dict[str, Any], dict[str, Any]], object]
TOO_FEW = {"suppressed": "too_few"}


def company(seed: int) -> CycleScores:
    """Score a random company of up to four levels in which people skip items and dimensions."""
    random = np.random.default_rng(seed)
    names, above = ["top"], [-1]
    for unit in range(int(random.integers(1, 4))):
        names.append(f"unit{unit}")
        above.append(0)
        place = len(names) - 1
        for team in range(int(random.integers(0, 5))):
            names.append(f"team{unit}{team}")
            above.append(place)
            if random.random() < 0.15:
                names += [f"part{unit}{team}{part}" for part in range(2)]
                above += [len(names) - 3] * 2
    people = random.integers(0, random.choice([8, 16, 25]), len(names))
    nodes = np.repeat(np.arange(len(names)), people)
    ratings = random.integers(1, 6, (nodes.size, 7))
    ratings = np.where(random.random(ratings.shape) < random.choice([0.0, 0.9]), 5, ratings)
    ratings[random.random(ratings.shape) < random.choice([0.0, 0.05, 0.2])] = MISSING
    for first, last in ((0, 2), (2, 5), (5, 6)):
        ratings[random.random(nodes.size) < random.choice([0.0, 0.1, 0.3]), first:last] = MISSING
    heads = people + random.integers(0, 3, len(names))
    tree = Tree(tuple(names), np.array(above, dtype=np.int32), heads.astype(np.int32))
    answers = AnswerMatrix(ratings.astype(np.int8), nodes.astype(np.int32))
    return score_guarded(
        make_key((2, 3, 1), reverse=(1,), outcomes=1), answers, tree, minimum=int(random.integers(4, 9))
    )


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_the_engine_releases_is_admitted(seed: int) -> None:
    assert list(admission_faults(*result_of(company(seed)))) == []


@pytest.mark.parametrize("rule", [hide_only_the_small, hide_the_next_smallest_too])
def test_whatever_leaks_by_one_of_the_two_rules_that_look_right_is_not_admitted(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide(direct: Any, tree: Tree, *, minimum: int, **options: Any) -> Pattern:
        kept, allowed = rule(tree, direct, max(minimum, 1)), options.get("allowed")
        kept = kept if allowed is None else kept & allowed
        return residual_pattern(direct, tree, minimum=1, allowed=kept, show_rest=options.get("show_rest", True))

    for module in (engine, items):
        monkeypatch.setattr(module, "residual_pattern", decide)
    leaking = 0
    for seed in range(40):
        scores = company(seed)
        direct = scores.direct_respondents
        if leaks(all_rows(scores, scores.pattern, direct, scores.minimum), direct, scores.minimum):
            leaking += 1
            assert list(admission_faults(*result_of(scores))) != [], seed
    assert leaking > 5


def faults(spoil: Spoil) -> list[str]:
    """Spoil a good result, in which Dock and Farm are withheld, and list what is found."""
    result, companions = result_of(lantern())
    assert list(admission_faults(result, companions)) == []
    (cycle,) = result["scores"]["cycles"]
    entries = {entry["team"]: entry for entry in [*cycle["teams"], *cycle["units"]]}
    spoil(result, {**entries, "organisation": cycle["organisation"], "others": cycle["others"]})
    return list(admission_faults(result, companions))


def put(node: str, *path: str, value: object) -> Spoil:
    """Put a value into an entry."""

    def spoil(_result: dict[str, Any], entries: dict[str, Any]) -> None:
        place = entries[node]
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return spoil


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        # anything beside a reason
        (put("Farm", "n", value=3), "Farm · beside a reason"),
        (put("Farm", "dimensions", value={"D1": {"n": 3, "score_100": 50}}), "Farm · beside a reason"),
        (put("Dock", "suppressed", value="six answered"), "Dock · beside a reason"),
        (put("Care", "dimensions", "D1", "sd_raw", value={**TOO_FEW, "n": 8}), "Care · D1 · sd_raw"),
        # keys nobody knows
        (put("Care", "median", value=50), "Care · median"),
        (put("Care", "dimensions", "D1", "variance", value=1.2), "Care · D1 · variance"),
        (put("Ads", "items", "D1Q1", "counts", value=[1, 2, 3, 4, 2]), "Ads · D1Q1 · counts"),
        (put("organisation", "headcount_not_counted", value=6), "organisation · headcount_not_counted"),
        (lambda result, _entries: result.update(envelopes=40), "envelopes"),
        # more than the number of answers allows
        (put("Care", "n", value=4), "Care · n"),
        (put("Care", "dimensions", "D1", "n", value=9), "Care · D1 · n"),
        (put("Care", "dimensions", "D1", "sd_raw", value=0.5), "Care · D1 · sd_raw"),
        (put("Care", "dimensions", "D1", "percent_favourable", value=40), "Care · D1 · percent_favourable"),
        (put("Care", "dimensions", "D1", "versus_rest", "p", value=0.12), "Care · D1 · versus_rest · p"),
        (put("Care", "items", "D1Q1", value={"n": 8, "mean_raw": 3.1}), "Care · D1Q1 · mean_raw"),
        (put("Care", "items", "D1Q1", "word", value="almost_everybody"), "Care · D1Q1 · word"),
        (put("Ads", "items", "D1Q1", value={"n": 12, "word": "most"}), "Ads · D1Q1 · word"),
        (put("organisation", "dimensions", "D1", "alpha", value=0.71), "organisation · D1 · alpha"),
        (put("organisation", "quality", "straight_lining_percent", value=5), "organisation · quality"),
        # more digits, or other limits, than are displayed
        (put("Care", "response_rate", value=0.8889), "Care · response_rate"),
        (put("Care", "dimensions", "D1", "score_100", value=46.4), "Care · D1 · score_100"),
        (put("Care", "dimensions", "D1", "low_100", value=42), "Care · D1 · low_100"),
        (put("Care", "dimensions", "D1", "logical_low_100", value=39), "Care · D1 · logical_low_100"),
        (put("Ads", "dimensions", "D1", "mean_raw", value=2.9167), "Ads · D1 · mean_raw"),
        (put("Ads", "dimensions", "D1", "percent_favourable", value=42), "Ads · D1 · percent_favourable"),
        (put("Ads", "change", value={"D3": {}}), "Ads · change · D3"),
        # an overall score without all its dimensions, an item without its own
        (put("Care", "dimensions", "D2", value=TOO_FEW), "Care · overall · D2"),
        (put("Care", "dimensions", "D2", value=TOO_FEW), "Care · D2Q1"),
        # differences
        (put("others", 0, "n", value=10), "others in · Lantern"),  # type: ignore[arg-type] # the place in a list
    ],
)  # fmt: skip
def test_a_result_that_would_show_more_is_not_admitted(spoil: Spoil, place: str) -> None:
    assert place in faults(spoil)


def show_dock(_result: dict[str, Any], entries: dict[str, Any]) -> None:
    """Show a team of six beside a withheld one of three, as a rule does that hides only the small."""
    shown = {
        key: value for key, value in entries["Care"].items() if key in {"dimensions", "overall", "items", "outcomes"}
    }
    entries["Dock"].clear()
    entries["Dock"].update({"team": "Dock", "n": 6, "headcount": 7, "response_rate": 0.86, **shown})
    entries["others"].clear()


def test_a_small_difference_is_found_from_printed_numbers_alone() -> None:
    assert "Lantern" in faults(show_dock)


def test_numbers_of_a_unit_that_would_tell_those_of_five_are_found() -> None:
    # Lantern has 40, North 23 of them: 17 are outside. With numbers of Care, nine would be.
    def spoil(_result: dict[str, Any], entries: dict[str, Any]) -> None:
        entries["Lantern"]["dimensions"]["D1"]["n"] = 31
        entries["organisation"]["dimensions"]["D1"]["n"] = 31
        entries["others"].clear()

    assert "Lantern · dimensions · D1 · from 10" in faults(spoil)


def test_effect_sizes_that_would_tell_those_of_five_are_found() -> None:
    change = {"from": "2026Q3", "difference_100": 1, "low_100": -9, "high_100": 11, "word": "no_clear_change",
              "visible_change_100": 20, "p": 0.8, "q": 0.8, "hedges_g": 0.1, "cliffs_delta": 0.05, "welch_p": 0.8,
              "mann_whitney_p": 0.81}  # fmt: skip

    def spoil(_result: dict[str, Any], entries: dict[str, Any]) -> None:
        for name, n in (("North", 18), ("Ads", 12)):
            entries[name]["change"] = {"D1": dict(change)}
            entries[name]["dimensions"]["D1"]["n"] = n

    assert "North · change · dimensions · D1 · from 10" in faults(spoil)


def another_node(name: str, teams: list[str], unit: str = "Lantern") -> Spoil:
    """Add a node of released people in another division."""

    def spoil(result: dict[str, Any], entries: dict[str, Any]) -> None:
        result["groups"].append({"name": name, "headcount": 20, "own_members": False, "teams": teams, "unit": unit})
        result["scores"]["cycles"][0]["teams"].append({**entries["Ads"], "team": name})

    return spoil


def test_a_node_that_crosses_others_is_not_admitted() -> None:
    assert set(faults(another_node("Ads + Care", ["Ads", "Care"]))) == {"Ads", "Care"}


def test_a_node_outside_the_contract_is_not_admitted() -> None:
    def spoil(result: dict[str, Any], entries: dict[str, Any]) -> None:
        result["scores"]["cycles"][0]["teams"].append({**entries["Ads"], "team": "Young people"})

    assert faults(spoil) == ["Young people"]


def test_a_node_is_not_released_twice_in_one_document() -> None:
    def spoil(result: dict[str, Any], entries: dict[str, Any]) -> None:
        result["scores"]["cycles"][0]["teams"].append(dict(entries["Ads"]))

    assert faults(spoil) == ["Ads"]


def beside(kind: str, document: dict[str, Any]) -> list[str]:
    """Put another document beside the result, named by its checksum."""
    result, companions = result_of(lantern())
    companions[kind] = (sha256(document), document)
    result[f"{kind}_sha256"] = companions[kind][0]
    return list(admission_faults(result, companions))


@pytest.mark.parametrize(
    ("node", "texts", "admitted"),
    [
        ("Ads", ["good"] * 10, True),
        ("Ads", ["good"] * 9, False),
        ("Ads", ["good"] * 9 + ["好"] * 2, False),
        ("Ads", ["good"] * 7 + ["好"] * 3, True),
        ("Dock", ["good"] * 10, False),
        ("Nobody", ["good"] * 10, False),
    ],
)
def test_comments_are_those_of_shown_nodes_from_ten_writers_on(node: str, texts: list[str], admitted: bool) -> None:
    found = beside("comments", {"comments": {node: {"CMT1": texts}}, "salt": "00"})
    assert (found == []) is admitted


@pytest.mark.parametrize(
    "change",
    [
        {"node": "Dock"},
        {"n": 9},
        {"histogram": [8, *([0] * 20)]},
        {"sd_100": 12.3456},
        {"numbers": True},
    ],
)
def test_records_are_those_of_shown_figures_and_coarse_below_ten(change: dict[str, object]) -> None:
    kept: dict[str, Any] = dict(result_of(lantern())[1]["statistics"][1])
    record = next(record for record in kept["dimensions"]["D1"]["records"] if record["node"] == "Care")
    assert beside("statistics", kept) == []
    record.update(change)
    assert beside("statistics", kept) == [f"statistics · {record['node']} · D1"]


def test_a_result_names_the_documents_it_was_frozen_with() -> None:
    result, companions = result_of(lantern())
    del companions["comments"]
    result["statistics_sha256"] = "0" * 64
    assert list(admission_faults(result, companions)) == ["comments_sha256", "statistics_sha256"]


def test_data_that_are_not_confidential_have_no_such_rules() -> None:
    cycle = result_of(lantern())[0]["scores"]["cycles"][0]
    cycle["teams"][0]["median"] = 50
    assert list(display_faults(cycle, minimum=1)) == []
    assert list(display_faults(cycle, minimum=5)) == ["Ads · median"]
