"""Which groups will probably be reportable, in words a table can print; what `assess cycle plan` shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from assess.localisation import gettext as _
from assess.surveys.groups import Plan
from assess.surveys.planning import RATES, NodePreview, Preview, preview

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


def reach_of(plan: Plan, minimum: int) -> Reach:
    """Simulate a plan and put it into words."""
    groups = sum(not group.own for group in plan.groups)
    most = _MERGINGS if groups <= _LARGE else 2 if groups <= _HUGE else 0
    found = preview(plan, minimum=minimum, most_mergings=most)
    leaves = [node for node in found.nodes if not node.is_unit]
    units = [node for node in found.nodes if node.is_unit]
    return Reach(
        rates=tuple(map(_percent, RATES)),
        summary=tuple(_summary(found)),
        groups=[_row(node) for node in leaves[:_ROWS]],
        units=[_row(node) for node in units[:_ROWS]],
        more=len(leaves[_ROWS:]) + len(units[_ROWS:]),
        mergings=tuple(_mergings(found)),
    )


def _summary(found: Preview) -> list[str]:
    return [
        _(
            "At %(rate)s response about %(number)d of %(groups)d groups get a report of their own.",
            rate=_percent(rate),
            number=round(number),
            groups=found.groups,
        )
        for rate, number in zip(RATES, found.reportable, strict=True)
    ]


def _mergings(found: Preview) -> list[str]:
    return [
        _(
            "%(one)s and %(two)s asked as one group: shown in %(after)s of cycles at %(rate)s response, "
            "instead of %(before_one)s and %(before_two)s.",
            one=merging.groups[0],
            two=merging.groups[1],
            after=_percent(merging.after),
            rate=_percent(RATES[1]),
            before_one=_percent(merging.before[0]),
            before_two=_percent(merging.before[1]),
        )
        for merging in found.mergings
    ]


def _row(node: NodePreview) -> Row:
    return Row(node.name, node.invited, tuple(map(_percent, node.shown)))


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"
