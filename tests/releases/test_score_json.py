"""The Score JSON keeps its schema, and streaming writes the same document."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assess.releases.document import ScoredCycle, score_document, write_score_json
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import score_cycle
from tests.releases.schema_check import faults
from tests.scoring.small_worlds import make_key, make_tree

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "score.schema.json").read_text(encoding="utf-8"))
KEY = make_key((4, 3), reverse=(1,), outcomes=1)


def example(minimum: int) -> list[ScoredCycle]:
    """Build two cycles of an organisation with teams of all sizes, one unit, skipped answers and unknown headcounts."""
    sizes = [3, 5, 7, 9, 10, 12, 25, 0, 6]
    tree = make_tree(
        [("unit", None, 2), *((f"team {n}", "unit" if n < 10 else None, -1 if n == 6 else n + n % 3) for n in sizes)]
    )
    cycles = []
    for quarter in (1, 2):
        random = np.random.default_rng(quarter)
        ratings = random.integers(1, 6, size=(sum(sizes), 8)).astype(np.int8)
        ratings[random.random(ratings.shape) < 0.1] = MISSING
        ratings[:, 4:7] = MISSING if quarter == 1 else ratings[:, 4:7]
        nodes = np.repeat(np.arange(1, 10), sizes).astype(np.int32)
        scores = score_cycle(KEY, AnswerMatrix(ratings, nodes), tree, minimum=minimum)
        cycles.append(ScoredCycle(f"2026Q{quarter}", scores))
    return cycles


def read_back(document: object) -> Any:
    return json.loads(json.dumps(document, allow_nan=False))


@pytest.mark.parametrize("minimum", [1, 2, 4, 5, 12])
def test_real_documents_keep_the_schema(minimum: int) -> None:
    document = read_back(score_document(KEY, example(minimum), ["A notice."]))
    assert list(faults(document, SCHEMA, SCHEMA)) == []
    assert len(document["cycles"][1]["teams"]) == 9


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("engine",), 1),
        (("cycles", 0, "cycle"), "spring"),
        (("cycles", 1, "teams", 0), {"team": "x", "suppressed": "too_few", "n": 3}),
        (("cycles", 1, "teams", 6, "n"), 0),
        (("cycles", 1, "teams", 6, "dimensions", "D1", "score_100"), 101),
        (("cycles", 1, "teams", 6, "items", "D1Q1"), {"n": 4, "word": "few"}),
        (("cycles", 1, "organisation", "dimensions", "D1", "low_100"), "low"),
    ],
)
def test_the_schema_refuses_what_must_not_be_printed(path: tuple[str | int, ...], value: object) -> None:
    document = read_back(score_document(KEY, example(5)))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert list(faults(document, SCHEMA, SCHEMA))


@pytest.mark.parametrize("minimum", [1, 5])
def test_streaming_writes_the_same_document(minimum: int) -> None:
    cycles = example(minimum)
    stream = io.StringIO()
    write_score_json(stream, KEY, cycles, ["一条通知"])
    assert json.loads(stream.getvalue()) == read_back(score_document(KEY, cycles, ["一条通知"]))


def test_every_key_of_a_document_is_described() -> None:
    described = (DOCS / "score-json.md").read_text(encoding="utf-8")
    found: set[str] = set()
    for minimum in (1, 5):
        _collect(read_back(score_document(KEY, example(minimum))), found)
    codes = {item.code for item in KEY.items} | {"D1", "D2"}
    assert sorted(name for name in found - codes if f"`{name}`" not in described) == []


def _collect(value: object, found: set[str]) -> None:
    if isinstance(value, dict):
        found |= value.keys()
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _collect(entry, found)
