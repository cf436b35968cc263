"""The view of the roster: who is on it, to be looked up, never changed."""

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.extensions import Database
from assess.localisation import LANGUAGE_NAMES
from assess.teams.models import Team
from assess.teams.pages.looking_up import list_people

roster = Blueprint("roster", __name__)


@roster.get("/app/people")
@needs(require_hr)
def listing(_account: Account) -> ResponseReturnValue:
    """List people, page by page, searched by name, address or team, or those directly in one team."""
    asked, team_id = request.args.get("q", ""), request.args.get("team", "")
    database: Database = current_app.extensions["assess.database"]
    with database.reading() as session:
        team = session.get(Team, _number(team_id)) if team_id else None
        if team_id and team is None:
            abort(404)
        listed = list_people(session, search=asked, team=team, page=_number(request.args.get("page", "1")))
        return render_template("app/people.html", listed=listed, asked=asked, team=team, language_names=LANGUAGE_NAMES)


def _number(text: str) -> int:
    """Read a number from an address; what is none of ours is 0, which no page and no team has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
