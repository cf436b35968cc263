"""Teams over time as a page: up to six teams and one dimension, side by side, without any rank."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.drawing import ask_for, shown_or_waiting
from assess.app.results.finding import find_published_for_hr, nodes_of
from assess.app.results.overview import files_of, other_quarters, places
from assess.localisation import current_language, format_quarter
from assess.localisation import gettext as _
from assess.reports.over_teams import Choice, over_teams, over_teams_file_name, over_teams_key
from assess.reports.page import report_body
from assess.reports.present.figures import OVERALL
from assess.reports.present.over_teams import MOST_TEAMS
from assess.reports.present.words import text_in
from assess.reports.team_reports import ReportedCycle
from assess.tasks.reports import wanted_over_time

over_time_pages = Blueprint("results_over_time", __name__)

_OFFERED = 2_000
"""Names in the list a browser completes from; any other one can still be typed."""


@dataclass(frozen=True)
class Asked:
    """What was typed, in as many fields as there may be teams, and what is wrong with it."""

    teams: tuple[str, ...]
    code: str
    errors: dict[int, str]

    @property
    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(tuple(dict.fromkeys(team for team in self.teams if team)), self.code)

    @property
    def query(self) -> str:
        """Write it into an address."""
        return urlencode([*(("team", team) for team in self.choice.teams), ("dimension", self.code)])


@over_time_pages.get("/app/results/<quarter>/over-time")
@needs(require_hr)
def choose(_account: Account, quarter: str) -> ResponseReturnValue:
    """Show what was chosen, or the first teams until something is; wrong names are said beside their field."""
    reported = find_published_for_hr(quarter)
    nodes = nodes_of(reported)
    asked = _asked(reported, request.args, default=[node.name for node in nodes if node.is_shown][:MOST_TEAMS])
    report = over_teams(reported, asked.choice) if asked.choice.teams and not asked.errors else None
    return render_template(
        "app/over_time.html",
        quarter=quarter,
        name=format_quarter(quarter),
        places=places(quarter),
        quarters=other_quarters(quarter),
        asked=asked,
        fields=[(place, team, asked.errors.get(place)) for place, team in enumerate(asked.teams)],
        offered=[node.name for node in nodes][:_OFFERED],
        dimensions=_dimensions(reported),
        body=None if report is None else report_body(report),
        pdf=f"/app/results/{quarter}/over-time/{current_language()}.pdf?{asked.query}",
    )


@over_time_pages.get("/app/results/<quarter>/over-time/<any(en, zh):language>.pdf")
@needs(require_hr)
def as_pdf(_account: Account, quarter: str, language: str) -> ResponseReturnValue:
    """Give it as PDF, or say that it has to be drawn first."""
    reported, choice = _found(quarter)
    key = over_teams_key(reported, choice, language=language)
    name = over_teams_file_name(reported, choice, language=language)
    return shown_or_waiting(key, name, what=_("Teams over time"), quarter=quarter, back=files_of(quarter))


@over_time_pages.post("/app/results/<quarter>/over-time/<any(en, zh):language>.pdf")
@needs(require_hr)
def ask_for_pdf(_account: Account, quarter: str, language: str) -> ResponseReturnValue:
    """Ask a worker to draw it."""
    reported, choice = _found(quarter)
    ask_for(wanted_over_time(reported, choice, language=language))
    return redirect(request.full_path, 303)


def _found(quarter: str) -> tuple[ReportedCycle, Choice]:
    reported = find_published_for_hr(quarter)
    asked = _asked(reported, request.args, default=())
    if asked.errors or not asked.choice.teams:
        raise NotFound
    return reported, asked.choice


def _asked(reported: ReportedCycle, typed: MultiDict[str, str], *, default: Sequence[str]) -> Asked:
    teams = [" ".join(team.split()) for team in typed.getlist("team")][:MOST_TEAMS]
    if "team" not in typed:
        teams = list(default)
    known = {node.name for cycle in (reported.cycle, *reported.history) for node in cycle.nodes}
    errors = {place: _unknown(team, known) for place, team in enumerate(teams) if team and team not in known}
    if not any(teams):
        errors[0] = _("Name one to six teams or units.")
    code = typed.get("dimension", OVERALL)
    codes = {code for code, _name in _dimensions(reported)}
    padded = (*teams, *[""] * (MOST_TEAMS - len(teams)))
    return Asked(padded, code if code in codes else OVERALL, errors)


def _unknown(team: str, known: set[str]) -> str:
    near = sorted(name for name in known if team.casefold() in name.casefold())
    if near:
        return _("No quarter knows “%(team)s”. Perhaps: %(near)s.", team=team, near="; ".join(near[:3]))
    return _("No quarter knows “%(team)s”. Choose from the list.", team=team)


def _dimensions(reported: ReportedCycle) -> list[tuple[str, str]]:
    return [
        (OVERALL, _("Team health")),
        *((dimension.code, text_in(dimension.name)) for dimension in reported.instrument.dimensions),
    ]
