"""The carry part of a cycle: what it holds, what it must not hold, and that nothing is lost on the way through JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from assess.releases.document import ScoredCycle, canonical_json, cycle_document
from assess.releases.history import between
from assess.releases.statistics import cycle_statistics, read_statistics
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.cycle_statistics import DimensionRecords, OrganisationRecord
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.records import records_of
from assess.scoring.rounding import half_up
from tests.releases.test_history import same
from tests.scoring.small_worlds import by_team, make_key, make_tree, matrix
from tests.scoring.test_between import YEAR, quarters
from tests.scoring.test_records import CODES, classes_of, numbers_by_name, plain_groups
from tests.scoring.test_strata import KEY

SEEDS = range(4)
MEMBERS = {"North 1": ["n1b", "n1a"], "Staff": ["Staff"], "Nobody": ["x", "y"]}


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def stored(scores: CycleScores, members: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """Write as a cycle is frozen, and read again."""
    text = canonical_json(cycle_statistics(scores, members or {}))
    return dict(json.loads(text, parse_constant=refuse))


def cycles(seed: int, count: int = 6, minimum: int = 5) -> list[CycleScores]:
    return [score_cycle(KEY, answers, tree, minimum=minimum) for _, tree, answers in quarters(seed, count)]


def texts(value: object) -> Iterator[str]:
    """Every text in a document, keys included."""
    if isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in texts(part))
    elif isinstance(value, str):
        yield value


def rounded(records: DimensionRecords) -> DimensionRecords:
    """Records with the organisation's figures as they are stored: four decimals, halves upwards."""
    known = asdict(records.organisation)
    figures = {name: None if known[name] is None else half_up(known[name], 1e-4) for name in known if name != "teams"}
    return replace(records, organisation=OrganisationRecord(records.organisation.teams, **figures))


@pytest.mark.parametrize("members", [{}, MEMBERS])
@pytest.mark.parametrize("seed", SEEDS)
def test_records_are_the_same_after_the_way_through_json(seed: int, members: dict[str, list[str]]) -> None:
    for scores in cycles(seed):
        direct = records_of(scores, members)
        assert same(read_statistics(stored(scores, members)), {code: rounded(part) for code, part in direct.items()})
        for code, part in read_statistics(stored(scores, members)).items():
            known, read = asdict(direct[code].organisation), asdict(part.organisation)
            assert [read[name] is None for name in known] == [value is None for value in known.values()]
            values = {name: value for name, value in known.items() if value is not None}
            assert {name: read[name] for name in values} == pytest.approx(values, rel=0.0, abs=5e-5 + 1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_compared_from_stored_records_is_what_is_compared_directly(seed: int) -> None:
    history = cycles(seed)
    direct = between([records_of(scores, MEMBERS) for scores in history], YEAR, 5)
    read = between([read_statistics(stored(scores, MEMBERS)) for scores in history], YEAR, 5)
    assert direct is not None
    assert read is not None
    assert direct.trends
    assert same(direct, read)
    documents = [canonical_json(cycle_document(ScoredCycle(YEAR[5], history[5], part))) for part in (direct, read)]
    assert documents[0] == documents[1]
    assert b'"change"' in documents[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_who_is_not_shown_is_in_it(seed: int) -> None:
    hidden = 0
    for scores in cycles(seed):
        document = dict(cycle_document(ScoredCycle(None, scores)))
        kept = stored(scores)
        for code in CODES:
            shown = {
                name
                for name, entry in by_team(document).items()
                if "dimensions" in entry and "n" in {**entry["dimensions"], "overall": entry["overall"]}[code]
            }
            assert {record["node"] for record in kept["dimensions"][code]["records"]} == shown
        withheld = {name for name, entry in by_team(document).items() if "dimensions" not in entry}
        assert withheld.isdisjoint(texts(kept))
        hidden += len(withheld)
    assert hidden > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_records_of_fewer_than_ten_keep_no_histogram_and_a_spread_in_steps_of_five(seed: int) -> None:
    history = quarters(seed, 3)
    sizes = set()
    for (_, _, answers), scores in zip(history, cycles(seed, 3), strict=True):
        groups, numbers = plain_groups(scores, answers), numbers_by_name(scores)
        for code, part in stored(scores)["dimensions"].items():
            for record in part["records"]:
                assert record["numbers"] is numbers[code][record["node"]]
                sizes.add(record["n"] >= 10)
                assert round(record["mean_100"], 4) == record["mean_100"]
                group = groups[code][record["node"]]
                if record["n"] >= 10:
                    kept = record["numbers"] and group.said is None
                    assert record["histogram"] == (classes_of(group) if kept else None)
                    assert round(record["sd_100"], 4) == record["sd_100"]
                else:
                    assert record["histogram"] is None
                    assert record["sd_100"] % 5 == 0
    assert sizes == {True, False}


def test_the_answers_of_a_hidden_team_are_in_no_record() -> None:
    """Two people in no rest of five: turned upside down, the stored bytes stay the same."""
    tree = make_tree([("A", None, 12), ("B", None, 6), ("C", None, 2)])
    rows = np.random.default_rng(1).integers(1, 6, (20, len(KEY.items))).astype(np.int8)
    nodes = np.repeat([0, 1, 2], [12, 6, 2]).astype(np.int32)
    other = rows.copy()
    other[18:] = 6 - other[18:]
    first, second = (
        canonical_json(cycle_statistics(score_cycle(KEY, AnswerMatrix(part, nodes), tree, minimum=5), {}))
        for part in (rows, other)
    )
    assert first == second
    assert b'"C"' not in first


def test_items_and_members_are_said_as_they_are() -> None:
    scores = score_cycle(
        make_key((3, 2), reverse=(1,)), matrix([[3] * 5] * 6, [0] * 6), make_tree([("A", None, -1)]), minimum=5
    )
    kept = stored(scores, {"A": ["y", "x"]})
    assert kept["items"] == {
        "D1": ["D1/D1Q1:1..5", "D1/D1Q2:1..5-", "D1/D1Q3:1..5"],
        "D2": ["D2/D2Q1:1..5", "D2/D2Q2:1..5"],
        "overall": ["D1/D1Q1:1..5", "D1/D1Q2:1..5-", "D1/D1Q3:1..5", "D2/D2Q1:1..5", "D2/D2Q2:1..5"],
    }
    assert kept["format"] == "assess/statistics/1"
    assert kept["members"] == {"A": ["x", "y"]}
    (record,) = kept["dimensions"]["D1"]["records"]
    assert record["headcount"] is None
    assert set(record) == {"node", "is_team", "n", "headcount", "mean_100", "sd_100", "numbers", "histogram"}


@pytest.mark.parametrize("found", ["assess/statistics/2", "assess/statistics", "", None, 1])
def test_a_format_of_tomorrow_or_none_is_not_read_as_that_of_today(found: object) -> None:
    kept = stored(cycles(1, 1)[0])
    assert read_statistics(kept)
    with pytest.raises(ValueError, match="format"):
        read_statistics({**kept, "format": found})
    without = {name: part for name, part in kept.items() if name != "format"}
    with pytest.raises(ValueError, match="None"):
        read_statistics(without)


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_the_organisation_keep_four_decimals(seed: int) -> None:
    """All digits would be an equation in the answers of everybody."""
    seen = 0
    for scores in cycles(seed, 3):
        for part in stored(scores)["dimensions"].values():
            values = [value for value in part["organisation"].values() if value is not None]
            assert [round(value, 4) for value in values] == values
            seen += len(values)
    assert seen > 20


def test_who_was_merged_into_a_hidden_group_is_said_nowhere() -> None:
    """Of A, B and C, which hold 6, 2 and 3 people, and of a node that is not there."""
    tree = make_tree([("A", None, -1), ("B", None, -1), ("C", None, -1)])
    answers = matrix([[3, 4]] * 11, [0] * 6 + [1] * 2 + [2] * 3)
    scores = score_cycle(make_key((2,)), answers, tree, minimum=5)
    members = {"A": ["a2", "a1"], "B": ["b1", "b2"], "Nobody": ["x"]}
    kept = stored(scores, members)
    assert kept["members"] == {"A": ["a1", "a2"]}
    assert {"B", "C", "b1", "b2", "Nobody", "x"}.isdisjoint(texts(kept))
    assert same(read_statistics(kept), {code: rounded(part) for code, part in records_of(scores, members).items()})


def test_a_team_that_becomes_a_unit_is_not_compared_in_stored_records_either() -> None:
    team = make_tree([("A", None, -1), ("B", None, -1)])
    unit = make_tree([("A", None, -1), ("B", None, -1), ("A 1", "A", -1)])
    rows = [[1 + place % 5, 3] for place in range(12)]
    parts = [
        score_cycle(make_key((2,)), matrix(rows, [node] * 6 + [1] * 6), tree, minimum=5)
        for node, tree in ((0, team), (2, unit), (2, unit))
    ]
    read = [read_statistics(stored(part)) for part in parts]
    for (one, two), names in (((0, 1), {"B"}), ((1, 2), {"A", "A 1", "B"})):
        found = between([read[one], read[two]], ["2026Q1", "2026Q2"], 5)
        assert found is not None
        assert set(found.changes["D1"].rows) == names


def test_members_that_changed_break_the_line_in_stored_records_too() -> None:
    one, two = cycles(3, 2)
    stored_ = [
        read_statistics(stored(one, {"North 1": ["a", "b"], "North 2": ["c"]})),
        read_statistics(stored(two, {"North 1": ["a", "d"], "North 2": ["c"]})),
    ]
    found = between(stored_, ["2026Q1", "2026Q2"], 5)
    assert found is not None
    everybody = between([read_statistics(stored(part)) for part in (one, two)], ["2026Q1", "2026Q2"], 5)
    assert everybody is not None
    for code in CODES:
        assert set(everybody.changes[code].rows) - set(found.changes[code].rows) <= {"North 1"}
    assert any("North 1" in everybody.changes[code].rows for code in CODES)
    assert not any("North 1" in found.changes[code].rows for code in CODES)


@pytest.mark.parametrize("size", [5, 12])
@pytest.mark.parametrize("rating", [1, 3, 5])
def test_people_of_one_mind_at_an_end_survive(size: int, rating: int) -> None:
    """All in the first or the last of the 21 classes; an SD of 0 is not the SD that is missing."""
    scores = score_cycle(
        make_key((2,)), matrix([[rating] * 2] * size, [0] * size), make_tree([("A", None, size)]), minimum=5
    )
    kept = stored(scores)
    (record,) = kept["dimensions"]["D1"]["records"]
    assert (record["mean_100"], record["sd_100"]) == (25 * (rating - 1), 0)
    if size >= 10:
        assert record["histogram"][5 * (rating - 1)] == size == sum(record["histogram"])
    assert same(read_statistics(kept), {code: rounded(part) for code, part in records_of(scores, {}).items()})


def test_a_dimension_nobody_was_asked_and_a_cycle_nobody_answered_are_kept_empty() -> None:
    rows: list[list[int | None]] = [[3, 4, None, None]] * 6
    for answers in (matrix(rows, [0] * 6), AnswerMatrix(np.full((6, 4), MISSING), np.zeros(6, dtype=np.int32))):
        scores = score_cycle(make_key((2, 2)), answers, make_tree([("A", None, 6)]), minimum=5)
        kept = stored(scores)
        assert kept["dimensions"]["D2"]["records"] == kept["dimensions"]["overall"]["records"] == []
        assert kept["dimensions"]["D2"]["organisation"]["mean_100"] is None
        read = read_statistics(kept)
        assert same(read, {code: rounded(part) for code, part in records_of(scores, {}).items()})
        assert between([read, read], ["2026Q1", "2026Q2"], 5) is not None
