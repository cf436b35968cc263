"""What worked here: the track record of practices over all teams, pooled from the frozen effects of single actions.

An effect follows from displayed figures alone (measurement, section 6.6), and so does everything pooled from effects.
It names a practice and a quarter, never a team.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.releases.models import Withdrawal
from assess.releases.released import Released, let_out
from assess.releases.store import has_published, read_frozen
from assess.scoring.advice.track_record import DoneAction, PracticeRecord, track_record
from assess.scoring.rounding import down, half_up, up
from assess.scoring.verdict import Effect

_STEP = 0.1
_KIND = "actions"


@dataclass(frozen=True)
class PracticeEffect:
    """How far teams with a practice went beyond what was expected, in points to one decimal, limits outwards (95 %)."""

    practice: str
    actions: Released[int]
    mean: Released[float]
    low: Released[float]
    high: Released[float]


@dataclass(frozen=True)
class WhatWorked:
    """The pooled record. `overall` is None and `practices` empty while there are too few actions.

    `actions` counts those that were carried out and could be judged, None without any. `sources` are the quarters whose
    documents of actions were read, with their checksums.
    """

    actions: Released[int] | None = None
    overall: PracticeEffect | None = None
    practices: tuple[PracticeEffect, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


def what_worked(session: Session, cycles: Sequence[tuple[bytes, str]]) -> WhatWorked:
    """Pool the published documents of some quarters (id and label, oldest first), without what a withdrawal took back.

    RefusalError where a document does not match its checksum.
    """
    withdrawn = frozenset(session.scalars(select(Withdrawal.quarter)))
    done: list[DoneAction] = []
    sources = []
    for cycle_id, quarter in cycles:
        if not has_published(session, cycle_id=cycle_id, kind=_KIND):
            continue
        content, sha256 = read_frozen(session, cycle_id=cycle_id, kind=_KIND)
        sources.append((quarter, sha256))
        done += [
            DoneAction(e["practice"], e["group"], Effect(e["points"], e["own"], e["shared"]))
            for e in content["effects"]
            if e["group"].partition(" ")[0] not in withdrawn
        ]
    found = track_record(done)
    return WhatWorked(
        actions=let_out(found.actions) if found.actions else None,
        overall=None if found.overall is None else _shown(found.overall),
        practices=tuple(_shown(each) for each in found.practices),
        sources=tuple(sources),
    )


def _shown(record: PracticeRecord) -> PracticeEffect:
    return PracticeEffect(
        practice=record.practice,
        actions=let_out(record.actions),
        mean=let_out(half_up(record.mean, _STEP)),
        low=let_out(down(record.low, _STEP)),
        high=let_out(up(record.high, _STEP)),
    )
