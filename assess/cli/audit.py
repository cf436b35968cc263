"""`assess audit`: who did what on the administrative side."""

import io
from datetime import UTC, date, datetime, time

import click

from assess.audit.chain import HEAD_DIGITS, Fault, Verified, verify
from assess.audit.reading import Wanted, export_entries, find_entries
from assess.audit.recording import record
from assess.audit.words import actor_words, event_groups, sentence_of
from assess.cli.columns import print_columns
from assess.cli.options import installation
from assess.cli.output import written_whole
from assess.config import Settings
from assess.errors import RefusalError
from assess.localisation import gettext as _

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """Read, verify and export the audit log; it never says anything about answering."""


@audit.command("list")
@click.option("--search", default="", metavar="TEXT", help="In addresses, names and facts.")
@click.option("--about", type=click.Choice(list(event_groups())), help="One kind of events only.")
@click.option("--page", type=click.IntRange(1), default=1, help="1 holds the newest entries.")
def list_command(search: str, about: str | None, page: int) -> None:
    """List entries, the newest first."""
    with installation() as (settings, database), database.reading() as session:
        found = find_entries(session, Wanted(text=search, group=about or ""), page=page)
        if not found.entries:
            click.echo(_("No entry fits."))
            return
        print_columns(
            [
                (
                    str(entry.position),
                    _moment(entry.at, settings),
                    actor_words(entry.actor),
                    sentence_of(entry, settings.zone),
                )
                for entry in found.entries
            ]
        )
        click.echo(
            _("Page %(page)d of %(pages)d, %(total)d entries.", page=found.page, pages=found.pages, total=found.total)
        )


@audit.command()
@click.option("--noted", default="", metavar="CHECKSUM", help="Of an entry, as you noted it earlier.")
def verify_command(noted: str) -> None:
    """Walk through the chain of checksums; print the last one, to be noted elsewhere."""
    with installation() as (_settings, database), database.reading() as session:
        found = verify(session, noted=noted)
    if found.fault is not None:
        raise RefusalError(_fault(found))
    click.echo(
        _(
            "The log is whole: %(number)d entries. Note the last checksum where nobody who runs the server can change "
            "it: %(head)s",
            number=found.entries,
            head=found.head[:HEAD_DIGITS],
        )
    )


audit.add_command(verify_command, "verify")


@audit.command()
@click.argument("out")
@click.option("--since", type=DAY, help="First day, like 2026-01-01.")
@click.option("--until", type=DAY, help="Last day.")
def export(out: str, since: datetime | None, until: datetime | None) -> None:
    """Write the log to OUT as CSV, oldest entry first; `-` is standard output. The export is an entry itself."""
    with installation() as (settings, database):
        wanted = Wanted(
            since=None if since is None else _begins(since.date(), settings),
            until=None if until is None else _ends(until.date(), settings),
        )
        text = io.StringIO(newline="")
        with database.reading() as session:
            number = export_entries(session, wanted, text)
        with written_whole(out) as stream:
            stream.write(text.getvalue().encode("utf-8-sig"))
        with database.writing() as session:
            record(session, "log.exported", entries=number)
        click.echo(_("Wrote %(number)d entries to %(file)s.", number=number, file=out), err=True)


def _fault(found: Verified) -> str:
    if found.fault == Fault.CUT_OFF:
        return _("The entry you noted is no longer there: the newest entries were cut off, or the log was rewritten.")
    if found.fault == Fault.CHANGED:
        return _("Entry %(position)d of the audit log was changed.", position=found.position)
    return _("Entries before number %(position)d of the audit log are missing.", position=found.position)


def _begins(day: date, settings: Settings) -> datetime:
    return datetime.combine(day, time.min, settings.zone).astimezone(UTC)


def _ends(day: date, settings: Settings) -> datetime:
    return datetime.combine(date.fromordinal(day.toordinal() + 1), time.min, settings.zone).astimezone(UTC)


def _moment(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
