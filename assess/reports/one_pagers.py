"""The one-pager of a unit as PDF, from the same frozen cycle as its report."""

from assess.localisation import use_language
from assess.releases.entry import Entry
from assess.reports.page import report_page
from assess.reports.pdf import render_pdf
from assess.reports.present import present_one_pager
from assess.reports.present.pages import OnePager
from assess.reports.provenance import ONE_PAGER, Provenance
from assess.reports.renderer import renderer_versions
from assess.reports.team_reports import ReportedCycle
from assess.reports.told import Told


def one_pager(reported: ReportedCycle, node: Entry, *, told: Told | None = None) -> OnePager:
    """Present what members of a node get, in the language of this context."""
    told = reported.told(node.name) if told is None else told
    return present_one_pager(reported.cycle, node, reported.instrument, reported.source, told)


def one_pager_pdf(reported: ReportedCycle, node: Entry, *, language: str, told: Told | None = None) -> bytes:
    """Draw it; `told` replaces what members are told now. Errors: RefusalError without the libraries that draw."""
    told = reported.told(node.name) if told is None else told
    with use_language(language):
        page = report_page(one_pager(reported, node, told=told))
        source = reported.source
        return render_pdf(
            page,
            Provenance(
                ONE_PAGER,
                source.document_sha256,
                node.name,
                language,
                source.command,
                renderer_versions(),
                told.written(),
                source.look.sha256,
            ),
        )
