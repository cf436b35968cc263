"""Finding teams among ten thousand: a page of the list, a team with what is around it, a team by its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.labels import clean_name, some
from assess.teams.models import Person, Team

PAGE = 50
_BELOW = 100
_LONGEST_SEARCH = 120


@dataclass(frozen=True)
class Listed:
    """One team of a list."""

    id: int
    name: str
    parent: str
    leader: str
    people: int


@dataclass(frozen=True)
class ListPage:
    """One page of teams that were searched for; pages count from 1."""

    teams: Sequence[Listed]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // PAGE))


@dataclass(frozen=True)
class Around:
    """What is above and below a team; `below_count` counts all that is directly below."""

    path: Sequence[Team]
    below: Sequence[Listed]
    below_count: int


def list_teams(session: Session, *, search: str, closed: bool, page: int) -> ListPage:
    """List teams by name whose name or leader contains what was searched for."""
    text = clean_name(search)[:_LONGEST_SEARCH]
    chosen = select(Team).where(Team.is_current.is_(not closed))
    if text:
        chosen = chosen.where(
            or_(Team.name.icontains(text, autoescape=True), Team.leader_email.icontains(text, autoescape=True))
        )
    count = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = min(max(1, page), max(1, -(-count // PAGE)))
    return ListPage(_listed(session, chosen.order_by(Team.name).limit(PAGE).offset((page - 1) * PAGE)), count, page)


def around(session: Session, team: Team) -> Around:
    """Find what is above a team, the top first, and what is directly below it."""
    path: list[Team] = []
    at = team.parent_id
    while at is not None and len(path) < 100:
        unit = session.get_one(Team, at)
        path.append(unit)
        at = unit.parent_id
    below = select(Team).where(Team.parent_id == team.id, Team.is_current)
    count = session.scalar(select(func.count()).select_from(below.subquery())) or 0
    return Around(path[::-1], _listed(session, below.order_by(Team.name).limit(_BELOW)), count)


def team_called(session: Session, name: str) -> Team | None:
    """Find a current team by the name somebody typed; None for an empty one, which means the top.

    InputError names teams that are meant perhaps.
    """
    text = clean_name(name)
    if not text:
        return None
    current = select(Team).where(Team.is_current)
    found = session.scalar(current.where(Team.name == text))
    if found is not None:
        return found
    near = current.where(Team.name.icontains(text[:_LONGEST_SEARCH], autoescape=True)).order_by(Team.name).limit(6)
    names = [team.name for team in session.scalars(near)]
    if len(names) == 1:
        return session.scalar(current.where(Team.name == names[0]))
    if names:
        raise InputError(_("There is no team “%(name)s”. Perhaps: %(teams)s.", name=text, teams=some(names, 5)))
    raise InputError(_("There is no team “%(name)s”; look its name up in the list.", name=text))


def _listed(session: Session, chosen: Select[Team]) -> list[Listed]:
    teams = session.scalars(chosen).all()
    ids = [team.id for team in teams]
    above = select(Team.id, Team.name).where(Team.id.in_({team.parent_id for team in teams if team.parent_id}))
    names = dict(session.execute(above).all())
    counted = select(Person.team_id, func.count()).where(Person.team_id.in_(ids)).group_by(Person.team_id)
    people = dict(session.execute(counted).all())
    return [
        Listed(
            team.id,
            team.name,
            "" if team.parent_id is None else names[team.parent_id],
            team.leader_email or "",
            people.get(team.id, 0),
        )
        for team in teams
    ]
