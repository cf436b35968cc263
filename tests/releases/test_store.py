"""Frozen documents: read back as written, released once, nothing stored that was not released, nothing read early."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from assess.errors import RefusalError
from assess.extensions import Database
from assess.releases.models import ResultDocument
from assess.releases.once import AlreadyReleasedError
from assess.releases.rules import ForbiddenFigureError
from assess.releases.store import freeze, has_published, publish, read_frozen
from tests.databases.stores import Store
from tests.releases.results import CYCLE, NOW, Result, lantern, result_of, sha256, store_result

OTHER = bytes(16)


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    yield database
    database.close()


def release(database: Database, *, cycle: bytes = CYCLE, quarter: str = "2026Q4", published: bool = True) -> Result:
    """Freeze a good result and publish it."""
    result, companions = result_of(lantern())
    with database.writing() as session:
        store_result(session, result, companions, cycle=cycle, quarter=quarter)
        if published:
            publish(session, cycle_id=cycle)
    return result


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ResultDocument)) or 0


def test_a_document_is_read_back_with_the_checksum_of_its_bytes(database: Database) -> None:
    result = release(database)
    with database.reading() as session:
        assert read_frozen(session, cycle_id=CYCLE) == (result, sha256(result))
        body = session.scalars(select(ResultDocument.body).where(ResultDocument.kind == "result")).one()
    assert hashlib.sha256(body).hexdigest() == sha256(result)


def test_the_order_of_keys_does_not_change_the_checksum(database: Database) -> None:
    document: dict[str, object] = {"comments": {}, "salt": "灯笼"}
    with database.writing() as session:
        checksums = {
            freeze(session, cycle_id=cycle, quarter="2026Q4", kind="comments", document=content, now=NOW)
            for cycle, content in ((CYCLE, document), (OTHER, dict(reversed(document.items()))))
        }
    assert checksums == {sha256(document)}


def test_a_result_that_shows_more_is_refused_and_nothing_is_stored(database: Database) -> None:
    result, companions = result_of(lantern())
    result["scores"]["cycles"][0]["teams"][2]["items"]["D1Q1"] = {"n": 8, "mean_raw": 3.1, "percent_favourable": 40}
    with (
        pytest.raises(ForbiddenFigureError, match="Nothing was stored: the result would hold “Care · D1Q1 · mean_raw”"),
        database.writing() as session,
    ):
        store_result(session, result, companions)
    assert stored(database) == 0


def test_a_quarter_is_released_once_whatever_cycle_it_comes_from(database: Database) -> None:
    result = release(database)
    for cycle in (CYCLE, OTHER):
        with (
            pytest.raises(AlreadyReleasedError),
            database.writing() as session,
        ):
            freeze(session, cycle_id=cycle, quarter="2026Q4", kind="result", document=result, now=NOW)
    with database.reading() as session:
        assert read_frozen(session, cycle_id=CYCLE)[0] == result


def test_the_database_refuses_a_second_document_of_a_kind_too(database: Database) -> None:
    release(database)
    with pytest.raises(IntegrityError), database.writing() as session:
        freeze(session, cycle_id=CYCLE, quarter="2026Q4", kind="comments", document={"comments": {}}, now=NOW)


def test_an_unknown_kind_is_refused_by_the_database(database: Database) -> None:
    with pytest.raises(IntegrityError, match="kind_is_known"), database.writing() as session:
        freeze(session, cycle_id=CYCLE, quarter="2026Q4", kind="preview", document={}, now=NOW)


def test_another_quarter_has_a_result_of_its_own(database: Database) -> None:
    release(database)
    result = release(database, cycle=OTHER, quarter="2027Q1")
    with database.reading() as session:
        assert read_frozen(session, cycle_id=OTHER)[0] == result
        assert read_frozen(session, cycle_id=OTHER, kind="comments")[0] == {
            "format": "assess/result/1",
            "comments": {},
            "salt": "00",
        }


def test_a_single_changed_digit_is_noticed(database: Database) -> None:
    release(database)
    with database.writing() as session:
        body = session.scalars(select(ResultDocument.body).where(ResultDocument.kind == "result")).one()
        changed = body.replace(b'"n":40', b'"n":41')
        assert changed != body
        session.execute(update(ResultDocument).where(ResultDocument.kind == "result").values(body=changed))
    with (
        database.reading() as session,
        pytest.raises(RefusalError, match="result of 2026Q4 does not match its checksum; restore it from a backup"),
    ):
        read_frozen(session, cycle_id=CYCLE)


def test_before_publication_there_is_nothing_to_read(database: Database) -> None:
    release(database, published=False)
    with database.reading() as session:
        assert not has_published(session, cycle_id=CYCLE, kind="result")
        for cycle in (CYCLE, OTHER):
            with pytest.raises(RefusalError, match="There is no result yet; results exist from publication on"):
                read_frozen(session, cycle_id=cycle)
