"""A published quarter at a glance: what the report of the organisation says, on one page."""

from collections.abc import Iterable
from weakref import ref

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.home import HomeEntry
from assess.accounts.pages.rights import needs, require_hr
from assess.app.results.finding import find_published_for_hr, published_quarters
from assess.app.site import database
from assess.localisation import current_language, format_quarter
from assess.localisation import gettext as _
from assess.reports.organisation_report import organisation_report
from assess.reports.page import report_body
from assess.reports.present.organisation.pages import OrganisationReport
from assess.reports.present.pages import WithheldReport
from assess.reports.team_reports import ReportedCycle

overview_pages = Blueprint("results_overview", __name__)

_MOST_KEPT = 8
_put_into_words: dict[tuple[str, str], tuple[ref[ReportedCycle], OrganisationReport | WithheldReport]] = {}


@overview_pages.get("/app/results")
@needs(require_hr)
def latest(_account: Account) -> ResponseReturnValue:
    """Lead to the latest quarter, or say when there will be one."""
    with database().reading() as session:
        quarters = published_quarters(session)
    if quarters:
        return redirect(f"/app/results/{quarters[0]}", 303)
    return render_template("app/results_none.html")


@overview_pages.get("/app/results/<quarter>")
@needs(require_hr)
def show(_account: Account, quarter: str) -> ResponseReturnValue:
    """Show one quarter."""
    reported = find_published_for_hr(quarter)
    report = _presented(reported)
    contract = reported.source.contract
    return render_template(
        "app/results.html",
        quarter=quarter,
        places=places(quarter),
        quarters=other_quarters(quarter),
        cover=report.cover,
        body=report_body(report),
        contract="" if contract is None else f"/contract/{contract.sha256_prefix}?lang={current_language()}",
    )


def _presented(reported: ReportedCycle) -> OrganisationReport | WithheldReport:
    """Put a quarter into words once per language while it stays the same: with 10,000 teams that takes seconds."""
    place = str(reported.label), current_language()
    of, report = _put_into_words.get(place, (None, None))
    if report is None or of is None or of() is not reported:
        report = organisation_report(reported)
        while len(_put_into_words) >= _MOST_KEPT:
            _put_into_words.pop(next(iter(_put_into_words)), None)
        _put_into_words[place] = ref(reported), report
    return report


def places(quarter: str) -> list[tuple[str, str]]:
    """List the pages of one quarter: address and name."""
    return [
        (f"/app/results/{quarter}", _("At a glance")),
        files_of(quarter),
        (f"/app/results/{quarter}/over-time", _("Teams over time")),
    ]


def files_of(quarter: str) -> tuple[str, str]:
    """Give the page of its reports and files: address and name."""
    return f"/app/results/{quarter}/reports", _("Reports and files")


def other_quarters(quarter: str) -> list[tuple[str, str]]:
    """List every published quarter, the latest first: address (empty for the one shown) and name."""
    with database().reading() as session:
        quarters = published_quarters(session)
    return [("" if each == quarter else f"/app/results/{each}", format_quarter(each)) for each in quarters]


def entries_of_hr(session: Session, account: Account) -> Iterable[HomeEntry]:
    """Name the latest published quarter on the home page of HR."""
    if not account.is_hr:
        return
    quarters = published_quarters(session)
    if quarters:
        text = _("Scores, reports and files; the latest quarter is %(quarter)s.", quarter=format_quarter(quarters[0]))
        yield HomeEntry(_("Results"), text, ("/app/results", _("Read the results")))
