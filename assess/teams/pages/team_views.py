"""The views of the team tree: find a team, see what has become of it, change it."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.config import Settings
from assess.errors import AssessError, InputError, speaking_of
from assess.extensions import Database
from assess.localisation import format_day, format_quarter
from assess.teams import editing
from assess.teams.history import Recording, changes_of, done_with, led_since, told
from assess.teams.models import Person, Team
from assess.teams.pages.browsing import around, list_teams, team_called
from assess.teams.pages.quarters import known_quarters, open_quarter
from assess.teams.pages.team_forms import NOTHING_REFUSED, Form, Refused, facts_of, new_form_id, numbers, recording_of
from assess.teams.reading import FUNCTIONS, function_name

teams = Blueprint("teams", __name__)

CANNOT_BE_TAKEN, CONFLICT = 422, 409
_MOST_TO_SPLIT = 500


@teams.get("/app/teams")
@needs(require_hr)
def tree(_account: Account) -> ResponseReturnValue:
    """List teams, page by page, searched by name or leader."""
    asked, closed = request.args.get("q", ""), "closed" in request.args
    number = request.args.get("page", "1")
    with _database().reading() as session:
        listed = list_teams(session, search=asked, closed=closed, page=int(number) if number.isdecimal() else 1)
        quarter = open_quarter(session)
    return render_template(
        "app/teams.html", listed=listed, asked=asked, closed=closed, open_quarter=quarter and format_quarter(quarter)
    )


@teams.get("/app/teams/new")
@needs(require_hr)
def new(_account: Account) -> ResponseReturnValue:
    """Show the form for a new team."""
    return _new_page(request.args)


@teams.post("/app/teams/new")
@needs(require_hr)
def found(account: Account) -> ResponseReturnValue:
    """Begin a team."""

    def work(session: Session, recording: Recording) -> int:
        parent = _called(session, "parent")
        return editing.found_team(session, request.form.get("name", ""), parent, facts_of(request.form), recording).id

    return _changed(account, work, lambda error: _new_page(request.form, Refused.by(error, "new")))


@teams.get("/app/teams/<int:team_id>")
@needs(require_hr)
def one(_account: Account, team_id: int) -> ResponseReturnValue:
    """Show a team, what is around it, its history, and the forms that change it."""
    return _team_page(team_id)


@teams.post("/app/teams/<int:team_id>/<any(rename, move, describe, close, take_up, merge):what>")
@needs(require_hr)
def change(account: Account, team_id: int, what: str) -> ResponseReturnValue:
    """Change a team in one of six ways."""

    def work(session: Session, recording: Recording) -> int:
        team = _team_or_404(session, team_id)
        return _CHANGES[what](session, team, request.form, recording)

    return _changed(account, work, lambda error: _team_page(team_id, Refused.by(error, what), what))


@teams.get("/app/teams/<int:team_id>/split")
@needs(require_hr)
def split_page(_account: Account, team_id: int) -> ResponseReturnValue:
    """Show who and what would go where."""
    return _split_page(team_id)


@teams.post("/app/teams/<int:team_id>/split")
@needs(require_hr)
def split(account: Account, team_id: int) -> ResponseReturnValue:
    """Make two teams of one."""

    def work(session: Session, recording: Recording) -> int:
        form = request.form
        first, _second = editing.split_team(
            session,
            _team_or_404(session, team_id),
            (form.get("first", ""), form.get("second", "")),
            second_people=numbers(form.getlist("person")),
            second_teams=numbers(form.getlist("team")),
            recording=recording,
        )
        return first.id

    return _changed(account, work, lambda error: _split_page(team_id, Refused.by(error, "split")))


@teams.get("/app/teams/<int:team_id>/quarters")
@needs(require_hr)
def quarters(_account: Account, team_id: int) -> ResponseReturnValue:
    """Show in which published quarters a team has figures, and where its line breaks; no figure."""
    with _database().reading() as session:
        team = _team_or_404(session, team_id)
        found = [(format_quarter(each.quarter), each) for each in known_quarters(session, team_id)]
    return render_template("app/team_quarters.html", team=team, quarters=found[::-1])


def _rename(session: Session, team: Team, form: Form, recording: Recording) -> int:
    editing.rename_team(session, team, form.get("name", ""), recording)
    return team.id


def _move(session: Session, team: Team, _form: Form, recording: Recording) -> int:
    editing.move_team(session, team, _called(session, "parent"), recording)
    return team.id


def _describe(session: Session, team: Team, form: Form, recording: Recording) -> int:
    editing.describe_team(session, team, facts_of(form), recording)
    return team.id


def _close(session: Session, team: Team, _form: Form, recording: Recording) -> int:
    editing.close_team(session, team, recording)
    return team.id


def _take_up(session: Session, team: Team, _form: Form, recording: Recording) -> int:
    editing.take_up_team(session, team, _called(session, "parent"), recording)
    return team.id


def _merge(session: Session, team: Team, form: Form, recording: Recording) -> int:
    other = _called(session, "other")
    return editing.merge_teams(session, team, other or team, form.get("name", ""), recording).id


_CHANGES: dict[str, Callable[[Session, Team, Form, Recording], int]] = {
    "rename": _rename,
    "move": _move,
    "describe": _describe,
    "close": _close,
    "take_up": _take_up,
    "merge": _merge,
}


def _called(session: Session, name: str) -> Team | None:
    """Find the team whose name was typed into a field."""
    with speaking_of(name):
        return team_called(session, request.form.get(name, ""))


def _changed(
    account: Account, work: Callable[[Session, Recording], int], again: Callable[[AssessError], str]
) -> ResponseReturnValue:
    """Do a change in one transaction and lead to the team; a form that was sent before only leads there."""
    try:
        recording = recording_of(request.form, by=account.email, zone=_settings().zone)
        with _database().writing() as session:
            done = done_with(session, recording.form_id)
            team_id = work(session, recording) if done is None else done
    except AssessError as error:
        return again(error), CANNOT_BE_TAKEN if isinstance(error, InputError) else CONFLICT
    return redirect(f"/app/teams/{team_id}?changed", 303)


def _team_page(team_id: int, refused: Refused = NOTHING_REFUSED, what: str = "") -> str:
    with _database().reading() as session:
        team = _team_or_404(session, team_id)
        changes = changes_of(session, team_id)
        since = led_since(changes)
        return render_template(
            "app/team.html",
            team=team,
            people=editing.people_in(session, team),
            around=around(session, team),
            history=[told(change) for change in changes],
            led_since="" if since is None else format_day(since),
            function=function_name(team.function),
            founded="" if team.founded_on is None else format_day(team.founded_on),
            quarter=(quarter := open_quarter(session)) and format_quarter(quarter),
            refused=refused,
            what=what,
            sent=request.form,
            form_id=new_form_id(),
            today=_today(),
            functions=list(map(function_name, FUNCTIONS)),
        )


def _new_page(values: Form, refused: Refused = NOTHING_REFUSED) -> str:
    return render_template(
        "app/team_new.html",
        values=values,
        refused=refused,
        form_id=new_form_id(),
        today=_today(),
        functions=list(map(function_name, FUNCTIONS)),
    )


def _split_page(team_id: int, refused: Refused = NOTHING_REFUSED) -> str:
    with _database().reading() as session:
        team = _team_or_404(session, team_id)
        chosen = select(Person).where(Person.team_id == team.id).order_by(Person.name, Person.id)
        people = session.scalars(chosen.limit(_MOST_TO_SPLIT + 1)).all()
        below = around(session, team)
    return render_template(
        "app/team_split.html",
        team=team,
        people=people,
        too_many=len(people) > _MOST_TO_SPLIT or below.below_count > len(below.below),
        below=below.below,
        refused=refused,
        sent=request.form,
        chosen_people=numbers(request.form.getlist("person")),
        chosen_teams=numbers(request.form.getlist("team")),
        form_id=new_form_id(),
        today=_today(),
    )


def _team_or_404(session: Session, team_id: int) -> Team:
    team = session.get(Team, team_id) if team_id < 1 << 31 else None
    if team is None:
        abort(404)
    return team


def _today() -> str:
    return datetime.now(UTC).astimezone(_settings().zone).date().isoformat()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["assess.settings"]
    return settings


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database
