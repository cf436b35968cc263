"""`assess roster`: the people from a file."""

from pathlib import Path

import click

from assess.cli.options import installation, print_import
from assess.teams.importing import import_roster


@click.group()
def roster() -> None:
    """Look after the roster."""


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_file(file: Path) -> None:
    """Replace the roster by FILE: name,email,team,mail_language,chat_id (CSV or XLSX)."""
    with installation() as (_settings, database):
        print_import(import_roster(database, file))
