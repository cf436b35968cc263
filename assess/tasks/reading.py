"""What may be read of quarters, read once per process: thousands of reports and pages come from one reading."""

import gc
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.extensions import Database
from assess.looks.choosing import look_in_use
from assess.releases.models import ResultDocument, Withdrawal
from assess.reports.cycle_reports import reported_cycle
from assess.reports.team_reports import ReportedCycle

MOST_NODES = 25_000
"""Teams and units that a process keeps, each counted once a quarter and about 22 kB; the latest reading is kept however
large it is."""
_MANY = 1_000  # so many that walking over them slows every request down

_kept: dict[tuple[str, str], tuple[object, ReportedCycle]] = {}  # by database and quarter, the latest used last
_lock = Lock()


def read_once(database: Database, quarter: str, *, anew: bool = False) -> ReportedCycle:
    """Read a published cycle, or find it read, while what may be read is the same."""
    place = str(database.url), quarter
    with database.reading() as session:
        stamp = _stamp(session)
        found = None if anew else _found(place, stamp)
        if found is not None:
            return found
        reported = reported_cycle(session, quarter)
    _keep(place, stamp, reported)
    return reported


def _found(place: tuple[str, str], stamp: object) -> ReportedCycle | None:
    """Find what was read, as the latest used; what is stale is let go of before something new is read beside it."""
    with _lock:
        for other, (its_stamp, _reading) in tuple(_kept.items()):
            if its_stamp != stamp:
                del _kept[other]
        if place not in _kept:
            return None
        _kept[place] = kept = _kept.pop(place)
        return kept[1]


def _stamp(session: Session) -> object:
    documents = select(ResultDocument.id, ResultDocument.sha256, ResultDocument.is_published)
    withdrawn = frozenset(session.scalars(select(Withdrawal.cycle_id)))
    return frozenset(map(tuple, session.execute(documents))), withdrawn, look_in_use(session)


def _keep(place: tuple[str, str], stamp: object, reported: ReportedCycle) -> None:
    """Keep it, let go of what is too much, and keep the collector of garbage from what stays."""
    with _lock:
        _kept.pop(place, None)
        _kept[place] = stamp, reported
        while len(_kept) > 1 and sum(_size(reading) for _stamp, reading in _kept.values()) > MOST_NODES:
            del _kept[next(iter(_kept))]
    if _size(reported) > _MANY:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def _size(reported: ReportedCycle) -> int:
    return sum(len(register.teams) + len(register.units) for register in (reported.cycle, *reported.history))
