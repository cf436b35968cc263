"""Result documents as publication builds them, from a tree and its scores, with the documents beside them."""

import copy
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assess.releases.document import ScoredCycle, canonical_json, score_document
from assess.releases.statistics import cycle_statistics
from assess.releases.store import freeze
from assess.scoring.answers import AnswerMatrix
from assess.scoring.between import Between
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from tests.scoring.small_worlds import make_key, make_tree

QUARTER = "2026Q4"
CYCLE = bytes(range(16))
NOW = datetime(2026, 12, 4, 10, tzinfo=UTC)
KEY = make_key((3, 2), reverse=(1,), outcomes=1)
TREE = make_tree(
    [
        ("Lantern", None, 2),
        ("North", "Lantern", 0),
        ("Ads", "North", 14),
        ("Box", "North", 13),
        ("Care", "Lantern", 9),
        ("Dock", "Lantern", 7),
        ("Farm", "Lantern", 6),
    ]
)
ANSWERING = (0, 0, 12, 11, 8, 6, 3)
Result = dict[str, Any]
Companions = dict[str, tuple[str, Mapping[str, Any]]]


def groups_of(scores: CycleScores) -> list[dict[str, Any]]:
    """One group per team, and one for the members a unit has of its own, if any; everything is under a unit on top."""
    tree = scores.tree
    found = []
    for node, name in enumerate(tree.names):
        if tree.is_unit[node] and not tree.headcounts[node]:
            continue
        parent = int(tree.parents[node])
        unit = name if tree.is_unit[node] else tree.names[parent] if parent >= 0 else None
        group = {"name": name, "headcount": 6, "own_members": bool(tree.is_unit[node]), "teams": [name], "unit": unit}
        found.append(group)
    return found


def result_of(
    scores: CycleScores, between: Between | None = None, *, comments: Mapping[str, Any] | None = None
) -> tuple[Result, Companions]:
    """Write the result of one cycle and the documents it names; values are copies, free to be spoilt."""
    key = scores.key
    beside: dict[str, Mapping[str, Any]] = {
        "comments": {"format": "assess/result/1", "comments": comments or {}, "salt": "00"},
        "statistics": {**cycle_statistics(scores, {}), "salt": "00"},
    }
    companions: Companions = {kind: (sha256(document), document) for kind, document in beside.items()}
    result = {
        "format": "assess/result/1",
        "organisation": "Lantern",
        "level": "confidential",
        "contract_hash": "0" * 20,
        "minimum": {"answers": scores.minimum, "invited": 6, "full": 10, "comments": 10},
        "closed_at": "2026-12-04T10:00:00Z",
        "time_zone": "UTC",
        "modules": [],
        "invited": 100,
        "unreadable": 0,
        "groups": groups_of(scores),
        "dimensions": {
            d.code: {"items": [key.items[place].code for place in d.items], "overall": d.overall}
            for d in key.dimensions
        },
        "comments_sha256": companions["comments"][0],
        "statistics_sha256": companions["statistics"][0],
        "scores": score_document(key, [ScoredCycle(QUARTER, scores, between)]),
    }
    plain: Result = json.loads(json.dumps(result))
    return plain, copy.deepcopy(companions)


def sha256(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(dict(document))).hexdigest()


def lantern(seed: int = 0) -> CycleScores:
    """Score a company: a unit of two teams of ten and more, teams of eight, six and three; two of them are withheld."""
    nodes = np.repeat(np.arange(len(TREE.names)), ANSWERING).astype(np.int32)
    ratings = np.random.default_rng(seed).integers(1, 6, (nodes.size, len(KEY.items))).astype(np.int8)
    return score_guarded(KEY, AnswerMatrix(ratings, nodes), TREE, minimum=5)


def store_result(
    session: Session, result: Result, companions: Companions, *, cycle: bytes = CYCLE, quarter: str = QUARTER
) -> str:
    """Freeze a result and the documents beside it, in the order of publication."""
    for kind, (_sha256, document) in companions.items():
        freeze(session, cycle_id=cycle, quarter=quarter, kind=kind, document=dict(document), now=NOW)
    return freeze(session, cycle_id=cycle, quarter=quarter, kind="result", document=result, now=NOW)
