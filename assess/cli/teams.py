"""`assess teams`: the team tree from a file."""

from pathlib import Path

import click

from assess.cli.options import installation, print_import
from assess.teams.importing import import_teams


@click.group()
def teams() -> None:
    """Look after the team tree."""


@teams.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_file(file: Path) -> None:
    """Replace the tree by FILE: team,parent,function,founded_on,leader_email (CSV or XLSX)."""
    with installation() as (_settings, database):
        print_import(import_teams(database, file))
