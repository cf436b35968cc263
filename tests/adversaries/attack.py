"""What an adversary makes of the Score JSON: equations in people's scores, their row space, and bounds.

The adversary knows the tree, who belongs where, and who answered which dimension, which is more than anybody knows; of
the figures it has the document alone. Released means are taken as exact, for rounding protects nobody. The scores of
people serve to check that every equation says what the document prints.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import floor
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy.optimize import linprog

from assess.releases.document import ScoredCycle, cycle_document
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from assess.scoring.key import ScoringKey
from assess.scoring.tree import Tree
from tests.scoring.release_oracle import subtree
from tests.scoring.small_worlds import make_key

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Document = Mapping[str, Any]
OVERALL = "overall"
TINY = 1e-7
MOODS: tuple[tuple[int, ...], ...] = ((1,), (5,), (3,), (1, 2), (4, 5), (1, 5), (1, 2, 3, 4, 5), (3, 4, 5))


@dataclass(frozen=True)
class World:
    """An organisation and its answers in one quarter."""

    key: ScoringKey
    answers: AnswerMatrix
    tree: Tree
    minimum: int

    def with_scores(self, scores: CycleScores, document: Document) -> "World":
        """Attack these scores instead of those of the guard alone."""
        self.__dict__.update(scores=scores, document=document)
        return self

    @cached_property
    def scores(self) -> CycleScores:
        return score_guarded(self.key, self.answers, self.tree, minimum=self.minimum)

    @cached_property
    def document(self) -> Document:
        return cycle_document(ScoredCycle(None, self.scores))

    @cached_property
    def people(self) -> Floats:
        """Dimension scores of everybody, shape (persons, dimensions), nan where fewer than half of the items are."""
        ratings = np.where(self.answers.ratings == MISSING, np.nan, self.answers.ratings.astype(float))
        columns = []
        for dimension in self.key.dimensions:
            part = ratings[:, list(dimension.items)]
            given = (~np.isnan(part)).sum(axis=1)
            mean = np.nansum(part, axis=1) / np.maximum(given, 1)
            columns.append(np.where(2 * given >= part.shape[1], 25.0 * (mean - 1.0), np.nan))
        return np.stack(columns, axis=1)

    @cached_property
    def scored(self) -> Bools:
        return ~np.isnan(self.people)

    @cached_property
    def counted(self) -> Ints:
        """How many dimensions each person has."""
        return np.asarray(self.scored.sum(axis=1), dtype=np.int64)

    @cached_property
    def in_overall(self) -> Bools:
        return np.asarray(self.counted * 4 >= 3 * len(self.key.dimensions))

    def places(self, code: str) -> Bools:
        """Who has a score of one measure."""
        if code == OVERALL:
            return self.in_overall
        return np.asarray(self.scored[:, [d.code for d in self.key.dimensions].index(code)])


@dataclass(frozen=True)
class Figure:
    """One printed mean: whose (nodes, shape (nodes,)), of how many, and what the document says."""

    code: str
    nodes: Bools
    n: int
    score: int
    name: str


def rounded(value: float) -> int:
    """Round half away from zero, as printed."""
    return floor(value + 0.5 + 1e-9)


def figures(document: Document, tree: Tree, code: str, minimum: int, people: Ints) -> list[Figure]:
    """Collect everything printed of one measure; `people` counts its scores directly in each node, shape (nodes,)."""
    below = [subtree(tree, node) for node in range(len(tree.names))]
    entries = {entry["team"]: entry for entry in [*document["teams"], *document["units"]]}
    found = []
    for node, name in enumerate(tree.names):
        figure = _of(entries[name], code)
        if "score_100" in figure:
            found.append(Figure(code, below[node], figure["n"], figure["score_100"], name))
    shown = [tree.names.index(figure.name) for figure in found]

    def rest(holder: int) -> Bools:
        inside = np.ones(len(tree.names), dtype=bool) if holder < 0 else below[holder].copy()
        for node in shown:
            if node != holder and inside[node]:
                inside &= ~below[node]
        return inside

    for entry in document["others"]:
        figure = _of(entry, code)
        if "score_100" in figure:
            holder = -1 if entry["parent"] is None else tree.names.index(entry["parent"])
            found.append(Figure(code, rest(holder), figure["n"], figure["score_100"], f"others in {entry['parent']}"))
    whole = _of(document["organisation"], code)
    if "score_100" in whole:
        nodes = np.any([below[node] for node in shown], axis=0) if shown else np.zeros(len(tree.names), dtype=bool)
        if int(people[nodes].sum()) != whole["n"]:
            nodes = nodes | rest(-1)
        found.append(Figure(code, nodes, whole["n"], whole["score_100"], "organisation"))
    return found


def _of(entry: Document, code: str) -> Document:
    if code == OVERALL:
        part: Document = entry.get(OVERALL, {})
    else:
        part = entry.get("dimensions", {}).get(code, {})
    return part


@dataclass(frozen=True)
class Equation:
    """Sum over people and dimensions, shape (persons, dimensions), that a printed mean x n amounts to."""

    weights: Floats
    total: float
    figure: Figure


def equations(world: World, *, overall: bool = True) -> list[Equation]:
    """Turn every printed mean into an equation, and check that it says what is printed."""
    direct = world.answers.nodes
    rows: list[Equation] = []
    known = np.nan_to_num(world.people)
    for place, dimension in enumerate(world.key.dimensions):
        people = np.bincount(direct[world.scored[:, place]], minlength=len(world.tree.names))
        for figure in figures(world.document, world.tree, dimension.code, world.minimum, people):
            weights = np.zeros(known.shape)
            weights[figure.nodes[direct] & world.scored[:, place], place] = 1.0
            rows.append(_checked(weights, known, figure))
    if overall:
        rows += _overall(world, rows)
    return rows


def _overall(world: World, dimensions: Sequence[Equation]) -> list[Equation]:
    """Read the overall score as the mean of people's means, or of the group's dimension means, whichever it is."""
    direct, known = world.answers.nodes, np.nan_to_num(world.people)
    people = np.bincount(direct[world.in_overall], minlength=len(world.tree.names))
    rows = []
    for figure in figures(world.document, world.tree, OVERALL, world.minimum, people):
        inside = figure.nodes[direct] & world.in_overall
        own = np.where(inside[:, None] & world.scored, 1.0 / np.maximum(world.counted, 1)[:, None], 0.0)
        assert int(inside.sum()) == figure.n
        if from_dimensions(world, figure.name):
            parts = [row for row in dimensions if row.figure.name == figure.name]
            if len(parts) < len(world.key.dimensions):
                continue  # an overall score without all its dimensions: test_skipped looks for these
            mixed = sum((figure.n / len(parts) / row.figure.n * row.weights for row in parts), np.zeros(known.shape))
            rows.append(_valued(mixed, known, figure))
        else:
            rows.append(_valued(own, known, figure))
    return rows


def from_dimensions(world: World, name: str) -> bool:
    """Whether the overall score of a node or of the organisation is the mean of its dimension means.

    Where that is what people's own means come to as well, the figure says no more than the dimensions do.
    """
    measure = world.scores.overall
    assert measure is not None
    if name == "organisation":
        return measure.organisation_from_dimensions
    node = world.tree.names.index(name)
    inside = subtree(world.tree, node)[world.answers.nodes]
    mean = np.mean([world.people[inside & scored, d].mean() for d, scored in enumerate(world.scored.T)])
    return bool(abs(mean - measure.total.mean[node]) < 1e-9)


def _checked(weights: Floats, known: Floats, figure: Figure) -> Equation:
    assert int(weights.sum()) == figure.n, figure
    return _valued(weights, known, figure)


def _valued(weights: Floats, known: Floats, figure: Figure) -> Equation:
    total = float((weights * known).sum())
    assert rounded(total / figure.n) == figure.score, figure
    return Equation(weights, total, figure)


def row_space(rows: Floats) -> Floats:
    """Orthonormal basis of the row space, shape (rank, columns)."""
    if not rows.size:
        return np.zeros((0, rows.shape[1]))
    _left, strength, right = np.linalg.svd(rows, full_matrices=False)
    least = 1e-9 * max(1.0, *strength.tolist())
    return np.asarray(right[strength > least])


def isolates(basis: Floats, columns: Bools) -> bool:
    """Whether some non-zero combination of the rows rests on these columns alone."""
    if not basis.size or not columns.any():
        return False
    return bool(np.linalg.norm(basis[:, columns], ord=2) > 1.0 - 1e-9)


def isolated(rows: Floats, owners: Ints, k: int, among: Bools | None = None) -> list[int] | None:
    """Find fewer than k persons on whom a combination of rows rests alone; None where there are none.

    `rows` has shape (equations, columns), `owners` says whose answer a column is. People whose answers enter every
    equation alike are one class (the exact rank test over merged classes): a combination rests on all or none of them.
    With `among` (columns) only these people are tried, with combinations of all rows.
    """
    persons = np.unique(owners if among is None else owners[among])
    blocks = [rows[:, owners == person] for person in persons]
    kinds: dict[bytes, list[int]] = {}
    for person, block in zip(persons.tolist(), blocks, strict=True):
        if np.abs(block).max(initial=0.0) > 0.0:
            kinds.setdefault(np.round(block, 9).tobytes(), []).append(person)
    classes = [members for members in kinds.values() if len(members) < k]
    basis = row_space(rows)
    for chosen in _largest_sets([len(members) for members in classes], k - 1):
        together = [person for place in chosen for person in classes[place]]
        if isolates(basis, np.isin(owners, together)):
            return together
    return None


def _largest_sets(sizes: Sequence[int], most: int) -> Iterator[tuple[int, ...]]:
    """Give sets of classes, as many persons as allowed: what isolates a part of a set, isolates the set."""
    for count in range(1, min(len(sizes), most) + 1):
        for chosen in combinations(range(len(sizes)), count):
            left = most - sum(sizes[place] for place in chosen)
            if left >= 0 and all(sizes[place] > left for place in range(len(sizes)) if place not in chosen):
                yield chosen


def flat(rows: Sequence[Equation], world: World) -> tuple[Floats, Ints]:
    """Write equations as a matrix, with the person behind each column."""
    persons, dimensions = world.people.shape
    table = np.array([row.weights.ravel() for row in rows], dtype=float).reshape(len(rows), persons * dimensions)
    return table, np.repeat(np.arange(persons), dimensions)


def explained(rows: Floats, target: Floats) -> bool:
    """Least squares: whether a combination of the rows is the target."""
    if not rows.size:
        return False
    found = np.linalg.lstsq(rows.T, target, rcond=None)[0]
    return bool(np.abs(rows.T @ found - target).max() < TINY)


def bounds(rows: Floats, totals: Floats, target: Floats) -> tuple[float, float]:
    """Give the least and the largest value of target x scores, every score within 0-100 (linear programming).

    Columns that enter everything alike are one variable: their sum.
    """
    stacked = np.vstack([rows, target[None, :]])
    kinds, counts = np.unique(stacked, axis=1, return_counts=True)
    limits = [(0.0, 100.0 * count) for count in counts.tolist()]
    ends = []
    for sign in (1.0, -1.0):
        solved = linprog(sign * kinds[-1], A_eq=kinds[:-1] if len(rows) else None,
                         b_eq=totals if len(rows) else None, bounds=limits, method="highs")  # fmt: skip
        assert solved.success, solved.message
        ends.append(float(np.asarray(solved.x) @ kinds[-1]))
    return ends[0], ends[1]


@st.composite
def worlds(
    draw: st.DrawFn,
    *,
    sizes: Sequence[int] = (2, 2),
    most_nodes: int = 7,
    most_people: int = 9,
    skips: Sequence[float] = (0.0, 0.15, 0.4),
    left_out: Sequence[float] = (0.0, 0.15, 0.4),
    moods: Sequence[Sequence[int]] = MOODS,
) -> World:
    """Draw up to three levels, own members anywhere, unanimous teams, skipped items and dimensions, minimum 4 or 5."""
    parents: list[int] = []
    for node in range(draw(st.integers(1, most_nodes))):
        parent = draw(st.integers(-1, node - 1))
        deep = parent >= 0 and parents[parent] >= 0 and parents[parents[parent]] >= 0
        parents.append(parents[parent] if deep else parent)
    count = len(parents)
    direct = np.array(draw(st.lists(st.integers(0, most_people), min_size=count, max_size=count)), dtype=np.int64)
    moodful = [list(mood) for mood in draw(st.lists(st.sampled_from(list(moods)), min_size=count, max_size=count))]
    silent = draw(st.lists(st.integers(-1, 3), min_size=count, max_size=count))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    key = make_key(sizes)
    ratings = np.concatenate(
        [random.choice(mood, size=(n, sum(sizes))) for mood, n in zip(moodful, direct.tolist(), strict=True)]
    ).astype(np.int8)
    ratings[random.random(ratings.shape) < draw(st.sampled_from(list(skips)))] = MISSING
    share = draw(st.sampled_from(list(left_out)))
    for dimension in key.dimensions:
        ratings[np.ix_(random.random(len(ratings)) < share, np.array(dimension.items))] = MISSING
    heads = np.array([-1 if more < 0 else n + more for n, more in zip(direct.tolist(), silent, strict=True)])
    tree = Tree(tuple(f"n{node}" for node in range(count)), np.array(parents, dtype=np.int32), heads.astype(np.int32))
    nodes = np.repeat(np.arange(count), direct).astype(np.int32)
    return World(key, AnswerMatrix(ratings, nodes), tree, draw(st.sampled_from([4, 5])))
