"""The options of the commands that read a file of answers, said once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

from assess.config import MINIMUM_DEFAULT
from assess.surveys.response_cycles import LoadedFile, load_cycles


@dataclass(frozen=True)
class FileOptions:
    """Which files to read, how their columns are called, and the smallest group to be shown."""

    responses: Path
    instrument: str
    roster: Path | None
    minimum: int
    team_column: str
    cycle_column: str
    accept_short_roster: bool

    def load(self) -> LoadedFile:
        """Read the files. Errors: InputError naming file, row, column and remedy."""
        return load_cycles(
            self.responses,
            self.instrument,
            roster=self.roster,
            team_column=self.team_column,
            cycle_column=self.cycle_column,
            accept_short_roster=self.accept_short_roster,
        )


_OPTIONS = (
    click.argument("responses", type=click.Path(path_type=Path)),
    click.option("--instrument", required=True, metavar="FILE_OR_CODE", help="TOML file, or the code of a built-in."),
    click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="team,headcount[,parent][,cycle]"),
    click.option(
        "--minimum",
        type=click.IntRange(min=1),
        default=MINIMUM_DEFAULT,
        show_default=True,
        help="Smallest group to be shown; 1 shows everything, for data that are not confidential.",
    ),
    click.option("--team-column", default="team", show_default=True, metavar="NAME"),
    click.option("--cycle-column", default="cycle", show_default=True, metavar="NAME"),
    click.option("--accept-short-roster", is_flag=True, help="Take a headcount below the answers as unknown."),
)


def file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; it receives them as one FileOptions, its own ones as they are."""

    @wraps(command)
    def gathered(
        responses: Path,
        instrument: str,
        roster: Path | None,
        minimum: int,
        team_column: str,
        cycle_column: str,
        accept_short_roster: bool,
        **own: object,
    ) -> None:
        files = FileOptions(responses, instrument, roster, minimum, team_column, cycle_column, accept_short_roster)
        command(files, **own)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered
