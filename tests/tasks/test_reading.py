"""Quarters are read once per process, while what may be read of them is the same."""

import gc
from datetime import UTC, datetime

import pytest

from assess.extensions import Database
from assess.releases.withdrawals import withdraw
from assess.surveys.cycles import find_cycle
from assess.tasks import reading
from assess.tasks.reading import read_once

FIRST, SECOND = "2025Q1", "2025Q2"


def test_several_quarters_are_kept_side_by_side(database: Database) -> None:
    first, second = read_once(database, FIRST), read_once(database, SECOND)
    assert (first.label, second.label) == (FIRST, SECOND)
    assert read_once(database, FIRST) is first
    assert read_once(database, SECOND) is second
    assert read_once(database, SECOND, anew=True) is not second


def test_what_is_too_much_goes_the_longest_unused_first(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_once(database, FIRST)
    monkeypatch.setattr(reading, "MOST_NODES", 1)
    second = read_once(database, SECOND)
    assert read_once(database, SECOND) is second
    assert read_once(database, FIRST) is not first


def test_nothing_stale_is_kept(database: Database) -> None:
    first, second = read_once(database, FIRST), read_once(database, SECOND)
    with database.writing() as session:
        cycle = find_cycle(session, SECOND)
        withdraw(session, cycle_id=cycle.id, quarter=SECOND, because="A wrong roster.", now=datetime.now(UTC))
    assert read_once(database, FIRST) is not first
    assert all(kept is not second for _stamp, kept in reading._kept.values())


def test_a_large_reading_is_left_alone_by_the_collector(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MANY", 0)
    before = gc.get_freeze_count()
    try:
        read_once(database, FIRST)
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
