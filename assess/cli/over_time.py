"""`assess cycle over-time`: up to six teams and one dimension through the quarters, as a PDF."""

from pathlib import Path

import click

from assess.cli.options import installation
from assess.localisation import LANGUAGES, current_language


@click.command("over-time")
@click.argument("quarter")
@click.option("--team", "teams", multiple=True, required=True, metavar="NAME", help="A team or unit; up to six times.")
@click.option("--dimension", default="overall", show_default=True, metavar="CODE", help="A dimension, such as COM.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the report.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR")
def over_time_command(quarter: str, teams: tuple[str, ...], dimension: str, lang: str | None, out: Path) -> None:
    """Draw teams side by side up to QUARTER, as they were released: the same axes, no rank."""
    from assess.reports.cycle_reports import reported_cycle
    from assess.reports.over_teams import Choice, write_over_teams

    with installation() as (_settings, database), database.reading() as session:
        reported = reported_cycle(session, quarter)
    click.echo(str(write_over_teams(reported, Choice(teams, dimension), out, language=lang or current_language())))
