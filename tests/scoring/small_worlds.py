"""Small keys, trees and answers for the tests of scoring."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assess.releases.document import ScoredCycle, cycle_document
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.scoring.key import DimensionKey, ItemKey, ScaleKey, ScoringKey
from assess.scoring.tree import Tree

DATA = Path(__file__).parents[1] / "data"
FIVE = ScaleKey(1, 5)

Rating = int | None


def make_key(
    sizes: Sequence[int] = (4,), *, reverse: Sequence[int] = (), outcomes: int = 0, scale: ScaleKey = FIVE
) -> ScoringKey:
    """Dimensions D1, D2 … of the given numbers of items; `reverse` lists columns."""
    items: list[ItemKey] = []
    dimensions = []
    for d, size in enumerate(sizes, start=1):
        places = tuple(range(len(items), len(items) + size))
        items += [ItemKey(f"D{d}Q{i + 1}", scale, place in reverse) for i, place in enumerate(places)]
        dimensions.append(DimensionKey(f"D{d}", places, overall=True, higher_is_better=True, scale=scale))
    first = len(items)
    items += [ItemKey(f"OUT{o + 1}", scale) for o in range(outcomes)]
    return ScoringKey("toy", "1.0", "0" * 64, tuple(items), tuple(dimensions), tuple(range(first, len(items))))


def make_tree(nodes: Sequence[tuple[str, str | None, int]]) -> Tree:
    """Build from (name, parent, people directly in it or -1)."""
    names = tuple(name for name, _, _ in nodes)
    parents = [names.index(parent) if parent else -1 for _, parent, _ in nodes]
    return Tree(names, np.array(parents, dtype=np.int32), np.array([heads for *_, heads in nodes], dtype=np.int32))


def matrix(rows: Sequence[Sequence[Rating]], nodes: Sequence[int], items: int | None = None) -> AnswerMatrix:
    """Build from lists with None for a skipped item."""
    width = len(rows[0]) if items is None else items
    ratings = np.array([[MISSING if value is None else value for value in row] for row in rows], dtype=np.int8)
    return AnswerMatrix(ratings.reshape(len(rows), width), np.array(nodes, dtype=np.int32))


def document_of(
    key: ScoringKey, answers: AnswerMatrix, tree: Tree, *, minimum: int
) -> tuple[CycleScores, dict[str, Any]]:
    """Score and write the entry of the cycle."""
    scores = score_cycle(key, answers, tree, minimum=minimum)
    return scores, dict(cycle_document(ScoredCycle(None, scores)))


def by_team(document: Mapping[str, Any]) -> dict[str, Any]:
    """Entries of teams and units by name."""
    return {entry["team"]: entry for entry in [*document["teams"], *document["units"]]}


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a file in tests/data."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def reference(identifier: str) -> Any:
    """Value and tolerance computed with R."""
    records = json.loads((DATA / "lq2002-reference.json").read_text(encoding="utf-8"))["records"]
    record = next(record for record in records if record["id"] == identifier)
    return record["value"]


def from_rows(
    rows: Sequence[Mapping[str, str]], team: str, items: Sequence[str], heads: Mapping[str, int] | None = None
) -> tuple[AnswerMatrix, Tree]:
    """Turn a table into answers and a flat tree, teams by name."""
    names = sorted({row[team] for row in rows})
    ratings = [[int(row[item]) if row[item] else None for item in items] for row in rows]
    tree = make_tree([(name, None, -1 if heads is None else heads[name]) for name in names])
    return matrix(ratings, [names.index(row[team]) for row in rows]), tree
