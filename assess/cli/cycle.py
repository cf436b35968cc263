"""`assess cycle`: one quarter from creation to publication."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from assess.cli.batch import WORKERS, write_batch
from assess.cli.exporting import export_command
from assess.cli.handing_out import codes_command, links_command
from assess.cli.mailing import remind_command, say_who_is_invited
from assess.cli.options import installation, parse_instant
from assess.cli.output import new_private_file
from assess.cli.over_time import over_time_command
from assess.cli.preview import print_preview
from assess.cli.results import results_command
from assess.cli.withdrawing import withdraw_command, withdrawn_command
from assess.errors import RefusalError
from assess.localisation import LANGUAGES, current_language, format_day, format_moment
from assess.localisation import gettext as _
from assess.surveys import cycles, inviting
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.envelopes.opening import holders_waited_for, open_envelopes
from assess.surveys.holders.ready import check_words_of, default_level
from assess.surveys.link_files import write_links
from assess.surveys.models import Level, State
from assess.surveys.planning import preview
from assess.surveys.state_words import state_word
from assess.tables.labels import listed
from assess.tasks.publishing import publish_quarter


@click.group()
def cycle() -> None:
    """Run a quarter: create, open, extend, status, close, publish, or abort."""


@cycle.command()
@click.argument("quarter")
@click.option("--instrument", default="team24", show_default=True, metavar="FILE_OR_CODE")
@click.option("--module", "modules", multiple=True, metavar="CODE", help="Driver module; at most two.")
@click.option("--opens", required=True, metavar="INSTANT", help="Like 2026-12-01T09:00, in ASSESS_TIME_ZONE.")
@click.option("--closes", required=True, metavar="INSTANT")
@click.option("--latest-closing", metavar="INSTANT", help="Up to here it may be extended once; default 14 days later.")
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help="Who opens the envelopes; default: anonymous once two key holders have a key, else confidential.",
)
def create(
    quarter: str,
    instrument: str,
    modules: Sequence[str],
    opens: str,
    closes: str,
    latest_closing: str | None,
    level: str | None,
) -> None:
    """Plan the cycle of QUARTER, such as 2026Q4."""
    with installation() as (settings, database):
        with database.reading() as session:
            chosen = Level(level) if level else default_level(session)
        cycles.create_cycle(
            database,
            quarter=quarter,
            instrument=instrument,
            modules=modules,
            opens_at=parse_instant(opens, settings),
            closes_at=parse_instant(closes, settings),
            latest_closes_at=parse_instant(latest_closing, settings) if latest_closing else None,
            level=chosen,
        )
        if chosen == Level.ANONYMOUS:
            click.echo(_("%(quarter)s is anonymous: a key holder opens it, the server cannot.", quarter=quarter))
        else:
            click.echo(
                _(
                    "%(quarter)s is confidential: the server opens it at closing. For an anonymous survey invite two "
                    "key holders first: assess holders invite ADDRESS --name NAME",
                    quarter=quarter,
                )
            )
        click.echo(_("Created %(quarter)s. Next: assess cycle open %(quarter)s --links FILE", quarter=quarter))


@cycle.command()
@click.argument("quarter")
def plan(quarter: str) -> None:
    """Show which groups will probably be reportable, before anybody is asked."""
    with installation() as (settings, database):
        with database.reading() as session:
            cycles.find_cycle(session, quarter)
            planned = inviting.plan_cycle(session, settings)
        print_preview(preview(planned, minimum=settings.minimum_group_size))


@cycle.command("open")
@click.argument("quarter")
@click.option("--links", "links_file", type=click.Path(path_type=Path), help="Written once, mode 0600.")
@click.option("--mail", "by_mail", is_flag=True, help="Queue an invitation to everybody with an address.")
def open_command(quarter: str, links_file: Path | None, by_mail: bool) -> None:
    """Freeze the contract, invite everybody; write the links, per group and without names, or mail them, or both."""
    if links_file is None and not by_mail:
        raise click.UsageError(_("Say how people get their links: --links FILE, --mail, or both."))
    with installation() as (settings, database):
        if links_file is None:
            inviting.open_cycle(database, settings, quarter, now=datetime.now(UTC), mail=by_mail)
            click.echo(_("Opened %(quarter)s.", quarter=quarter))
        else:
            with new_private_file(links_file) as file:
                groups = inviting.open_cycle(database, settings, quarter, now=datetime.now(UTC), mail=by_mail)
                write_links(file, groups)
            click.echo(
                _(
                    "Opened %(quarter)s: %(links)d links for %(groups)d groups in %(file)s. Hand them out, then "
                    "delete it.",
                    quarter=quarter,
                    links=sum(len(group.links) for group in groups),
                    groups=len(groups),
                    file=links_file,
                )
            )
        if by_mail:
            say_who_is_invited(database, settings, quarter)
        words = check_words_of(database, quarter)
        if words:
            click.echo(
                _(
                    "Check words: %(words)s. Members see them on their page; have a key holder announce them on "
                    "another channel.",
                    words=words,
                )
            )


@cycle.command()
@click.argument("quarter")
@click.option("--until", required=True, metavar="INSTANT")
def extend(quarter: str, until: str) -> None:
    """Close later, once, up to the contract's latest closing."""
    with installation() as (settings, database):
        moment = parse_instant(until, settings)
        cycles.extend_cycle(database, settings, quarter, moment, now=datetime.now(UTC))
        click.echo(_("Extended until %(closes)s.", closes=format_moment(moment.astimezone(settings.zone))))


@cycle.command()
@click.argument("quarter")
def status(quarter: str) -> None:
    """Show who was asked; nobody can see who has answered."""
    with installation() as (settings, database):
        seen = cycles.cycle_status(database, quarter, now=datetime.now(UTC))
        closes = format_moment(seen.closes_at.astimezone(settings.zone))
        click.echo(
            _(
                "%(quarter)s: %(state)s, closes %(closes)s, %(invited)d invited.",
                quarter=quarter,
                state=state_word(seen.state),
                closes=closes,
                invited=seen.invited,
            )
        )
        if seen.participation is not None:
            click.echo(
                _(
                    "Counted on %(day)s: at least %(answers)d envelopes in all. The next figure comes tomorrow.",
                    day=format_day(seen.participation.counted_on),
                    answers=seen.participation.answers_at_least,
                )
            )
        holders = holders_waited_for(database, quarter)
        if holders:
            click.echo(_("Its envelopes wait for a key holder: %(holders)s.", holders=listed(holders)))
        for group in seen.groups:
            click.echo(f"  {_group_line(group)}")


@cycle.command()
@click.argument("quarter")
def close(quarter: str) -> None:
    """After the closing time: destroy the links, shuffle; open, or wait for a key holder."""
    with installation() as (settings, database):
        if close_cycle(database, settings, quarter, now=datetime.now(UTC)) == State.ABORTED:
            raise RefusalError(
                _("Too few answered in %(quarter)s; what was handed in has been destroyed unopened.", quarter=quarter)
            )
        holders = holders_waited_for(database, quarter)
        if holders:
            click.echo(
                _(
                    "Closed %(quarter)s. Its envelopes wait for a key holder (%(holders)s), who opens them at "
                    "%(address)s. Then: assess cycle publish %(quarter)s --out DIR",
                    quarter=quarter,
                    holders=listed(holders),
                    address=f"{settings.base_url}/app/opening",
                )
            )
            return
        open_envelopes(database, settings, quarter)
        click.echo(
            _("Closed and opened %(quarter)s. Next: assess cycle publish %(quarter)s --out DIR", quarter=quarter)
        )


@cycle.command()
@click.argument("quarter")
@click.option("--yes", is_flag=True, help="Do not ask.")
def abort(quarter: str, yes: bool) -> None:
    """Destroy a running cycle unopened."""
    if not yes:
        click.confirm(_("Everything answered so far is destroyed unopened. Go on?"), abort=True)
    with installation() as (settings, database):
        cycles.abort_cycle(database, settings, quarter)
        click.echo(_("Aborted %(quarter)s; nothing was opened.", quarter=quarter))


@cycle.command()
@click.argument("quarter")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write all reports here as well.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the reports; without it all languages.")
@WORKERS
def publish(quarter: str, out: Path | None, lang: str | None, workers: int | None) -> None:
    """Freeze the released figures and delete single answers; with --out write all reports and a ZIP of them."""
    with installation() as (settings, database):
        publish_quarter(database, settings, quarter, now=datetime.now(UTC))
        click.echo(_("Published %(quarter)s; single answers are deleted.", quarter=quarter))
        if out is not None:
            languages = [lang] if lang else LANGUAGES
            write_batch(database, settings, quarter, out, languages=languages, processes=workers, packed=True)


@cycle.command("report")
@click.argument("quarter")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the reports.")
@click.option("--all", "everything", is_flag=True, help="All languages, unless --lang says one, and a ZIP of them.")
@click.option("--organisation", is_flag=True, help="Only the report of the whole organisation, for the business head.")
@WORKERS
def report_command(
    quarter: str, out: Path, lang: str | None, *, everything: bool, organisation: bool, workers: int | None
) -> None:
    """Write the reports of a published cycle again, from the frozen result; interrupted, it goes on."""
    with installation() as (settings, database):
        languages = LANGUAGES if everything and lang is None else [lang or current_language()]
        write_batch(
            database,
            settings,
            quarter,
            out,
            languages=languages,
            processes=workers,
            packed=everything and not organisation,
            only_organisation=organisation,
        )


def _group_line(group: cycles.GroupStatus) -> str:
    if group.reached is None:
        return _("%(group)s: %(invited)d invited", group=group.name, invited=group.invited)
    if group.reached:
        return _("%(group)s: %(invited)d invited, enough reached: yes", group=group.name, invited=group.invited)
    return _("%(group)s: %(invited)d invited, enough reached: not yet", group=group.name, invited=group.invited)


cycle.add_command(export_command)
cycle.add_command(links_command)
cycle.add_command(remind_command)
cycle.add_command(results_command)
cycle.add_command(over_time_command)
cycle.add_command(codes_command)
cycle.add_command(withdraw_command)
cycle.add_command(withdrawn_command)
