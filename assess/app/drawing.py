"""A PDF that is there, or a page that says it has to be drawn first: a web process draws nothing, a worker does."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from assess.app.site import database, moment, settings
from assess.jobs.models import JobState
from assess.jobs.queue import call_a_worker
from assess.jobs.wanting import Wanted, find_job, want
from assess.localisation import format_quarter
from assess.reports.cache import report_cache
from assess.reports.sending import name_file
from assess.tasks.reports import REPORT


def shown_or_waiting(key: str, name: str, *, what: str, quarter: str, back: tuple[str, str]) -> ResponseReturnValue:
    """Give a drawn report under a file name; else the page where it is asked for. `back` is an address and its name."""
    content = report_cache(settings()).get(key)
    if content is not None:
        response = Response(content, content_type="application/pdf")
        name_file(response.headers, name, "inline")
        return response
    with database().reading() as session:
        job = find_job(session, REPORT, key)
    return render_template(
        "app/report_waits.html",
        name=what,
        quarter=format_quarter(quarter),
        back=back,
        action=request.full_path.rstrip("?"),
        is_asked_for=job is not None and job.state in {JobState.WAITING, JobState.RUNNING},
        has_failed=job is not None and job.state == JobState.FAILED,
    )


def ask_for(wanted: Wanted) -> None:
    """Ask a worker for it; asking twice is asking once."""
    with database().writing() as session:
        want(session, [wanted], now=moment(), again=True)
    call_a_worker(settings())
