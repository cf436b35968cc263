"""The door for what worked: frozen effects of published quarters, pooled, rounded, without what was withdrawn."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from assess.errors import RefusalError
from assess.extensions import Database
from assess.releases.models import ResultDocument, Withdrawal
from assess.releases.what_worked import WhatWorked, what_worked
from assess.scoring.advice.track_record import DoneAction, track_record
from assess.scoring.verdict import Effect
from assess.surveys.models import Cycle
from tests.databases.stores import Store
from tests.reports.published import published, stored

QUARTERS = ("2025Q1", "2025Q2", "2025Q3")


def effects(quarter: str, practice: str, points: list[float]) -> list[dict[str, Any]]:
    return [{"practice": practice, "group": f"{quarter} COM", "points": p, "own": 40.0, "shared": 4.0} for p in points]


GIVEN = {
    "2025Q1": effects("2025Q1", "P01", [1.0, 2.0]),
    "2025Q2": effects("2025Q1", "P25", [6.0, 8.0, 9.0, 7.0, 5.0, 9.0, 6.5, 7.5, 8.5, 10.0, 4.0]),
    "2025Q3": effects("2025Q2", "P01", [0.5]) + effects("2025Q2", "P69", [-1.0, 3.0]),
}


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    for quarter in QUARTERS:
        published(database, quarter)
    with database.writing() as session:
        for cycle in session.scalars(select(Cycle)):
            document: dict[str, object] = {"readings": {}, "effects": GIVEN[cycle.quarter]}
            session.add(stored(cycle, "actions", document))
    yield database
    database.close()


def read(database: Database, quarters: tuple[str, ...] = QUARTERS) -> WhatWorked:
    with database.reading() as session:
        cycles = session.scalars(select(Cycle).where(Cycle.quarter.in_(quarters)).order_by(Cycle.quarter))
        return what_worked(session, [(cycle.id, cycle.quarter) for cycle in cycles])


def test_it_pools_what_all_quarters_say_and_rounds_limits_outwards(database: Database) -> None:
    found = read(database)
    every = [e for quarter in QUARTERS for e in GIVEN[quarter]]
    exact = track_record(
        [DoneAction(e["practice"], e["group"], Effect(e["points"], e["own"], e["shared"])) for e in every]
    )
    assert found.actions is not None
    assert found.actions.value == len(every) == 16
    (shown,), (practice,) = found.practices, exact.practices
    assert (shown.practice, shown.actions.value) == ("P25", 11)
    assert abs(shown.mean.value - practice.mean) <= 0.05 + 1e-9
    assert 0 <= practice.low - shown.low.value < 0.1
    assert 0 <= shown.high.value - practice.high < 0.1
    assert found.overall is not None
    assert [quarter for quarter, _sha256 in found.sources] == list(QUARTERS)


def test_fewer_quarters_say_less(database: Database) -> None:
    found = read(database, ("2025Q1",))
    assert found.actions is not None
    assert (found.actions.value, found.overall, found.practices) == (2, None, ())


def test_nothing_read_is_no_number(database: Database) -> None:
    assert read(database, ()) == WhatWorked()


def test_what_compares_with_a_withdrawn_quarter_is_left_out(database: Database) -> None:
    with database.writing() as session:
        cycle = session.scalars(select(Cycle).where(Cycle.quarter == "2025Q1")).one()
        when = datetime(2025, 9, 1, tzinfo=UTC)
        session.add(
            Withdrawal(cycle_id=cycle.id, quarter="2025Q1", sha256="0" * 64, because="Wrong roster.", withdrawn_at=when)
        )
    found = read(database)
    assert found.actions is not None
    assert found.actions.value == 3
    assert found.overall is None
    assert [quarter for quarter, _sha256 in found.sources] == ["2025Q2", "2025Q3"]


def test_a_document_that_was_tampered_with_is_not_read(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(ResultDocument).where(ResultDocument.kind == "actions").values(body=b"{}"))
    with pytest.raises(RefusalError, match="does not match its checksum"):
        read(database)
