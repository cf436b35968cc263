"""Who answered: response rates of units that are shown, and nothing about any other."""

from collections.abc import Iterator, Sequence

from assess.localisation import current_language
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import derived
from assess.reports.charts.percent_bars import PercentRow, percent_bars
from assess.reports.present.figures import Points
from assess.reports.present.headline import answered
from assess.reports.present.organisation.heat_map import TEAM, in_tree_order
from assess.reports.present.organisation.pages import ChartBlock, Finding
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, percent
from assess.scoring.rounding import half_up

ROWS_IN_A_CHART = 20  # a chart does not break over pages
_WARN_BELOW, _COMPARE_FROM = 70, 50  # percent (measurement, section 9)


def response(cycle: Register) -> Finding:
    """Show the rates of all shown units, of teams where there are no units."""
    nodes = [node for node, kind in in_tree_order(cycle) if kind != TEAM] or list(cycle.teams)
    known = [(node, rate) for node in nodes if (rate := _rate(node)) is not None]
    notes = tuple(_notes(known))
    whole = _rate(cycle.organisation)
    if not known or whole is None:
        return Finding(_("Response rates are not known"), (), (_("How many people were invited is not known here."),))
    blocks = [
        ChartBlock("", percent_bars([_row(*each) for each in part], language=current_language()), ())
        for part in parts(known, ROWS_IN_A_CHART)
    ]
    return Finding(
        finding=_("%(percent)s of the people invited answered", percent=percent(whole)),
        blocks=tuple(blocks),
        notes=notes,
    )


def parts(rows: Sequence[tuple[Entry, Points]], most: int) -> Iterator[Sequence[tuple[Entry, Points]]]:
    """Divide rows among charts."""
    return (rows[start : start + most] for start in range(0, len(rows), most))


def _rate(node: Entry) -> Points | None:
    rate = node.number("response_rate")
    return None if rate is None else derived(lambda shown: int(half_up(100 * shown)), rate)


def _row(node: Entry, rate: Points) -> PercentRow:
    said = answered(node)
    return PercentRow(
        label=node.name,
        note=said,
        percent=rate,
        text=percent(rate),
        spoken=_("%(name)s: %(answered)s, %(percent)s", name=node.name, answered=said, percent=percent(rate)),
    )


def _notes(known: Sequence[tuple[Entry, Points]]) -> Iterator[str]:
    few = listing([node.name for node, rate in known if rate.value < _COMPARE_FROM])
    if few:
        yield _("Fewer than half answered, so nothing is compared: %(names)s.", names=few)
    low = listing([node.name for node, rate in known if _COMPARE_FROM <= rate.value < _WARN_BELOW])
    if low:
        yield _("Below 70%%, and people who did not answer may see it differently: %(names)s.", names=low)
    yield _("Only groups that are shown are listed; who answered anywhere else is told nobody.")
