"""A small organisation whose HR plans and runs a survey in the browser."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from assess.app.site import CLOCK
from assess.extensions import Database
from assess.surveys.cycles import find_cycle
from assess.surveys.models import Cycle
from assess.teams.models import Person, Team
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing
from tests.surveys.shop import hire

QUARTER = "2027Q4"
TEAMS = ("Ads", "Box", "Care")
A_WEEK = {
    "quarter": QUARTER,
    "opens_on": "2027-11-15",
    "closes_on": "2027-11-22",
    "latest_on": "2027-12-02",
}


TODAY = datetime(2027, 10, 20, 10, tzinfo=UTC)


def set_clock(app: Flask, now: datetime = TODAY) -> None:
    """Say what time it is on the pages of surveys."""
    app.extensions[CLOCK] = lambda: now


def hire_lantern(database: Database, people: int = 8) -> None:
    """Make one organisation of three teams with so many people in each."""
    with database.writing() as session:
        session.execute(delete(Person))
        session.execute(delete(Team).where(Team.parent_id.is_not(None)))
        session.execute(delete(Team))
    hire(database, (("Lantern", None, 0), *((team, "Lantern", people) for team in TEAMS)))


def form_of(browsing: Browsing, address: str) -> dict[str, str]:
    """Read what a form would send as it stands: the first one with more than a token."""
    page = browsing.see(address)
    forms = page.tree.xpath("//main//form[.//input[@type='hidden']]")
    return {str(name): str(value) for name, value in forms[0].form_values()}


def plan(browsing: Browsing, **values: str) -> TestResponse:
    """Send the form of a new plan."""
    fields = form_of(browsing, "/app/cycles/new") | A_WEEK | values
    return browsing.client.post("/app/cycles/new", data=fields)


def planned(office: Office) -> Cycle:
    """Read the survey."""
    with office.database.reading() as session:
        return find_cycle(session, QUARTER)
