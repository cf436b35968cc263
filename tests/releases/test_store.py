"""Frozen documents: read back as written, one of a kind for ever, nothing read that was changed."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from assess.errors import RefusalError
from assess.extensions import Database
from assess.migrations import upgrade
from assess.releases.models import ResultDocument
from assess.releases.store import freeze, publish, read_frozen

CYCLE = bytes(range(16))
NOW = datetime(2026, 12, 4, 10, tzinfo=UTC)
DOCUMENT: dict[str, object] = {"organisation": "灯笼 & Söhne", "scores": {"n": 21, "mean_raw": 3.9}, "absent": None}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'assess.sqlite'}")
    upgrade(database)
    yield database
    database.close()


def store(database: Database, document: dict[str, object], *, cycle: bytes = CYCLE, kind: str = "result") -> str:
    with database.writing() as session:
        checksum = freeze(session, cycle_id=cycle, quarter="2026Q4", kind=kind, document=document, now=NOW)
        publish(session, cycle_id=cycle)
        return checksum


def test_a_document_is_read_back_with_the_checksum_of_its_bytes(database: Database) -> None:
    checksum = store(database, DOCUMENT)
    with database.reading() as session:
        assert read_frozen(session, cycle_id=CYCLE) == (DOCUMENT, checksum)
        body = session.scalars(select(ResultDocument.body)).one()
    assert hashlib.sha256(body).hexdigest() == checksum


def test_the_order_of_keys_does_not_change_the_checksum(database: Database) -> None:
    turned = dict(reversed(DOCUMENT.items()))
    assert store(database, DOCUMENT) == store(database, turned, kind="statistics")


def test_a_second_document_of_a_kind_is_refused_and_the_first_stays(database: Database) -> None:
    checksum = store(database, DOCUMENT)
    with pytest.raises(IntegrityError):
        store(database, {"organisation": "Somebody else"})
    with database.reading() as session:
        assert read_frozen(session, cycle_id=CYCLE) == (DOCUMENT, checksum)


def test_other_kinds_and_other_cycles_have_documents_of_their_own(database: Database) -> None:
    store(database, DOCUMENT)
    store(database, {"comments": {}}, kind="comments")
    store(database, {"n": 1}, cycle=bytes(16))
    with database.reading() as session:
        assert read_frozen(session, cycle_id=CYCLE, kind="comments")[0] == {"comments": {}}
        assert read_frozen(session, cycle_id=bytes(16))[0] == {"n": 1}


def test_an_unknown_kind_is_refused_by_the_database(database: Database) -> None:
    with pytest.raises(IntegrityError, match="kind_is_known"):
        store(database, DOCUMENT, kind="preview")


def test_a_single_changed_digit_is_noticed(database: Database) -> None:
    store(database, DOCUMENT)
    with database.writing() as session:
        body = session.scalars(select(ResultDocument.body)).one()
        assert body.count(b"3.9") == 1
        session.execute(update(ResultDocument).values(body=body.replace(b"3.9", b"4.9")))
    with (
        database.reading() as session,
        pytest.raises(RefusalError, match="result of 2026Q4 does not match its checksum; restore it from a backup"),
    ):
        read_frozen(session, cycle_id=CYCLE)


def test_before_publication_there_is_nothing_to_read(database: Database) -> None:
    with (
        database.reading() as session,
        pytest.raises(RefusalError, match="There is no result yet; results exist from publication on"),
    ):
        read_frozen(session, cycle_id=CYCLE)
