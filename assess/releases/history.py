"""Cycles beside each other: which one a cycle is compared with, for files and for installations alike."""

from collections.abc import Iterable, Sequence

from assess.releases.document import ScoredCycle
from assess.scoring.answers import AnswerMatrix
from assess.scoring.between import Between, Records, compare_cycles
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from assess.scoring.key import ScoringKey
from assess.scoring.records import records_of
from assess.scoring.tree import Tree


def quarter_number(label: str) -> int:
    """Turn a label into a number that rises by one a quarter.

    >>> quarter_number("2027Q1") - quarter_number("2026Q4")
    1
    """
    year, quarter = label.split("Q")
    return 4 * int(year) + int(quarter)


def scored_in_turn(
    key: ScoringKey, cycles: Iterable[tuple[str | None, AnswerMatrix, Tree]], *, minimum: int
) -> tuple[ScoredCycle, ...]:
    """Score the cycles of a file, oldest first: what was hidden in one is preferred for hiding in the next."""
    scored: list[tuple[str | None, CycleScores]] = []
    for label, answers, tree in cycles:
        before = hidden_names(scored[-1][1]) if scored else frozenset()
        places = [place for place, name in enumerate(tree.names) if name in before]
        scored.append((label, score_guarded(key, answers, tree, minimum=minimum, hidden_before=places)))
    return with_history(scored)


def hidden_names(scores: CycleScores) -> frozenset[str]:
    """Name the nodes of a cycle that are not shown."""
    return frozenset(name for name, shown in zip(scores.tree.names, scores.pattern.published, strict=True) if not shown)


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
