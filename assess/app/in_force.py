"""The settings and the look that are in force, in a process that may have been started long before they were set.

Pages under `/app` read them at every request. All others, those of members first of all, read them once in a few
seconds and otherwise ask the database nothing they did not ask before.
"""

import time
from collections.abc import Callable
from functools import partial
from threading import Lock

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from assess.accounts.pages.cookies import is_under_app
from assess.app.assets import Assets
from assess.app.site_look import SiteLook, SiteLooks, site_look
from assess.config import Settings
from assess.extensions import Database
from assess.localisation import HTML_LANGUAGE, LANGUAGE_NAMES
from assess.looks.choosing import sha256_in_use
from assess.organisation.in_force import in_force

LONGEST_SECONDS = 5.0
"""How long a page outside `/app` may show what was in force before."""
_NEEDS_NONE = {"asset", "health.healthz", "health.readyz", "site_look.look_file"}


class InForce:
    """The settings of one process; one object serves all its threads."""

    def __init__(self, settings: Settings, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self.look = SiteLook()
        self.looks = SiteLooks()
        self._of_the_operator, self._database, self._clock = settings, database, clock
        self._read_at: float | None = None
        self._lock = Lock()

    def renew(self, *, at_once: bool) -> None:
        """Read them again, unless that was done a moment ago; who finds another thread reading does not wait."""
        if not at_once and self._read_at is not None and self._clock() - self._read_at < LONGEST_SECONDS:
            return
        if self._lock.acquire(blocking=at_once):
            try:
                self._read()
            finally:
                self._lock.release()

    def _read(self) -> None:
        self._read_at = self._clock()  # before: a database that is gone is not asked by every visitor twice
        try:
            with self._database.reading() as session:
                self.settings = in_force(session, self._of_the_operator)
                self.look = self.looks.shown(session, sha256_in_use(session))
        except SQLAlchemyError:
            return  # whatever the visitor wants of the database will say so


def keep_in_force(app: Flask) -> None:
    """Read the settings before each request that uses them, and tell templates."""
    found = InForce(app.extensions["assess.settings"], app.extensions["assess.database"])
    app.extensions["assess.in_force"], app.extensions["assess.site_looks"] = found, found.looks
    app.register_blueprint(site_look)
    app.before_request(_renew)
    app.context_processor(_words)


def _renew() -> None:
    if request.endpoint in _NEEDS_NONE:
        return
    found: InForce = current_app.extensions["assess.in_force"]
    found.renew(at_once=is_under_app(request.path))
    current_app.extensions["assess.settings"] = found.settings


def _asset(look: SiteLook, name: str) -> str:
    """Address of a file; a style sheet has the colours of the look at its end, so that it stays one request."""
    assets: Assets = current_app.extensions["assess.assets"]
    plain = assets.url(name)
    return f"{look.place}/{plain.rpartition('/')[2]}" if look.has_colours and name.endswith(".css") else plain


def _words() -> dict[str, object]:
    settings: Settings = current_app.extensions["assess.settings"]
    found: InForce = current_app.extensions["assess.in_force"]
    return {
        "look": found.look,
        "asset": partial(_asset, found.look),
        "organisation": settings.organisation,
        "contact": settings.contact,
        "languages": [(code, HTML_LANGUAGE[code], LANGUAGE_NAMES[code]) for code in settings.languages],
    }
