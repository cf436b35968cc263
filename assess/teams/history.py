"""What has become of a team over the years: rows that are only added, and read as a timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.localisation import format_day
from assess.localisation import gettext as _
from assess.teams.models import Change, Team, TeamChange
from assess.teams.reading import function_name


@dataclass(frozen=True)
class Recording:
    """By whom, when, since which day, and with which form a change is recorded."""

    by: str
    at: datetime
    since_on: date
    form_id: bytes


@dataclass(frozen=True)
class Told:
    """One change in words."""

    since: str
    what: str
    recorded_on: str
    by: str


def record_change(
    session: Session, team: Team, kind: Change, recording: Recording, *, before: str = "", after: str = ""
) -> None:
    """Add one row to the history of a team that is stored already."""
    session.add(
        TeamChange(
            team_id=team.id,
            kind=kind,
            since_on=recording.since_on,
            before=before[:254],
            after=after[:254],
            recorded_at=recording.at,
            recorded_by=recording.by,
            form_id=recording.form_id,
        )
    )


def changes_of(session: Session, team_id: int) -> list[TeamChange]:
    """List the changes of a team, the latest first."""
    order = (TeamChange.since_on.desc(), TeamChange.id.desc())
    return list(session.scalars(select(TeamChange).where(TeamChange.team_id == team_id).order_by(*order)))


def done_with(session: Session, form_id: bytes) -> int | None:
    """Find the team that a form has changed already; None where it has not."""
    return session.scalar(
        select(TeamChange.team_id).where(TeamChange.form_id == form_id).order_by(TeamChange.id.desc())
    )


def forget_changes(session: Session, form_id: bytes) -> None:
    """Take the rows of an import back, with the import."""
    session.execute(delete(TeamChange).where(TeamChange.form_id == form_id))


def led_since(changes: Iterable[TeamChange]) -> date | None:
    """Say since when the present leader leads; None where that was never recorded."""
    return next((change.since_on for change in changes if change.kind == Change.LED), None)


def former_leaders(session: Session, email: str) -> list[tuple[str, date, date]]:
    """List which teams somebody led, from when until when."""
    rows = session.scalars(
        select(TeamChange).where(TeamChange.kind == Change.LED).order_by(TeamChange.since_on, TeamChange.id)
    )
    names = dict(session.execute(select(Team.id, Team.name)).all())
    begun: dict[int, date] = {}
    found = []
    for row in rows:
        if row.before == email and row.team_id in begun:
            found.append((names[row.team_id], begun.pop(row.team_id), row.since_on))
        if row.after == email:
            begun[row.team_id] = row.since_on
    return found


def teams_by_any_name(session: Session) -> dict[str, Team]:
    """Find teams by the name they have, and by a former one that no team has today."""
    teams = {team.id: team for team in session.scalars(select(Team))}
    found: dict[str, Team] = {}
    renamed = select(TeamChange).where(TeamChange.kind == Change.RENAMED).order_by(TeamChange.id)
    for change in session.scalars(renamed):
        found[change.before] = teams[change.team_id]
    return found | {team.name: team for team in teams.values()}


def told(change: TeamChange) -> Told:
    """Put a change into words."""
    return Told(
        since=format_day(change.since_on),
        what=_sentence(Change(change.kind), change.before, change.after),
        recorded_on=format_day(change.recorded_at),
        by=change.recorded_by or _("the command line"),
    )


def _sentence(kind: Change, before: str, after: str) -> str:
    nobody, top, none = _("nobody"), _("the top"), _("none")
    if kind == Change.BEGUN:
        before, after = (format_day(date.fromisoformat(day)) if day else "" for day in (before, after))
    if kind == Change.FUNCTION:
        before, after = function_name(before), function_name(after)
    words = {
        Change.FOUNDED: lambda: (
            _("Begun with people of %(teams)s.", teams=before) if before else _("Entered as a new team.")
        ),
        Change.RENAMED: lambda: _("Renamed: %(before)s → %(after)s.", before=before, after=after),
        Change.MOVED: lambda: _("Moved: under %(before)s → under %(after)s.", before=before or top, after=after or top),
        Change.LED: lambda: _("Led by: %(before)s → %(after)s.", before=before or nobody, after=after or nobody),
        Change.FUNCTION: lambda: _("Function: %(before)s → %(after)s.", before=before or none, after=after or none),
        Change.BEGUN: lambda: _("Founding day: %(before)s → %(after)s.", before=before or none, after=after or none),
        Change.MERGED: lambda: _("Merged into %(team)s.", team=after),
        Change.SPLIT: lambda: _("Split into %(teams)s.", teams=after),
        Change.CLOSED: lambda: _("Closed."),
        Change.RETURNED: lambda: _("Taken up again."),
    }
    return words[kind]()
