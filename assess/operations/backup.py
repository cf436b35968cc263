"""`assess backup`: a consistent copy of everything that may have one, written while the site runs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Table, select

from assess import __version__
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.migrations import newest_revision, revision_of
from assess.operations.archive import ArchiveWriter
from assess.operations.snapshot import rows_of, snapshot
from assess.operations.tables import ANSWERS, KEPT, USED_ONCE, kind_of, reflected, write_row
from assess.surveys.models import State

RECORD = "backup.json"


@dataclass(frozen=True)
class RunningCycle:
    """The cycle that was between open and published when the backup was made."""

    quarter: str
    state: State
    level: str


@dataclass(frozen=True)
class Saved:
    """What was saved: the checksum of the file, and the running cycle that the operator must hear about."""

    sha256: str
    running: RunningCycle | None


def write_backup(database: Database, stream: BinaryIO, *, now: datetime) -> Saved:
    """Write one moment of the database to `stream`; RefusalError where `assess init` has to upgrade it first."""
    _refuse_old_tables(database)
    writer = ArchiveWriter(stream)
    with snapshot(database) as connection:
        tables = reflected(connection).tables
        for name in KEPT:
            table = tables[name]
            writer.add(name, [column.name for column in table.columns], _lines(connection, table))
        running = _running(connection, tables["cycles"])
    facts = {
        "assess": __version__,
        "revision": newest_revision(),
        "made_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "left_out": [*ANSWERS, *USED_ONCE],
    }
    return Saved(writer.finish(facts), running)


def note_backup(settings: Settings, saved: Saved, *, now: datetime) -> None:
    """Remember when the last backup was made and its checksum, so that the doctor can say how old it is."""
    passing = settings.data_dir / f".{RECORD}.part"
    content = {"made_at": now.astimezone(UTC).isoformat(timespec="seconds"), "sha256": saved.sha256}
    passing.write_text(json.dumps(content), encoding="utf-8")
    passing.replace(settings.data_dir / RECORD)


def last_backup(settings: Settings) -> datetime | None:
    """Return when the last backup was made on this host, None when nothing is known of one."""
    path: Path = settings.data_dir / RECORD
    try:
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refuse_old_tables(database: Database) -> None:
    if revision_of(database) != newest_revision():
        raise RefusalError(_("The tables of this database are of another version; bring them up to date: assess init"))


def _lines(connection: Connection, table: Table) -> Iterator[list[Any]]:
    kinds = tuple(kind_of(column) for column in table.columns)
    for row in rows_of(connection, table):
        yield write_row(row, kinds)


def _running(connection: Connection, cycles: Table) -> RunningCycle | None:
    found = connection.execute(
        select(cycles.c.quarter, cycles.c.state, cycles.c.level).where(cycles.c.running.is_not(None))
    ).first()
    return None if found is None else RunningCycle(found[0], State(found[1]), found[2])
