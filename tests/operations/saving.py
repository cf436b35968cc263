"""Backups in tests: taken into memory or a file, restored into an empty place, and read back to the last byte."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from assess.config import Settings
from assess.extensions import Database
from assess.operations.archive import Archive
from assess.operations.backup import Saved, write_backup
from assess.operations.key_file import KeyCopies
from assess.operations.restore import Restored, restore
from tests.databases.stores import current_store
from tests.surveys.shop import DURING

PASSPHRASE = "lanterns hang over the quiet harbour"


def save(database: Database, path: Path, *, now: datetime = DURING) -> Saved:
    with path.open("xb") as stream:
        return write_backup(database, stream, now=now)


def unpacked(database: Database) -> dict[str, bytes]:
    """Every member of a backup, as somebody reads it who has found the file."""
    stream = io.BytesIO()
    write_backup(database, stream, now=DURING)
    with ZipFile(stream) as file:
        return {info.filename: file.read(info) for info in file.infolist()}


def rows(members: dict[str, bytes], table: str) -> list[list[Any]]:
    return [json.loads(line) for line in members[f"tables/{table}.jsonl"].splitlines()]


def empty_place(folder: Path, *, key_dir: Path | None = None, url: str | None = None) -> tuple[Settings, Database]:
    """Settings of a machine where nothing has been installed yet; `key_dir` may have survived."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        data_dir=folder / "data",
        database_url=url or current_store().empty(folder / "data"),
        key_dir=key_dir or folder / "keys",
        organisation="Lantern",
        contact="people@lantern.example",
        time_zone="Asia/Shanghai",
        testing=True,
    )
    return settings, Database(settings.database_url)


def bring_back(
    path: Path,
    settings: Settings,
    database: Database,
    copies: KeyCopies | None = None,
    *,
    closed_since: bool | None = None,
) -> Restored:
    """Restore; without an answer prepared, being asked is a failure."""

    def asked(quarter: str) -> bool:
        assert closed_since is not None, f"asked about {quarter}"
        return closed_since

    with Archive(path) as archive:
        return restore(database, settings, archive, copies, has_closed_since=asked)
