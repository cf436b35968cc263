"""Importing the team tree and the roster from CSV or XLSX: all of a file or nothing of it, and one step back.

A file is the whole truth: who or what it no longer names has left. Errors name file, row, column and remedy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.teams.founding import take_teams_back
from assess.teams.history import Recording, forget_changes
from assess.teams.models import LastImport, Person, Team
from assess.teams.reading import RosterFile, TeamFile, read_roster_file, read_team_file
from assess.teams.roster_proposal import RosterProposal, propose_roster, store_roster
from assess.teams.state import ROSTER, TEAMS, pack, put_people_back, put_teams_back, rows_of, state_sha256, unpack
from assess.teams.team_proposal import TeamProposal, propose_teams, store_teams


@dataclass(frozen=True)
class Imported:
    """What an import changed, for the person who ran it."""

    added: int
    changed: int
    left: int
    unchanged: int
    notices: tuple[str, ...]


def import_teams(
    database: Database, path: str | Path, *, renamed: Mapping[str, str] | None = None, now: datetime | None = None
) -> Imported:
    """Replace the team tree by a file; `renamed` maps new names to former ones."""
    file = read_team_file(path)
    with database.writing() as session:
        return store_team_file(session, file, renamed=renamed, now=now or datetime.now(UTC))


def import_roster(database: Database, path: str | Path, *, now: datetime | None = None) -> Imported:
    """Replace the roster by a file."""
    file = read_roster_file(path)
    with database.writing() as session:
        return store_roster_file(session, file, now=now or datetime.now(UTC))


def preview_teams(database: Database, path: str | Path, *, renamed: Mapping[str, str] | None = None) -> TeamProposal:
    """Say what a file would change in the tree; nothing is written."""
    file = read_team_file(path)
    with database.reading() as session:
        return propose_teams(session, file, renamed=renamed)


def preview_roster(database: Database, path: str | Path) -> RosterProposal:
    """Say what a file would change in the roster; nothing is written."""
    file = read_roster_file(path)
    with database.reading() as session:
        return propose_roster(session, file)


def store_team_file(
    session: Session,
    file: TeamFile,
    *,
    renamed: Mapping[str, str] | None = None,
    now: datetime,
    by: str = "",
    waited_as: bytes | None = None,
) -> Imported:
    """Import a file of teams inside the caller's transaction; `waited_as` is the id of a file from a browser."""
    before = rows_of(session, TEAMS)
    proposal = propose_teams(session, file, renamed=renamed)
    import_id = waited_as or token_bytes(16)
    store_teams(session, proposal, Recording(by, now, now.date(), import_id))
    back = sum(change.returns for change in proposal.changes)
    changed, same = len(proposal.changes) - back, len(proposal.unchanged)
    counts = (len(proposal.new) + back, changed, len(proposal.gone), same)
    _remember(session, TEAMS, counts, pack(before), now=now, by=by, import_id=import_id)
    return Imported(*counts, notices=file.notices)


def store_roster_file(
    session: Session,
    file: RosterFile,
    *,
    teams_may_begin: bool = False,
    now: datetime,
    by: str = "",
    waited_as: bytes | None = None,
) -> Imported:
    """Import a roster inside the caller's transaction, and where they may, the teams it names that are not there."""
    before = rows_of(session, ROSTER)
    proposal = propose_roster(session, file, teams_may_begin=teams_may_begin)
    import_id = waited_as or token_bytes(16)
    store_roster(session, proposal, Recording(by, now, now.date(), import_id))
    begun, under = proposal.new_teams.teams, proposal.new_teams.under
    if begun:
        record(session, "teams.begun_with_roster", "" if under is None else under.name, teams=len(begun))
    counts = (len(proposal.joins), len(proposal.changes), len(proposal.leaves), proposal.unchanged)
    _remember(session, ROSTER, counts, pack(before), now=now, by=by, import_id=import_id)
    return Imported(*counts, notices=file.notices)


def undo_import(database: Database, kind: str, *, import_id: bytes | None = None) -> Imported:
    """Take back the last import of a kind; return what it had changed.

    RefusalError where there is none any more or it is not the one meant, and where something has been changed since.
    """
    with database.writing() as session:
        last = session.get(LastImport, kind)
        if last is None or import_id not in {None, last.id}:
            raise RefusalError(
                _("There is no import to take back: it was taken back or replaced, or a survey has opened since.")
            )
        if state_sha256(session, kind) != last.after_sha256:
            raise RefusalError(
                _(
                    "Something has been changed since the import, by hand or by another import; as it is, it cannot be "
                    "taken back as a whole."
                )
            )
        rows = unpack(last.before)
        if kind == TEAMS:
            _refuse_people_without_team(session, {row[0]: row[-1] for row in rows})
            forget_changes(session, last.id)
            put_teams_back(session, rows)
        else:
            _refuse_teams_that_are_gone(session, {row[3] for row in rows})
            put_people_back(session, rows)
            begun = take_teams_back(session, last.id)
            if begun:
                record(session, "teams.begun_taken_back", teams=begun)
        undone = Imported(last.added, last.changed, last.removed, last.unchanged, ())
        session.delete(last)
        record(session, f"{kind}.import_undone")
        return undone


def last_import(session: Session, kind: str) -> LastImport | None:
    """Find the import that can be taken back."""
    return session.get(LastImport, kind)


def _remember(
    session: Session,
    kind: str,
    counts: tuple[int, int, int, int],
    before: bytes,
    *,
    now: datetime,
    by: str,
    import_id: bytes,
) -> None:
    added, changed, removed, unchanged = counts
    session.flush()
    session.merge(
        LastImport(
            kind=kind,
            id=import_id,
            done_by=by,
            done_at=now,
            added=added,
            changed=changed,
            removed=removed,
            unchanged=unchanged,
            before=before,
            after_sha256=state_sha256(session, kind),
        )
    )
    record(session, f"{kind}.imported", added=added, changed=changed, left=removed, unchanged=unchanged)


def _refuse_people_without_team(session: Session, was_current: Mapping[int, bool]) -> None:
    """Refuse to take back teams that people are in by now."""
    counts = session.execute(
        select(Team.id, Team.name, func.count()).join(Person, Person.team_id == Team.id).group_by(Team.id, Team.name)
    )
    for team, name, _count in counts:
        if not was_current.get(team, False):
            raise RefusalError(
                _("People are in the team %(team)s, which this import brought; take the roster back first.", team=name)
            )


def _refuse_teams_that_are_gone(session: Session, wanted: set[int]) -> None:
    if not wanted <= set(session.scalars(select(Team.id))):
        raise RefusalError(
            _("The roster as it was names teams that are no longer there; import a roster that fits the teams.")
        )
