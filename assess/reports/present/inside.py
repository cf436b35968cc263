"""The scores of what lies directly inside a unit, for its leader: released nodes only, in the order of the document.

Releases are safe together (disclosure, section 3). Nothing is said of nodes that are not shown, their names included.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Printable
from assess.reports.present.comparison import asked_dimensions
from assess.reports.present.figures import OVERALL, path_of, score_in
from assess.reports.present.headline import answered
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import span, text_in
from assess.surveys.instruments import Instrument


@dataclass(frozen=True)
class InsideCell:
    """One score with its usual range; without a score the range says why."""

    score: Printable
    range_text: str


@dataclass(frozen=True)
class InsideRow:
    """One team or unit."""

    name: str
    answered: str
    cells: tuple[InsideCell, ...]


@dataclass(frozen=True)
class Inside:
    """The table; without rows, `empty` says that nothing is shown."""

    headings: tuple[str, ...]
    rows: tuple[InsideRow, ...]
    note: str


def inside(cycle: Register, unit: Entry, instrument: Instrument, minimum: int) -> Inside | None:
    """Build the table of a unit; None for a node that has nothing inside it."""
    if not any(above == unit.name for above in cycle.parents.values()):
        return None
    shown = [node for node in cycle.nodes if cycle.parents.get(node.name) == unit.name and node.why_not() is None]
    columns = list(_columns(cycle, instrument))
    return Inside(
        headings=(_("Team or unit"), *(name for _code, name in columns)),
        rows=tuple(_row(node, [code for code, _name in columns], minimum) for node in shown),
        note=_(
            "In no order of merit: overlapping ranges do not settle which is higher. Teams of which "
            "nothing is shown have no line here. The reports of these teams are read by their own "
            "leaders."
        )
        if shown
        else _("Nothing is shown of the teams directly inside, to protect small groups."),
    )


def _columns(cycle: Register, instrument: Instrument) -> Iterator[tuple[str, str]]:
    if cycle.organisation.has(OVERALL):
        yield OVERALL, _("Team health")
    for dimension in asked_dimensions(instrument, cycle.organisation):
        name = text_in(dimension.name)
        yield dimension.code, name if dimension.higher_is_better else _("%(name)s (higher is worse)", name=name)


def _row(node: Entry, codes: list[str], minimum: int) -> InsideRow:
    return InsideRow(node.name, answered(node), tuple(_cell(node, code, minimum) for code in codes))


def _cell(node: Entry, code: str, minimum: int) -> InsideCell:
    score = score_in(node, code)
    if score is None:
        reason = node.why_not(*path_of(code))
        return InsideCell("–", "" if reason is None else reason.sentence(minimum))
    return InsideCell(score.score, span(score.compare_low, score.compare_high))
