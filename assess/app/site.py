"""What every view of the site asks for: its database, the settings in force, and what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app

from assess.config import Settings
from assess.extensions import Database

CLOCK = "assess.clock"


def database() -> Database:
    """Return the database of this site."""
    found: Database = current_app.extensions["assess.database"]
    return found


def settings() -> Settings:
    """Return the settings of this site that are in force."""
    found: Settings = current_app.extensions["assess.settings"]
    return found


def moment() -> datetime:
    """Return this instant; a test may say what it is."""
    clock: Callable[[], datetime] = current_app.extensions[CLOCK]
    return clock()


def real_clock() -> datetime:
    """Return the instant it really is."""
    return datetime.now(UTC)
