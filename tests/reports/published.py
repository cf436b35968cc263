"""Published cycles in a database, as publication leaves them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from assess.extensions import Database
from assess.releases.models import ResultDocument
from assess.surveys.contract import canonical_json
from assess.surveys.instruments import instrument_source, load_instrument
from assess.surveys.models import Cycle, State
from tests.reports import shop

FIRST = datetime(2024, 12, 4, 9, tzinfo=UTC)
QUARTERS = [f"{year}Q{number}" for year in (2025, 2026) for number in (1, 2, 3, 4)] + ["2027Q1", "2027Q2"]
COMMENTS = {shop.OPERATIONS: {"CMT1": ["Keep the shared list.", "交接清楚。"]}}


def published(
    database: Database,
    quarter: str,
    *,
    modules: Sequence[str] = (),
    state: State = State.PUBLISHED,
    comments: Mapping[str, Any] | None = None,
    asked: str | None = None,
    only: Collection[str] | None = None,
) -> None:
    """Store a cycle as publication leaves it, of the teams `only`.

    `asked` is the checksum its contract names, where that is not its own.
    """
    instrument = load_instrument("team24").effective(tuple(modules))
    contract = {
        "organisation": "Lumen Home",
        "minimum": {"answers": 5},
        "units": [],
        "groups": [],
        "instrument": {"sha256": asked or instrument.sha256},
    }
    opens = FIRST + timedelta(days=91 * QUARTERS.index(quarter))
    cycle = Cycle(
        id=sha256(quarter.encode()).digest()[:16],
        quarter=quarter,
        level="confidential",
        instrument_code="team24",
        instrument_source=instrument_source("team24"),
        modules=list(modules),
        state=state,
        running=None if state == State.PUBLISHED else True,
        opens_at=opens,
        closes_at=opens + timedelta(days=9),
        latest_closes_at=opens + timedelta(days=20),
        contract=canonical_json(contract),
    )
    first = shop.document()["cycles"][0]
    teams = [team for team in first["teams"] if only is None or team["team"] in only]
    scores = {**shop.document(), "cycles": [{**first, "cycle": quarter, "teams": teams}]}
    groups = [{"name": team[0], "headcount": team[2], "teams": [team[0]]} for team in shop.TEAMS]
    result: dict[str, object] = {"minimum": {"answers": 5}, "groups": groups, "scores": scores}
    with database.writing() as session:
        session.add(cycle)
        session.add(stored(cycle, "result", result))
        if comments is not None:
            session.add(stored(cycle, "comments", {"comments": comments}))


def stored(cycle: Cycle, kind: str, document: dict[str, object]) -> ResultDocument:
    """Make a published document whatever stands in it, as an older version may have left it."""
    body = canonical_json(document)
    return ResultDocument(
        cycle_id=cycle.id,
        quarter=cycle.quarter,
        kind=kind,
        body=body,
        sha256=sha256(body).hexdigest(),
        frozen_at=cycle.closes_at,
        is_published=True,
    )
