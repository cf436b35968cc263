"""The whole organisation report as finished words; and the page that stands in its place where nothing is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assess.actions.catalogue import PracticeTexts
from assess.actions.past import PastAction
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.what_worked import WhatWorked
from assess.reports.present.advice import citations
from assess.reports.present.changes import headline_changes
from assess.reports.present.comparison import Standing, standings
from assess.reports.present.did_it_work import follow_up
from assess.reports.present.headline import answered, headline
from assess.reports.present.items import item_page
from assess.reports.present.organisation.advice import action_lead, cards_and_sheets
from assess.reports.present.organisation.attention import attention
from assess.reports.present.organisation.brief import whole_chart
from assess.reports.present.organisation.clear_changes import clear_changes
from assess.reports.present.organisation.drivers import outcome_drivers
from assess.reports.present.organisation.heat_map import heat_map
from assess.reports.present.organisation.pages import Finding, Glance, OrganisationReport, Worked
from assess.reports.present.organisation.reading import organisation_reading
from assess.reports.present.organisation.response import response
from assess.reports.present.organisation.whole import top_of
from assess.reports.present.organisation.worked import worked
from assess.reports.present.over_time import over_time
from assess.reports.present.pages import Cover, ReportSource, Strength, WithheldReport
from assess.reports.present.saying import gettext as _
from assess.reports.present.team import cover
from assess.reports.present.withheld import because, verdict_on
from assess.scoring.advice import Recommendation
from assess.surveys.instruments import Instrument


def present_organisation(
    cycle: Register,
    instrument: Instrument,
    recommendations: Sequence[Recommendation],
    practices: Mapping[str, PracticeTexts],
    source: ReportSource,
    *,
    record: WhatWorked,
    history: Sequence[Register] = (),
    past: Sequence[PastAction] = (),
    ever: Sequence[PastAction] = (),
    withdrawn: frozenset[str] = frozenset(),
) -> OrganisationReport | WithheldReport:
    """Say everything that is released about the organisation, in the language of this context.

    `history` are the cycles before, oldest first; `record` pools all actions; `past` are those of the whole
    organisation that were read for this quarter, `ever` those of earlier quarters as well. What is read of a quarter
    in `withdrawn` is told nowhere.
    """
    organisation, top = cycle.organisation, top_of(cycle)
    if organisation.why_not() is not None:
        return _withheld(cycle, instrument, source, record)
    node = organisation if top is None else top
    rows = standings(node, organisation, instrument)
    cards, sheets = cards_and_sheets(cycle, node, rows, instrument, recommendations, practices)
    attentive = attention(cycle, rows)
    changed = clear_changes(cycle, rows, history)
    acted = worked(cycle, top, rows, practices, record, history, past, withdrawn)
    return OrganisationReport(
        cover=_cover(cycle, answered(organisation), source),
        headline=headline(organisation, source.minimum, () if top is None else headline_changes(top, _names(rows))),
        comparison=whole_chart(organisation, top, rows, source.minimum, history),
        glance=_glance(attentive, changed, acted),
        actions=cards,
        follow_up=follow_up(past) or _no_follow_up(top, history),
        heat_map=heat_map(cycle, rows, source.minimum),
        attention=attentive,
        changes=changed,
        response=response(cycle),
        items=item_page(organisation, tuple(row.dimension for row in rows), instrument, source.minimum),
        drivers=outcome_drivers(organisation.entries("drivers"), instrument),
        over_time=None if top is None else over_time(history, cycle, top, rows, instrument, source.minimum, ever),
        sheets=sheets,
        action_lead=action_lead(),
        worked=acted,
        reading=organisation_reading(source, instrument, record, citations(recommendations, practices)),
    )


def _cover(cycle: Register, answers: str, source: ReportSource) -> Cover:
    head = cover(cycle, source.organisation, answers, source, kind=_("Organisation report"))
    return replace(head, short_name=head.quarter)  # its name stands in the footer already


def _names(rows: Sequence[Standing]) -> dict[str, str]:
    return {row.dimension.code: row.name for row in rows}


def _glance(attentive: Finding, changed: Finding, acted: Worked) -> tuple[Glance, ...]:
    return (
        Glance(_("Where to look first"), attentive.finding),
        Glance(_("What has changed"), changed.finding),
        Glance(_("What became of actions"), acted.finding),
    )


def _no_follow_up(top: Entry | None, history: Sequence[Register]) -> str:
    """Say that there is no earlier action of the whole organisation to look back on."""
    if top is None or not history:
        return ""
    return _("No action of the whole organisation was due to be read this quarter.")


def _withheld(cycle: Register, instrument: Instrument, source: ReportSource, record: WhatWorked) -> WithheldReport:
    """Say why nothing is shown of anybody, and what helps."""
    reason = cycle.organisation.why_not()
    return WithheldReport(
        cover=_cover(cycle, "", source),
        verdict=verdict_on(reason, source.minimum, whole=True),
        because=because(reason),
        past=(),
        organisation=None,
        advice=(
            Strength(
                _("Say what the answers are for"),
                _("Tell everybody what will be done with the results, and that nobody can see single answers."),
            ),
            Strength(
                _("Give time for it"),
                _("Set ten minutes of working time aside for everybody, in a quiet hour of the shift."),
            ),
            Strength(
                _("Ask everybody, never one person"),
                _("Nobody knows who has answered, and nobody should ask. A reminder goes to all."),
            ),
        ),
        reading=organisation_reading(source, instrument, record),
    )
