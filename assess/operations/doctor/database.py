"""The database: there, of this version, keeping what was acknowledged, and telling nobody when an answer arrived."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assess.extensions import Database
from assess.localisation import gettext as _
from assess.migrations import newest_revision, revision_of
from assess.operations.doctor.finding import Finding, fine, note, wrong

_SQLITE = {"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "temp_store": "2", "foreign_keys": "1"}


@dataclass(frozen=True)
class _Setting:
    """One setting of PostgreSQL: what it may be, the first being what it should be."""

    name: str
    allowed: tuple[str, ...]
    keeps_silent: bool
    """Whether it is there to keep times of answering out of files; otherwise so that nothing acknowledged is lost."""


_POSTGRESQL = (
    _Setting("fsync", ("on",), keeps_silent=False),
    _Setting("synchronous_commit", ("on", "remote_apply", "remote_write", "local"), keeps_silent=False),
    _Setting("full_page_writes", ("on",), keeps_silent=False),
    _Setting("track_commit_timestamp", ("off",), keeps_silent=True),
    _Setting("log_statement", ("none", "ddl"), keeps_silent=True),
    _Setting("log_min_duration_statement", ("-1",), keeps_silent=True),
    _Setting("log_min_duration_sample", ("-1",), keeps_silent=True),
    _Setting("log_transaction_sample_rate", ("0",), keeps_silent=True),
)


def unreachable(database: Database) -> Finding | None:
    """Say why the database cannot be used at all; None when it can."""
    try:
        present, wanted = revision_of(database), newest_revision()
    except DBAPIError as error:
        return wrong(
            _("The database does not answer: %(what)s", what=_first_line(error)),
            _("Without it nobody can answer, and nothing can be closed."),
            _("Start the database server, or correct ASSESS_DATABASE_URL."),
        )
    if present != wanted:
        return wrong(
            _("The tables are at version %(have)s and not at %(want)s.", have=present or "–", want=wanted),
            _("Pages and commands fail on columns that are not there."),
            _("Bring them up to date: assess init"),
        )
    return None


def examine_database(session: Session) -> Iterator[Finding]:
    """Look at how a reachable database is set up."""
    yield fine(_("The database answers, and its tables are up to date."))
    if session.get_bind().dialect.name == "postgresql":
        yield from _postgresql(session)
    else:
        yield from _sqlite(session)


def _sqlite(session: Session) -> Iterator[Finding]:
    found = {name: str(session.execute(text(f"PRAGMA {name}")).scalar()) for name in _SQLITE}
    differing = [f"{name}={found[name]}" for name in _SQLITE if found[name] != _SQLITE[name]]
    if differing:
        yield wrong(
            _("SQLite runs with %(settings)s.", settings=", ".join(differing)),
            _("What was acknowledged could be lost when the power fails, or what was deleted stays in the file."),
            _("Put the data folder on a local disk: on network drives SQLite cannot keep its log."),
        )
    else:
        yield fine(_("SQLite keeps what was acknowledged and overwrites what was deleted."))
    verdict = str(session.execute(text("PRAGMA quick_check(1)")).scalar())
    if verdict != "ok":
        yield wrong(
            _("SQLite finds the database damaged: %(what)s", what=verdict),
            _("Answers and results may be unreadable."),
            _("Stop the site, keep a copy of the file, and restore the latest backup."),
        )


def _postgresql(session: Session) -> Iterator[Finding]:
    settings = {str(name): str(value) for name, value in session.execute(text("SELECT name, setting FROM pg_settings"))}
    faults = [s for s in _POSTGRESQL if settings.get(s.name, s.allowed[0]) not in s.allowed]
    for setting in faults:
        if setting.keeps_silent:
            why = _("It tells when each envelope arrived, and so in which order people answered.")
        else:
            why = _("An answer that was acknowledged could be lost when the power fails.")
        yield wrong(
            _(
                "PostgreSQL runs with %(name)s = %(value)s; it should be %(wanted)s.",
                name=setting.name,
                value=settings[setting.name],
                wanted=setting.allowed[0],
            ),
            why,
            _(
                "Set %(name)s = %(wanted)s in postgresql.conf and restart the server.",
                name=setting.name,
                wanted=setting.allowed[0],
            ),
        )
    if not faults:
        yield fine(_("PostgreSQL keeps what was acknowledged and notes no times of answering."))
    if settings.get("archive_mode", "off") != "off":
        yield note(
            _("PostgreSQL archives its write-ahead log."),
            _("The archive of the days a survey is open keeps the order and times in which sealed envelopes arrived."),
            _("Keep it under lock, and let it expire once the cycle is published."),
        )


def _first_line(error: DBAPIError) -> str:
    """Say what the driver said; the message of SQLAlchemy would repeat the statement."""
    return (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
