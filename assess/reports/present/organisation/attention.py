"""Which teams need attention first, with the probability that this is right; nothing where chance would order them.

Only behind the gate (measurement, section 5.2), only teams that are at least possibly among the lowest few, and never
an order of all: what has the same probability stands together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assess.localisation import current_language
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Released, derived
from assess.reports.charts.percent_bars import PercentRow, percent_bars
from assess.reports.present.comparison import Standing
from assess.reports.present.figures import Points, whole
from assess.reports.present.headline import may_compare
from assess.reports.present.organisation.pages import ChartBlock, Finding
from assess.reports.present.organisation.whole import shown_teams
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing
from assess.scoring.rounding import half_up
from assess.scoring.shrinkage import BottomLabel, bottom_label

_ALMOST_SURE = 100  # displayed to the nearest 5: nobody is ever quite sure


@dataclass(frozen=True)
class _Low:
    """A team that is likely or possibly among the lowest on one dimension."""

    team: str
    percent: Points
    score: Points
    label: BottomLabel


def attention(cycle: Register, rows: Sequence[Standing]) -> Finding:
    """Say where to look first, dimension by dimension."""
    organisation = cycle.organisation
    k = organisation.number("bottom_k")
    judged = [row for row in rows if row.dimension.higher_is_better]
    if k is None:
        return Finding(_("With so few teams, none can be said to need attention first"), (), (_few_teams(),))
    open_rows = [row for row in judged if _gate(organisation, row) is True]
    if not open_rows:
        return Finding(_("The teams do not differ more than chance"), (), (_closed_everywhere(),))
    found = {row.name: tuple(_lowest(cycle, row)) for row in open_rows}
    blocks = tuple(_block(name, low, whole(k)) for name, low in found.items() if low)
    return Finding(
        finding=_finding({name: low for name, low in found.items() if low}, whole(k)),
        blocks=blocks,
        notes=tuple(
            _notes(organisation, judged, [name for name, low in found.items() if not low], any_low=bool(blocks))
        ),
    )


def _gate(organisation: Entry, row: Standing) -> bool | None:
    """Read whether teams may be compared on a dimension; None where too few people answered to know."""
    gate = organisation.find("dimensions", row.dimension.code, "gate")
    return bool(gate.value) if isinstance(gate, Released) else None


def _lowest(cycle: Register, row: Standing) -> Iterator[_Low]:
    """List the teams that are at least possibly among the lowest, the surest first; ties in the order of the tree."""
    lows = []
    for team in shown_teams(cycle):
        if not may_compare(team):
            continue
        figures = team.part("dimensions", row.dimension.code)
        p, score = figures.number("p_bottom"), figures.number("shrunken_100")
        label = None if p is None else bottom_label(p.value)
        if p is not None and score is not None and label is not None:
            percent = derived(lambda shown: int(half_up(100 * shown)), p)
            lows.append(_Low(team.name, percent, whole(score), label))
    yield from sorted(lows, key=lambda low: -low.percent.value)


def _block(name: str, lows: Sequence[_Low], k: Points) -> ChartBlock:
    return ChartBlock(
        name=_("%(dimension)s: probability of being among the lowest %(k)s", dimension=name, k=k),
        chart=percent_bars([_row(low, k) for low in lows], language=current_language()),
        notes=tuple(_ties(lows)),
    )


def _row(low: _Low, k: Points) -> PercentRow:
    text = _percent(low.percent)
    return PercentRow(
        label=low.team,
        note=_("score adjusted for team size: %(score)s", score=low.score),
        percent=low.percent,
        text=_("likely, %(percent)s", percent=text)
        if low.label is BottomLabel.LIKELY
        else _("possibly, %(percent)s", percent=text),
        spoken=_(
            "%(team)s: %(percent)s probability of being among the lowest %(k)s, adjusted score %(score)s",
            team=low.team,
            percent=text,
            k=k,
            score=low.score,
        ),
    )


def _percent(percent: Points) -> str:
    if percent.value >= _ALMOST_SURE:
        return _("over 95%")
    return _("about %(percent)s%%", percent=percent)


def _ties(lows: Sequence[_Low]) -> Iterator[str]:
    """Name the teams that share a probability: no order is meant between them."""
    together: dict[int, list[str]] = {}
    for low in lows:
        together.setdefault(low.percent.value, []).append(low.team)
    for names in together.values():
        if len(names) > 1:
            yield _("Equally probable, in no order: %(names)s.", names=listing(names))


def _finding(found: dict[str, tuple[_Low, ...]], k: Points) -> str:
    """Name whoever is likely among the lowest, else whoever possibly is."""
    if not found:
        return _("The teams differ, but none is likely among the lowest")
    named = [
        (low.label, _("%(team)s (%(dimension)s)", team=low.team, dimension=name))
        for name, lows in found.items()
        for low in lows
    ]
    likely = [name for label, name in named if label is BottomLabel.LIKELY]
    if likely:
        return _("Likely among the lowest %(k)s: %(teams)s", k=k, teams=listing(likely))
    return _("Possibly among the lowest %(k)s: %(teams)s", k=k, teams=listing([name for _label, name in named]))


def _notes(organisation: Entry, judged: Sequence[Standing], nobody: Sequence[str], *, any_low: bool) -> Iterator[str]:
    if any_low:
        yield _(
            "Small teams swing more, so scores are first drawn towards the mean of all teams. A team that is not named "
            "is not better: it only cannot be said to be among the lowest."
        )
    if nobody:
        yield _("No team is likely among the lowest: %(names)s.", names=listing(nobody))
    closed = listing([row.name for row in judged if _gate(organisation, row) is False])
    if closed:
        yield _("Differences between the teams are too uncertain to name the lowest: %(names)s.", names=closed)
    unknown = listing([row.name for row in judged if _gate(organisation, row) is None])
    if unknown:
        yield _("Too few answers to know whether the teams differ: %(names)s.", names=unknown)


def _few_teams() -> str:
    return _("With fewer than 8 teams shown, an order of them would be mostly chance, so there is none.")


def _closed_everywhere() -> str:
    return _(
        "On no dimension do the teams differ reliably, so no team can be said to need attention before another. "
        "Whatever is done is best done for all."
    )
