"""Cycles beside each other: which one a cycle is compared with, for files and for installations alike."""

from collections.abc import Iterable, Sequence

from assess.releases.document import ScoredCycle
from assess.scoring.answers import AnswerMatrix
from assess.scoring.between import Between, Records, compare_cycles
from assess.scoring.disclosure import BoolArray
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from assess.scoring.key import ScoringKey
from assess.scoring.limits import Limits
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
        limits = limits_after(scored[-1][1], tree) if scored else Limits()
        scored.append((label, score_guarded(key, answers, tree, minimum=minimum, limits=limits)))
    return with_history(scored)


def limits_after(earlier: CycleScores, tree: Tree) -> Limits:
    """Say where figures were hidden in the cycle before, by places in this tree; nodes are who they are called."""
    places = {name: place for place, name in enumerate(tree.names)}

    def hidden(published: BoolArray) -> frozenset[int]:
        names = (name for name, shown in zip(earlier.tree.names, published, strict=True) if not shown)
        return frozenset(places[name] for name in names if name in places)

    measures = [*earlier.dimensions, *([] if earlier.overall is None else [earlier.overall])]
    figures = {measure.code: measure.pattern.published for measure in measures}
    figures |= {item.item.code: item.published for item in earlier.items if item.pattern is not None}
    nodes = hidden(earlier.pattern.published)
    return Limits(nodes, {code: hidden(published) - nodes for code, published in figures.items()})


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
