"""Files from a browser between their preview and their import.

The file waits in the database, where every process of every host finds it, under the account that sent it; the browser
gets nothing but its id and a checksum of teams and roster as they were previewed. When the file is imported it is read
again, and refused if they have changed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, undefer

from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.tables.uploads import MOST_ROWS, safe_file_name, sent_file
from assess.teams.agreeing import NotAgreedError, needed_for
from assess.teams.importing import Imported, store_roster_file, store_team_file
from assess.teams.models import LastImport, WaitingImport
from assess.teams.reading import RosterFile, TeamFile, read_roster_file, read_team_file
from assess.teams.roster_proposal import RosterProposal, propose_roster
from assess.teams.state import ROSTER, TEAMS, state_sha256
from assess.teams.team_proposal import TeamProposal, propose_teams

WAITS = timedelta(hours=1)


class OutdatedPreviewError(RefusalError):
    """What was previewed is not what an import would do any more, or does not wait any more."""


@dataclass(frozen=True)
class Waiting:
    """A file that waits, and what it would change in teams and roster as they are: `state` sums these up."""

    id: bytes
    proposal: TeamProposal | RosterProposal
    state: bytes


def send_file(
    database: Database, account_id: bytes, kind: str, content: bytes, *, name: str = "", now: datetime
) -> bytes:
    """Check a file and let it wait; return its id. InputError, of all its rows at once, keeps it out.

    `name` is what the file was called where it came from, as the browser says.
    """
    name = safe_file_name(name)
    file = _read(kind, content, name)
    with database.reading() as session:
        propose(session, file)
    with database.writing() as session:
        forget_old_files(session, now=now)
        throw_away(session, account_id, kind)
        waiting = WaitingImport(
            account_id=account_id,
            kind=kind,
            id=token_bytes(16),
            content=content,
            file_name=name,
            came_at=now,
        )
        session.add(waiting)
        return waiting.id


def waiting_file(database: Database, account_id: bytes, kind: str, *, now: datetime) -> Waiting | None:
    """Find what waits for an account, compared with teams and roster as they are now; None where nothing does.

    FaultyFileError where the file no longer fits them.
    """
    with database.reading() as session:
        found = _find(session, account_id, kind, now=now)
        if found is None:
            return None
        file = _read(kind, found.content, found.file_name)
        return Waiting(found.id, propose(session, file), state_sha256(session, TEAMS, ROSTER))


def import_waiting_file(
    database: Database,
    account_id: bytes,
    kind: str,
    import_id: bytes,
    *,
    state: bytes,
    renamed: Collection[str] = (),
    agreed: Collection[str] = (),
    by: str,
    now: datetime,
) -> Imported:
    """Import a file that waits, in one transaction; a second click finds it imported and changes nothing.

    `state` is what the preview was made of, `renamed` holds the new names of teams that a person said are renamed; only
    those that the preview asked about are taken. `agreed` is what a person said yes to. OutdatedPreviewError where
    teams or roster have changed since, or where the file waits no longer; NotAgreedError where a yes is missing, and
    the file goes on waiting.
    """
    with database.reading() as session:
        found = _find(session, account_id, kind, now=now)
        file = None if found is None or found.id != import_id else _read(kind, found.content, found.file_name)
    with database.writing() as session:
        found = _find(session, account_id, kind, now=now)
        if found is None or found.id != import_id or file is None:
            return _imported_before(session, kind, import_id)
        if state != state_sha256(session, TEAMS, ROSTER):
            raise OutdatedPreviewError(
                _("Teams or roster have changed since this preview. Look at the new one, then import.")
            )
        same = _renames(session, file, renamed) if isinstance(file, TeamFile) else {}
        _check_agreed(session, file, same, agreed)
        throw_away(session, account_id, kind)
        if isinstance(file, TeamFile):
            return store_team_file(session, file, renamed=same, by=by, now=now, waited_as=import_id)
        return store_roster_file(session, file, teams_may_begin=True, by=by, now=now, waited_as=import_id)


def discard_file(database: Database, account_id: bytes, kind: str) -> None:
    """Throw away what waits; nothing there is fine."""
    with database.writing() as session:
        throw_away(session, account_id, kind)


def throw_away(session: Session, account_id: bytes, kind: str) -> None:
    """Do the same inside the caller's transaction."""
    session.execute(delete(WaitingImport).where(WaitingImport.account_id == account_id, WaitingImport.kind == kind))


def forget_old_files(session: Session, *, now: datetime) -> None:
    """Delete files that have waited for an hour."""
    session.execute(delete(WaitingImport).where(WaitingImport.came_at <= now - WAITS))


def sweep_files(database: Database, *, now: datetime) -> None:
    """Delete files that have waited for an hour; only looks where there are none."""
    with database.reading() as session:
        old = session.scalar(select(WaitingImport.id).where(WaitingImport.came_at <= now - WAITS).limit(1))
    if old is not None:
        with database.writing() as session:
            forget_old_files(session, now=now)
        rewrite_copies(database)


def forget_copies(session: Session) -> None:
    """Delete every copy of a roster, those for taking an import back included: a survey opens with what there is."""
    session.execute(delete(WaitingImport))
    session.execute(delete(LastImport))


def rewrite_copies(database: Database) -> None:
    """Give back what deleted copies have left in the files of the database, as far as nobody is reading."""
    if database.is_sqlite:  # deleted pages are overwritten already; the log still has them
        # By hand: an isolation level would be put back to one that begins transactions nobody asked for.
        raw = database.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
        return
    with database.engine.connect() as connection:
        at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
        at_once.execute(text(f"VACUUM FULL {WaitingImport.__tablename__}, {LastImport.__tablename__}"))


def propose(session: Session, file: TeamFile | RosterFile) -> TeamProposal | RosterProposal:
    """Say what a file of either kind would change, and which teams would begin with a roster."""
    if isinstance(file, TeamFile):
        return propose_teams(session, file)
    return propose_roster(session, file, teams_may_begin=True)


def _renames(session: Session, file: TeamFile, renamed: Collection[str]) -> dict[str, str]:
    pairs = propose_teams(session, file).maybe_renamed
    return {pair.after.name: pair.before.name for pair in pairs if pair.after.name in renamed}


def _check_agreed(
    session: Session, file: TeamFile | RosterFile, renamed: dict[str, str], agreed: Collection[str]
) -> None:
    if isinstance(file, TeamFile):
        needed = needed_for(propose_teams(session, file, renamed=renamed))
    else:
        needed = needed_for(propose(session, file))
    missing = [each for each in needed if each not in agreed]
    if missing:
        raise NotAgreedError(missing)


def _find(session: Session, account_id: bytes, kind: str, *, now: datetime) -> WaitingImport | None:
    return session.scalar(
        select(WaitingImport)
        .where(WaitingImport.account_id == account_id, WaitingImport.kind == kind, WaitingImport.came_at > now - WAITS)
        .options(undefer(WaitingImport.content))
    )


def _read(kind: str, content: bytes, name: str) -> TeamFile | RosterFile:
    with sent_file(content, kind, name) as path:
        if kind == TEAMS:
            return read_team_file(path, most_rows=MOST_ROWS)
        return read_roster_file(path, most_rows=MOST_ROWS)


def _imported_before(session: Session, kind: str, import_id: bytes) -> Imported:
    last = session.get(LastImport, kind)
    if last is None or last.id != import_id:
        raise OutdatedPreviewError(
            _("This file does not wait any more: an hour has passed, another one replaced it, or it was thrown away.")
        )
    return Imported(last.added, last.changed, last.removed, last.unchanged, ())
