"""All that the doctor looks at, in the order in which somebody would mend it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import ArgumentError

from assess.config import Settings
from assess.extensions import Database, open_database
from assess.localisation import gettext as _
from assess.operations.doctor.audit_log import examine_audit_log
from assess.operations.doctor.chosen import examine_chosen
from assess.operations.doctor.cycles import examine_cycles
from assess.operations.doctor.database import examine_database, unreachable
from assess.operations.doctor.finding import Finding, wrong
from assess.operations.doctor.keys import examine_key_directory, examine_keys, examine_secret
from assess.operations.doctor.machine import (
    examine_address,
    examine_backup,
    examine_clock,
    examine_disk,
    examine_drawing,
)
from assess.operations.doctor.mail import examine_mail
from assess.operations.doctor.member_plane import examine_member_plane
from assess.operations.places import sqlite_file
from assess.organisation.in_force import in_force


def examine(settings: Settings, *, now: datetime, url: str | None, logs: Sequence[Path]) -> Iterator[Finding]:
    """Look at everything and change nothing; what needs the database is left out where there is none."""
    yield from _with_database(settings, now)
    yield from examine_key_directory(settings)
    yield from examine_secret(settings)
    yield from examine_address(settings)
    yield from examine_mail(settings)
    yield from examine_drawing()
    yield from examine_backup(settings, now=now)
    yield from examine_member_plane(url, logs)


def _with_database(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        file = sqlite_file(settings)
        if file is not None and not file.exists():  # connecting would create it
            yield wrong(
                _("There is no installation in %(folder)s.", folder=settings.data_dir),
                _("Without it nobody can answer, and nothing can be closed."),
                _("Create it with: assess init; or name the right folder in ASSESS_DATA_DIR."),
            )
            return
        database = open_database(settings)
    except (ArgumentError, ImportError) as error:
        yield wrong(
            _("ASSESS_DATABASE_URL cannot be used: %(what)s", what=str(error)),
            _("Without a database nobody can answer, and nothing can be closed."),
            _("Write it like postgresql+psycopg://user@host/name; the driver comes with: pip install assess[postgres]"),
        )
        return
    try:
        yield from _inside(database, settings, now)
    finally:
        database.close()


def _inside(database: Database, settings: Settings, now: datetime) -> Iterator[Finding]:
    fault = unreachable(database)
    if fault is not None:
        yield fault
        return
    with database.reading() as session:
        settings = in_force(session, settings)
        yield from examine_database(session)
        yield from examine_disk(session, settings)
        yield from examine_clock(session, settings, now=now)
        yield from examine_keys(session, settings)
        yield from examine_cycles(session, settings, now=now)
        yield from examine_chosen(session, settings)
        yield from examine_audit_log(session)
