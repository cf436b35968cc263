"""All reports of a cycle in the terminal: progress on standard error, each finished path on standard output."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from assess.cli.worker import usual_processes
from assess.config import Settings
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.tasks.batches import Batch, Progress

_PART_OF_A_LINE = 24
WORKERS = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that draw; without it one per processor, at most four.",
)


def write_batch(
    database: Database,
    settings: Settings,
    quarter: str,
    out: Path,
    *,
    languages: Sequence[str],
    processes: int | None,
    packed: bool,
    only_organisation: bool = False,
) -> None:
    """Write the reports and, if `packed`, one ZIP of them; run again after an interruption it goes on where it was."""
    batch = Batch(database, settings, quarter, out, languages=languages, only_organisation=only_organisation)
    with click.progressbar(
        length=batch.total,
        label=_("Reports to draw: %(count)d", count=batch.total),
        file=sys.stderr,
        width=_PART_OF_A_LINE,
    ) as bar:

        def tell(progress: Progress) -> None:
            bar.update(1)
            if not sys.stdout.isatty():  # there the bar moves on the very lines the paths would take
                click.echo(f"  {progress.path}")

        batch.run(processes=processes or usual_processes(), tell=tell)
    click.echo(_("Reports in %(folder)s: %(count)d", count=batch.total, folder=out))
    if packed:
        click.echo(_("All of them in one file: %(file)s", file=batch.write_zip()))
