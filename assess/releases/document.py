"""The Score JSON: one document per file or cycle, from which everything that people read is made.

docs/score-json.md describes the keys, docs/score.schema.json states them for machines.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from assess.releases.entries import CycleEntries
from assess.scoring import ENGINE_VERSION
from assess.scoring.between import Between
from assess.scoring.display import Figures
from assess.scoring.engine import CycleScores
from assess.scoring.key import ScoringKey

Document = dict[str, object]


@dataclass(frozen=True)
class ScoredCycle:
    """A cycle label (`2026Q4`, or None for a file without cycles), its scores, and what changed since earlier ones."""

    cycle: str | None
    scores: CycleScores
    between: Between | None = None


def cycle_document(cycle: ScoredCycle) -> Document:
    """Build the whole entry of one cycle in memory: for cycles of an installation and for reports."""
    entries = CycleEntries(cycle.scores, cycle.between)
    return {
        "cycle": cycle.cycle,
        "teams": list(entries.teams()),
        "units": list(entries.units()),
        "others": list(entries.others()),
        "organisation": entries.organisation(),
    }


def document_head(key: ScoringKey, notices: Sequence[str]) -> Document:
    """Say which engine and instrument made the figures."""
    return {
        "engine": ENGINE_VERSION,
        "instrument": {"code": key.instrument, "version": key.version, "sha256": key.sha256},
        "notices": list(notices),
    }


def score_document(key: ScoringKey, cycles: Sequence[ScoredCycle], notices: Sequence[str] = ()) -> Document:
    """Build the whole document in memory."""
    return {
        **document_head(key, notices),
        "cycles": [cycle_document(cycle) for cycle in cycles],
    }


def canonical_json(document: Document) -> bytes:
    """Serialise for checksums: UTF-8, sorted keys, no blanks."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def write_score_json(
    stream: IO[str], key: ScoringKey, cycles: Sequence[ScoredCycle], notices: Sequence[str] = ()
) -> None:
    """Write the document team by team, one entry a line, so that memory does not grow with the number of teams."""
    head = json.dumps(document_head(key, notices), ensure_ascii=False, allow_nan=False)
    stream.write(head[:-1] + ', "cycles": [')
    for position, cycle in enumerate(cycles):
        entries = CycleEntries(cycle.scores, cycle.between)
        stream.write(",\n" if position else "\n")
        stream.write(f'{{"cycle": {json.dumps(cycle.cycle)}')
        _write_list(stream, "teams", entries.teams())
        _write_list(stream, "units", entries.units())
        _write_list(stream, "others", entries.others())
        stream.write(f',\n"organisation": {_line(entries.organisation())}}}')
    stream.write("\n]}\n")


def _write_list(stream: IO[str], name: str, entries: Iterator[Figures]) -> None:
    stream.write(f',\n"{name}": [')
    for position, entry in enumerate(entries):
        stream.write((",\n" if position else "\n") + _line(entry))
    stream.write("]")


def _line(entry: Figures) -> str:
    return json.dumps(entry, ensure_ascii=False, allow_nan=False)
