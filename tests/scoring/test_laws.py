"""What must hold for any answers: the laws of measurement, section 13.3."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import score_cycle
from assess.scoring.interval import half_widths, logical_bounds, team_interval
from assess.scoring.key import ItemKey, ScaleKey, ScoringKey
from assess.scoring.moments import Moments
from assess.scoring.persons import recoded
from assess.scoring.tree import Tree
from tests.scoring.release_oracle import subtree, trees
from tests.scoring.small_worlds import FIVE, document_of, make_key

KEY = make_key((4, 3), reverse=(1, 5), outcomes=1)
Ratings = npt.NDArray[np.int8]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Tree, AnswerMatrix]:
    """Draw a small organisation with a roster and answers to KEY, some of them skipped."""
    tree, direct = draw(trees(most_nodes=7, most_people=12))
    silent = np.array(draw(st.lists(st.integers(-1, 4), min_size=len(direct), max_size=len(direct))))
    heads = np.where(silent < 0, -1, direct + silent).astype(np.int32)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    ratings = random.integers(1, 6, size=(int(direct.sum()), 8)).astype(np.int8)
    ratings[random.random(ratings.shape) < draw(st.sampled_from([0.0, 0.15, 0.4]))] = MISSING
    answers = AnswerMatrix(ratings, np.repeat(np.arange(len(direct)), direct).astype(np.int32))
    return Tree(tree.names, tree.parents, heads), answers


def text(key: ScoringKey, answers: AnswerMatrix, tree: Tree, minimum: int) -> str:
    return json.dumps(document_of(key, answers, tree, minimum=minimum)[1], sort_keys=True)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from([2, 5]), st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(world: tuple[Tree, AnswerMatrix], minimum: int, seed: int) -> None:
    tree, answers = world
    order = np.random.default_rng(seed).permutation(len(answers.nodes))
    mixed = AnswerMatrix(answers.ratings[order], answers.nodes[order])
    assert text(KEY, mixed, tree, minimum) == text(KEY, answers, tree, minimum)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from([1, 2, 5]), st.integers(0, 2**32))
def test_the_order_of_teams_does_not_matter(world: tuple[Tree, AnswerMatrix], minimum: int, seed: int) -> None:
    tree, answers = world
    order = np.random.default_rng(seed).permutation(len(tree.names))
    place = np.argsort(order)
    parents = np.where(tree.parents[order] < 0, -1, place[tree.parents[order]]).astype(np.int32)
    moved = Tree(tuple(tree.names[v] for v in order), parents, tree.headcounts[order])
    before = document_of(KEY, answers, tree, minimum=minimum)[1]
    after = document_of(
        KEY, AnswerMatrix(answers.ratings, place[answers.nodes].astype(np.int32)), moved, minimum=minimum
    )[1]
    for part, name in (("teams", "team"), ("units", "team"), ("others", "parent")):
        assert _close(_sorted(after[part], name), _sorted(before[part], name))
    assert _close(after["organisation"], before["organisation"])


def _sorted(entries: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: str(entry[name]))


def _close(left: object, right: object) -> bool:
    """Compare documents; unrounded numbers may differ in their last bits, because sums run in another order."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_close(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_close, left, right))
    if isinstance(left, float | int) and isinstance(right, float | int):
        return left == pytest.approx(right, abs=1e-7)
    return left == right


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from([2, 5]))
def test_moving_the_scale_changes_no_score(world: tuple[Tree, AnswerMatrix], minimum: int) -> None:
    tree, answers = world
    moved = make_key((4, 3), reverse=(1, 5), outcomes=1, scale=ScaleKey(0, 4))
    shifted = np.where(answers.ratings == MISSING, MISSING, answers.ratings - 1).astype(np.int8)
    before = score_cycle(KEY, answers, tree, minimum=minimum)
    after = score_cycle(moved, AnswerMatrix(shifted, answers.nodes), tree, minimum=minimum)
    for left, right in zip(before.dimensions, after.dimensions, strict=True):
        assert right.total.mean == pytest.approx(left.total.mean, abs=1e-9)
        assert right.total.within == pytest.approx(left.total.within, abs=1e-6)
        assert right.pattern.published.tolist() == left.pattern.published.tolist()
        assert right.favourable.tolist() == left.favourable.tolist()
    assert before.overall is not None
    assert after.overall is not None
    assert after.overall.total.mean == pytest.approx(before.overall.total.mean, abs=1e-9)


@given(st.lists(st.sampled_from([-128, 1, 2, 3, 4, 5]), max_size=20))
def test_reversing_twice_changes_nothing(values: list[int]) -> None:
    item = ItemKey("Q", FIVE, reverse_keyed=True)
    column = np.array(values, dtype=np.int8)
    once, present = recoded(column, item)
    twice, _ = recoded(np.where(present, once, MISSING), item)
    assert twice[present].tolist() == column[present].tolist()
    assert once[present].tolist() == [6 - value for value in column[present].tolist()]


@settings(max_examples=40, deadline=None)
@given(worlds(), st.sampled_from([1, 2, 5]))
def test_mirrored_answers_to_a_reversed_item_score_the_same(world: tuple[Tree, AnswerMatrix], minimum: int) -> None:
    tree, answers = world
    ratings = answers.ratings.copy()
    turned = ratings[:, 2]
    ratings[:, 2] = np.where(turned == MISSING, MISSING, 6 - turned)
    mirrored = make_key((4, 3), reverse=(1, 2, 5), outcomes=1)
    before = document_of(KEY, answers, tree, minimum=minimum)[1]
    after = document_of(mirrored, AnswerMatrix(ratings, answers.nodes), tree, minimum=minimum)[1]
    assert _without_counts(after) == _without_counts(before)


def _without_counts(entry: object) -> object:
    """Counts are as answered, so they alone are mirrored."""
    if isinstance(entry, dict):
        return {name: _without_counts(value) for name, value in entry.items() if name != "counts"}
    return [_without_counts(value) for value in entry] if isinstance(entry, list) else entry


@st.composite
def team_scores(draw: st.DrawFn) -> tuple[Moments, int]:
    """Draw the person scores of one team and its headcount."""
    scores = np.array(draw(st.lists(st.floats(0, 100), min_size=1, max_size=15))) - 50.0
    heads = len(scores) + draw(st.integers(0, 6))
    return Moments(np.array([len(scores)]), np.array([scores.sum()]), np.array([(scores**2).sum()])), heads


@given(team_scores(), st.floats(1, 1200), st.sampled_from([0.0, 0.8, 1.0]))
def test_the_interval_holds_the_mean_inside_its_limits(team: tuple[Moments, int], v0: float, rho: float) -> None:
    moments, heads = team
    limits = team_interval(moments, np.array([heads]), v0, rho=rho)
    low, mean, high = float(limits.low[0]), float(moments.mean[0]), float(limits.high[0])
    assert -1e-9 <= low <= mean + 1e-9
    assert mean - 1e-9 <= high <= 100 + 1e-9
    if rho == 1.0:
        bounds = logical_bounds(moments, np.array([heads]))
        assert bounds.low[0] - 1e-9 <= low <= high <= bounds.high[0] + 1e-9 or heads == moments.n[0]
        assert (float(limits.half[0]) == 0.0) == (heads == int(moments.n[0]))
    else:
        assert limits.half[0] > 0.0


@given(st.floats(0, 2500), st.floats(1, 1200), st.sampled_from([0.0, 0.8, 1.0]))
def test_more_answers_make_the_interval_narrower(variance: float, v0: float, rho: float) -> None:
    n = np.arange(2, 40)
    groups = Moments(n, np.zeros(38), np.asarray(variance * (n - 1.0), dtype=np.float64))
    widths = half_widths(groups, np.full(38, 45), v0, rho=rho)
    assert (np.diff(widths) < 0).all()


@settings(max_examples=40, deadline=None)
@given(worlds(), st.sampled_from([1, 2, 5]), st.booleans())
def test_a_team_nobody_answered_for_changes_nothing(
    world: tuple[Tree, AnswerMatrix], minimum: int, inside: bool
) -> None:
    tree, answers = world
    units = np.flatnonzero(tree.is_unit)
    parent = int(units[0]) if inside and units.size else -1
    larger = Tree(
        (*tree.names, "empty"),
        np.append(tree.parents, parent).astype(np.int32),
        np.append(tree.headcounts, 0).astype(np.int32),
    )
    before = document_of(KEY, answers, tree, minimum=minimum)[1]
    after = document_of(KEY, answers, larger, minimum=minimum)[1]
    assert after["teams"].pop() == {"team": "empty", "suppressed": "too_few"}
    assert after == before


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from([2, 4, 5]), st.integers(0, 2**32))
def test_answers_of_hidden_teams_move_only_the_others_and_the_organisation(
    world: tuple[Tree, AnswerMatrix], minimum: int, seed: int
) -> None:
    tree, answers = world
    scores, before = document_of(KEY, answers, tree, minimum=minimum)
    # Hidden in every figure, and under no published unit: nothing but the organisation's rest may hold them.
    hidden = scores.pattern.owners[answers.nodes] < 0
    ratings = answers.ratings.copy()
    fresh = np.random.default_rng(seed).integers(1, 6, size=ratings.shape)
    ratings[hidden] = np.where(ratings[hidden] == MISSING, MISSING, fresh[hidden])
    after = document_of(KEY, AnswerMatrix(ratings, answers.nodes), tree, minimum=minimum)[1]
    assert after["teams"] == before["teams"]
    assert after["units"] == before["units"]
    assert [e for e in after["others"] if e["parent"] is not None] == [
        e for e in before["others"] if e["parent"] is not None
    ]
    # A figure with fewer answers than the node may have a rest large enough to be pooled where the node has none.
    assert scores.overall is not None
    measures = (scores.overall, *scores.dimensions)
    patterns = [scores.pattern, *(m.pattern for m in measures), *(item.shown for item in scores.items)]
    if not any(scores.printed_residuals(pattern)[0] for pattern in patterns):
        assert after["organisation"] == before["organisation"]


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_the_vectorised_pass_equals_a_loop_over_people(world: tuple[Tree, AnswerMatrix]) -> None:
    tree, answers = world
    scores = score_cycle(KEY, answers, tree, minimum=1)
    for node in range(len(tree.names)):
        inside = subtree(tree, node)
        people = [row for row, at in zip(answers.ratings.tolist(), answers.nodes, strict=True) if inside[at]]
        assert int(scores.respondents[node]) == sum(any(value != -128 for value in row) for row in people)
        persons = [[_person_score(row, dimension.items) for dimension in KEY.dimensions] for row in people]
        for d, measure in enumerate(scores.dimensions):
            _assert_same(measure.total, node, [person[d] for person in persons])
        assert scores.overall is not None
        _assert_same(scores.overall.total, node, [_overall(person) for person in persons])
        for place, item in enumerate(scores.items):
            given = [row[place] for row in people if row[place] != -128]
            assert item.total(node).tolist() == [given.count(option) for option in range(1, 6)]


def _person_score(row: list[int], places: tuple[int, ...]) -> float | None:
    values = [6 - row[p] if KEY.items[p].reverse_keyed else row[p] for p in places if row[p] != -128]
    if 2 * len(values) < len(places):
        return None
    return 25.0 * (sum(values) / len(values) - 1)


def _overall(person: list[float | None]) -> float | None:
    known = [score for score in person if score is not None]
    return sum(known) / len(known) if 4 * len(known) >= 3 * len(person) and known else None


def _assert_same(moments: Moments, node: int, scores: list[float | None]) -> None:
    known = [score for score in scores if score is not None]
    assert int(moments.n[node]) == len(known)
    if known:
        assert moments.mean[node] == pytest.approx(np.mean(known), abs=1e-9)
    if len(known) > 1:
        assert moments.variance[node] == pytest.approx(np.var(known, ddof=1), abs=1e-6)


@given(trees(most_nodes=12))
def test_sums_upwards_equal_sums_over_descendants(world: tuple[Tree, npt.NDArray[np.int64]]) -> None:
    tree, values = world
    expected = [int(values[subtree(tree, node)].sum()) for node in range(len(values))]
    assert np.asarray(tree.sum_upwards(values)).tolist() == expected
    table = np.stack([values, 2 * values], axis=1)
    assert np.asarray(tree.sum_upwards(table)).tolist() == [[value, 2 * value] for value in expected]


@given(team_scores())
def test_below_ten_answers_the_recorded_spread_is_a_multiple_of_five(team: tuple[Moments, int]) -> None:
    moments, _ = team
    kept = moments.recorded()
    assert kept.mean == pytest.approx(moments.mean)
    if moments.n[0] >= 10 or moments.n[0] == 1:
        assert kept.second.tolist() == moments.second.tolist()
    else:
        deviation = float(np.sqrt(kept.variance[0]))
        assert deviation % 5 == pytest.approx(0, abs=1e-6) or deviation % 5 == pytest.approx(5, abs=1e-6)
        assert deviation == pytest.approx(float(np.sqrt(moments.variance[0])), abs=2.5 + 1e-6)
