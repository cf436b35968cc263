"""The teams there are and were, as plain values."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.teams.models import Person, Team


@dataclass(frozen=True)
class KnownTeam:
    """A team as it is; `parent` is a name."""

    id: int
    name: str
    parent: str | None
    function: str
    founded_on: date | None
    leader_email: str | None
    is_current: bool
    people: int


def known_teams(session: Session) -> list[KnownTeam]:
    """List all teams there are and were, by name."""
    people = dict(session.execute(select(Person.team_id, func.count()).group_by(Person.team_id)).all())
    teams = session.scalars(select(Team).order_by(Team.name)).all()
    names = {team.id: team.name for team in teams}
    return [
        KnownTeam(
            id=team.id,
            name=team.name,
            parent=None if team.parent_id is None else names[team.parent_id],
            function=team.function,
            founded_on=team.founded_on,
            leader_email=team.leader_email,
            is_current=team.is_current,
            people=people.get(team.id, 0),
        )
        for team in teams
    ]
