"""What a leader reads of one node on one web page: the parts of the printed report, its bars as wide as the screen.

Every figure and every sentence is that of the PDF; only bars that would be too small on a telephone are drawn anew,
from the same displayed values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assess.localisation import format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.charts.page_bar import page_bar
from assess.reports.charts.page_items import page_cells, page_shares
from assess.reports.charts.stacked_bars import ItemRow, Reach, ShareRow, WordRow, reach_of
from assess.reports.present.changes import change_word
from assess.reports.present.comparison import Standing, asked_dimensions, place_word, since_of, standings
from assess.reports.present.figures import score_in
from assess.reports.present.inside import Inside, inside
from assess.reports.present.items import item_groups
from assess.reports.present.pages import BarLine, TeamReport, WithheldReport
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, span, text_in
from assess.surveys.instruments import Instrument


@dataclass(frozen=True)
class ItemLine:
    """One item: its label and what is said of it, a share with its range or a word."""

    label: str
    says: str
    range_text: str
    bar: Markup | None


@dataclass(frozen=True)
class ItemBlock:
    """The items of one dimension, or the outcomes."""

    name: str
    note: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True)
class LeaderPage:
    """The page of a released node; `inside` are the scores directly below it, where its leader reads them."""

    report: TeamReport
    lines: tuple[BarLine, ...]
    items: tuple[ItemBlock, ...]
    inside: Inside | None


@dataclass(frozen=True)
class WithheldPage:
    """The page of a node of which nothing may be shown: the organisation's picture, and what can be done."""

    report: WithheldReport
    lines: tuple[BarLine, ...]
    inside: Inside | None


def present_page(
    cycle: Register,
    team: Entry,
    report: TeamReport,
    instrument: Instrument,
    minimum: int,
    history: Sequence[Register],
    *,
    with_inside: bool,
) -> LeaderPage:
    """Put the report of a released node on one page, in the language of this context."""
    rows = standings(team, cycle.organisation, instrument)
    groups = item_groups(team, [row.dimension for row in rows], instrument, minimum)
    reach = reach_of([row for _name, _note, of_group in groups for row in of_group])
    return LeaderPage(
        report=report,
        lines=tuple(_line(team, row, minimum, history) for row in rows),
        items=tuple(
            ItemBlock(name, note, tuple(_item(row, reach) for row in of_group)) for name, note, of_group in groups
        ),
        inside=inside(cycle, team, instrument, minimum) if with_inside else None,
    )


def present_withheld_page(
    cycle: Register, team: Entry, report: WithheldReport, instrument: Instrument, minimum: int, *, with_inside: bool
) -> WithheldPage:
    """Put the report of a withheld node on one page; of the node itself nothing but its name and a reason is read."""
    return WithheldPage(
        report=report,
        lines=() if report.organisation is None else _organisation(cycle.organisation, instrument),
        inside=inside(cycle, team, instrument, minimum) if with_inside else None,
    )


def _line(team: Entry, row: Standing, minimum: int, history: Sequence[Register]) -> BarLine:
    direction = "" if row.dimension.higher_is_better else _("higher is worse")
    score = row.score
    if score is None or score.compare_low is None or score.compare_high is None:
        return BarLine(row.name, direction, None, (), "", False, None, row.reason.sentence(minimum))
    since = since_of(team, row, history)
    change = since.change
    facts = [_("usual range %(range)s", range=span(score.compare_low, score.compare_high))]
    if row.organisation is not None:
        facts.append(_("organisation %(score)s", score=row.organisation))
    if change is not None and since.before is not None:
        quarter = format_quarter(change.since)
        facts.append(_("%(quarter)s: %(score)s", quarter=quarter, score=since.before))
    return BarLine(
        name=row.name,
        note=listing([note for note in (place_word(row.place), direction) if note]),
        score=score.score,
        facts=tuple(facts),
        change="" if change is None else change_word(change),
        is_clear=change is not None and change.is_clear,
        bar=page_bar(
            score.score, score.compare_low, score.compare_high, reference=row.organisation, before=since.before
        ),
    )


def _organisation(organisation: Entry, instrument: Instrument) -> tuple[BarLine, ...]:
    """Draw the rows of the chart that the PDF of a withheld node has."""
    found = []
    for dimension in asked_dimensions(instrument, organisation):
        score = score_in(organisation, dimension.code)
        if score is not None and score.low is not None and score.high is not None:
            note = "" if dimension.higher_is_better else _("higher is worse")
            facts = (_("95%% range %(range)s", range=span(score.low, score.high)),)
            bar = page_bar(score.score, score.low, score.high)
            found.append(BarLine(text_in(dimension.name), note, score.score, facts, "", False, bar))
    return tuple(found)


def _item(row: ItemRow, reach: Reach) -> ItemLine:
    if isinstance(row, ShareRow):
        return ItemLine(row.label, row.figure, row.range_text, page_shares(row, reach))
    if isinstance(row, WordRow):
        return ItemLine(row.label, row.word, "", page_cells(row))
    return ItemLine(row.label, row.note, "", None)
