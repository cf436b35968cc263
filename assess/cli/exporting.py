"""`assess cycle export`: released figures for other programs."""

from pathlib import Path

import click

from assess.cli.options import installation
from assess.errors import InputError
from assess.localisation import LANGUAGES, current_language
from assess.localisation import gettext as _


@click.command("export")
@click.argument("quarter")
@click.option("--format", "written_as", type=click.Choice(["xlsx", "csv", "json"]), default="xlsx", show_default=True)
@click.option("--team", "teams", multiple=True, metavar="NAME", help="A team or unit; may be given several times.")
@click.option("--all", "everything", is_flag=True, help="Every team and unit, and the whole cycle.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of words and headings.")
@click.option("--bom", is_flag=True, help="Begin CSV files with a mark by which Excel knows UTF-8.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR")
def export_command(
    quarter: str, written_as: str, teams: tuple[str, ...], lang: str | None, out: Path, *, everything: bool, bom: bool
) -> None:
    """Write the released figures of a published quarter: of the whole cycle, or of single teams."""
    from assess.reports.cycle_reports import reported_cycle
    from assess.reports.files.writing import Format, write_cycle_file, write_node_files

    if bom and written_as != Format.CSV:
        raise InputError(_("--bom is for CSV files only; leave it out, or write --format csv."))
    with installation() as (_settings, database), database.reading() as session:
        reported = reported_cycle(session, quarter)
    unknown = sorted(set(teams) - set(reported.names))
    if unknown:
        raise InputError(
            _("--team: %(quarter)s knows no team or unit “%(team)s”.", quarter=quarter, team="”, “".join(unknown))
        )
    language, chosen = lang or current_language(), Format(written_as)
    if everything or not teams:
        for path in write_cycle_file(reported, out, chosen, language=language, bom=bom):
            click.echo(str(path))
    if everything or teams:
        only = None if everything else set(teams)
        for path in write_node_files(reported, out, chosen, language=language, only=only, bom=bom):
            click.echo(str(path))
