"""A small office for tests of imports: an empty installation, and files written in a line."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from assess.extensions import Database
from assess.teams.models import Person, Team
from tests.databases.stores import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TEAMS = """team,parent,function,founded_on,leader_email
Lantern,,,,
Ads,Lantern,marketing,2024-03-01,ada@lantern.example
Care,Lantern,service,,
"""
ROSTER = """name,email,team,mail_language,chat_id
Ada,ada@lantern.example,Ads,en,U1
伟 张,wei@lantern.example,Care,zh,
Paper Person,,Care,en,
"""


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    yield database
    database.close()


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def people(database: Database) -> dict[str, tuple[str | None, str, str, str]]:
    """Map names to address, team, language and chat."""
    query = select(Person, Team.name).join(Team, Team.id == Person.team_id)
    with database.reading() as session:
        return {p.name: (p.email, team, p.mail_language, p.chat_id) for p, team in session.execute(query)}


def tree(database: Database) -> dict[str, str | None]:
    """Map current teams to the name of their parent."""
    with database.reading() as session:
        teams = session.scalars(select(Team)).all()
    names = {team.id: team.name for team in teams}
    return {t.name: None if t.parent_id is None else names[t.parent_id] for t in teams if t.is_current}
