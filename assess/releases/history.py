"""Cycles beside each other: which one a cycle is compared with, for files and for installations alike."""

from collections.abc import Sequence

from assess.releases.document import ScoredCycle
from assess.scoring.between import Between, Records, compare_cycles
from assess.scoring.engine import CycleScores
from assess.scoring.records import records_of


def quarter_number(label: str) -> int:
    """Turn a label into a number that rises by one a quarter.

    >>> quarter_number("2027Q1") - quarter_number("2026Q4")
    1
    """
    year, quarter = label.split("Q")
    return 4 * int(year) + int(quarter)


def with_history(cycles: Sequence[tuple[str | None, CycleScores]]) -> tuple[ScoredCycle, ...]:
    """Compare every cycle of a file with those before it; cycles oldest first, a single one may have no label."""
    if len(cycles) < 2:
        return tuple(ScoredCycle(label, scores) for label, scores in cycles)
    records: list[Records] = []
    labels: list[str] = []
    result = []
    for label, scores in cycles:
        records.append(records_of(scores, {}))
        labels.append(str(label))
        result.append(ScoredCycle(label, scores, between(records, labels, scores.minimum)))
    return tuple(result)


def between(records: Sequence[Records], labels: Sequence[str], minimum: int) -> Between | None:
    """Compare the last of some quarters with those before it."""
    return compare_cycles(records, labels, [quarter_number(label) for label in labels], minimum=minimum)
