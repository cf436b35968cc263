"""My reports: what leaders read of the nodes they lead. A web process draws nothing: a worker does, once asked."""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, redirect, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, signed_in_account
from assess.app.led_reports import find_report_for_leader, reports_for_leader
from assess.config import Settings
from assess.errors import AssessError
from assess.extensions import Database
from assess.jobs.models import JobState, Queue
from assess.jobs.queue import WorkQueue
from assess.jobs.wanting import find_job, want
from assess.localisation import HTML_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, format_quarter
from assess.releases.entry import Entry
from assess.reports.cache import report_cache
from assess.reports.drawn_reports import report_key
from assess.reports.file_names import file_name
from assess.reports.team_reports import ReportedCycle
from assess.tasks.reports import REPORT, read_once, wanted_report

my_reports = Blueprint("my_reports", __name__)

_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"


@my_reports.get("/app/reports")
@needs(signed_in_account)
def overview(account: Account) -> ResponseReturnValue:
    """List the reports, the latest quarter first."""
    with _database().reading() as session:
        quarters = [
            {"quarter": led.quarter, "name": format_quarter(led.quarter), "nodes": led.nodes}
            for led in reports_for_leader(session, account)
        ]
    languages = [(code, HTML_LANGUAGE[code], LANGUAGE_NAMES[code]) for code in LANGUAGES]
    return render_template("app/my_reports.html", quarters=quarters, report_languages=languages)


@my_reports.get(f"/app/reports/<quarter>/<node_id>/{_LANGUAGE}.pdf")
@needs(signed_in_account)
def report(account: Account, quarter: str, node_id: str, language: str) -> ResponseReturnValue:
    """Give the PDF, or say that it has to be drawn first."""
    reported, node = _find(account, quarter, node_id)
    key = report_key(reported, node, language=language)
    content = report_cache(_settings()).get(key)
    if content is not None:
        response = Response(content, content_type="application/pdf")
        name = file_name(node.name, cycle=quarter, language=language)
        response.headers.set("Content-Disposition", "inline", filename=name)
        return response
    with _database().reading() as session:
        job = find_job(session, REPORT, key)
    return render_template(
        "app/report_waits.html",
        name=node.name,
        quarter=format_quarter(quarter),
        is_asked_for=job is not None and job.state in {JobState.WAITING, JobState.RUNNING},
        has_failed=job is not None and job.state == JobState.FAILED,
    )


@my_reports.post(f"/app/reports/<quarter>/<node_id>/{_LANGUAGE}.pdf")
@needs(signed_in_account)
def ask_for_report(account: Account, quarter: str, node_id: str, language: str) -> ResponseReturnValue:
    """Ask a worker to draw it; asking twice is asking once."""
    reported, node = _find(account, quarter, node_id)
    with _database().writing() as session:
        want(session, [wanted_report(reported, node, language=language)], now=datetime.now(UTC), again=True)
    _wake()
    return redirect(f"/app/reports/{quarter}/{node_id}/{language}.pdf", 303)


def _find(account: Account, quarter: str, node_id: str) -> tuple[ReportedCycle, Entry]:
    with _database().reading() as session:
        led = find_report_for_leader(session, account, quarter, node_id)
    reported = read_once(_database(), quarter)
    node = reported.cycle.node(led.name)
    if node is None:
        raise NotFound
    return reported, node


def _wake() -> None:
    """Call a worker; where none can be called the next look at the clock finds the work."""
    try:
        queue = WorkQueue(_settings(), Queue.DEFAULT)
    except AssessError:
        return
    try:
        queue.wake()
    finally:
        queue.close()


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database


def _settings() -> Settings:
    settings: Settings = current_app.extensions["assess.settings"]
    return settings
