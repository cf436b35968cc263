"""What a roster file would change, before anything is written: who joins, leaves, moves, or is told of differently."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from assess.localisation import gettext as _
from assess.teams.fields import FaultyFileError, RowError
from assess.teams.founding import NewTeams, begin_teams, teams_to_begin
from assess.teams.history import Recording
from assess.teams.known import known_teams
from assess.teams.likeness import alike_people
from assess.teams.models import Person, Team
from assess.teams.reading import PersonRow, RosterFile

One = TypeVar("One", "KnownPerson", PersonRow)


@dataclass(frozen=True)
class KnownPerson:
    """Somebody who is on the roster; `team` is the name of theirs."""

    id: int
    name: str
    email: str | None
    team: str
    mail_language: str
    chat_id: str


@dataclass(frozen=True)
class PersonChange:
    """Somebody who stays, as they were and as the file has them."""

    before: KnownPerson
    after: PersonRow

    @property
    def moves(self) -> bool:
        """Whether they go to another team."""
        return self.before.team != self.after.team

    @property
    def other_address(self) -> bool:
        """Whether their address changes, comes or goes."""
        return self.before.email != self.after.email

    @property
    def other_name(self) -> bool:
        """Whether they are called differently."""
        return self.before.name != self.after.name

    @property
    def other_language(self) -> bool:
        """Whether mails will be in the other language."""
        return self.before.mail_language != self.after.mail_language

    @property
    def other_chat(self) -> bool:
        """Whether they are another account in the chat."""
        return self.before.chat_id != self.after.chat_id

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return not (self.moves or self.other_address or self.other_name or self.other_language or self.other_chat)


@dataclass(frozen=True)
class RosterProposal:
    """Everything a roster file would do. `alike` is allowed and looks like a mistake.

    `new_teams` are those it names and the tree does not have, where they may begin with it.
    """

    file: RosterFile
    joins: tuple[PersonRow, ...]
    leaves: tuple[KnownPerson, ...]
    changes: tuple[PersonChange, ...]
    unchanged: int
    alike: tuple[RowError, ...]
    team_ids: dict[str, int]
    new_teams: NewTeams

    @property
    def people_before(self) -> int:
        """How many people are on the roster."""
        return len(self.leaves) + len(self.changes) + self.unchanged

    @property
    def people_after(self) -> int:
        """How many people would be on it."""
        return len(self.joins) + len(self.changes) + self.unchanged


def propose_roster(session: Session, file: RosterFile, *, teams_may_begin: bool = False) -> RosterProposal:
    """Compare a file with the roster; FaultyFileError lists all that is wrong with it.

    A team that is not there is an error, unless teams may begin with the roster: then they are proposed.
    """
    teams = known_teams(session)
    team_ids = {team.name: team.id for team in teams if team.is_current}
    if teams_may_begin:
        new_teams, unknown = teams_to_begin(file.rows, teams)
    else:
        new_teams, unknown = NewTeams(), _unknown_teams(file.rows, team_ids)
    errors = [*file.errors, *unknown]
    if errors:
        raise FaultyFileError(file.file, errors, file.headings)
    known = known_people(session)
    pairs = _same_people(known, file.rows)
    same = [PersonChange(one, row) for one, row in pairs]
    stay, found = {one.id for one, _row in pairs}, {row.row for _one, row in pairs}
    return RosterProposal(
        file=file,
        joins=tuple(row for row in file.rows if row.row not in found),
        leaves=tuple(one for one in known if one.id not in stay),
        changes=tuple(change for change in same if not change.is_none),
        unchanged=sum(change.is_none for change in same),
        alike=tuple(alike_people(file.rows)),
        team_ids=team_ids,
        new_teams=new_teams,
    )


def store_roster(session: Session, proposal: RosterProposal, recording: Recording) -> None:
    """Do what was proposed, inside the caller's transaction: teams that begin, then people."""
    team_ids = proposal.team_ids | begin_teams(session, proposal.new_teams, recording)
    gone = [person.id for person in proposal.leaves]
    for start in range(0, len(gone), 500):
        session.execute(delete(Person).where(Person.id.in_(gone[start : start + 500])))
    for change in proposal.changes:
        person = session.get_one(Person, change.before.id)
        for name, value in _columns(change.after, team_ids).items():
            setattr(person, name, value)
    session.flush()
    if proposal.joins:
        session.execute(insert(Person), [_columns(row, team_ids) for row in proposal.joins])


def known_people(session: Session) -> list[KnownPerson]:
    """List the roster by name of team and person."""
    columns = (Person.id, Person.name, Person.email, Team.name, Person.mail_language, Person.chat_id)
    query = select(*columns).join(Team, Team.id == Person.team_id).order_by(Team.name, Person.name, Person.id)
    return [KnownPerson(*row) for row in session.execute(query)]


def _columns(row: PersonRow, team_ids: dict[str, int]) -> dict[str, object]:
    return {
        "name": row.name,
        "email": row.email,
        "team_id": team_ids[row.team],
        "mail_language": row.mail_language,
        "chat_id": row.chat_id,
    }


def _unknown_teams(rows: Iterable[PersonRow], known: dict[str, int]) -> list[RowError]:
    return [
        RowError(
            row.row,
            "team",
            _("there is no team %(team)s; import the teams first or correct it", team=row.team),
            row.cells,
        )
        for row in rows
        if row.team and row.team not in known
    ]


def _same_people(known: Sequence[KnownPerson], rows: Sequence[PersonRow]) -> list[tuple[KnownPerson, PersonRow]]:
    """Find who of the file is who of the roster.

    An address says it, and on paper name and team. Of those left over, one name in one team stands for one person with
    another address, and one name on paper for one who moved, wherever there are no two of them.
    """
    pairs: list[tuple[KnownPerson, PersonRow]] = []
    left, came = list(known), list(rows)

    def match(key: Callable[[KnownPerson | PersonRow], Hashable | None]) -> None:
        nonlocal left, came
        ours, theirs = _single(left, key), _single(came, key)
        found = [(ours[each], theirs[each]) for each in ours.keys() & theirs.keys()]
        pairs.extend(found)
        done, rows_done = {one.id for one, _row in found}, {row.row for _one, row in found}
        left = [one for one in left if one.id not in done]
        came = [row for row in came if row.row not in rows_done]

    match(lambda one: one.email)
    match(lambda one: (one.name, one.team) if one.email is None else None)
    match(lambda one: (one.name, one.team))
    match(lambda one: one.name if one.email is None else None)
    return pairs


def _single(people: Iterable[One], key: Callable[[One], Hashable | None]) -> dict[Hashable, One]:
    """Index those whose key nobody shares; None is no key."""
    found: dict[Hashable, list[One]] = defaultdict(list)
    for one in people:
        name = key(one)
        if name is not None:
            found[name].append(one)
    return {name: same[0] for name, same in found.items() if len(same) == 1}
