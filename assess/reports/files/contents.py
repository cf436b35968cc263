"""What stands in the file of one report, and in that of a whole cycle; both from the register, like the reports."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assess.localisation import current_language, format_quarter, use_language
from assess.releases.entry import Entry
from assess.reports.files.items import items
from assess.reports.files.model import FigureFile, Table
from assess.reports.files.nodes import Subject, all_subjects, participation, subject_of
from assess.reports.files.quarters import quarters
from assess.reports.files.scores import scores
from assess.reports.files.told import comments, past_actions, recommendations
from assess.reports.present.pages import ReportSource, TeamReport, WithheldReport
from assess.reports.present.reading import reading
from assess.reports.present.saying import gettext as _
from assess.reports.team_reports import ReportedCycle, recommendations_of, team_report

FORMAT = "assess-figures/1"


def node_file(reported: ReportedCycle, node: Entry, *, language: str, command: str) -> FigureFile:
    """Gather the figures of the report of one team or unit, and what it tells; `command` makes the file again."""
    with use_language(language):
        report = team_report(reported, node)
        tables = list(_figures(reported, (subject_of(reported.cycle, node),)))
        if isinstance(report, TeamReport):
            tables += [
                recommendations(report, recommendations_of(reported, node)),
                past_actions(report),
                comments(report),
            ]
        source = replace(reported.source, command=command)
        opening = ((_("Team"), node.name), *_said(report))
        return _file(
            reported, source, tables, report.cover.document_title, opening, {"scope": "node", "node": node.name}
        )


def cycle_file(reported: ReportedCycle, *, language: str, command: str) -> FigureFile:
    """Gather the released figures of all teams and units of a cycle; comments stay in the reports of their teams."""
    with use_language(language):
        organisation = reported.source.organisation
        tables = list(_figures(reported, all_subjects(reported.cycle, organisation)))
        title = " · ".join((organisation, _("Team health, all released figures"), format_quarter(reported.label or "")))
        source = replace(reported.source, command=command)
        opening = (
            (
                _("Who reads this"),
                _("HR. A leader reads the report of the own team or unit; pass on single reports, not this file."),
            ),
        )
        return _file(reported, source, tables, title, opening, {"scope": "organisation"})


def _figures(reported: ReportedCycle, subjects: Sequence[Subject]) -> Iterator[Table]:
    cycle, instrument, minimum = reported.cycle, reported.instrument, reported.source.minimum
    yield participation(subjects, minimum)
    yield scores(cycle, subjects, instrument, minimum)
    yield items(cycle, subjects, instrument, minimum)
    yield quarters(reported.history, cycle, subjects, instrument, minimum)


def _said(report: TeamReport | WithheldReport) -> tuple[tuple[str, str], ...]:
    """Say what the first page says: the verdict, or why nothing is shown."""
    if isinstance(report, WithheldReport):
        return ((_("In one sentence"), report.verdict), ("", report.because))
    return (
        (_("Participation"), report.cover.answered),
        (_("In one sentence"), report.headline.verdict),
        *(("", sentence) for sentence in report.headline.sentences),
    )


def _file(
    reported: ReportedCycle,
    source: ReportSource,
    tables: Sequence[Table],
    title: str,
    opening: tuple[tuple[str, str], ...],
    scope: dict[str, object],
) -> FigureFile:
    filled = tuple(table for table in tables if table.rows)
    quarter = reported.label or ""
    first = ((_("Organisation"), source.organisation), (_("Quarter"), format_quarter(quarter)))
    return FigureFile(
        language=current_language(),
        title=title,
        quarter=quarter,
        head={
            "format": FORMAT,
            **scope,
            "organisation": source.organisation,
            "quarter": quarter,
            "language": current_language(),
            "minimum": source.minimum,
            "engine": source.engine,
            "instrument": {
                "code": reported.instrument.code,
                "version": reported.instrument.version,
                "sha256": reported.instrument.sha256,
            },
            "result_sha256": source.document_sha256,
            "earlier_sha256": dict(source.earlier_sha256),
            "contract": "" if source.contract is None else source.contract.sha256_prefix,
        },
        about=(*first, *opening, *_how_to_read(reported, source), *_meanings(filled)),
        tables=filled,
    )


def _how_to_read(reported: ReportedCycle, source: ReportSource) -> Iterator[tuple[str, str]]:
    """Take over the last page of the reports."""
    page = reading(source, reported.instrument, has_roster=reported.cycle.organisation.has("headcount"))
    for column in page.columns:
        for block in column:
            for place, sentence in enumerate(block.sentences):
                yield block.heading if place == 0 else "", sentence
    for place, sentence in enumerate(page.methods):
        yield _("Methods in ten lines") if place == 0 else "", sentence
    yield from ((fact.name, fact.value) for fact in page.facts)


def _meanings(tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    """Say what every column means, sheet by sheet; a column of several sheets once."""
    said: set[tuple[str, str]] = set()
    for table in tables:
        for column in table.filled:
            meant = (column.heading, column.meaning)
            if meant not in said:
                said.add(meant)
                yield _("%(sheet)s: %(column)s", sheet=table.title, column=column.heading), column.meaning
