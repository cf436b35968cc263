"""`assess restore`: a backup into an empty installation, whole or not at all, saying what is lost."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.migrations import downgrade, knows_revision, revision_of, upgrade
from assess.operations.archive import Archive
from assess.operations.fate import Facts, Fate, decide
from assess.operations.key_file import KeyCopies, put_back, put_back_keys
from assess.operations.loading import load
from assess.operations.tables import KEPT
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.models import Cycle, Level, State

_WITH_KEYS = {State.OPEN, State.CLOSING}


@dataclass(frozen=True)
class RestoredCycle:
    """A cycle of the backup and what became of it; `envelopes` are those the backup holds."""

    id: bytes
    quarter: str
    state: State
    level: Level
    envelopes: int
    fate: Fate
    has_link_key: bool

    @property
    def was_running(self) -> bool:
        """Whether members could have answered, or answers waited, when the backup was made."""
        return self.state in {*_WITH_KEYS, State.SEALED, State.OPENED}


@dataclass(frozen=True)
class Restored:
    """What the operator is told: everything after `made_at` is lost."""

    made_at: datetime
    cycles: tuple[RestoredCycle, ...]


def restore(
    database: Database,
    settings: Settings,
    archive: Archive,
    copies: KeyCopies | None,
    *,
    has_closed_since: Callable[[str], bool],
) -> Restored:
    """Check the whole file, then write it in one transaction; killed anywhere, it can be run again.

    RefusalError over an installation that holds anything, InputError for a damaged file or one of a newer version.
    `has_closed_since` is asked for a quarter where neither tombstone nor key can tell.
    """
    refuse_unless_empty(database)
    if not knows_revision(archive.revision):
        raise InputError(
            _(
                "This backup was made by version %(version)s of Assess, which is newer; install that version first.",
                version=archive.version,
            )
        )
    archive.check()
    cycles = _decided(settings, archive, copies, has_closed_since)
    _lay_out_keys(settings, cycles, copies)
    _make_tables(database, archive.revision)
    try:
        with database.writing() as session:
            load(session.connection(), archive, ended={c.id for c in cycles if c.fate != Fate.GOES_ON})
    except IntegrityError as error:
        raise InputError(_("The rows of this backup contradict each other; take another one.")) from error
    upgrade(database)
    return Restored(datetime.fromisoformat(archive.made_at), cycles)


def restore_keys(database: Database, settings: Settings, copies: KeyCopies) -> tuple[str, ...]:
    """Put the keys of open surveys back where only the key directory was lost; return their quarters.

    RefusalError where none belongs to a survey that is open: of one that has closed no key comes back.
    """
    with database.reading() as session:
        known = session.execute(select(Cycle.id, Cycle.quarter).where(Cycle.state.in_(_WITH_KEYS))).all()
    wanted = {
        cycle_id: quarter
        for cycle_id, quarter in known
        if cycle_id in copies.cycles and not CycleKeys(settings.key_dir, cycle_id).is_closed
    }
    if not wanted:
        raise RefusalError(_("None of these keys belongs to a survey that is open; nothing was put back."))
    put_back_keys(settings, copies, wanted.keys())
    return tuple(wanted.values())


def refuse_unless_empty(database: Database) -> None:
    """Refuse where any table of ours holds a row: a restore never mixes two installations."""
    present = set(inspect(database.engine).get_table_names())
    with database.engine.connect() as connection:
        for name in present & set(KEPT):
            if connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() is not None:  # noqa: S608 - our names
                raise RefusalError(
                    _(
                        "This installation is not empty; restore into a new ASSESS_DATA_DIR or a new database, and "
                        "leave ASSESS_KEY_DIR as it is."
                    )
                )


def _make_tables(database: Database, revision: str) -> None:
    """Make the empty tables of the version the backup comes from; its rows are brought up to date afterwards."""
    present = revision_of(database)
    if present == revision:
        return
    if present is not None:
        downgrade(database, "base")
    upgrade(database, revision)


def _decided(
    settings: Settings, archive: Archive, copies: KeyCopies | None, has_closed_since: Callable[[str], bool]
) -> tuple[RestoredCycle, ...]:
    envelopes = archive.count_by("envelopes", "cycle_id")
    return tuple(
        _decided_cycle(
            CycleKeys(settings.key_dir, cycle_id), cycle_id, row, envelopes.get(cycle_id, 0), copies, has_closed_since
        )
        for cycle_id, row in archive.rows_by_id("cycles")
    )


def _decided_cycle(
    keys: CycleKeys,
    cycle_id: bytes,
    row: dict[str, str],
    envelopes: int,
    copies: KeyCopies | None,
    has_closed_since: Callable[[str], bool],
) -> RestoredCycle:
    copied: Collection[str] = () if copies is None else copies.cycles.get(cycle_id, ())
    state, level = State(row["state"]), Level(row["level"])
    facts = Facts(
        quarter=row["quarter"],
        state=state,
        level=level,
        envelopes=envelopes,
        has_tombstone=keys.is_closed,
        kept_its_link_key=keys.holds(LINK),
        has_opening_key=keys.holds(OPENING) or OPENING in copied,
    )
    has_link_key = keys.holds(LINK) or LINK in copied
    return RestoredCycle(
        cycle_id, row["quarter"], state, level, envelopes, decide(facts, has_closed_since), has_link_key
    )


def _lay_out_keys(settings: Settings, cycles: tuple[RestoredCycle, ...], copies: KeyCopies | None) -> None:
    """Put back the keys of what goes on; of what has ended destroy them and leave a tombstone."""
    put_back(settings, copies, cycles={c.id for c in cycles if c.fate == Fate.GOES_ON and c.state in _WITH_KEYS})
    for cycle in cycles:
        if cycle.fate != Fate.GOES_ON:
            keys = CycleKeys(settings.key_dir, cycle.id)
            keys.destroy(LINK)
            keys.destroy(OPENING)
            keys.mark_closed()
