"""`assess score`: from a file of answers to the Score JSON, without a database."""

import io
from pathlib import Path

import click

from assess.cli.file_options import FileOptions, file_options
from assess.cli.output import refuse_same_file, written_whole


@click.command()
@file_options
@click.option("--json", "out", required=True, metavar="OUT", help="File to write; - is standard output.")
def score(files: FileOptions, *, out: str) -> None:
    """Score RESPONSES, a CSV or XLSX file with one row per respondent."""
    refuse_same_file(out, files.responses, files.roster, Path(files.instrument))
    loaded = files.load()
    # Imported once the files have proved usable: SciPy takes longer to load than a refusal should.
    from assess.releases.document import write_score_json
    from assess.releases.history import scored_in_turn

    cycles = ((cycle.cycle, cycle.answers, cycle.tree) for cycle in loaded.cycles)
    scored = scored_in_turn(loaded.key, cycles, minimum=files.minimum)
    with written_whole(out) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
        try:
            write_score_json(text, loaded.key, scored, loaded.notices)
        finally:
            text.detach()  # the stream belongs to its owner; leaving the wrapper would close it
    for notice in loaded.notices:
        click.echo(notice, err=True)
