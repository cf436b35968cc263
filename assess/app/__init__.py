"""The site: one Flask application, made from settings, with every room's pages hung in.

Flask's own sessions have no secret key and cannot be started; the only cookie is that of people who sign in, and it
exists under `/app` alone.
"""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

import assess
from assess.accounts.pages import hang_in_account_pages
from assess.app.account_views import people
from assess.app.arriving import ReadRequest
from assess.app.assets import Assets
from assess.app.cycle_pages import hang_in_cycle_pages
from assess.app.headers import with_headers
from assess.app.health import health
from assess.app.in_force import keep_in_force
from assess.app.leaders import hang_in_leader_pages
from assess.app.mail_views import hang_in_mail
from assess.app.results import hang_in_results
from assess.app.settings import hang_in_settings
from assess.app.site import CLOCK, real_clock
from assess.config import Settings, load_settings
from assess.error_pages import register_error_pages
from assess.extensions import Database
from assess.localisation import (
    HTML_LANGUAGE,
    best_language,
    current_language,
    gettext,
    set_language,
)
from assess.reports.member import hang_in_one_pagers
from assess.surveys.holders.key_pages import hang_in_key_pages
from assess.surveys.holders.opening_pages import hang_in_opening_pages
from assess.surveys.member import hang_in_member_pages
from assess.surveys.team_quarters import hang_in_team_quarters
from assess.teams.pages import hang_in_team_pages

# Two comments of 1,000 Chinese characters are 18 kB in a form, the filler of a constant size included 24 kB.
MAX_BODY_BYTES = 64 * 1024
MAX_FORM_FIELDS = 300
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Site(Flask):
    """Flask, except that what goes wrong is written down without addresses, codes and answers."""

    request_class = ReadRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Take every function as it is: none here is asynchronous, and Flask asks that six times a request."""
        return func

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """Log a random reference, the kind of error and the line of code: never the path, the form or the message.

        The reference is also on the page. An SQL error, for one, carries the whole statement in its message.
        """
        kind, _error, trace = exc_info
        frame = traceback.extract_tb(trace)[-1] if trace else None
        place = f"{Path(frame.filename).name}:{frame.lineno}" if frame else "?"
        g.reference = token_hex(4)
        logging.getLogger("assess").error("%s: %s at %s", g.reference, kind.__name__ if kind else "?", place)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the WSGI application of one installation; without settings they come from the environment."""
    settings = settings or load_settings()
    app = Site("assess", static_folder=None, template_folder=str(_templates()))
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_FIELDS,
        TRUSTED_HOSTS=[*trusted_hosts(settings.base_url), *settings.also_hosts],
        TESTING=settings.testing,
        PROPAGATE_EXCEPTIONS=False,
    )
    if settings.proxies:  # an exact number: whoever asks could else choose the address that failures are counted by
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    app.extensions["assess.settings"] = settings
    app.extensions[CLOCK] = real_clock
    app.extensions["assess.database"] = Database(settings.database_url)
    _set_up_templates(app)
    keep_in_force(app)
    app.before_request(_choose_language)
    app.before_request(_refuse_names_of_others)
    app.wsgi_app = with_headers(app.wsgi_app, https=settings.is_https)  # type: ignore[assignment]
    app.register_blueprint(health)
    hang_in_account_pages(app, settings)
    app.register_blueprint(people)
    hang_in_leader_pages(app)
    hang_in_results(app)
    hang_in_cycle_pages(app)
    hang_in_settings(app)
    hang_in_mail(app)
    hang_in_team_pages(app)
    hang_in_team_quarters(app)
    hang_in_key_pages(app)
    hang_in_opening_pages(app)
    hang_in_member_pages(app)
    hang_in_one_pagers(app, settings)
    register_error_pages(app)
    return app


def trusted_hosts(base_url: str) -> list[str]:
    """Name the hosts the site answers to: its own, and every loopback name when that is one of them.

    >>> trusted_hosts("https://health.example.com")
    ['health.example.com']
    """
    host = urlsplit(base_url).hostname or ""
    return list(_LOOPBACK) if host in {"127.0.0.1", "localhost", "::1"} else [host]


def _templates() -> Path:
    """Find the templates: inside the package in a wheel, beside it in a checkout."""
    package = Path(assess.__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _set_up_templates(app: Flask) -> None:
    assets = app.extensions["assess.assets"] = Assets.load(Path(assess.__file__).parent / "static")
    app.add_url_rule("/static/<name>", "asset", lambda name: assets.response(name, request))
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=gettext,
        asset=assets.url,
        current_language=current_language,
        gap=lambda: "" if current_language() == "zh" else " ",  # between two sentences
        html_language=lambda: HTML_LANGUAGE[current_language()],
    )


def _refuse_names_of_others() -> None:
    """Refuse what a server before this one was asked for under a name that is not the site's.

    Nothing is ever built from that name; but whoever sends one that is wrong wants to find out whether it is.
    """
    forwarded = request.environ.get("HTTP_X_FORWARDED_HOST")
    if forwarded and not all(
        host_is_trusted(name.strip(), current_app.config["TRUSTED_HOSTS"]) for name in forwarded.split(",")
    ):
        abort(400)


def _choose_language() -> Response | None:
    """Follow `?lang=`, else the browser. The choice lives in the address only and is never stored."""
    settings: Settings = current_app.extensions["assess.settings"]
    offered, asked = settings.languages, request.args.get("lang", "") if request.query_string else ""
    set_language(asked if asked in offered else best_language(request.headers.get("Accept-Language"), offered))
    return None
