"""Eight quarters of one organisation: what two of them say together, and that nobody's score chooses who is hidden."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assess.releases.document import ScoredCycle, cycle_document
from assess.releases.history import limits_after, scored_in_turn
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.guard import score_guarded
from assess.scoring.limits import Limits
from assess.scoring.tree import Tree
from tests.adversaries.attack import MOODS, Floats, Ints, World, equations, flat, isolated, worlds
from tests.scoring.release_oracle import subtree
from tests.scoring.small_worlds import Rating, by_team, make_key, make_tree, matrix

KEY = make_key((1, 1))
LABELS = [f"{year}Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4)]
MIDDLE = ((2, 3, 4), (3,), (3, 4, 3, 2))

Quarter = tuple[str, AnswerMatrix, Tree]
Moods = Sequence[Sequence[int]]


def answers_of(sizes: Mapping[str, int], tree: Tree, moods: Moods, skip: float, random: np.random.Generator) -> Any:
    """Everybody of a node draws from one mood, which may be a single answer."""
    nodes = np.repeat(np.arange(len(tree.names)), [sizes[name] for name in tree.names]).astype(np.int32)
    chosen = [moods[place] for place in random.integers(0, len(moods), len(tree.names)).tolist()]
    ratings = np.array([random.choice(chosen[node], size=2) for node in nodes.tolist()], dtype=np.int8).reshape(-1, 2)
    ratings[random.random(ratings.shape) < skip] = MISSING
    return AnswerMatrix(ratings, nodes)


def moved_on(parents: dict[str, str | None], sizes: dict[str, int], random: np.random.Generator) -> None:
    """Let a quarter pass: people join, leave, transfer; now and then a team moves, closes or is founded."""
    names = list(parents)
    for name in names:
        sizes[name] = max(0, sizes[name] + int(random.choice([-1, 0, 0, 1])))
    giver, taker = random.choice(names, 2).tolist()
    moving = min(sizes[giver], int(random.integers(0, 4)))
    sizes[giver] -= moving
    sizes[taker] += moving
    if random.random() < 0.3:
        team = random.choice([name for name in names if name not in parents.values()])
        tops = [name for name in names if parents[name] is None and name != team]
        parents[team] = random.choice(tops) if tops else None
        if random.random() < 0.3 and len(parents) > 2:
            sizes[next(name for name in parents if name != team)] += sizes.pop(team)
            del parents[team]
        elif random.random() < 0.3 and len(parents) < 7:
            parents["new"], sizes["new"] = None, int(random.integers(1, 9))


@st.composite
def histories(draw: st.DrawFn, *, quarters: int = 8, moods: Moods = MOODS, skip: float = 0.1) -> list[Quarter]:
    """Draw one organisation over some quarters."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(3, 6))
    parents: dict[str, str | None] = {"n0": None}
    for node in range(1, count):
        above = draw(st.integers(-1, node - 1))
        deep = above >= 0 and (up := parents[f"n{above}"]) is not None and parents[up] is not None
        parents[f"n{node}"] = None if above < 0 or deep else f"n{above}"
    sizes = {name: draw(st.integers(0, 9)) for name in parents}
    result = []
    for label in LABELS[:quarters]:
        tree = make_tree([(name, above, sizes[name] + 1) for name, above in parents.items()])
        result.append((label, answers_of(sizes, tree, moods, skip, random), tree))
        moved_on(parents, sizes, random)
    return result


def attacked(history: Sequence[Quarter], cycles: Sequence[ScoredCycle], minimum: int) -> list[World]:
    """Read the documents of all quarters."""
    return [
        World(KEY, answers, tree, minimum).with_scores(cycle.scores, cycle_document(cycle))
        for (_label, answers, tree), cycle in zip(history, cycles, strict=True)
    ]


def change_rows(before: World, after: World) -> list[tuple[Floats, Floats]]:
    """Every printed change of a dimension is the difference of two means, of the same node in both quarters."""
    rows = []
    for name, entry in by_team(after.document).items():
        for code in set(entry.get("change", {})) - {"overall"}:
            parts = []
            for world in (before, after):
                node = world.tree.names.index(name)
                inside = subtree(world.tree, node)[world.answers.nodes] & world.places(code)
                weights = np.zeros(world.people.shape)
                weights[inside, [d.code for d in KEY.dimensions].index(code)] = 1.0 / inside.sum()
                parts.append(weights.ravel())
            rows.append((-parts[0], parts[1]))
    return rows


def stacked(before: World, after: World) -> tuple[Floats, Ints, int]:
    """Write the rows of two quarters and the changes between them: columns of the earlier quarter, then of the later.

    Nobody is the same person twice, for answers of two quarters are two answers.
    """
    one, first = flat(equations(before), before)
    two, second = flat(equations(after), after)
    top = np.hstack([one, np.zeros((len(one), second.size))])
    bottom = np.hstack([np.zeros((len(two), first.size)), two])
    between = [np.concatenate(row) for row in change_rows(before, after)]
    rows = np.vstack([top, bottom, np.array(between).reshape(len(between), top.shape[1])])
    return rows, np.concatenate([first, len(before.people) + second]), first.size


@settings(max_examples=7, deadline=None)
@given(histories(), st.sampled_from([4, 5]))
def test_two_quarters_and_their_changes_isolate_nobody_in_either(history: list[Quarter], minimum: int) -> None:
    worlds_of = attacked(history, scored_in_turn(KEY, history, minimum=minimum), minimum)
    for before, after in pairwise(worlds_of):
        rows, owners, border = stacked(before, after)
        later = np.arange(owners.size) >= border
        assert isolated(rows, owners, minimum, ~later) is None
        assert isolated(rows, owners, minimum, later) is None


def test_a_change_of_a_node_that_was_hidden_before_would_be_caught() -> None:
    # Three teams; the last had three answers in the first quarter, so it is hidden, and the next smallest with it.
    tree = make_tree([("A", None, -1), ("B", None, -1), ("C", None, -1)])
    random = np.random.default_rng(0)
    history = [
        (label, answers_of(sizes, tree, [(2, 3, 4)], 0.0, random), tree)
        for label, sizes in (("2025Q1", {"A": 9, "B": 7, "C": 3}), ("2025Q2", {"A": 9, "B": 7, "C": 8}))
    ]
    before, after = attacked(history, scored_in_turn(KEY, history, minimum=5), 5)
    rows, owners, border = stacked(before, after)
    earlier = np.arange(owners.size) < border
    assert isolated(rows, owners, 5, earlier) is None
    for entry in after.document["teams"]:
        entry["change"] = {"D1": {}}
    rows, owners, _border = stacked(before, after)
    assert isolated(rows, owners, 5, earlier) == [16, 17, 18]


@settings(max_examples=6, deadline=None)
@given(histories(skip=0.0))
def test_a_trend_counts_only_quarters_in_which_its_node_is_printed(history: list[Quarter]) -> None:
    documents = [by_team(dict(cycle_document(cycle))) for cycle in scored_in_turn(KEY, history, minimum=4)]
    for name, entry in documents[-1].items():
        for code, trend in entry.get("trend", {}).items():
            parts = [document.get(name, {}) for document in documents]
            figures = [part.get("overall", {}) if code == "overall" else part.get("dimensions", {}).get(code, {})
                       for part in parts]  # fmt: skip
            assert trend["quarters"] <= sum("score_100" in figure for figure in figures)


def shown(scores: CycleScores) -> list[dict[str, bool]]:
    """Everything that is shown, by name of the node: respondents, dimensions, overall score, items."""
    assert scores.overall is not None
    patterns = [scores.pattern, *(m.pattern for m in scores.dimensions), scores.overall.pattern]
    patterns += [item.shown for item in scores.items]
    return [dict(zip(scores.tree.names, pattern.published.tolist(), strict=True)) for pattern in patterns]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.integers(5, 12), min_size=4, max_size=4), min_size=8, max_size=8), st.data())
def test_a_team_hidden_for_the_sake_of_another_stays_the_same_team(sizes: list[list[int]], data: st.DataObject) -> None:
    # One team stays small, the others change places in size: the partner of the first quarter is the partner of all.
    tiny = data.draw(st.lists(st.integers(1, 4), min_size=8, max_size=8))
    tree = make_tree([("shop", None, -1), ("tiny", "shop", -1), *((f"t{i}", "shop", -1) for i in range(4))])
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    history = []
    for label, few, many in zip(LABELS, tiny, sizes, strict=True):
        people = {"shop": 0, "tiny": few, **{f"t{i}": n for i, n in enumerate(many)}}
        history.append((label, answers_of(people, tree, [(3,)], 0.0, random), tree))
    hidden = [
        {name for name, is_shown in shown(cycle.scores)[0].items() if not is_shown}
        for cycle in scored_in_turn(KEY, history, minimum=5)
    ]
    assert len(hidden[0]) == 2
    assert all(names == hidden[0] for names in hidden)


def test_without_memory_the_partner_would_change() -> None:
    tree = make_tree([("shop", None, -1), ("tiny", "shop", -1), ("a", "shop", -1), ("b", "shop", -1)])
    random = np.random.default_rng(0)
    history = [
        (label, answers_of({"shop": 0, "tiny": 2, "a": a, "b": 12 - a}, tree, [(3,)], 0.0, random), tree)
        for label, a in zip(LABELS, (5, 7) * 4, strict=True)
    ]
    alone = {shown(score_guarded(KEY, answers, tree, minimum=5))[0]["a"] for _label, answers, tree in history}
    inturn = {shown(cycle.scores)[0]["a"] for cycle in scored_in_turn(KEY, history, minimum=5)}
    assert (alone, inturn) == ({False, True}, {False})


@settings(max_examples=40, deadline=None)
@given(worlds(sizes=(1, 1)))
def test_with_the_same_numbers_of_answers_the_same_nodes_are_hidden_again(world: World) -> None:
    first = score_cycle(world.key, world.answers, world.tree, minimum=world.minimum)
    before = np.flatnonzero(~first.pattern.published).tolist()
    limits = Limits(frozenset(before))
    again = score_cycle(world.key, world.answers, world.tree, minimum=world.minimum, limits=limits)
    assert shown(again)[0] == shown(first)[0]


@settings(max_examples=80, deadline=None)
@given(worlds(sizes=(2, 2), most_people=14))
def test_with_the_same_answers_every_dimension_and_item_is_hidden_where_it_was(world: World) -> None:
    first = score_cycle(world.key, world.answers, world.tree, minimum=world.minimum)
    limits = limits_after(first, world.tree)
    again = score_cycle(world.key, world.answers, world.tree, minimum=world.minimum, limits=limits)
    assert shown(again) == shown(first)


def hidden_in_a_and_b(scores: CycleScores, code: str) -> list[bool]:
    """Whether a dimension or item is hidden in a, and in b."""
    patterns = {m.code: m.pattern for m in scores.dimensions} | {i.item.code: i.shown for i in scores.items}
    return [not patterns[code].published[scores.tree.names.index(name)] for name in ("a", "b")]


@pytest.mark.parametrize(("sizes", "code"), [((1, 1), "D2"), ((3, 1), "D1Q2")])
def test_the_partner_of_a_few_stays_the_same_inside_one_dimension_and_one_item(
    sizes: tuple[int, ...], code: str
) -> None:
    # All teams are shown. Of nine in `tiny` three answer the second item, which is all of D2, or one of three of D1:
    # one more team is hidden there. In the first quarter that is a, the smaller one; in the second b is smaller.
    key = make_key(sizes)
    tree = make_tree([("shop", None, 0), ("a", "shop", 8), ("b", "shop", 8), ("tiny", "shop", 9)])
    history: list[Quarter] = []
    for label, people in (("2026Q1", (6, 7, 9)), ("2026Q2", (7, 6, 9))):
        rows: list[list[Rating]] = [[1 + (person + item) % 5 for item in range(sum(sizes))] for person in range(22)]
        for row in rows[-6:]:
            row[1] = None
        history.append((label, matrix(rows, np.repeat([1, 2, 3], people).tolist()), tree))
    first, second = scored_in_turn(key, history, minimum=5)
    alone = score_guarded(key, history[1][1], tree, minimum=5)
    assert first.scores.pattern.published.all()
    assert hidden_in_a_and_b(first.scores, code) == [True, False]
    assert hidden_in_a_and_b(second.scores, code) == [True, False]
    assert hidden_in_a_and_b(alone, code) == [False, True], "without memory the partner would change"


@settings(max_examples=6, deadline=None)
@given(histories(quarters=8), st.integers(0, 2**32 - 1))
def test_the_order_of_teams_and_rows_changes_nothing(history: list[Quarter], seed: int) -> None:
    random = np.random.default_rng(seed)
    moved: list[Quarter] = []
    for label, answers, tree in history:
        order = random.permutation(len(tree.names))
        place = np.argsort(order)
        parents = np.where(tree.parents < 0, -1, place[tree.parents])[order].astype(np.int32)
        names = tuple(tree.names[node] for node in order.tolist())
        rows = random.permutation(len(answers.nodes))
        shuffled = AnswerMatrix(answers.ratings[rows], place[answers.nodes[rows]].astype(np.int32))
        moved.append((label, shuffled, Tree(names, parents, tree.headcounts[order])))
    one, two = (scored_in_turn(KEY, quarters, minimum=5) for quarters in (history, moved))
    for left, right in zip(one, two, strict=True):
        assert shown(left.scores) == shown(right.scores)
        before, after = cycle_document(left), cycle_document(right)
        for part in ("teams", "units", "others"):
            lists = [sorted(json.dumps(entry, sort_keys=True) for entry in document[part])  # type: ignore[attr-defined]
                     for document in (before, after)]  # fmt: skip
            assert lists[0] == lists[1]


@settings(max_examples=40, deadline=None)
@given(worlds(sizes=(2, 1)), st.integers(0, 2**32 - 1))
def test_without_the_guard_the_pattern_does_not_look_at_scores(world: World, seed: int) -> None:
    ratings = world.answers.ratings
    other = np.random.default_rng(seed).integers(1, 6, ratings.shape).astype(np.int8)
    changed = AnswerMatrix(np.where(ratings == MISSING, MISSING, other).astype(np.int8), world.answers.nodes)
    left, right = (
        score_cycle(world.key, answers, world.tree, minimum=world.minimum) for answers in (world.answers, changed)
    )
    assert shown(left) == shown(right)


def numbers(scores: CycleScores) -> list[bool]:
    """Say where numbers stand that need ten answers: of every dimension, overall score and item, node by node."""
    assert scores.overall is not None
    found = [m.numbers for m in scores.dimensions] + [scores.overall.numbers]
    found += [item.numbers for item in scores.items if item.numbers is not None]
    return [flag for each in found for flag in [*each.shown.tolist(), each.organisation]]


@settings(max_examples=100, deadline=None)
@given(worlds(sizes=(2, 1), moods=((1,), (5,), (1, 2)), most_people=14), st.data())
def test_the_guard_only_hides(world: World, data: st.DataObject) -> None:
    assume(len(world.answers.nodes))
    nodes = st.sets(st.integers(0, len(world.tree.names) - 1)).map(frozenset)
    limits = Limits(data.draw(nodes), {"D1": data.draw(nodes), "D1Q2": data.draw(nodes)})
    bare = score_cycle(world.key, world.answers, world.tree, minimum=world.minimum, limits=limits)
    guarded = score_guarded(world.key, world.answers, world.tree, minimum=world.minimum, limits=limits)
    for more, less in zip(shown(bare), shown(guarded), strict=True):
        assert not {name for name, is_shown in less.items() if is_shown and not more[name]}
    assert not [place for place, flag in enumerate(numbers(guarded)) if flag and not numbers(bare)[place]]
