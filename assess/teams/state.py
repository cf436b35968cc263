"""The state of teams and roster as one checksum, and as rows that can be put back."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from assess.teams.models import Person, Team

TEAMS, ROSTER = "teams", "roster"
_PERSON = (Person.id, Person.name, Person.email, Person.team_id, Person.mail_language, Person.chat_id)
_TEAM = (
    *(Team.id, Team.name, Team.parent_id, Team.function),
    *(Team.founded_on, Team.leader_email, Team.is_current),
)


def state_sha256(session: Session, *kinds: str) -> bytes:
    """Sum up the tables of these kinds: equal exactly when nothing in them has changed."""
    digest = hashlib.sha256()
    for kind in kinds:
        digest.update(_packed(rows_of(session, kind)))
    return digest.digest()


def rows_of(session: Session, kind: str) -> list[list[Any]]:
    """List the rows of a kind by id."""
    columns = _TEAM if kind == TEAMS else _PERSON
    return [list(map(_plain, row)) for row in session.execute(select(*columns).order_by(columns[0]))]


def pack(rows: Iterable[Sequence[Any]]) -> bytes:
    """Write rows as compressed JSON."""
    return zlib.compress(_packed(rows), 6)


def unpack(packed: bytes) -> list[list[Any]]:
    """Read them back."""
    rows: list[list[Any]] = json.loads(zlib.decompress(packed))
    return rows


def put_people_back(session: Session, rows: Sequence[Sequence[Any]]) -> None:
    """Make the roster what it was."""
    session.execute(delete(Person))
    if rows:
        session.execute(insert(Person), [dict(zip([c.key for c in _PERSON], row, strict=True)) for row in rows])


def put_teams_back(session: Session, rows: Sequence[Sequence[Any]]) -> None:
    """Make the tree what it was; teams that were not there are deleted. Nobody may be in one of those."""
    known = {row[0] for row in rows}
    new = [team for team in session.scalars(select(Team.id)) if team not in known]
    session.execute(update(Team).values(parent_id=None))
    for start in range(0, len(new), 500):
        session.execute(delete(Team).where(Team.id.in_(new[start : start + 500])))
    names = [column.key for column in _TEAM]
    for row in rows:  # two renamed teams may have each other's names for a moment
        session.execute(update(Team).where(Team.id == row[0]).values(name=f"{row[0]}\n"))
    for row in rows:
        values = dict(zip(names[1:], row[1:], strict=True))
        values["founded_on"] = None if values["founded_on"] is None else date.fromisoformat(values["founded_on"])
        session.execute(update(Team).where(Team.id == row[0]).values(**values))
    session.expire_all()


def _packed(rows: Iterable[Sequence[Any]]) -> bytes:
    return json.dumps(list(rows), ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
