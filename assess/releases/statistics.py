"""What survives the raw answers so that later cycles can compare: one record per released node and dimension.

The carry part of a published cycle (measurement, section 6.0). A document of its own, never printed, in no export.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assess.releases.document import Document
from assess.scoring.cycle_statistics import (
    CLASSES,
    PLACES,
    DimensionRecords,
    Histograms,
    OrganisationRecord,
    Summary,
)
from assess.scoring.engine import CycleScores
from assess.scoring.records import item_set, items_key, lines_of, records_of
from assess.scoring.rounding import half_up

UNKNOWN = -1
FORMAT = "assess/statistics/1"


def cycle_statistics(scores: CycleScores, members: Mapping[str, Sequence[str]]) -> Document:
    """Build the carry part; `members` names the leaf teams of each merged group (never persons)."""
    records = records_of(scores, members)
    released = {name for part in records.values() for name in part.nodes}
    return {
        "format": FORMAT,
        "items": {code: list(item_set(scores.key, code)) for code in records},
        "members": {node: sorted(names) for node, names in members.items() if node in released},
        "dimensions": {code: _dimension(part) for code, part in records.items()},
    }


def read_statistics(document: Mapping[str, Any]) -> dict[str, DimensionRecords]:
    """Read a carry part back into records. ValueError for a format this version does not know."""
    if document.get("format") != FORMAT:
        raise ValueError(f"unknown format of stored statistics: {document.get('format')!r}")
    members: Mapping[str, Sequence[str]] = document["members"]
    return {code: _records(part, document["items"][code], members) for code, part in document["dimensions"].items()}


def _dimension(records: DimensionRecords) -> Document:
    table = records.histograms.table(len(records.nodes))
    kept = records.has_histogram
    summary, whole = records.summary, records.organisation
    return {
        "records": [
            {
                "node": name,
                "is_team": bool(records.is_team[row]),
                "n": int(summary.n[row]),
                "headcount": int(records.headcount[row]) if records.headcount[row] >= 0 else None,
                "mean_100": float(summary.mean_100[row]),
                "sd_100": float(summary.sd_100[row]) if summary.n[row] > 1 else None,
                "numbers": bool(records.has_numbers[row]),
                "histogram": table[row].tolist() if kept[row] else None,
            }
            for row, name in enumerate(records.nodes)
        ],
        "organisation": {
            "teams": whole.teams,
            "mean_100": _rounded(whole.mean_100),
            "mu_100": _rounded(whole.mu_100),
            "tau2": _rounded(whole.tau2),
            "sigma2": _rounded(whole.sigma2),
            "alpha_within": _rounded(whole.alpha_within),
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else half_up(value, PLACES)


def _records(part: Mapping[str, Any], items: Sequence[str], members: Mapping[str, Sequence[str]]) -> DimensionRecords:
    rows: Sequence[Mapping[str, Any]] = part["records"]
    nodes = tuple(str(row["node"]) for row in rows)
    table = np.array([row["histogram"] or [0] * CLASSES for row in rows], dtype=np.int64).reshape(len(rows), CLASSES)
    is_team = np.array([row["is_team"] for row in rows], dtype=np.bool_)
    return DimensionRecords(
        nodes=nodes,
        lines=lines_of(nodes, is_team, members),
        items=items_key(items),
        is_team=is_team,
        headcount=np.array([UNKNOWN if row["headcount"] is None else row["headcount"] for row in rows], dtype=np.int64),
        summary=Summary(
            np.array([row["n"] for row in rows], dtype=np.int64),
            np.array([row["mean_100"] for row in rows], dtype=np.float64),
            np.array([row["sd_100"] or 0.0 for row in rows], dtype=np.float64),
        ),
        histograms=Histograms.of_table(table),
        numbers=np.array([row.get("numbers", row["histogram"] is not None) for row in rows], dtype=np.bool_),
        organisation=OrganisationRecord(**part["organisation"]),
    )
