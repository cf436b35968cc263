"""`assess actions`: what leaders do with their results on the board, for whoever looks after the server."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from assess.actions import adopting, facts, keeping
from assess.actions.adopting import Done
from assess.actions.board import board_of, newest_document
from assess.actions.frozen import track_record_until
from assess.actions.reminder_plans import reminder_plans
from assess.actions.reminders import due
from assess.actions.running import newest_published
from assess.cli.actions_output import print_board, print_track_record
from assess.cli.options import installation
from assess.errors import InputError
from assess.localisation import gettext as _


@click.group()
def actions() -> None:
    """Adopt what the report proposes, tick it off, see next quarter whether it helped."""


@actions.command("list")
@click.argument("node")
def list_actions(node: str) -> None:
    """Show what is proposed to a team, what runs, and how earlier actions turned out."""
    with installation() as (_settings, database):
        print_board(board_of(database, node, now=datetime.now(UTC)))


@actions.command()
@click.argument("node")
@click.argument("practice")
@click.option("--owner", default="", help="Who looks after it: a name.")
@click.option("--due", "due_on", help="By when, like 2027-01-31.")
@click.option("--dimension", help="What it aims at, if it was not proposed.")
def adopt(node: str, practice: str, owner: str, due_on: str | None, dimension: str | None) -> None:
    """Adopt a practice of the catalogue, like P24."""
    with installation() as (settings, database):
        done = adopting.adopt_practice(
            database,
            node,
            practice,
            now=datetime.now(UTC),
            zone=settings.zone,
            owner=owner,
            due_on=_day(due_on),
            dimension=dimension,
        )
        _print_done(done, _("Adopted as action %(place)d of %(node)s.", place=done.place, node=node))


@actions.command()
@click.argument("node")
@click.argument("title")
@click.argument("steps", nargs=-1, required=True)
@click.option("--owner", default="", help="Who looks after it: a name.")
@click.option("--due", "due_on", help="By when, like 2027-01-31.")
@click.option("--dimension", help="What it aims at; without it nobody judges next quarter whether it helped.")
def own(node: str, title: str, steps: tuple[str, ...], owner: str, due_on: str | None, dimension: str | None) -> None:
    """Add an action of your own, with its steps."""
    with installation() as (settings, database):
        done = adopting.add_own_action(
            database,
            node,
            title,
            steps,
            now=datetime.now(UTC),
            zone=settings.zone,
            owner=owner,
            due_on=_day(due_on),
            dimension=dimension,
        )
        _print_done(done, _("Added as action %(place)d of %(node)s.", place=done.place, node=node))


@actions.command()
@click.argument("node")
@click.argument("place", type=int)
@click.option("--title", help="What it is called in the team's own words.")
@click.option("--step", "steps", multiple=True, help="One step; give all of them, in order.")
def adapt(node: str, place: int, title: str | None, steps: tuple[str, ...]) -> None:
    """Put an action into the team's own words."""
    with installation() as (_settings, database):
        done = adopting.adapt_action(database, node, place, now=datetime.now(UTC), title=title, steps=steps or None)
        _print_done(done, _("Changed action %(place)d of %(node)s.", place=place, node=node))


@actions.command()
@click.argument("node")
@click.argument("place", type=int)
@click.option("--owner", help="Who looks after it: a name.")
@click.option("--due", "due_on", help="By when, like 2027-01-31.")
def assign(node: str, place: int, owner: str | None, due_on: str | None) -> None:
    """Say who looks after an action, and by when it is done."""
    with installation() as (settings, database):
        done = keeping.assign_action(
            database, node, place, now=datetime.now(UTC), zone=settings.zone, owner=owner, due_on=_day(due_on)
        )
        _print_done(done, _("Changed action %(place)d of %(node)s.", place=place, node=node))


@actions.command()
@click.argument("node")
@click.argument("place", type=int)
@click.argument("step", type=int)
@click.option("--undo", is_flag=True, help="Take the tick back.")
def tick(node: str, place: int, step: int, undo: bool) -> None:
    """Tick a step off."""
    with installation() as (_settings, database):
        done = keeping.tick_step(database, node, place, step, now=datetime.now(UTC), done=not undo)
        _print_done(done, _("Changed action %(place)d of %(node)s.", place=place, node=node))


@actions.command()
@click.argument("node")
@click.argument("place", type=int)
@click.argument("text", required=False)
@click.option("--file", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Read it from here.")
def note(node: str, place: int, text: str | None, file: Path | None) -> None:
    """Keep a note for yourself and HR; members never see it."""
    if (text is None) == (file is None):
        raise InputError(_("Give the note as text or as a file, and only one of them."))
    content = text if file is None else file.read_text(encoding="utf-8", errors="replace")
    with installation() as (_settings, database):
        done = keeping.note_on(database, node, place, content or "", now=datetime.now(UTC))
        _print_done(done, _("Changed action %(place)d of %(node)s.", place=place, node=node))


@actions.command()
@click.argument("node")
@click.argument("place", type=int)
@click.option("--stop", is_flag=True, help="Do not show it any more.")
def share(node: str, place: int, stop: bool) -> None:
    """Show an action to the members of the unit in their one-pager."""
    with installation() as (_settings, database):
        keeping.share_action(database, node, place, now=datetime.now(UTC), shown=not stop)
        told = _("Members see action %(place)d of %(node)s.", place=place, node=node)
        hidden = _("Members do not see action %(place)d of %(node)s.", place=place, node=node)
        click.echo(hidden if stop else told)


@actions.command()
@click.argument("node")
@click.argument("place", type=int)
def drop(node: str, place: int) -> None:
    """Give an action up; its place is free again."""
    with installation() as (_settings, database):
        adopting.drop_action(database, node, place, now=datetime.now(UTC))
        click.echo(_("Gave up action %(place)d of %(node)s.", place=place, node=node))


@actions.command()
@click.argument("fact", type=click.Choice([*facts.COMPANY_FACTS, facts.VACANCY]))
@click.argument("holds", type=click.Choice(["yes", "no"]))
@click.option("--team", help="The team with the vacancy.")
def fact(fact: str, holds: str, team: str | None) -> None:
    """Say what holds of the company or of a team: some practices are proposed only then."""
    if (fact == facts.VACANCY) != (team is not None):
        raise InputError(_("A vacancy is in one team, named with --team; a bonus and equity are the whole company’s."))
    with installation() as (_settings, database):
        if team is None:
            facts.set_company_fact(database, fact, holds=holds == "yes")
        else:
            facts.set_vacancy(database, team, holds=holds == "yes")
        click.echo(_("Noted; it counts from the next published quarter on."))


@actions.command()
@click.option("--since", required=True, help="The day of the last run, like 2027-01-08.")
def reminders(since: str) -> None:
    """List the reminders that have fallen due since a day."""
    with installation() as (settings, database):
        now = datetime.now(UTC)
        today = now.astimezone(settings.zone).date()
        for plan in reminder_plans(database, now=now, zone=settings.zone):
            for reminder in due(plan, after=_known_day(since), until=today):
                click.echo(f"{reminder.on.isoformat()}  {reminder.node}: {reminder.text}")


@actions.command()
def worked() -> None:
    """Say which practices helped here, over all teams and quarters."""
    with installation() as (_settings, database):
        newest_document(database, now=datetime.now(UTC))
        with database.reading() as session:
            record = track_record_until(session, newest_published(session))
    print_track_record(record)


def _print_done(done: Done, sentence: str) -> None:
    click.echo(sentence)
    for notice in done.notices:
        click.echo(notice, err=True)


def _day(text: str | None) -> date | None:
    return None if text is None else _known_day(text)


def _known_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(_("“%(value)s” is no date; write it like 2027-01-31.", value=text)) from None
