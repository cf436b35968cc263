"""Every report and file of a quarter for HR: PDFs that a worker draws, and figures for other programs."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.drawing import ask_for, shown_or_waiting
from assess.app.results.batch import BatchState, batch_state
from assess.app.results.finding import ReportedNode, find_node_for_hr, find_published_for_hr, nodes_of
from assess.app.results.overview import files_of, other_quarters, places
from assess.localisation import HTML_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, format_quarter
from assess.reports.drawn_reports import report_key
from assess.reports.file_names import file_name, organisation_file_name
from assess.reports.files.writing import Format, cycle_contents, cycle_file_stem
from assess.reports.provenance import ORGANISATION_REPORT
from assess.reports.sending import name_file
from assess.reports.team_reports import ReportedCycle
from assess.tasks.reports import wanted_report

download_pages = Blueprint("results_downloads", __name__)

LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"
FORM = "<any(xlsx, csv, json):form>"
PAGE = 50
MOST_AT_ONCE = 500
"""Nodes whose figures a page writes itself; a bigger organisation finds the workbook in the ZIP, which workers make."""
_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "application/zip",
    Format.JSON: "application/json; charset=utf-8",
}


@dataclass(frozen=True)
class Found:
    """One page of the list of teams and units."""

    nodes: Sequence[ReportedNode]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.count // PAGE))


@download_pages.get("/app/results/<quarter>/reports")
@needs(require_hr)
def files(_account: Account, quarter: str) -> ResponseReturnValue:
    """List everything that can be taken away."""
    reported = find_published_for_hr(quarter)
    asked = request.args.get("q", "")[:120]
    batch: BatchState = batch_state(quarter)
    return render_template(
        "app/result_files.html",
        quarter=quarter,
        name=format_quarter(quarter),
        places=places(quarter),
        quarters=other_quarters(quarter),
        batch=batch,
        asked=asked,
        found=_search(nodes_of(reported), asked, request.args.get("page", "1")),
        has_files=len(reported.nodes) <= MOST_AT_ONCE,
        report_languages=[(code, HTML_LANGUAGE[code], LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )


@download_pages.get(f"/app/results/<quarter>/organisation/{LANGUAGE}.pdf")
@needs(require_hr)
def organisation(_account: Account, quarter: str, language: str) -> ResponseReturnValue:
    """Give the report of the whole organisation, or say that it has to be drawn first."""
    reported = find_published_for_hr(quarter)
    key = report_key(reported, None, language=language, kind=ORGANISATION_REPORT)
    name = organisation_file_name(cycle=quarter, language=language)
    return shown_or_waiting(key, name, what=reported.source.organisation, quarter=quarter, back=files_of(quarter))


@download_pages.post(f"/app/results/<quarter>/organisation/{LANGUAGE}.pdf")
@needs(require_hr)
def ask_for_organisation(_account: Account, quarter: str, language: str) -> ResponseReturnValue:
    """Ask a worker to draw it."""
    reported = find_published_for_hr(quarter)
    ask_for(wanted_report(reported, None, language=language, kind=ORGANISATION_REPORT))
    return redirect(request.path, 303)


@download_pages.get(f"/app/results/<quarter>/nodes/<node_id>/{LANGUAGE}.pdf")
@needs(require_hr)
def node(_account: Account, quarter: str, node_id: str, language: str) -> ResponseReturnValue:
    """Give the report of one team or unit, or say that it has to be drawn first."""
    reported = find_published_for_hr(quarter)
    found = find_node_for_hr(reported, node_id)
    key = report_key(reported, found, language=language)
    name = file_name(found.name, cycle=quarter, language=language)
    return shown_or_waiting(key, name, what=found.name, quarter=quarter, back=files_of(quarter))


@download_pages.post(f"/app/results/<quarter>/nodes/<node_id>/{LANGUAGE}.pdf")
@needs(require_hr)
def ask_for_node(_account: Account, quarter: str, node_id: str, language: str) -> ResponseReturnValue:
    """Ask a worker to draw it."""
    reported = find_published_for_hr(quarter)
    ask_for(wanted_report(reported, find_node_for_hr(reported, node_id), language=language))
    return redirect(request.path, 303)


@download_pages.get(f"/app/results/<quarter>/figures/{LANGUAGE}.{FORM}")
@needs(require_hr)
def figures(_account: Account, quarter: str, language: str, form: str) -> ResponseReturnValue:
    """Write the released figures of the whole quarter; CSV is one file a table, in a ZIP."""
    reported = find_published_for_hr(quarter)
    if len(reported.nodes) > MOST_AT_ONCE:
        raise NotFound
    written_as = Format(form)
    content = _packed(reported, written_as, language)
    ending = "zip" if written_as is Format.CSV else form
    response = Response(content, content_type=_TYPES[written_as])
    name = f"{cycle_file_stem(quarter, language)}.{ending}"
    name_file(response.headers, name, "attachment")
    return response


def _packed(reported: ReportedCycle, written_as: Format, language: str) -> bytes:
    contents = cycle_contents(reported, written_as, language=language, bom=True)
    if written_as is not Format.CSV:
        (content,) = contents.values()
        return content
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _search(nodes: Sequence[ReportedNode], asked: str, page: str) -> Found:
    fitting = [node for node in nodes if asked.casefold().strip() in node.name.casefold()]
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    number = min(max(1, number), max(1, -(-len(fitting) // PAGE)))
    return Found(fitting[(number - 1) * PAGE : number * PAGE], len(fitting), number)
