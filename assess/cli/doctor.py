"""`assess doctor`: what is wrong with this installation, why it matters, and what to do."""

from datetime import UTC, datetime
from pathlib import Path

import click

from assess.config import load_settings
from assess.localisation import gettext as _
from assess.operations.doctor.examination import examine
from assess.operations.doctor.finding import Finding, Grade

_MARKS = {Grade.FINE: "✓", Grade.NOTE: "·", Grade.WRONG: "✗"}


@click.command()
@click.option("--url", metavar="ADDRESS", help="Ask the running site at this address, like a member's browser.")
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A log, or a folder of logs, in which that visit must not appear; may be given several times.",
)
def doctor(url: str | None, logs: tuple[Path, ...]) -> int:
    """Look at this installation and change nothing; the exit code is 1 when something is wrong."""
    faults = 0
    for finding in examine(load_settings(), now=datetime.now(UTC), url=url, logs=logs):
        _print(finding)
        faults += finding.grade == Grade.WRONG
    click.echo()
    if faults:
        click.echo(_("To mend: %(number)d", number=faults))
        return 1
    click.echo(_("Nothing is wrong."))
    return 0


def _print(finding: Finding) -> None:
    click.echo(f"{_MARKS[finding.grade]} {finding.what}")
    for sentence in filter(None, (finding.why, finding.remedy)):
        click.echo(f"    {sentence}")
