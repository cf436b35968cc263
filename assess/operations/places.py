"""Where things lie, read from the settings without opening anything."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from assess.config import Settings


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of the database; None on a server, in memory, or where the address is none."""
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        return None
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return Path(str(url.database)) if is_file else None
