"""`assess cycle results`: the links with which members read what came of their answers, one per team or unit."""

from pathlib import Path

import click

from assess.cli.options import installation
from assess.cli.output import new_private_file
from assess.localisation import gettext as _
from assess.reports.unit_links import links_of_units
from assess.surveys.invitations import GroupLinks
from assess.surveys.link_files import write_links


@click.command("results")
@click.argument("quarter")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="A table to write, mode 0600.")
def results_command(quarter: str, out: Path | None) -> None:
    """List the links to send: one per team or unit, the same for everybody in it, until newer results are out."""
    with installation() as (settings, database):
        with database.reading() as session:
            links = links_of_units(session, settings, quarter)
        if out is None:
            for each in links:
                click.echo(f"{each.unit}  {each.link}")
            return
        with new_private_file(out) as file:
            write_links(file, [GroupLinks(each.unit, (each.link,)) for each in links])
        click.echo(
            _(
                "Wrote the links of %(units)d teams and units to %(file)s. Send everybody the one of their own team; "
                "it needs no sign-in.",
                units=len(links),
                file=out,
            )
        )
