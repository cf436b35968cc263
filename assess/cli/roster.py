"""`assess roster`: the people from a file, and into one."""

from datetime import UTC, datetime
from pathlib import Path

import click

from assess.cli import imports
from assess.cli.options import installation, print_import
from assess.localisation import gettext as _
from assess.surveys.by_itself import CONFIRMED_WITHIN
from assess.teams.confirming import confirm_roster
from assess.teams.importing import import_roster, preview_roster
from assess.teams.state import ROSTER


@click.group()
def roster() -> None:
    """Look after the roster."""


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Only say what would change.")
def import_file(file: Path, preview: bool) -> None:
    """Replace the roster by FILE: name,email,team,mail_language,chat_id (CSV or XLSX)."""
    with installation() as (_settings, database):
        if preview:
            imports.print_proposal(preview_roster(database, file))
        else:
            print_import(import_roster(database, file))


@roster.command()
def confirm() -> None:
    """Say that teams and roster are right: for 14 days the schedule may open a planned survey by itself."""
    with installation() as (_settings, database):
        people = confirm_roster(database, by="", now=datetime.now(UTC))
        click.echo(
            _(
                "Confirmed: %(people)d people. It holds for %(days)d days, or until teams or roster change.",
                people=people,
                days=CONFIRMED_WITHIN.days,
            )
        )


@roster.command()
def undo() -> None:
    """Take the last import of a roster back; possible until the next one, or until a survey opens."""
    imports.undo(ROSTER)


@roster.command()
@click.argument("file")
def export(file: str) -> None:
    """Write the roster to FILE (.csv or .xlsx), so that it can be imported again."""
    imports.export(ROSTER, file)
