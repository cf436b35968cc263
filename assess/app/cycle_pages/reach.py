"""Which groups will probably be reportable, in words a table can print; what `assess cycle plan` shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from assess.surveys.groups import Plan
from assess.surveys.plan_words import composition_sentences, merging_sentences, percent, summary_sentences
from assess.surveys.planning import RATES, NodePreview, preview

_ROWS = 300
"""Rows on the page; the summary counts all."""
_MERGINGS = 10
_LARGE, _HUGE = 150, 1500  # groups; each merging is simulated anew, and somebody waits for the page


@dataclass(frozen=True)
class Row:
    """One group or unit."""

    name: str
    invited: int
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """The preview in words."""

    rates: tuple[str, ...]
    summary: tuple[str, ...]
    groups: Sequence[Row]
    units: Sequence[Row]
    more: int
    mergings: tuple[str, ...]
    composition: tuple[str, ...]


def reach_of(plan: Plan, *, minimum: int, smallest: int) -> Reach:
    """Simulate a plan and put it into words: so many answers a report needs, so many people the smallest group has."""
    groups = sum(not group.own for group in plan.groups)
    most = _MERGINGS if groups <= _LARGE else 2 if groups <= _HUGE else 0
    found = preview(plan, minimum=minimum, most_mergings=most)
    leaves = [node for node in found.nodes if not node.is_unit]
    units = [node for node in found.nodes if node.is_unit]
    return Reach(
        rates=tuple(map(percent, RATES)),
        summary=tuple(summary_sentences(found)),
        groups=[_row(node) for node in leaves[:_ROWS]],
        units=[_row(node) for node in units[:_ROWS]],
        more=len(leaves[_ROWS:]) + len(units[_ROWS:]),
        mergings=tuple(merging_sentences(found)),
        composition=tuple(composition_sentences(plan, minimum=smallest)),
    )


def _row(node: NodePreview) -> Row:
    return Row(node.name, node.invited, tuple(map(percent, node.shown)))
