"""Hangs the pages of teams and roster into the site."""

from collections.abc import Iterable

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.home import HomeEntry, add_home_entries
from assess.localisation import gettext as _
from assess.teams.models import Person, Team
from assess.teams.pages.import_views import imports
from assess.teams.pages.people_views import roster
from assess.teams.pages.team_views import teams


def hang_in_team_pages(app: Flask) -> None:
    """Add the pages, and the way to them for HR."""
    app.register_blueprint(imports)
    app.register_blueprint(teams)
    app.register_blueprint(roster)
    add_home_entries(app, _entries)


def _entries(session: Session, account: Account) -> Iterable[HomeEntry]:
    if not account.is_hr:
        return
    number = session.scalar(select(func.count()).select_from(Person)) or 0
    count = session.scalar(select(func.count()).select_from(Team).where(Team.is_current)) or 0
    if count:
        text = _("Teams: %(teams)d. People on the roster: %(people)d.", teams=count, people=number)
    else:
        text = _("There are no teams yet. Import them from a spreadsheet, then the roster.")
    yield HomeEntry(_("Teams and roster"), text, ("/app/teams" if count else "/app/import/teams", _("Look after them")))
