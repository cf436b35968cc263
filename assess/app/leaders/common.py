"""What the views of leaders share."""

from datetime import UTC, datetime

from flask import current_app

from assess.config import Settings
from assess.extensions import Database


def database() -> Database:
    """Return the database of this site."""
    found: Database = current_app.extensions["assess.database"]
    return found


def settings() -> Settings:
    """Return the settings of this site."""
    found: Settings = current_app.extensions["assess.settings"]
    return found


def moment() -> datetime:
    """Say what time it is."""
    return datetime.now(UTC)
