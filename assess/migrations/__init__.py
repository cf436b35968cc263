"""Migrations of the one database; `upgrade` is what installations and tests run."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from assess.extensions import Database


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision."""
    with database.engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to a revision; `base` empties it."""
    with database.engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def revision_of(database: Database) -> str | None:
    """Return the revision a database is at; None for one without tables of ours."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """Return the revision this version of Assess needs."""
    (head,) = ScriptDirectory.from_config(_config(None)).get_heads()
    return head


def knows_revision(revision: str) -> bool:
    """Say whether this version of Assess can bring tables of a revision up to date."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
