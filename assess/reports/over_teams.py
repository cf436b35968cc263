"""Teams over time as PDF: chosen teams, one dimension, released quarters only."""

import hashlib
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.reports.drawn_reports import report_key
from assess.reports.file_names import file_name
from assess.reports.page import report_page
from assess.reports.pdf import render_pdf
from assess.reports.present.over_teams import present_over_teams
from assess.reports.present.pages import OverTeams
from assess.reports.provenance import TEAMS_OVER_TIME, Provenance
from assess.reports.renderer import renderer_versions
from assess.reports.team_reports import ReportedCycle
from assess.reports.whole_files import write_whole


@dataclass(frozen=True)
class Choice:
    """What was chosen: teams in their order, and a dimension or `overall`."""

    teams: tuple[str, ...]
    code: str

    def written(self) -> str:
        """Write it as JSON."""
        return json.dumps([*self.teams, self.code], ensure_ascii=False, separators=(",", ":"))


def read_choice(text: str) -> Choice:
    """Read it back. InputError for anything that was not written by `written`."""
    try:
        *teams, code = json.loads(text)
        return Choice(tuple(map(str, teams)), str(code))
    except (ValueError, TypeError) as error:
        raise InputError(
            _("This is no report of Assess, or another program has saved it anew; use the file as it was written.")
        ) from error


def over_teams(reported: ReportedCycle, choice: Choice) -> OverTeams:
    """Present the chosen teams in the language of this context. Errors: InputError as in `present_over_teams`."""
    source = replace(reported.source, command=_command(reported.label or "", choice))
    return present_over_teams(reported.history, reported.cycle, choice.teams, choice.code, reported.instrument, source)


def over_teams_key(reported: ReportedCycle, choice: Choice, *, language: str) -> str:
    """Hash everything that decides the bytes of the PDF."""
    key = report_key(reported, None, language=language, kind=TEAMS_OVER_TIME)
    return hashlib.sha256(f"{key} {choice.written()}".encode()).hexdigest()


def over_teams_file_name(reported: ReportedCycle, choice: Choice, *, language: str) -> str:
    """Name the PDF after the teams and the dimension."""
    kind = f"{TEAMS_OVER_TIME}-{choice.code.lower()}"
    return file_name(" ".join(choice.teams), cycle=reported.label, language=language, kind=kind)


def over_teams_pdf(reported: ReportedCycle, choice: Choice, *, language: str) -> bytes:
    """Draw them. Errors: InputError as in `present_over_teams`; RefusalError without the libraries that draw."""
    with use_language(language):
        return render_pdf(
            report_page(over_teams(reported, choice)),
            Provenance(
                TEAMS_OVER_TIME,
                reported.source.document_sha256,
                " · ".join(choice.teams),
                language,
                _command(reported.label or "", choice),
                renderer_versions(),
                choice.written(),
                reported.source.look.sha256,
            ),
        )


def write_over_teams(reported: ReportedCycle, choice: Choice, out: Path, *, language: str) -> Path:
    """Write them into a folder, whole or not at all; returns where. Errors: InputError where it cannot be written."""
    content = over_teams_pdf(reported, choice, language=language)
    path = out / over_teams_file_name(reported, choice, language=language)
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            _("%(file)s cannot be written (%(what)s); name another folder with --out.", file=str(path), what=reason)
        ) from error
    return path


def _command(quarter: str, choice: Choice) -> str:
    teams: Sequence[str] = [f"--team {shlex.quote(team)}" for team in choice.teams]
    return f"assess cycle over-time {quarter} {' '.join(teams)} --dimension {shlex.quote(choice.code)} --out reports"
