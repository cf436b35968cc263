"""The report of the whole organisation as PDF, from the same frozen cycle as the team reports."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assess.localisation import use_language
from assess.reports.file_names import organisation_file_name
from assess.reports.page import report_page
from assess.reports.pdf import render_pdf
from assess.reports.present.organisation import present_organisation
from assess.reports.present.organisation.pages import OrganisationReport
from assess.reports.present.organisation.whole import top_of
from assess.reports.present.pages import ReportSource, WithheldReport
from assess.reports.provenance import ORGANISATION_REPORT, Provenance
from assess.reports.renderer import renderer_versions
from assess.reports.team_reports import (
    ReportedCycle,
    known_practices,
    make_folder,
    recommendations_of,
    write_report,
)
from assess.scoring.advice import BUSINESS_HEAD, TEAM_LEAD, AdviceSettings, Recommendation


def organisation_report(
    reported: ReportedCycle, *, settings: AdviceSettings | None = None, already: Sequence[Sequence[str]] = ()
) -> OrganisationReport | WithheldReport:
    """Present the organisation in the language of this context; `already` lists earlier recommendations."""
    top = top_of(reported.cycle)
    frozen = reported.actions
    return present_organisation(
        reported.cycle,
        reported.instrument,
        _recommendations(reported, settings or AdviceSettings(scopes=BUSINESS_HEAD), already),
        known_practices(),
        source_of(reported),
        record=reported.record,
        history=reported.history,
        past=() if top is None else reported.past(top.name),
        ever=() if top is None else reported.ever(top.name),
        withdrawn=frozenset() if frozen is None else frozen.withdrawn,
    )


def organisation_report_pdf(reported: ReportedCycle, *, language: str) -> bytes:
    """Draw the report. Errors: RefusalError when the drawing libraries are missing."""
    with use_language(language):
        page = report_page(organisation_report(reported))
        source = source_of(reported)
        return render_pdf(
            page,
            Provenance(
                ORGANISATION_REPORT,
                source.document_sha256,
                source.organisation,
                language,
                source.command,
                renderer_versions(),
                look=source.look.sha256,
            ),
        )


def write_organisation_report(reported: ReportedCycle, out: Path, *, language: str) -> Path:
    """Write it into a folder, whole or not at all; returns where. Errors: InputError when it cannot be written."""
    make_folder(out)
    path = out / organisation_file_name(cycle=reported.label, language=language)
    write_report(path, organisation_report_pdf(reported, language=language))
    return path


def source_of(reported: ReportedCycle) -> ReportSource:
    """Name the command that makes this report and not those of the teams."""
    return replace(reported.source, command=f"{reported.source.command} --organisation")


def _recommendations(
    reported: ReportedCycle, settings: AdviceSettings, already: Sequence[Sequence[str]]
) -> tuple[Recommendation, ...]:
    """Take what was frozen for the unit that is the organisation; elsewhere choose from the figures of the whole."""
    top = top_of(reported.cycle)
    if top is not None:
        found = recommendations_of(reported, top, settings=settings, already=already, is_top=True)
    elif reported.cycle.organisation.why_not() is None:
        alone = replace(reported, actions=None)
        found = recommendations_of(alone, reported.cycle.organisation, settings=settings, already=already, is_top=True)
    else:
        found = ()
    return tuple(_for_the_head(each) for each in found)


def _for_the_head(recommendation: Recommendation) -> Recommendation:
    """Put what only the head decides in the place of a team's practice, even if it had its turn lately.

    `waiting` keeps it, so that the report says so. A practice of a team stays where nothing else fits the dimension.
    """
    practices = known_practices()
    if practices[recommendation.practice].scope in TEAM_LEAD:
        for code in recommendation.waiting:
            if practices[code].scope not in TEAM_LEAD:
                return replace(recommendation, practice=code, item=None, waiting=(code,))
    return recommendation
