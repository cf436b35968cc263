"""What HR may see of a running cycle: once a day from half-time on, one rounded number and a yes or not yet per group.

A figure that moved with every envelope would be a list of who has answered when. So it is counted once after a
fixed hour, by the worker or at the first look, and stands until that hour of the next day (anonymity.md, Reminders).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.surveys.clock import latest
from assess.surveys.contract import contract_of
from assess.surveys.envelopes.models import Envelope
from assess.surveys.models import Cycle, State

HOUR = time(9)
ROUNDED_TO = 10


@dataclass(frozen=True)
class Participation:
    """Answers in the whole organisation, rounded down to tens, and per group whether enough were reached."""

    counted_on: date
    answers_at_least: int
    reached: Mapping[str, bool]


def participation(session: Session, cycle: Cycle, *, now: datetime) -> Participation | None:
    """Return today's figure, counting it if it is due; None before half-time. Needs a writing session."""
    if cycle.state != State.OPEN:
        return None
    due = due_on(cycle, latest(cycle, now))
    if due is None:
        return None
    if cycle.participation is None or str(cycle.participation["counted_on"]) < due.isoformat():
        cycle.participation = _count(session, cycle, due)
    stored: Mapping[str, Any] = cycle.participation
    return Participation(date.fromisoformat(stored["counted_on"]), stored["answers_at_least"], stored["reached"])


def known_participation(cycle: Cycle, *, now: datetime) -> tuple[Participation | None, bool]:
    """Return the figure that has been counted, and whether a newer one may be counted; changes nothing."""
    if cycle.state != State.OPEN:
        return None, False
    due = due_on(cycle, latest(cycle, now))
    stored: Mapping[str, Any] | None = cycle.participation
    if due is None or stored is None:
        return None, due is not None
    known = Participation(date.fromisoformat(stored["counted_on"]), stored["answers_at_least"], stored["reached"])
    return known, known.counted_on < due


def first_figure_at(cycle: Cycle) -> datetime:
    """Return the moment of the first figure: the fixed hour at or after half-time of the contract's opening time."""
    contract = contract_of(cycle)
    opens, closes = (datetime.fromisoformat(contract[name]) for name in ("opens_at", "closes_at"))
    return first_hour_after_half(opens, closes, ZoneInfo(contract["time_zone"]))


def first_hour_after_half(opens: datetime, closes: datetime, zone: ZoneInfo) -> datetime:
    """Find the fixed hour at or after half-time."""
    half = (opens + (closes - opens) / 2).astimezone(zone)
    first = datetime.combine(half.date(), HOUR, zone)
    if first < half:
        first = datetime.combine(half.date() + timedelta(days=1), HOUR, zone)
    return first.astimezone(UTC)


def due_on(cycle: Cycle, now: datetime) -> date | None:
    """Return the day whose fixed hour was the last one to pass, None before the first figure."""
    if now < first_figure_at(cycle):
        return None
    local = now.astimezone(ZoneInfo(contract_of(cycle)["time_zone"]))
    return local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)


def _count(session: Session, cycle: Cycle, due: date) -> dict[str, object]:
    contract = contract_of(cycle)
    minimum = int(contract["minimum"]["answers"])
    counted = select(Envelope.group_id, func.count()).where(Envelope.cycle_id == cycle.id).group_by(Envelope.group_id)
    counts = {str(group_id): int(count) for group_id, count in session.execute(counted)}
    return {
        "counted_on": due.isoformat(),
        "answers_at_least": sum(counts.values()) // ROUNDED_TO * ROUNDED_TO,
        "reached": {group["id"]: counts.get(group["id"], 0) >= minimum for group in contract["groups"]},
    }
