"""`assess demo`: a company to look at, its reports, and links to try."""

from datetime import UTC, datetime
from pathlib import Path

import click

from assess.config import load_settings
from assess.demo.build import build_demo, demo_settings
from assess.demo.company import CLOSED_QUARTER, OPEN_QUARTER
from assess.extensions import open_database
from assess.localisation import LANGUAGES, current_language, format_quarter
from assess.localisation import gettext as _
from assess.reports.cycle_reports import write_cycle_reports


@click.command()
@click.option("--reset", is_flag=True, help="Throw the demo company away and build it anew.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, metavar="DIR")
def demo(reset: bool, out: Path) -> None:
    """Build a demo company with a closed and an open quarter."""
    settings = demo_settings(load_settings())
    built = build_demo(settings, now=datetime.now(UTC), reset=reset, say=_say)
    if built.built or not list(out.glob("*.pdf")):
        _say(_("Writing the reports of %(quarter)s", quarter=format_quarter(CLOSED_QUARTER)))
        database = open_database(settings)
        try:
            for language in LANGUAGES:
                for path in write_cycle_reports(database, CLOSED_QUARTER, out, language):
                    click.echo(f"    {path}")
        finally:
            database.close()
    click.echo()
    click.echo(_("Links to answer %(quarter)s, one per group:", quarter=format_quarter(OPEN_QUARTER)))
    for group in built.links:
        click.echo(f"    {group.group}: {group.links[0]}")
    _recommend(out)


def _say(sentence: str) -> None:
    click.echo(f"==> {sentence}")


def _recommend(out: Path) -> None:
    """Say which report to open first, and why, in the reader's language where there is one."""
    language = current_language()
    for name, why in (
        ("merchandise", _("seven answers, and still one finding that is beyond chance")),
        ("customer-service", _("twelve answers, so numbers stand where smaller teams read words")),
    ):
        for path in sorted(out.glob(f"*_{name}*_{language}.pdf")):
            click.echo(_("Open first: %(file)s (%(why)s)", file=path, why=why))
