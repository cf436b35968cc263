"""Quarters of a small company and the people who lead its teams, each in front of a browser."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.config import Settings
from assess.extensions import Database
from assess.surveys.contract import contract_of
from assess.surveys.cycles import find_cycle
from assess.surveys.groups import unit_id
from assess.surveys.models import Cycle, Group
from assess.teams.models import Team
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.actions.history import LEVEL_OF_CONTROLS, TOP, History, start
from tests.app.browsing import Browsing

FIRST, SECOND = "2026Q1", "2026Q2"
LEADERS = {"Ada": "lea@shop.example", "Bea": "ben@shop.example", TOP: "head@shop.example"}


@dataclass
class Company:
    """An installation with published quarters, and its site."""

    history: History
    settings: Settings
    app: Flask

    @property
    def database(self) -> Database:
        return self.history.database

    def node(self, name: str, quarter: str = SECOND) -> str:
        """Find the id of a team or unit in the contract of a quarter."""
        with self.database.reading() as session:
            contract = contract_of(find_cycle(session, quarter))
        return next(str(n["id"]) for n in (*contract["units"], *contract["groups"]) if n["name"] == name)

    def lead(self, team: str, email: str | None) -> None:
        """Say who leads a team from now on."""
        with self.database.writing() as session:
            session.query(Team).filter(Team.name == team, Team.is_current).one().leader_email = email

    def page(self, name: str, quarter: str = SECOND) -> str:
        return f"/app/nodes/{quarter}/{self.node(name, quarter)}"

    def as_(self, email: str, language: str = "en", roles: Roles | None = None) -> Browsing:
        """Sign somebody in."""
        return sign_in(self.app, self.database, email, language=language, roles=roles)


def sign_in(
    app: Flask, database: Database, email: str, *, language: str = "en", roles: Roles | None = None
) -> Browsing:
    """Give somebody an account and sign in with it."""
    now = datetime.now(UTC)
    link = add_account(database, email=email, name="Somebody", roles=roles or Roles(), language=language, now=now)
    welcome(database, link, PASSWORD, now=now, language=language)
    browsing = Browsing(app)
    browsing.send("/app/sign-in", email=email, password=PASSWORD)
    browsing.language = language
    return browsing


@contextmanager
def company(folder: Path, *quarters: str) -> Iterator[Company]:
    """Publish quarters in which Ada is low and rises, and of Bea too few answer; then open the site."""
    history = start(folder)
    for place, quarter in enumerate(quarters or (FIRST, SECOND)):
        history.publish(
            quarter, {"Ada": 30.0 + 25 * place, "Bea": 50.0, **LEVEL_OF_CONTROLS}, people={"Bea": 4, "Team 01": 4}
        )
    settings = replace(history.settings, secret_key=SECRET, testing=True)
    app = create_app(settings)
    found = Company(history, settings, app)
    with history.database.writing() as session:
        session.add(Team(name=TOP))
    name_nodes(found)
    for team, email in LEADERS.items():
        found.lead(team, email)
    yield found
    app.extensions["assess.database"].close()
    history.database.close()


def name_nodes(company: Company) -> None:
    """Give units and groups of the contracts the ids that real cycles have, and store the groups as those do."""
    with company.database.writing() as session:
        teams = {team.name: team.id for team in session.query(Team)}
        for cycle in session.query(Cycle):
            contract = json.loads(cycle.contract or b"{}")
            contract["units"][0]["id"] = unit_id(teams[TOP])
            for number, group in enumerate(contract["groups"]):
                group["id"] = f"{number:016d}" if len(group["teams"]) > 1 else f"{teams[group['teams'][0]]:016d}"
                parts = [f"team:{teams[team]}" for team in group["teams"]]
                if session.get(Group, (cycle.id, group["id"])) is None:
                    session.add(Group(cycle_id=cycle.id, id=group["id"], name=group["name"], parts=parts, invited=10))
            cycle.contract = json.dumps(contract).encode()
