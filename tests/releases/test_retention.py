"""Records for later quarters are kept for eight quarters, in the database and in its files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, text

from assess.extensions import Database
from assess.migrations import upgrade
from assess.releases.models import ResultDocument
from assess.releases.retention import forget_statistics, rewrite_documents
from assess.releases.store import read_frozen
from assess.surveys.envelopes.storage import rewrite
from tests.databases.stores import Store, current_store
from tests.operations.databases import postgres_database
from tests.releases.stored import fill_documents

NINE = [f"{year}Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4)] + ["2027Q1"]


@contextmanager
def filled(url: str, quarters: Sequence[str]) -> Iterator[Database]:
    """Store a result and records for each quarter, the latter with a text of their own."""
    database = Database(url)
    try:
        upgrade(database)
        fill_documents(database, quarters)
        yield database
    finally:
        database.close()


def kept(database: Database, kind: str = "statistics") -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(ResultDocument.quarter).where(ResultDocument.kind == kind)))


def forget(database: Database, quarter: str) -> None:
    with database.writing() as session:
        forget_statistics(session, quarter=quarter)
    rewrite(database)
    rewrite_documents(database)


@pytest.fixture
def url(tmp_path: Path, each_database: Store) -> str:
    return each_database.empty(tmp_path)


def test_the_first_of_nine_goes_and_its_result_stays(url: str, tmp_path: Path) -> None:
    with filled(url, NINE) as database:
        assert b"records of 2025Q1" in current_store().stored_bytes(url)
        forget(database, "2027Q1")
        assert kept(database) == NINE[1:]
        assert kept(database, "result") == NINE
        with database.reading() as session:
            cycle = sha256(b"2025Q1").digest()[:16]
            assert read_frozen(session, cycle_id=cycle)[0] == {"quarter": "2025Q1"}
        assert b"records of 2025Q1" not in current_store().stored_bytes(url)
        assert b"records of 2025Q2" in current_store().stored_bytes(url)


def test_eight_quarters_are_kept(url: str) -> None:
    with filled(url, NINE[:8]) as database:
        forget(database, NINE[7])
        assert kept(database) == NINE[:8]


def test_quarters_without_a_survey_count_too(url: str) -> None:
    with filled(url, ["2024Q4", "2025Q1", "2026Q4"]) as database:
        forget(database, "2026Q4")
        assert kept(database) == ["2025Q1", "2026Q4"]


def test_a_quarter_asked_late_keeps_what_was_kept(url: str) -> None:
    with filled(url, ["2025Q1", "2026Q3", "2026Q4"]) as database:
        forget(database, "2026Q3")
        assert kept(database) == ["2025Q1", "2026Q3", "2026Q4"]


def test_postgresql_gives_the_room_back() -> None:
    with postgres_database() as url, filled(url, NINE) as database:
        size = text("SELECT pg_total_relation_size('result_documents')")
        with database.writing() as session:
            forget_statistics(session, quarter="2028Q4")
        with database.reading() as session:
            before = session.scalar(size)
        rewrite_documents(database)
        with database.reading() as session:
            after = session.scalar(size)
        assert kept(database) == ["2027Q1"]
        assert before is not None
        assert after is not None
        assert after < before
