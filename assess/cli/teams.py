"""`assess teams`: the team tree from a file, and into one."""

from collections.abc import Sequence
from pathlib import Path

import click

from assess.cli import imports
from assess.cli.options import installation, print_import
from assess.teams.importing import import_teams, preview_teams
from assess.teams.state import TEAMS


@click.group()
def teams() -> None:
    """Look after the team tree."""


@teams.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Only say what would change.")
@click.option(
    "--renamed",
    "pairs",
    multiple=True,
    metavar="FORMER=NEW",
    help="A team that has a new name and keeps its history; a column former_name says the same.",
)
def import_file(file: Path, preview: bool, pairs: Sequence[str]) -> None:
    """Replace the tree by FILE: team,parent,function,founded_on,leader_email (CSV or XLSX)."""
    renamed = imports.renamed_teams(pairs)
    with installation() as (_settings, database):
        if preview:
            imports.print_proposal(preview_teams(database, file, renamed=renamed))
        else:
            print_import(import_teams(database, file, renamed=renamed))


@teams.command()
def undo() -> None:
    """Take the last import of teams back; possible until the next one, or until a survey opens."""
    imports.undo(TEAMS)


@teams.command()
@click.argument("file")
def export(file: str) -> None:
    """Write the team tree to FILE (.csv or .xlsx), so that it can be imported again."""
    imports.export(TEAMS, file)
