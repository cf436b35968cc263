"""A cycle that is only planned: changing it, and knowing whether it is still the one somebody looked at."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from assess.audit.recording import record
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet
from assess.surveys.contract import canonical_json, frozen_instrument
from assess.surveys.cycles import find_cycle, refuse_impossible_dates, shown_minute
from assess.surveys.errors import ChangedSinceSeenError, DoneBeforeError
from assess.surveys.models import Cycle, Level, State
from assess.surveys.own_instruments.finding import chosen_instrument


@dataclass(frozen=True)
class PlannedFacts:
    """What HR chooses of a cycle, but for its quarter."""

    instrument: str
    modules: Sequence[str]
    opens_at: datetime
    closes_at: datetime
    latest_closes_at: datetime
    level: Level


def facts_of(cycle: Cycle) -> PlannedFacts:
    """Read the facts of a plan."""
    return PlannedFacts(
        cycle.instrument_code,
        tuple(cycle.modules),
        cycle.opens_at,
        cycle.closes_at,
        cycle.latest_closes_at,
        Level(cycle.level),
    )


def mark_of(cycle: Cycle) -> str:
    """Sum up a plan: equal exactly when nothing in it has changed."""
    source = hashlib.sha256(cycle.instrument_source.encode()).hexdigest()
    moments = [at.astimezone(UTC).isoformat() for at in (cycle.opens_at, cycle.closes_at, cycle.latest_closes_at)]
    content = {"level": cycle.level, "source": source, "modules": list(cycle.modules), "moments": moments}
    return hashlib.sha256(cycle.id + canonical_json(content)).hexdigest()


def change_planned_cycle(database: Database, quarter: str, facts: PlannedFacts, *, seen: str) -> None:
    """Change a plan that still is what `seen` sums up.

    Errors: InputError for what cannot be, ChangedSinceSeenError where somebody else was faster, DoneBeforeError once
    it has been opened.
    """
    refuse_impossible_dates(facts.opens_at, facts.closes_at, facts.latest_closes_at)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state != State.CREATED:
            raise DoneBeforeError(
                _("The survey %(quarter)s has been opened; its plan can no longer be changed.", quarter=quarter)
            )
        before = mark_of(cycle)
        cycle.level, cycle.modules = facts.level, list(facts.modules)
        if cycle.instrument_code != facts.instrument:
            chosen = chosen_instrument(session, facts.instrument)
            cycle.instrument_code, cycle.instrument_source = chosen.instrument.code, chosen.source
        AnswerSheet.of(frozen_instrument(cycle))
        cycle.opens_at, cycle.closes_at = facts.opens_at, facts.closes_at
        cycle.latest_closes_at = facts.latest_closes_at
        after = mark_of(cycle)
        if after == before:
            return
        if before != seen:
            raise ChangedSinceSeenError(
                _("Somebody has changed this plan since you opened the form; nothing of yours was saved.")
            )
        cycle.planned_at = datetime.now(UTC)
        record(
            session,
            "cycle.plan_changed",
            quarter,
            opens_at=shown_minute(facts.opens_at),
            closes_at=shown_minute(facts.closes_at),
        )
