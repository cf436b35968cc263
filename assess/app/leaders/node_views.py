"""The page of one node and quarter, for its leader."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, signed_in_account
from assess.app.leaders.boards import newest_if_any
from assess.app.leaders.led import led_node_or_404, reports_for_leader
from assess.app.site import database
from assess.localisation import HTML_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, current_language, format_quarter
from assess.reports.leader_pages import leader_page, page_body

nodes = Blueprint("nodes", __name__)


@nodes.get("/app/nodes/<quarter>/<node_id>")
@needs(signed_in_account)
def node(account: Account, quarter: str, node_id: str) -> ResponseReturnValue:
    """Show what is released of a node this account leads."""
    found = led_node_or_404(database(), account, quarter, node_id)
    with database().reading() as session:
        known = [
            each.quarter for each in reports_for_leader(session, account) if any(n.id == node_id for n in each.nodes)
        ]
        newest = newest_if_any(session)
    is_newest = newest is not None and newest.quarter == quarter
    board = f"/app/actions/{node_id}" if is_newest else ""
    page = leader_page(found.reported, found.entry, with_inside=found.reads_inside)
    contract = found.reported.source.contract
    address = "" if contract is None else f"/contract/{contract.sha256_prefix}?lang={current_language()}"
    return render_template(
        "app/node.html",
        cover=page.report.cover,
        body=page_body(page, board=board, contract=address),
        files=f"/app/reports/{quarter}/{node_id}",
        report_languages=[(code, HTML_LANGUAGE[code], LANGUAGE_NAMES[code]) for code in LANGUAGES],
        reads_organisation=found.reads_organisation,
        quarters=[(each, format_quarter(each), each == quarter) for each in known],
        node_id=node_id,
    )
