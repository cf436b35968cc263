"""Migrations of the one database; `upgrade` is what installations and tests run."""

from pathlib import Path

from alembic import command
from alembic.config import Config

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


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
