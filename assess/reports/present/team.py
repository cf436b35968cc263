"""A released team or unit: the whole report as finished words."""

from collections.abc import Mapping, Sequence

from assess.actions.catalogue import PracticeTexts
from assess.actions.past import PastAction
from assess.localisation import HTML_LANGUAGE, current_language, format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.present.action_page import action_page
from assess.reports.present.advice import action_cards, citations
from assess.reports.present.changes import change_of, changes_note, headline_changes
from assess.reports.present.comments import comment_page
from assess.reports.present.comparison import comparison, standings
from assess.reports.present.did_it_work import follow_up
from assess.reports.present.dimensions import (
    dimension_blocks,
    dimension_lead,
    figure_headings,
    figure_rows,
    figures_note,
)
from assess.reports.present.figures import OVERALL, score_in
from assess.reports.present.headline import answered, headline
from assess.reports.present.items import item_page
from assess.reports.present.lookback import look_back
from assess.reports.present.over_time import over_time
from assess.reports.present.pages import Cover, ReportSource, TeamReport
from assess.reports.present.reading import reading
from assess.reports.present.saying import gettext as _
from assess.reports.present.strengths import strengths
from assess.scoring.advice import Recommendation
from assess.surveys.instruments import Instrument

# The last month and day of each quarter: the document carries no clock, and a report must not depend on one.
_SHORT = 40  # characters of a name that fit the footer
_QUARTER_END = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}


def present_team(
    cycle: Register,
    team: Entry,
    instrument: Instrument,
    recommendations: Sequence[Recommendation],
    practices: Mapping[str, PracticeTexts],
    source: ReportSource,
    *,
    history: Sequence[Register] = (),
    past: Sequence[PastAction] = (),
    ever: Sequence[PastAction] = (),
) -> TeamReport:
    """Say everything that is released about one team, in the language of this context.

    `team` is a node of the `cycle`; `history` are the cycles before, oldest first; `past` are its earlier actions as
    they were read for this quarter, `ever` as in every quarter shown, oldest first.
    Words depend on displayed values only.
    """
    rows = standings(team, cycle.organisation, instrument)
    dimensions = tuple(row.dimension for row in rows)
    codes = [dimension.code for dimension in dimensions]
    quarters = over_time(history, cycle, team, rows, instrument, source.minimum, ever)
    overall = score_in(team, OVERALL)
    has_roster = team.has("headcount")
    return TeamReport(
        cover=cover(cycle, team.name, answered(team), source),
        headline=headline(team, source.minimum, headline_changes(team, {row.dimension.code: row.name for row in rows})),
        comparison=comparison(team, rows, source.minimum, history),
        strengths=strengths(team, rows, instrument),
        actions=action_cards(team, rows, instrument, recommendations, practices),
        follow_up=follow_up(past)
        or look_back(
            history, cycle, team, instrument, has_change=_has_change(team, codes), over_time=quarters is not None
        ),
        action_page=action_page(cycle, team, rows, instrument, recommendations, practices, history, past),
        dimensions=dimension_blocks(team, rows, instrument, source.minimum),
        dimension_lead=dimension_lead(team, overall),
        figure_headings=figure_headings(team, rows, has_roster=has_roster),
        figures=figure_rows(team, rows, source.minimum, has_roster=has_roster),
        figures_note=figures_note(has_roster=has_roster),
        changes_note=changes_note(team, codes, history),
        items=item_page(team, dimensions, instrument, source.minimum),
        over_time=quarters,
        comments=comment_page(cycle.comments.get(team.name, {}), instrument),
        reading=reading(source, instrument, has_roster=has_roster, citations=citations(recommendations, practices)),
    )


def _has_change(team: Entry, codes: Sequence[str]) -> bool:
    return any(change_of(team, code) for code in (*codes, OVERALL))


def cover(cycle: Register, name: str, answers: str, source: ReportSource, *, kind: str = "") -> Cover:
    """Build the head of a report; `kind` says which one it is, the team report unless told otherwise."""
    label = cycle.label
    quarter = format_quarter(label) if label else ""
    kind = kind or _("Team health report")
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
        dated=f"{label[:4]}-{_QUARTER_END[label[-1]]}" if label else "",
        look=source.look,
    )
