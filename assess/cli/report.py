"""`assess report`: from a file of answers to team reports as PDF, without a database."""

import difflib
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from assess.cli.file_options import FileOptions, file_options
from assess.config import Settings
from assess.errors import InputError
from assess.localisation import LANGUAGES, current_language
from assess.localisation import gettext as _
from assess.releases.document import score_document
from assess.releases.history import scored_in_turn
from assess.reports.organisation_report import write_organisation_report
from assess.reports.team_reports import ReportedCycle, latest_cycle, reports_for_cycle

_NEAR = 5
_ADDED_LATER = {"out", "lang", "organisation"}  # by the report itself, or of no matter to its figures


@click.command()
@file_options
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder for the reports.")
@click.option("--team", metavar="NAME", help="Write this team's report only.")
@click.option("--organisation", is_flag=True, help="Write the report of the whole organisation and no other.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the reports; without it that of the command.")
def report(files: FileOptions, *, out: Path, team: str | None, organisation: bool, lang: str | None) -> None:
    """Write one PDF per team for the latest cycle of RESPONSES, a CSV or XLSX file with one row per respondent."""
    if organisation and team is not None:
        raise InputError(_("--organisation and --team are two different reports; name one of them."))
    loaded = files.load()
    minimum = files.minimum
    cycles = ((cycle.cycle, cycle.answers, cycle.tree) for cycle in loaded.cycles)
    scored = scored_in_turn(loaded.key, cycles, minimum=minimum)
    reported = latest_cycle(
        score_document(loaded.key, scored, loaded.notices),
        loaded.instrument,
        organisation=os.environ.get("ASSESS_ORGANISATION", Settings.organisation),
        minimum=minimum,
        command=_command(click.get_current_context()),
    )
    for notice in loaded.notices:
        click.echo(notice, err=True)
    if organisation:
        click.echo(str(write_organisation_report(reported, out, language=lang or current_language())))
        return
    _write(reported, out, lang or current_language(), None if team is None else {_chosen(reported, team)})


def _write(reported: ReportedCycle, out: Path, language: str, only: set[str] | None) -> None:
    """Progress goes to standard error, the path of each finished report to standard output."""
    for written in reports_for_cycle(reported, out, language=language, only=only):
        click.echo(
            _("%(place)s of %(total)s: %(team)s", place=written.place, total=written.total, team=written.team), err=True
        )
        click.echo(str(written.path))


def _chosen(reported: ReportedCycle, team: str) -> str:
    """Find the team as the file spells it; case and outer blanks do not matter."""
    wanted = team.strip().casefold()
    for name in reported.names:
        if name.casefold() == wanted:
            return name
    near = _near(wanted, reported.names)
    if near:
        raise InputError(
            _("--team: there is no team “%(team)s” in the latest cycle; did you mean %(near)s?", team=team, near=near)
        )
    raise InputError(
        _("--team: there is no team “%(team)s” in the latest cycle; leave --team out to get all reports.", team=team)
    )


def _near(wanted: str, names: Sequence[str]) -> str:
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(wanted, by_folded, n=_NEAR, cutoff=0.5)
    inside = [folded for folded in by_folded if wanted and wanted in folded]
    return ", ".join(by_folded[folded] for folded in list(dict.fromkeys([*close, *inside]))[:_NEAR])


def _command(context: click.Context) -> str:
    """Write down the command that rebuilds these reports; files by name only, because folders differ."""
    words = ["assess", "report"]
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        if parameter.name in _ADDED_LATER or value is None or value is False or value == parameter.default:
            continue
        text = Path(str(value)).name if parameter.name in {"responses", "roster", "instrument"} else str(value)
        if isinstance(parameter, click.Argument):
            words.append(text)
        else:
            words += [parameter.opts[0]] if value is True else [parameter.opts[0], text]
    return shlex.join([*words, "--out", "out"])
