"""A released team or unit: the whole report as finished words."""

from collections.abc import Mapping, Sequence

from assess.actions.catalogue import PracticeTexts
from assess.localisation import HTML_LANGUAGE, current_language, format_quarter
from assess.localisation import gettext as _
from assess.reports.present.advice import action_cards, citations, follow_up
from assess.reports.present.comparison import comparison, standings
from assess.reports.present.dimensions import (
    dimension_blocks,
    dimension_lead,
    figure_headings,
    figure_rows,
    figures_note,
)
from assess.reports.present.figures import Node, number, part, score_of
from assess.reports.present.headline import answered, headline
from assess.reports.present.items import item_page
from assess.reports.present.pages import Cover, ReportSource, TeamReport
from assess.reports.present.reading import reading
from assess.reports.present.strengths import strengths
from assess.scoring.advice import Recommendation
from assess.surveys.instruments import Instrument

# The last month and day of each quarter: the document carries no clock, and a report must not depend on one.
_SHORT = 40  # characters of a name that fit the footer
_QUARTER_END = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}


def present_team(
    cycle: Node,
    team: Node,
    instrument: Instrument,
    recommendations: Sequence[Recommendation],
    practices: Mapping[str, PracticeTexts],
    source: ReportSource,
    *,
    earlier: bool = False,
) -> TeamReport:
    """Say everything that is released about one team, in the language of this context.

    `cycle` and `team` are entries of the result document; `earlier` tells whether an older quarter of this team exists.
    Words depend on displayed values only.
    """
    rows = standings(team, part(cycle, "organisation"), instrument)
    dimensions = tuple(row.dimension for row in rows)
    overall = score_of(team.get("overall"))
    has_roster = number(team, "headcount") is not None
    return TeamReport(
        cover=cover(cycle, str(team["team"]), answered(team), source),
        headline=headline(team, source.minimum),
        comparison=comparison(team, rows, source.minimum),
        strengths=strengths(team, rows, instrument),
        actions=action_cards(team, rows, recommendations, practices),
        follow_up=follow_up(
            has_change=bool(part(team, "change")), has_actions=bool(team.get("actions")), earlier=earlier
        ),
        dimensions=dimension_blocks(team, rows, instrument, source.minimum),
        dimension_lead=dimension_lead(team, overall),
        figure_headings=figure_headings(rows, has_roster=has_roster),
        figures=figure_rows(rows, source.minimum, has_roster=has_roster),
        figures_note=figures_note(has_roster=has_roster),
        items=item_page(team, dimensions, instrument, source.minimum),
        reading=reading(source, instrument, has_roster=has_roster, citations=citations(recommendations, practices)),
    )


def cover(cycle: Node, name: str, answers: str, source: ReportSource) -> Cover:
    """Build the head of a report."""
    label = cycle.get("cycle")
    quarter = format_quarter(str(label)) if label else ""
    kind = _("Team health report")
    return Cover(
        language=current_language(),
        html_language=HTML_LANGUAGE[current_language()],
        document_title=" · ".join(part for part in (name, kind, quarter) if part),
        organisation=source.organisation,
        kind=kind,
        quarter=quarter,
        name=name,
        short_name=name if len(name) <= _SHORT else name[: _SHORT - 1].rstrip() + "…",
        answered=answers,
        dated=f"{str(label)[:4]}-{_QUARTER_END[str(label)[-1]]}" if label else "",
    )
