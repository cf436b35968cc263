"""What several commands share: settings, database, instants in HR's zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from assess.audit.acting import acting, command_user
from assess.config import Settings, load_settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database, open_database
from assess.localisation import gettext as _
from assess.migrations import newest_revision, revision_of
from assess.organisation.in_force import in_force
from assess.surveys.cycles import honour_tombstones
from assess.surveys.expiry import OPENED_WITHIN, destroy_what_nobody_opened
from assess.teams.importing import Imported


@contextmanager
def installation() -> Iterator[tuple[Settings, Database]]:
    """Open the installation the environment names; RefusalError where `assess init` has not been run."""
    settings = load_settings()
    if settings.database_url.startswith("sqlite:///") and not settings.data_dir.joinpath("assess.sqlite").exists():
        default = settings.database_url.endswith("/assess.sqlite")
        if default:
            raise _not_installed(settings)
    database = open_database(settings)
    try:
        _refuse_other_tables(settings, revision_of(database))
        with database.reading() as session:
            settings = in_force(session, settings)
        for quarter in honour_tombstones(database, settings):
            click.echo(
                _(
                    "The database was restored to a time when %(quarter)s was open; it has closed since and was "
                    "aborted. A closed survey is never opened again.",
                    quarter=quarter,
                ),
                err=True,
            )
        for quarter in destroy_what_nobody_opened(database, settings, now=datetime.now(UTC)):
            click.echo(
                _(
                    "Nobody opened the envelopes of %(quarter)s within %(days)d days of closing; they were destroyed "
                    "unopened, as its contract says.",
                    quarter=quarter,
                    days=OPENED_WITHIN.days,
                ),
                err=True,
            )
        with acting(command_user()):
            yield settings, database
    finally:
        database.close()


def _refuse_other_tables(settings: Settings, revision: str | None) -> None:
    """Refuse a database without tables, or with those of another version."""
    if revision is None:
        raise _not_installed(settings)
    if revision != newest_revision():
        raise RefusalError(
            _("The tables of this installation are those of another version of Assess; renew them with: assess init")
        )


def _not_installed(settings: Settings) -> RefusalError:
    return RefusalError(
        _("There is no installation in %(folder)s yet; create one with: assess init", folder=settings.data_dir)
    )


def parse_instant(text: str, settings: Settings) -> datetime:
    """Read an ISO date with time; without a zone it is HR's own."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(_("“%(value)s” is no date with time; write it like 2026-12-01T09:00.", value=text)) from None
    return (value if value.tzinfo else value.replace(tzinfo=settings.zone)).astimezone(UTC)


def print_import(result: Imported) -> None:
    """Say what an import changed."""
    for notice in result.notices:
        click.echo(notice, err=True)
    click.echo(
        _(
            "Added: %(added)d. Changed: %(changed)d. Left: %(left)d. Unchanged: %(unchanged)d.",
            added=result.added,
            changed=result.changed,
            left=result.left,
            unchanged=result.unchanged,
        )
    )
