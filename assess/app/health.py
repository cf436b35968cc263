"""What whoever watches the site asks: whether the process lives, and whether it reaches its database and its queue."""

from flask import Blueprint, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assess.config import Settings
from assess.errors import AssessError
from assess.extensions import Database
from assess.jobs.models import Queue

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@health.get("/readyz")
def readyz() -> Response:
    """Say whether the tables are there and can be read; 503 sends visitors to another host.

    A queue that does not answer is said as well, but turns nobody away: work waits, and members can still answer.
    """
    database: Database = current_app.extensions["assess.database"]
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1 FROM cycles LIMIT 1"))
    except SQLAlchemyError:
        return Response("database: not ready\n", status=503, content_type="text/plain; charset=utf-8")
    words = "ok\n" if _queue_answers(current_app.extensions["assess.settings"]) else "ok\nqueue: not reachable\n"
    return Response(words, content_type="text/plain; charset=utf-8")


def _queue_answers(settings: Settings) -> bool:
    """Ask a queue on a server; the embedded one is a file beside the data, made when it is first needed."""
    if not settings.queue_url:
        return True
    from assess.jobs.queue import WorkQueue

    try:
        queue = WorkQueue(settings, Queue.DEFAULT)
    except AssessError:
        return False
    try:
        return queue.is_reachable()
    finally:
        queue.close()
