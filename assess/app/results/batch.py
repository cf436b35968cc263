"""All reports of a quarter in one ZIP: asked for on a page, made by workers, with its progress in sight."""

from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, Response, jsonify, redirect, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.results.finding import find_published_for_hr
from assess.app.site import database, moment, settings
from assess.jobs.models import JobState
from assess.jobs.queue import call_a_worker
from assess.jobs.wanting import find_job, want
from assess.reports.zips import zip_name
from assess.tasks.batch_job import BATCH, batch_file, wanted_batch

batch_pages = Blueprint("results_batch", __name__)


class Stage(StrEnum):
    """How far the ZIP of a quarter is."""

    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class BatchState:
    """What the page shows of it; `megabytes` of a ZIP that is there, `reason` of one that failed."""

    stage: Stage
    done: int = 0
    total: int | None = None
    megabytes: float = 0.0
    reason: str = ""


def batch_state(quarter: str) -> BatchState:
    """Look at the job and at the file it made."""
    with database().reading() as session:
        job = find_job(session, BATCH, wanted_batch(quarter).key)
        if job is None:
            return BatchState(Stage.NONE)
        if job.state in {JobState.WAITING, JobState.RUNNING}:
            stage = Stage.RUNNING if job.total else Stage.WAITING
            return BatchState(stage, job.done, job.total)
        if job.state == JobState.FAILED:
            return BatchState(Stage.FAILED, reason=job.error or "")
    try:
        size = batch_file(settings(), quarter).stat().st_size
    except OSError:  # nobody came for it, and it was tidied away
        return BatchState(Stage.NONE)
    return BatchState(Stage.READY, megabytes=size / 1_000_000)


@batch_pages.post("/app/results/<quarter>/batch")
@needs(require_hr)
def ask(_account: Account, quarter: str) -> ResponseReturnValue:
    """Ask for all of them; asking twice is asking once."""
    find_published_for_hr(quarter)
    with database().writing() as session:
        want(session, [wanted_batch(quarter)], now=moment(), again=True)
    call_a_worker(settings())
    return redirect(f"/app/results/{quarter}/reports#batch", 303)


@batch_pages.get("/app/results/<quarter>/batch")
@needs(require_hr)
def progress(_account: Account, quarter: str) -> Response:
    """Say how far it is, for the script that moves the bar."""
    find_published_for_hr(quarter)
    state = batch_state(quarter)
    return jsonify(stage=state.stage, done=state.done, total=state.total)


@batch_pages.get("/app/results/<quarter>/reports.zip")
@needs(require_hr)
def fetch(_account: Account, quarter: str) -> Response:
    """Give the ZIP that was made."""
    find_published_for_hr(quarter)
    path = batch_file(settings(), quarter)
    if batch_state(quarter).stage is not Stage.READY:
        raise NotFound
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=zip_name(quarter), max_age=0)
