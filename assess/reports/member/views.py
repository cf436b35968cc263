"""The views of a unit's results: a page in either language, and the same as PDF once it has been drawn."""

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template
from flask.typing import ResponseReturnValue

from assess.config import Settings
from assess.localisation import current_language
from assess.reports.cache import ReportCache, report_cache
from assess.reports.drawn_reports import report_key
from assess.reports.file_names import file_name
from assess.reports.member.errors import UnknownUnitLinkError
from assess.reports.member.finding import FoundUnit, Units
from assess.reports.one_pagers import one_pager
from assess.reports.page import report_body
from assess.reports.provenance import ONE_PAGER
from assess.reports.sending import name_file
from assess.surveys.member.looking_up import count_failure

results = Blueprint("results", __name__)


def hang_in_one_pagers(app: Flask, settings: Settings) -> None:
    """Add the pages; codes that lead nowhere are counted together with those of personal links."""
    app.extensions["assess.units"] = Units(app.extensions["assess.database"], settings)
    app.extensions["assess.report_cache"] = report_cache(settings)
    app.register_blueprint(results)


@results.get("/m/<code>/")
def results_with_slash(code: str) -> ResponseReturnValue:
    """Lead a link that got a slash at its end to the page itself."""
    _found(code)
    return redirect(f"/m/{code}?lang={current_language()}", 303)


@results.get("/m/<code>")
def show_results(code: str) -> str:
    """Show what is released of a unit, what was taken on, and when the next survey runs."""
    found = _found(code)
    page = one_pager(found.reported, found.node)
    return render_template(
        "reports/member.html",
        page=page,
        body=report_body(page, contract=_contract(found)),
        pdf=f"/m/{code}.pdf?lang={current_language()}" if _drawn(found) is not None else None,
    )


@results.get("/m/<code>.pdf")
def results_as_pdf(code: str) -> Response:
    """Give the page as PDF, if a worker has drawn it: a web process draws nothing and looking changes nothing."""
    found = _found(code)
    content = _drawn(found)
    if content is None:
        abort(404)
    name = file_name(found.node.name, cycle=found.reported.label, language=current_language(), kind=ONE_PAGER)
    response = Response(content, content_type="application/pdf")
    name_file(response.headers, name, "inline")
    return response


def _found(code: str) -> FoundUnit:
    units: Units = current_app.extensions["assess.units"]
    try:
        return units.find(code)
    except UnknownUnitLinkError:
        count_failure()
        raise


def _drawn(found: FoundUnit) -> bytes | None:
    cache: ReportCache = current_app.extensions["assess.report_cache"]
    return cache.get(report_key(found.reported, found.node, language=current_language(), kind=ONE_PAGER))


def _contract(found: FoundUnit) -> str:
    """Give the address of the contract; empty where there is none."""
    contract = found.reported.source.contract
    return "" if contract is None else f"/contract/{contract.sha256_prefix}?lang={current_language()}"
