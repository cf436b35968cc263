"""What a record keeps, which records belong together, and the variance inside teams over several quarters."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.cycle_statistics import (
    DimensionRecords,
    Histograms,
    OrganisationRecord,
    Summary,
    histograms_of,
    history,
    matched,
    pooled_variance_of,
    pooled_variance_over,
    recorded_histograms,
    recorded_summary,
)
from assess.scoring.interval import pooled_variance
from assess.scoring.moments import Moments, moments_by_node

NOTHING = Histograms.of_table(np.zeros((0, 21), dtype=np.int64))


def records(
    entries: dict[str, tuple[int, float, float]], *, lines: dict[str, str] | None = None, units: str = ""
) -> DimensionRecords:
    """Records by node: (n, mean, SD). A node's line is its name unless `lines` says otherwise."""
    n, mean, sd = (np.array(column) for column in zip(*entries.values(), strict=True))
    return DimensionRecords(
        nodes=tuple(entries),
        lines=tuple((lines or {}).get(node, node) for node in entries),
        is_team=np.array([node not in units for node in entries]),
        headcount=np.full(len(entries), -1),
        summary=Summary(n, mean.astype(float), sd.astype(float)),
        histograms=NOTHING,
        organisation=OrganisationRecord(teams=len(entries)),
    )


def counted(scores: list[float], nodes: list[int] | None = None, *, exact: bool = False) -> Histograms:
    where = np.array(nodes or [0] * len(scores), dtype=np.int32)
    return histograms_of(np.array(scores, dtype=float), np.ones(where.size, dtype=np.bool_), where, exact=exact)


def cells(histograms: Histograms) -> dict[tuple[int, float], int]:
    parts = zip(histograms.nodes, histograms.scores_100, histograms.counts, strict=True)
    return {(int(node), float(score)): int(count) for node, score, count in parts}


@pytest.mark.parametrize(
    ("score", "kept"),
    [(0.0, 0), (2.4, 0), (2.5, 5), (12.5, 15), (62.5, 65), (62.5 - 1e-12, 65), (97.4, 95), (100, 100)],
)
def test_a_person_score_is_kept_to_the_nearest_multiple_of_five_halves_upwards(score: float, kept: float) -> None:
    assert cells(counted([score])) == {(0, kept): 1}


def test_data_that_are_not_confidential_keep_every_distinct_score() -> None:
    scores = [100 / 3, 0.1 + 0.2, 0.3, 100 / 3, 62.5]  # two of them differ in the last bit only
    assert cells(counted(scores, exact=True)) == {(0, 0.3): 2, (0, 33.333333333): 2, (0, 62.5): 1}


def test_persons_without_a_score_are_in_no_histogram() -> None:
    scores, nodes = np.array([10.0, 20.0, 30.0]), np.zeros(3, dtype=np.int32)
    found = histograms_of(scores, np.array([True, False, True]), nodes)
    assert cells(found) == {(0, 10.0): 1, (0, 30.0): 1}
    assert cells(histograms_of(scores, np.zeros(3, dtype=np.bool_), nodes)) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 24)), max_size=60), st.booleans())
def test_histograms_of_a_whole_tree_equal_a_count_person_by_person(people: list[tuple[int, int]], exact: bool) -> None:
    parents = np.array([-1, 0, 0, 1, 1])
    nodes = [node for node, _ in people]
    found = counted([100 * x / 24 for _, x in people], nodes, exact=exact).upwards(parents)
    expected: Counter[tuple[int, float]] = Counter()
    for node, x in people:
        above = node
        while above >= 0:
            expected[above, round(100 * x / 24, 9) if exact else 5 * int(100 * x / 24 / 5 + 0.5)] += 1
            above = int(parents[above])
    assert cells(found) == expected
    assert list(cells(found)) == sorted(expected)
    assert found.persons(5).tolist() == [sum(c for (v, _), c in expected.items() if v == node) for node in range(5)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=21, max_size=21), min_size=1, max_size=5))
def test_a_stored_table_is_read_back_and_may_be_put_in_another_order(rows: list[list[int]]) -> None:
    table = np.array(rows)
    assert np.array_equal(Histograms.of_table(table).table(len(rows)), table)
    order = np.random.default_rng(len(rows)).permutation(len(rows))[: max(1, len(rows) - 1)]
    taken = Histograms.of_table(table).at(order, len(rows))
    assert np.array_equal(taken.table(len(order)), table[order])


def test_a_table_of_21_counts_holds_multiples_of_five_only() -> None:
    with pytest.raises(ValueError, match="multiples of five"):
        counted([62.5], exact=True).table(1)


@pytest.mark.parametrize(
    ("n", "sd", "kept"),
    [
        (9, 12.4, 10.0),
        (9, 12.5, 15.0),
        (9, 2.4, 0.0),
        (2, 17.5, 20.0),
        (10, 12.43216, 12.4322),
        (10, 0.0, 0.0),
        (1, 0, 0),
    ],
)
def test_a_record_keeps_the_sd_in_steps_of_five_below_ten_persons_and_four_decimals_from_ten(
    n: int, sd: float, kept: float
) -> None:
    groups = Moments(np.array([n]), np.array([n * 12.34567]), np.array([n * 12.34567**2 + (n - 1) * sd**2]))
    found = recorded_summary(groups)
    assert (found.n[0], found.mean_100[0], found.sd_100[0]) == (n, 62.3457, pytest.approx(kept, abs=1e-12))
    exact = recorded_summary(groups, exact=True)
    assert (exact.mean_100[0], exact.sd_100[0]) == pytest.approx((62.34567, sd), abs=1e-6)


def test_the_record_has_the_spread_that_the_intervals_of_its_own_quarter_rest_on() -> None:
    random = np.random.default_rng(4)
    nodes = np.repeat(np.arange(30), np.arange(1, 31)).astype(np.int32)
    groups = moments_by_node(random.uniform(0, 100, nodes.size), np.ones(nodes.size, dtype=np.bool_), nodes, 30)
    assert recorded_summary(groups).within == pytest.approx(groups.recorded().within, rel=1e-4)
    small = groups.n < 10
    assert recorded_summary(groups).within[small] == pytest.approx(groups.recorded().within[small], abs=1e-8)


def test_only_nodes_with_ten_persons_keep_their_histogram() -> None:
    found = counted([50.0] * 19, [0] * 9 + [1] * 10)
    n = np.array([9, 10])
    assert recorded_histograms(found, n).persons(2).tolist() == [0, 10]
    assert recorded_histograms(found, n, exact=True).persons(2).tolist() == [9, 10]


def test_one_line_ties_a_node_to_itself_in_another_quarter_and_a_changed_line_to_nothing() -> None:
    earlier = records({"A": (5, 50, 20), "B": (6, 60, 20), "C": (7, 70, 20)})
    later = records({"D": (5, 1, 2), "C": (8, 3, 4), "B": (9, 5, 6), "A": (9, 7, 8)}, lines={"B": "B with others"})
    before, after = matched(earlier, later)
    assert before.tolist() == [2, 0]
    assert after.tolist() == [1, 3]
    assert [part.tolist() for part in matched(earlier, records({"Z": (5, 1, 1)}))] == [[], []]


def test_a_node_or_a_line_may_not_occur_twice_in_one_cycle() -> None:
    with pytest.raises(ValueError, match="twice"):
        records({"unit": (5, 50, 20), "its only team": (5, 50, 20)}, lines={"unit": "x", "its only team": "x"})
    with pytest.raises(ValueError, match="one entry per node"):
        DimensionRecords(("A",), ("A",), np.ones(2, bool), np.ones(1, int), records({"A": (5, 1, 1)}).summary, NOTHING,
                         OrganisationRecord(teams=1))  # fmt: skip


def test_a_record_says_which_nodes_have_a_histogram() -> None:
    whole = records({"A": (9, 50, 20), "B": (10, 50, 20)})
    kept = recorded_histograms(counted([50.0] * 19, [0] * 9 + [1] * 10), whole.summary.n)
    found = DimensionRecords(
        whole.nodes, whole.lines, whole.is_team, whole.headcount, whole.summary, kept, whole.organisation
    )
    assert found.has_histogram.tolist() == [False, True]


def test_the_variance_inside_teams_is_pooled_over_quarters_as_calculated_by_hand() -> None:
    # (10*484 + 4*400 + 5*100 + 6*225 + 7*625) / (10 + 4 + 5 + 6 + 7), the team of one adds nothing
    first = records({"A": (5, 50, 20), "B": (6, 60, 10), "U": (11, 55, 1)}, units="U")
    second = records({"A": (7, 50, 15), "C": (8, 60, 25), "D": (1, 0, 0)})
    assert pooled_variance_of([first, second]) == pytest.approx(12665 / 32, rel=1e-12)


def test_fewer_than_three_teams_leave_the_prior_variance_however_many_quarters_they_have() -> None:
    quarter = records({"A": (5, 50, 20), "B": (6, 60, 10), "C": (1, 60, 0)})
    assert pooled_variance_of([quarter] * 8) == 22.0**2
    assert pooled_variance_of([quarter, records({"A": (5, 5, 5)}, lines={"A": "A with others"})]) != 22.0**2
    assert pooled_variance_over([], 0, prior_sd=27.0) == 27.0**2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 40)), min_size=1, max_size=6))
def test_the_variance_of_one_quarter_is_that_of_its_intervals(teams: list[tuple[int, int]]) -> None:
    n, sd = (np.array(column) for column in zip(*teams, strict=True))
    moments = Moments(n, np.zeros(n.size), (n - 1.0) * sd**2)
    found = pooled_variance_over([Summary(n, np.full(n.size, 50.0), sd.astype(float))], int((n >= 2).sum()))
    assert found == pytest.approx(pooled_variance(moments), rel=1e-12)


def test_history_keeps_gaps_and_ends_where_a_line_was_broken() -> None:
    old = records({"A": (5, 10, 1), "B": (5, 20, 2), "C": (5, 30, 3)})
    broken = records({"B": (6, 21, 2), "C": (6, 31, 3)}, lines={"B": "B with others"})
    new = records({"C": (7, 32, 3), "B": (8, 22, 2), "A": (9, 12, 1)})
    found = history([old, broken, new])
    assert found.n.tolist() == [[5, 6, 7], [0, 0, 8], [5, 0, 9]]  # B was another group in between: its line starts anew
    assert found.mean_100.tolist() == [[30, 31, 32], [0, 0, 22], [10, 0, 12]]
    assert found.sd_100.tolist() == [[3, 3, 3], [0, 0, 2], [1, 0, 1]]
    assert history([old]).n.tolist() == [[5], [5], [5]]
