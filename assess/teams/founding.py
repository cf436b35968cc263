"""Teams that a roster names and the tree does not have: one staff list is enough to begin with.

A person says whether they are to be begun; names that look like a mistake are pointed out beside them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.teams.fields import RowError
from assess.teams.history import Recording, forget_changes, record_change
from assess.teams.known import KnownTeam
from assess.teams.likeness import almost_named
from assess.teams.models import Change, Team, TeamChange
from assess.teams.reading import PersonRow

MOST_NEW = 1_000
"""More than a company has: such a file has something else in that column."""
_AT_ONCE = 500


@dataclass(frozen=True)
class NewTeam:
    """A team that would begin: how many people the file has in it, and which name it may be mistyped from."""

    name: str
    people: int
    almost: str = ""


@dataclass(frozen=True)
class NewTeams:
    """All that would begin with a roster, in the order of the file, and the unit they come under; None for the top."""

    teams: tuple[NewTeam, ...] = ()
    under: KnownTeam | None = None


def teams_to_begin(rows: Sequence[PersonRow], known: Sequence[KnownTeam]) -> tuple[NewTeams, list[RowError]]:
    """Find the teams of a roster that the tree does not have, and the rows whose team cannot begin."""
    current = {team.name for team in known if team.is_current}
    taken = {team.name.casefold(): team for team in known}
    new: dict[str, NewTeam] = {}
    errors = []
    for row in rows:
        if not row.team or row.team in current:
            continue
        what = _why_not(row.team, taken.get(row.team.casefold()), new.get(row.team.casefold()))
        if what:
            errors.append(RowError(row.row, "team", what, row.cells))
            continue
        one = new.get(row.team.casefold(), NewTeam(row.team, 0))
        new[row.team.casefold()] = replace(one, people=one.people + 1)
    if len(new) > MOST_NEW:
        errors.append(RowError(None, None, _too_many(len(new))))
        return NewTeams(), errors
    almost = almost_named([one.name for one in new.values()], current)
    found = tuple(replace(one, almost=almost.get(one.name, "")) for one in new.values())
    return NewTeams(found, _place(known, {row.team for row in rows})), errors


def begin_teams(session: Session, new: NewTeams, recording: Recording) -> dict[str, int]:
    """Begin them inside the caller's transaction; return their ids by name."""
    above = None if new.under is None else new.under.id
    teams = [Team(name=one.name, parent_id=above) for one in new.teams]
    session.add_all(teams)
    session.flush()
    for team in teams:
        record_change(session, team, Change.FOUNDED, recording)
    return {team.name: team.id for team in teams}


def teams_begun_with(session: Session, import_id: bytes) -> list[int]:
    """List the teams that began with an import, by id."""
    begun = (TeamChange.form_id == import_id, TeamChange.kind == Change.FOUNDED)
    return list(session.scalars(select(TeamChange.team_id).where(*begun)))


def take_teams_back(session: Session, import_id: bytes) -> int:
    """Undo the beginning of teams nobody is in any more; return how many. RefusalError where one has changed since."""
    begun = teams_begun_with(session, import_id)
    for ids in _chunks(begun):
        below, later = aliased(Team), exists().where(TeamChange.team_id == Team.id, TeamChange.form_id != import_id)
        has_below = exists().where(below.parent_id == Team.id)
        changed = session.scalar(select(Team.name).where(Team.id.in_(ids), or_(later, has_below)).limit(1))
        if changed is not None:
            raise RefusalError(
                _(
                    "The team %(team)s, which began with this import, has been changed since; the import can no longer "
                    "be taken back as a whole.",
                    team=changed,
                )
            )
    forget_changes(session, import_id)
    for ids in _chunks(begun):
        session.execute(delete(Team).where(Team.id.in_(ids)))
    return len(begun)


def _why_not(name: str, known: KnownTeam | None, new: NewTeam | None) -> str:
    """Say why a team cannot begin under a name; empty where it can. Names differ by more than capital letters."""
    if known is not None and not known.is_current:
        return _("the team %(team)s is closed; take it up again first or correct it", team=known.name)
    other = known or new
    if other is not None and other.name != name:
        return _("there is no team %(team)s, but %(other)s; write it alike", team=name, other=other.name)
    return ""


def _too_many(number: int) -> str:
    return _(
        "The file names %(number)d teams that do not exist. Is it the right column? At most %(most)d teams can begin "
        "with a roster; import the teams from a file of their own first.",
        number=number,
        most=MOST_NEW,
    )


def _place(known: Sequence[KnownTeam], in_file: set[str]) -> KnownTeam | None:
    """Choose where they come: under the one unit at the top, unless that is a team of people itself; or at the top."""
    current = [team for team in known if team.is_current]
    top = [team for team in current if team.parent is None]
    if len(top) != 1:
        return None
    has_below = any(team.parent == top[0].name for team in current)
    return top[0] if has_below or top[0].name not in in_file else None


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
