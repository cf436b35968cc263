"""My teams: every node and quarter a leader may read, and the files. A web process draws nothing: a worker does."""

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, signed_in_account
from assess.app.drawing import ask_for, shown_or_waiting
from assess.app.leaders.led import FoundNode, led_node_or_404, reports_for_leader
from assess.app.site import database
from assess.localisation import HTML_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, format_quarter
from assess.localisation import gettext as _
from assess.releases.entry import Entry
from assess.reports.drawn_reports import report_key
from assess.reports.file_names import file_name, organisation_file_name
from assess.reports.files.contents import node_file
from assess.reports.files.workbook import workbook
from assess.reports.provenance import ONE_PAGER, ORGANISATION_REPORT, TEAM_REPORT
from assess.reports.sending import name_file
from assess.tasks.reports import wanted_report

my_reports = Blueprint("my_reports", __name__)

_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"
_NODE = "/app/reports/<quarter>/<node_id>"
_OTHER = f"{_NODE}/<any(members, organisation):which>/{_LANGUAGE}.pdf"
_KINDS = {"members": ONE_PAGER, "organisation": ORGANISATION_REPORT}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@my_reports.get("/app/reports")
@needs(signed_in_account)
def overview(account: Account) -> ResponseReturnValue:
    """List the reports, the latest quarter first."""
    with database().reading() as session:
        quarters = [
            {"quarter": led.quarter, "name": format_quarter(led.quarter), "nodes": led.nodes}
            for led in reports_for_leader(session, account)
        ]
    languages = [(code, HTML_LANGUAGE[code], LANGUAGE_NAMES[code]) for code in LANGUAGES]
    return render_template("app/my_reports.html", quarters=quarters, report_languages=languages)


@my_reports.get(f"{_NODE}/{_LANGUAGE}.pdf")
@needs(signed_in_account)
def report(account: Account, quarter: str, node_id: str, language: str) -> ResponseReturnValue:
    """Give the PDF, or say that it has to be drawn first."""
    return _give(led_node_or_404(database(), account, quarter, node_id), language, TEAM_REPORT)


@my_reports.post(f"{_NODE}/{_LANGUAGE}.pdf")
@needs(signed_in_account)
def ask_for_report(account: Account, quarter: str, node_id: str, language: str) -> ResponseReturnValue:
    """Ask a worker to draw it; asking twice is asking once."""
    return _ask(led_node_or_404(database(), account, quarter, node_id), language, TEAM_REPORT)


@my_reports.get(_OTHER)
@needs(signed_in_account)
def other(account: Account, quarter: str, node_id: str, which: str, language: str) -> ResponseReturnValue:
    """Give the one-pager of the members, or to the business head the report of the whole organisation."""
    return _give(_other_or_404(account, quarter, node_id, which), language, _KINDS[which])


@my_reports.post(_OTHER)
@needs(signed_in_account)
def ask_for_other(account: Account, quarter: str, node_id: str, which: str, language: str) -> ResponseReturnValue:
    """Ask a worker to draw it."""
    return _ask(_other_or_404(account, quarter, node_id, which), language, _KINDS[which])


@my_reports.get(f"{_NODE}/{_LANGUAGE}.xlsx")
@needs(signed_in_account)
def figures(account: Account, quarter: str, node_id: str, language: str) -> ResponseReturnValue:
    """Give the figures of this node, and of no other, as a workbook."""
    found = led_node_or_404(database(), account, quarter, node_id)
    command = f"assess cycle export {quarter} --format xlsx --all --out exports"
    content = workbook(node_file(found.reported, found.entry, language=language, command=command))
    response = Response(content, content_type=_XLSX)
    name = file_name(found.entry.name, cycle=quarter, language=language).removesuffix(".pdf") + ".xlsx"
    name_file(response.headers, name, "attachment")
    return response


def _other_or_404(account: Account, quarter: str, node_id: str, which: str) -> FoundNode:
    found = led_node_or_404(database(), account, quarter, node_id)
    if which == "organisation" and not found.reads_organisation:
        abort(404)
    return found


def _give(found: FoundNode, language: str, kind: str) -> ResponseReturnValue:
    node, quarter = _drawn_of(found, kind), found.reported.label or ""
    key = report_key(found.reported, node, language=language, kind=kind)
    back = (f"/app/nodes/{quarter}/{found.led.id}", _("Back to the results"))
    if node is None:
        name = organisation_file_name(cycle=quarter, language=language)
        return shown_or_waiting(key, name, what=found.reported.source.organisation, quarter=quarter, back=back)
    name = file_name(node.name, cycle=quarter, language=language, kind=kind)
    return shown_or_waiting(key, name, what=node.name, quarter=quarter, back=back)


def _ask(found: FoundNode, language: str, kind: str) -> ResponseReturnValue:
    ask_for(wanted_report(found.reported, _drawn_of(found, kind), language=language, kind=kind))
    return redirect(request.path, 303)


def _drawn_of(found: FoundNode, kind: str) -> Entry | None:
    return None if kind == ORGANISATION_REPORT else found.entry
