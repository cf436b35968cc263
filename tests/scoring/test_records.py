"""What a cycle leaves to later ones, from answers to records, against loops over people (measurement, section 6.0)."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor, sqrt

import numpy as np
import pytest

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.key import ScaleKey
from assess.scoring.measures import OVERALL
from assess.scoring.records import item_set, items_key, line_key, lines_of, records_of
from tests.scoring.release_oracle import subtree, with_numbers
from tests.scoring.small_worlds import make_key, make_tree, matrix
from tests.scoring.test_strata import KEY, SEEDS, TINY, Group, nodes_told_by_dimensions, organisation, plain_people

CODES = ("D1", "D2", OVERALL)
HALF = Fraction(1, 2)


def plain_groups(scores: CycleScores, answers: AnswerMatrix) -> dict[str, dict[str, Group]]:
    """People in and below every node, by measure and name."""
    result: dict[str, dict[str, Group]] = {}
    names = scores.tree.names
    inside = [subtree(scores.tree, v) for v in range(len(names))]
    for code, people in zip(CODES, plain_people(KEY, answers), strict=True):
        result[code] = {
            name: Group(tuple(score for node, score in people if below[node]), -1)
            for name, below in zip(names, inside, strict=True)
        }
    for node in nodes_told_by_dimensions(scores, answers) - {-1}:
        said = sum((result[code][names[node]].mean for code in CODES[:-1]), Fraction(0)) / 2
        result[OVERALL][names[node]] = replace(result[OVERALL][names[node]], said=said)
    return result


def plain_record(group: Group, *, exact: bool) -> tuple[int, float, float]:
    """n, mean and SD as a record keeps them."""
    deviation = sqrt(group.within(coarse=False) / (group.n - 1)) if group.n > 1 else 0.0
    if exact:
        return group.n, float(group.mean), deviation
    mean = Fraction(floor(group.mean * 10_000 + HALF), 10_000)
    if group.n < 10:
        return group.n, float(mean), 5.0 * floor(deviation / 5 + 0.5 + TINY)
    return group.n, float(mean), floor(deviation * 10_000 + 0.5 + TINY) / 10_000


def numbers_by_name(scores: CycleScores) -> dict[str, dict[str, bool]]:
    """Where numbers that need ten answers may stand, by measure and name."""
    measures = [*scores.dimensions, *([] if scores.overall is None else [scores.overall])]
    return {
        m.code: dict(
            zip(scores.tree.names, with_numbers(scores.tree, m.direct.n, m.pattern, scores.minimum), strict=True)
        )
        for m in measures
    }


def classes_of(group: Group) -> list[int]:
    """Persons by their score to the nearest multiple of five, halves upwards."""
    table = [0] * 21
    for score in group.scores:
        table[floor(score / 5 + HALF)] += 1
    return table


@pytest.mark.parametrize("minimum", [1, 2, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_shown_node_has_its_record_and_no_other_one_has(seed: int, minimum: int) -> None:
    tree, answers = organisation(seed)
    scores = score_cycle(KEY, answers, tree, minimum=minimum)
    records = records_of(scores, {})
    assert tuple(records) == CODES
    groups, exact = plain_groups(scores, answers), minimum == 1
    for code, measure in zip(CODES, [*scores.dimensions, scores.overall], strict=True):
        assert measure is not None
        found = records[code]
        shown = [tree.names[v] for v in np.flatnonzero(measure.pattern.published)]
        assert list(found.nodes) == shown
        units = [bool(tree.is_unit[tree.names.index(name)]) for name in shown]
        lines = [f"{name}\n" if unit else name for name, unit in zip(shown, units, strict=True)]
        assert list(found.lines) == lines, "nobody is merged: a node is who it is called, and a team or a unit"
        for row, name in enumerate(shown):
            group, place = groups[code][name], tree.names.index(name)
            n, mean, deviation = plain_record(group, exact=exact)
            assert int(found.summary.n[row]) == n >= minimum
            if exact:
                assert float(found.summary.mean_100[row]) == pytest.approx(mean, rel=1e-12, abs=1e-9)
                assert float(found.summary.sd_100[row]) == pytest.approx(deviation, rel=1e-9, abs=1e-6)
            else:
                assert (float(found.summary.mean_100[row]), float(found.summary.sd_100[row])) == (mean, deviation)
            assert bool(found.is_team[row]) is not bool(tree.is_unit[place])
            assert int(found.headcount[row]) == int(scores.headcounts[place])


@pytest.mark.parametrize("minimum", [2, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_histograms_are_kept_from_ten_people_in_steps_of_five_points(seed: int, minimum: int) -> None:
    tree, answers = organisation(seed)
    scores = score_cycle(KEY, answers, tree, minimum=minimum)
    records, groups = records_of(scores, {}), plain_groups(scores, answers)
    numbers = numbers_by_name(scores)
    for code, found in records.items():
        assert found.has_numbers.tolist() == [numbers[code][name] for name in found.nodes]
        table = found.histograms.table(len(found.nodes)).tolist()
        for row, name in enumerate(found.nodes):
            group = groups[code][name]
            kept = numbers[code][name] and group.said is None
            assert table[row] == (classes_of(group) if kept else [0] * 21)
            assert bool(found.has_histogram[row]) is kept


def test_a_score_that_is_the_mean_of_dimension_means_leaves_no_histogram_of_other_scores() -> None:
    """Three of twelve leave out one dimension of four; the dimensions keep theirs, and so does the team beside it."""
    rows: list[list[int | None]] = [[1 + (person + item) % 5 for item in range(8)] for person in range(24)]
    for row in rows[:3]:
        row[:2] = [None, None]
    scores = score_cycle(
        make_key((2, 2, 2, 2)),
        matrix(rows, [0] * 12 + [1] * 12),
        make_tree([("A", None, -1), ("B", None, -1)]),
        minimum=5,
    )
    records = records_of(scores, {})
    assert records[OVERALL].summary.n.tolist() == [12, 12]
    assert records[OVERALL].has_histogram.tolist() == [False, True]
    assert records["D2"].has_histogram.tolist() == [True, True]
    assert records["D1"].has_histogram.tolist() == [False, True], "nine people"


@pytest.mark.parametrize("seed", SEEDS)
def test_data_that_are_not_confidential_keep_every_score(seed: int) -> None:
    tree, answers = organisation(seed)
    scores = score_cycle(KEY, answers, tree, minimum=1)
    records, groups = records_of(scores, {}), plain_groups(scores, answers)
    for code, found in records.items():
        cells = found.histograms
        for row, name in enumerate(found.nodes):
            inside = cells.nodes == row
            kept = np.repeat(cells.scores_100[inside], cells.counts[inside]).tolist()
            assert kept == pytest.approx(sorted(map(float, groups[code][name].scores)), abs=1e-8)
            assert len(set(cells.scores_100[inside].tolist())) == len(set(groups[code][name].scores))


def test_figures_of_the_organisation_rest_on_the_released_teams() -> None:
    tree, answers = organisation(4)
    scores = score_cycle(KEY, answers, tree, minimum=5)
    records = records_of(scores, {})
    for code, measure in zip(CODES[:2], scores.dimensions, strict=True):
        whole, fit = records[code].organisation, scores.comparison.measures[code].fit
        assert fit is not None
        assert whole.teams == int(records[code].is_team.sum()) > 1
        assert (whole.mu_100, whole.tau2, whole.sigma2) == (fit.mu, fit.tau2, fit.sigma2)
        strata, _ = scores.strata(measure)
        assert whole.mean_100 == pytest.approx(float((strata.n * strata.mean).sum()) / int(strata.n.sum()), rel=1e-12)
        assert whole.alpha_within == measure.reliability
    overall = records[OVERALL].organisation
    assert (overall.mu_100, overall.tau2, overall.sigma2) == (None, None, None), "teams are compared by dimension"


def scored(sizes: Sequence[int] = (3, 2), *, reverse: Sequence[int] = ()) -> CycleScores:
    key = make_key(sizes, reverse=reverse)
    rows = np.random.default_rng(1).integers(1, 6, (24, sum(sizes))).tolist()
    tree = make_tree([("A", None, 12), ("B", None, -1)])
    return score_cycle(key, matrix(rows, [0] * 12 + [1] * 12), tree, minimum=5)


def test_the_line_of_a_merged_group_is_its_name_with_its_members() -> None:
    one = records_of(scored(), {"A": ["x", "y"]})["D1"]
    same = records_of(scored(), {"A": ("y", "x")})["D1"]
    other = records_of(scored(), {"A": ["x", "z"]})["D1"]
    plain = records_of(scored(), {})["D1"]
    assert one.lines == same.lines
    assert one.lines[0] not in {*other.lines, *plain.lines}
    assert one.lines[1] == other.lines[1] == plain.lines[1] == "B"
    assert line_key("A", ["B"]) != line_key("B", ["A"])
    assert len({line_key("A", []), line_key("A", ["A"]), line_key("A", ["A", "A"])}) == 3


def test_items_are_a_set_in_which_the_direction_counts() -> None:
    first, *others = ("D1/D1Q1:1..5", "D1/D1Q2:1..5", "D1/D1Q3:1..5")
    assert item_set(scored().key, "D1") == (first, *others)
    assert item_set(scored(reverse=(1,)).key, "D1") == (first, "D1/D1Q2:1..5-", others[1])
    assert set(item_set(scored().key, OVERALL)) == {first, *others, "D2/D2Q1:1..5", "D2/D2Q2:1..5"}
    assert items_key(["a", "b"]) == items_key(["b", "a"])
    assert len({items_key(part) for part in (["a"], ["a-"], ["a", "b"], ["ab"], [])}) == 5
    keys = {
        records_of(scored(sizes, reverse=r), {})["D1"].items
        for sizes, r in (((3, 2), ()), ((3, 2), (1,)), ((2, 3), ()))
    }
    assert len(keys) == 3


def test_items_of_another_scale_or_in_another_group_are_other_items() -> None:
    key = make_key((2, 2))
    longer = make_key((2, 2), scale=ScaleKey(1, 7))
    lower = make_key((2, 2), scale=ScaleKey(0, 4))
    one, two = key.dimensions
    regrouped = replace(key, dimensions=(replace(one, items=(0, 2)), replace(two, items=(1, 3))))
    assert item_set(lower, "D1") == ("D1/D1Q1:0..4", "D1/D1Q2:0..4")
    for code in CODES:
        assert len({items_key(item_set(other, code)) for other in (key, longer, lower, regrouped)}) == 4


def test_a_unit_is_not_on_the_line_of_a_team_of_its_name() -> None:
    """Nor on that of a merged group."""
    names, kinds = ("A", "B"), (np.array([True, True]), np.array([False, True]))
    team, unit = (lines_of(names, is_team, {}) for is_team in kinds)
    assert (team, unit) == (("A", "B"), ("A\n", "B"))
    merged = lines_of(names, kinds[0], {"A": ["x", "A"]})
    assert len({team[0], unit[0], merged[0], line_key("A", ["A"])}) == 4


def test_an_overall_score_of_fewer_dimensions_has_other_items() -> None:
    key = make_key((2, 2))
    one, two = key.dimensions
    less = replace(key, dimensions=(one, replace(two, overall=False)))
    assert items_key(item_set(key, OVERALL)) != items_key(item_set(less, OVERALL))
    assert items_key(item_set(key, "D2")) == items_key(item_set(less, "D2"))


def test_without_an_overall_score_there_is_no_record_of_one() -> None:
    key = make_key((2,))
    key = replace(key, dimensions=(replace(key.dimensions[0], overall=False),))
    scores = score_cycle(key, matrix([[3, 4]] * 6, [0] * 6), make_tree([("A", None, 6)]), minimum=5)
    assert tuple(records_of(scores, {})) == ("D1",)


@pytest.mark.parametrize("minimum", [1, 5])
def test_a_dimension_nobody_was_asked_leaves_an_empty_table(minimum: int) -> None:
    rows = [[3, 4, int(MISSING), int(MISSING)]] * 12
    answers = AnswerMatrix(np.array(rows, dtype=np.int8), np.zeros(12, dtype=np.int32))
    records = records_of(score_cycle(make_key((2, 2)), answers, make_tree([("A", None, 12)]), minimum=minimum), {})
    assert records["D1"].nodes == ("A",)
    assert records["D2"].nodes == records[OVERALL].nodes == ()
    whole = records["D2"].organisation
    assert (whole.teams, whole.mean_100, whole.mu_100, whole.tau2, whole.sigma2) == (0, None, None, None, None)


def test_one_answer_has_a_mean_and_no_spread() -> None:
    scores = score_cycle(make_key((1,)), matrix([[4]], [0]), make_tree([("A", None, 3)]), minimum=1)
    summary = records_of(scores, {})["D1"].summary
    assert (summary.n.tolist(), summary.mean_100.tolist(), summary.sd_100.tolist()) == ([1], [75.0], [0.0])
