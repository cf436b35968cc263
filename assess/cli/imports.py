"""What `assess teams` and `assess roster` have in common: preview, one step back, export."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from assess.cli.options import installation, print_import
from assess.cli.output import STANDARD_OUTPUT, written_whole
from assess.errors import InputError
from assess.localisation import gettext as _
from assess.teams.exporting import CSV, XLSX, export_and_record
from assess.teams.importing import undo_import
from assess.teams.roster_proposal import RosterProposal
from assess.teams.team_proposal import TeamProposal
from assess.teams.telling import outcome_of, sections_of


def print_proposal(proposal: TeamProposal | RosterProposal) -> None:
    """Say what an import would change; nothing was."""
    for notice in proposal.file.notices:
        click.echo(notice, err=True)
    click.echo(outcome_of(proposal))
    for section in sections_of(proposal):
        click.echo(_("%(heading)s (%(number)d)", heading=section.heading, number=section.count))
        for line in (*section.lines, *([section.others] if section.others else [])):
            click.echo(f"  {line}")
    if proposal.alike:
        click.echo(_("Allowed, but have a look:"))
        for alike in proposal.alike:
            click.echo(_("  Row %(row)d: %(what)s", row=alike.row or 0, what=alike.what))
    if isinstance(proposal, TeamProposal):
        for pair in proposal.maybe_renamed:
            click.echo(
                _(
                    "Was %(former)s renamed to %(new)s? Then keep its history with: --renamed “%(former)s=%(new)s”",
                    former=pair.before.name,
                    new=pair.after.name,
                )
            )
    click.echo(_("Nothing has been changed: this was the preview."))


def undo(kind: str) -> None:
    """Take the last import of a kind back."""
    with installation() as (_settings, database):
        undone = undo_import(database, kind)
    click.echo(_("Taken back. The import had changed this:"))
    print_import(undone)


def export(kind: str, file: str) -> None:
    """Write the current teams or roster; the ending of the name says how, and `-` is CSV."""
    form = Path(file).suffix.lower().removeprefix(".")
    if file == STANDARD_OUTPUT:
        form = CSV
    if form not in {CSV, XLSX}:
        raise InputError(_("%(file)s: only .csv and .xlsx can be written; change the ending.", file=file))
    with installation() as (_settings, database):
        content = export_and_record(database, kind, form)
        with written_whole(file) as stream:
            stream.write(content)


def renamed_teams(pairs: Sequence[str]) -> Mapping[str, str]:
    """Read pairs of former and new name, as new to former."""
    found: dict[str, str] = {}
    for pair in pairs:
        former, sign, new = pair.partition("=")
        if not (sign and former.strip() and new.strip()):
            raise InputError(_("--renamed “%(pair)s”: write it like “Former name=New name”.", pair=pair))
        found[new.strip()] = former.strip()
    return found
