"""Which cycle is compared with which, where a line breaks, and that a file takes the way of stored cycles."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assess.cli import main
from assess.localisation import use_language
from assess.releases.document import ScoredCycle, canonical_json, cycle_document
from assess.releases.history import between, quarter_number, with_history
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.between import Between
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.key import ScaleKey, ScoringKey
from assess.scoring.records import records_of
from tests.scoring.small_worlds import by_team, make_key, make_tree
from tests.scoring.test_between import YEAR, quarters
from tests.scoring.test_strata import KEY

TREE = make_tree([("A", None, -1), ("B", None, -1), ("C", None, -1)])


def same(left: object, right: object) -> bool:
    """Compare dataclasses of arrays, to the last bit."""
    if is_dataclass(left) and is_dataclass(right):
        return all(same(getattr(left, f.name), getattr(right, f.name)) for f in fields(left))
    if isinstance(left, np.ndarray):
        return bool(np.array_equal(left, np.asarray(right)))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return list(left) == list(right) and all(same(left[name], right[name]) for name in left)
    return left == right


def scored(key: ScoringKey, seed: int, *, minimum: int = 5, people: int = 12) -> CycleScores:
    ratings = np.random.default_rng(seed).integers(1, 6, (3 * people, len(key.items))).astype(np.int8)
    return score_cycle(key, AnswerMatrix(ratings, np.repeat([0, 1, 2], people).astype(np.int32)), TREE, minimum=minimum)


def changes(first: CycleScores, second: CycleScores, **members: Sequence[str]) -> dict[str, list[str]]:
    """Measures with a change, by node; `members` holds those of A in both quarters."""
    one, two = (members.get(quarter) for quarter in ("before", "after"))
    records = [
        records_of(scores, {} if part is None else {"A": part}) for scores, part in ((first, one), (second, two))
    ]
    found = between(records, ["2026Q1", "2026Q2"], 5)
    document = dict(cycle_document(ScoredCycle("2026Q2", second, found)))
    return {name: list(entry.get("change", {})) for name, entry in by_team(document).items()}


def everywhere(*codes: str) -> dict[str, list[str]]:
    return {name: list(codes) for name in "ABC"}


def test_quarters_are_numbered_without_a_gap_at_the_turn_of_a_year() -> None:
    labels = [f"{year}Q{quarter}" for year in (2025, 2026, 2027) for quarter in (1, 2, 3, 4)]
    numbers = [quarter_number(label) for label in labels]
    assert numbers == list(range(numbers[0], numbers[0] + 12))


@pytest.mark.parametrize("label", [None, "2026Q1"])
def test_a_single_cycle_is_compared_with_nothing(label: str | None) -> None:
    scores = scored(make_key((2,)), 1)
    (cycle,) = with_history([(label, scores)])
    assert (cycle.cycle, cycle.between) == (label, None)
    assert all(entry.keys().isdisjoint({"change", "trend"}) for entry in by_team(dict(cycle_document(cycle))).values())
    assert with_history([]) == ()


def test_every_cycle_sees_those_before_it_and_none_after_it() -> None:
    history = quarters(3, 6)
    cycles = [(label, score_cycle(KEY, answers, tree, minimum=5)) for label, tree, answers in history]
    whole = with_history(cycles)
    assert whole[0].between is None
    assert [cycle.between.since for cycle in whole[1:] if cycle.between] == list(YEAR[:5])
    for last in range(2, 7):
        part = with_history(cycles[:last])
        assert all(same(one.between, two.between) for one, two in zip(part, whole, strict=False))


def test_a_file_takes_the_way_of_stored_cycles() -> None:
    history = quarters(5, 6)
    cycles = [(label, score_cycle(KEY, answers, tree, minimum=5)) for label, tree, answers in history]
    records = [records_of(scores, {}) for _, scores in cycles]
    found = between(records, YEAR, 5)
    assert isinstance(found, Between)
    assert found.trends
    assert same(found, with_history(cycles)[-1].between)


def test_other_items_break_the_line_of_their_dimension_and_of_the_overall_score() -> None:
    assert changes(scored(make_key((3, 2)), 1), scored(make_key((3, 2)), 2)) == everywhere("D1", "D2", "overall")
    assert changes(scored(make_key((3, 2)), 1), scored(make_key((4, 2)), 2)) == everywhere("D2")
    assert changes(scored(make_key((3, 2)), 1), scored(make_key((3,)), 2)) == everywhere("D1")
    assert changes(scored(make_key((2,)), 1), scored(make_key((3,)), 2)) == everywhere()


def test_an_item_that_is_keyed_the_other_way_round_breaks_the_line() -> None:
    found = changes(scored(make_key((3, 2)), 1), scored(make_key((3, 2), reverse=(1,)), 2))
    assert found == everywhere("D2")


def test_another_scale_breaks_the_line_of_its_dimension_and_of_the_overall_score() -> None:
    """Four of five points are not four of seven: what 3 meant before is no longer what it means."""
    key, wide = make_key((3, 2)), ScaleKey(1, 7)
    items = tuple(replace(item, scale=wide) if place >= 3 else item for place, item in enumerate(key.items))
    longer = replace(key, items=items, dimensions=(key.dimensions[0], replace(key.dimensions[1], scale=wide)))
    assert changes(scored(key, 1), scored(longer, 2)) == everywhere("D1")
    assert changes(scored(key, 1), scored(make_key((3, 2), scale=wide), 2)) == everywhere()


def test_items_that_change_places_break_the_line_of_the_overall_score_too() -> None:
    """The same five items, but the mean of dimension means weighs them in another way."""
    key = make_key((3, 2))
    one, two = key.dimensions
    for first, second in (((0, 1, 3), (2, 4)), ((0, 1), (2, 3, 4)), ((3, 4), (0, 1, 2))):
        regrouped = replace(key, dimensions=(replace(one, items=first), replace(two, items=second)))
        assert changes(scored(key, 1), scored(regrouped, 2)) == everywhere()


def test_an_item_of_another_code_breaks_the_line_although_the_number_is_the_same() -> None:
    key = make_key((3, 2))
    items = (replace(key.items[0], code="D1Q1b"), *key.items[1:])
    assert changes(scored(key, 1), scored(replace(key, items=items), 2)) == everywhere("D2")


def test_an_outcome_more_and_another_order_of_items_break_nothing() -> None:
    key = make_key((3, 2))
    one, two = key.dimensions
    turned = replace(key, dimensions=(replace(one, items=one.items[::-1]), two))
    assert changes(scored(key, 1), scored(turned, 2)) == everywhere("D1", "D2", "overall")
    assert changes(scored(key, 1), scored(make_key((3, 2), outcomes=1), 2)) == everywhere("D1", "D2", "overall")


def test_a_score_that_no_longer_counts_in_the_whole_breaks_the_line_of_the_whole_only() -> None:
    key = make_key((2, 2, 2))
    third = replace(key.dimensions[2], overall=False)
    assert changes(scored(key, 1), scored(replace(key, dimensions=(*key.dimensions[:2], third)), 2)) == everywhere(
        "D1", "D2", "D3"
    )


def test_other_members_break_the_line_of_a_merged_group_alone() -> None:
    first, second, every = scored(make_key((2,)), 1), scored(make_key((2,)), 2), ["D1", "overall"]
    assert changes(first, second, before=["x", "y"], after=["y", "x"]) == everywhere(*every)
    for before, after in ((["x", "y"], ["x", "z"]), (["x", "y"], ["x"]), (["x"], ["x", "y"])):
        assert changes(first, second, before=before, after=after) == {"A": [], "B": every, "C": every}


def test_a_line_that_broke_in_between_starts_anew_even_with_the_items_of_old() -> None:
    """Five quarters and a foreign one among them: what lies before it is not looked at again."""
    labels = [f"{2026 + place // 4}Q{place % 4 + 1}" for place in range(7)]
    old, new = make_key((3,)), make_key((4,))
    cycles = [(label, scored(new if place == 1 else old, place)) for place, label in enumerate(labels)]
    documents = [by_team(dict(cycle_document(cycle))) for cycle in with_history(cycles)]
    assert ["D1" in part["A"].get("change", {}) for part in documents] == [False, False, False, True, True, True, True]
    assert ["trend" in part["A"] for part in documents] == [False] * 6 + [True]
    assert documents[6]["A"]["trend"]["D1"]["quarters"] == 5


def test_other_items_of_other_teams_leave_the_own_variance_alone() -> None:
    """Without a common line there is no pooled variance either, and nothing is computed from it."""
    first, second = scored(make_key((3,)), 1), scored(make_key((4,)), 2)
    found = between([records_of(first, {}), records_of(second, {})], ["2026Q1", "2026Q2"], 5)
    assert found is not None
    assert dict(found.changes["D1"].rows) == dict(found.changes["overall"].rows) == {}
    assert found.trends == {}


@pytest.mark.parametrize("minimum", [1, 5])
def test_a_dimension_nobody_is_asked_for_years_makes_no_line_and_no_error(minimum: int) -> None:
    cycles = []
    for place in range(6):
        ratings = np.random.default_rng(place).integers(1, 6, (18, 4)).astype(np.int8)
        ratings[:, 2:] = MISSING
        answers = AnswerMatrix(ratings, np.repeat([0, 1, 2], 6).astype(np.int32))
        label = f"{2026 + place // 4}Q{place % 4 + 1}"
        cycles.append((label, score_cycle(make_key((2, 2)), answers, TREE, minimum=minimum)))
    entry = by_team(json.loads(canonical_json(cycle_document(with_history(cycles)[-1]))))["A"]
    assert list(entry["change"]) == list(entry["trend"]) == ["D1"]


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught, use_language("en"):
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


INSTRUMENT = """
code = "toy"
version = "1.0"
languages = ["en"]
[scale]
min = 1
max = 5
[[dimensions]]
code = "D1"
name.en = "One"
[[items]]
code = "D1Q1"
dimension = "D1"
text.en = "First"
[[items]]
code = "D1Q2"
dimension = "D1"
text.en = "Second"
reverse_keyed = true
"""


def test_cycles_of_a_file_are_compared_in_the_order_of_time_whatever_the_order_of_rows(tmp_path: Path) -> None:
    (tmp_path / "toy.toml").write_text(INSTRUMENT, encoding="utf-8")
    ratings = {"2026Q4": (3, 3), "2027Q1": (5, 1), "2026Q2": (1, 5)}
    rows = [f"{cycle},{team},{a},{b}" for cycle, (a, b) in ratings.items() for team in "AB" for _ in range(6)]
    (tmp_path / "answers.csv").write_text("\n".join(["cycle,team,D1Q1,D1Q2", *rows]), encoding="utf-8")
    out = tmp_path / "out.json"
    assert run("score", tmp_path / "answers.csv", "--instrument", tmp_path / "toy.toml", "--json", out) == 0
    found: Any = json.loads(out.read_text(encoding="utf-8"))
    assert [part["cycle"] for part in found["cycles"]] == ["2026Q2", "2026Q4", "2027Q1"]
    teams = [by_team(part)["A"] for part in found["cycles"]]
    assert "change" not in teams[0]
    assert [(t["change"]["D1"]["from"], t["change"]["D1"]["difference_100"]) for t in teams[1:]] == [
        ("2026Q2", 50),
        ("2026Q4", 50),
    ]
