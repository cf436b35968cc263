"""`assess score`: from a file of answers to the Score JSON, without a database."""

import io
from pathlib import Path

import click

from assess.cli.output import refuse_same_file, written_whole
from assess.surveys.response_cycles import load_cycles

DEFAULT_MINIMUM = 5


@click.command()
@click.argument("responses", type=click.Path(path_type=Path))
@click.option("--instrument", required=True, metavar="FILE_OR_CODE", help="TOML file, or the code of a built-in one.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="team,headcount[,parent][,cycle]")
@click.option(
    "--minimum",
    type=click.IntRange(min=1),
    default=DEFAULT_MINIMUM,
    show_default=True,
    help="Smallest group to be shown; 1 shows everything, for data that are not confidential.",
)
@click.option("--team-column", default="team", show_default=True, metavar="NAME")
@click.option("--cycle-column", default="cycle", show_default=True, metavar="NAME")
@click.option("--accept-short-roster", is_flag=True, help="Take a headcount below the answers as unknown.")
@click.option("--json", "out", required=True, metavar="OUT", help="File to write; - is standard output.")
def score(
    responses: Path,
    *,
    instrument: str,
    roster: Path | None,
    minimum: int,
    team_column: str,
    cycle_column: str,
    accept_short_roster: bool,
    out: str,
) -> None:
    """Score RESPONSES, a CSV or XLSX file with one row per respondent."""
    refuse_same_file(out, responses, roster, Path(instrument))
    loaded = load_cycles(
        responses,
        instrument,
        roster=roster,
        team_column=team_column,
        cycle_column=cycle_column,
        accept_short_roster=accept_short_roster,
    )
    # Imported once the files have proved usable: SciPy takes longer to load than a refusal should.
    from assess.releases.document import ScoredCycle, write_score_json
    from assess.scoring.engine import score_cycle

    scored = [
        ScoredCycle(cycle.cycle, score_cycle(loaded.key, cycle.answers, cycle.tree, minimum=minimum))
        for cycle in loaded.cycles
    ]
    with written_whole(out) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
        try:
            write_score_json(text, loaded.key, scored, loaded.notices)
        finally:
            text.detach()  # the stream belongs to its owner; leaving the wrapper would close it
    for notice in loaded.notices:
        click.echo(notice, err=True)
