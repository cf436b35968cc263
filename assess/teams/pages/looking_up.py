"""Looking people up among ten thousand: a page of the roster by name, searched by name, address or team.

It reads the roster and nothing else: whether somebody was invited or has answered is known to no page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assess.tables.labels import clean_name
from assess.teams.models import Person, Team

PAGE = 50
_LONGEST_SEARCH = 120


@dataclass(frozen=True)
class Found:
    """Somebody on the roster; `team` is the name of theirs."""

    name: str
    email: str | None
    mail_language: str
    team_id: int
    team: str


@dataclass(frozen=True)
class PeoplePage:
    """One page of people who were searched for; pages count from 1."""

    people: Sequence[Found]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // PAGE))


def list_people(session: Session, *, search: str, team: Team | None, page: int) -> PeoplePage:
    """List people by name whose name, address or team contains what was searched for; of one team where it is given."""
    columns = (Person.name, Person.email, Person.mail_language, Team.id, Team.name)
    chosen = select(*columns).join(Team, Team.id == Person.team_id)
    if team is not None:
        chosen = chosen.where(Person.team_id == team.id)
    text = clean_name(search)[:_LONGEST_SEARCH]
    if text:
        fields = (Person.name, Person.email, Team.name)
        chosen = chosen.where(or_(*(field.icontains(text, autoescape=True) for field in fields)))
    count = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = min(max(1, page), max(1, -(-count // PAGE)))
    rows = session.execute(chosen.order_by(Person.name, Person.id).limit(PAGE).offset((page - 1) * PAGE))
    return PeoplePage([Found(*row) for row in rows], count, page)
