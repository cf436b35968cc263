"""What whoever watches the site asks: whether the process lives, and whether it reaches its database."""

from flask import Blueprint, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assess.extensions import Database

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@health.get("/readyz")
def readyz() -> Response:
    """Say whether the tables are there and can be read; 503 sends visitors to another host."""
    database: Database = current_app.extensions["assess.database"]
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1 FROM cycles LIMIT 1"))
    except SQLAlchemyError:
        return Response("database: not ready\n", status=503, content_type="text/plain; charset=utf-8")
    return Response("ok\n", content_type="text/plain; charset=utf-8")
