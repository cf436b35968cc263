"""The log cannot be changed without it being noticed, and the database refuses to try."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from assess.audit.acting import Actor, acting
from assess.audit.chain import Fault, verify
from assess.audit.models import AuditEntry
from assess.audit.recording import record
from assess.extensions import Database
from tests.accounts.accounts_cast import Office

NOON = datetime(2026, 11, 24, 12, 30, 15, tzinfo=UTC)
LATER = NOON.replace(second=16)


def fill(database: Database, number: int = 5) -> list[AuditEntry]:
    for place in range(number):
        with database.writing() as session, acting(Actor("account", "ada@shop.example")):
            record(session, "account.link_issued", f"p{place}@shop.example", at=NOON)
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.position)))


def without_triggers(database: Database, change: Callable[[], object]) -> None:
    """Do what somebody could do who may write to the database as its owner."""
    with database.writing() as session:
        if database.is_sqlite:
            for event in ("UPDATE", "DELETE"):
                session.execute(text(f"DROP TRIGGER audit_entries_{event}"))
        else:
            session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        session.execute(change())  # type: ignore[call-overload]


def test_a_checksum_covers_the_fields_and_the_checksum_before(office: Office) -> None:
    first, second = fill(office.database, 2)
    assert first.previous_sha256 == bytes(32)
    fields = [2, "2026-11-24T12:30:15+00:00", "account:ada@shop.example", "account.link_issued", "p1@shop.example"]
    fields += ["{}", first.sha256.hex()]
    canonical = json.dumps(fields, separators=(",", ":"))
    assert second.sha256 == hashlib.sha256(canonical.encode()).digest()


def test_a_whole_log_holds_and_gives_its_head(office: Office) -> None:
    entries = fill(office.database)
    with office.database.reading() as session:
        found = verify(session)
        assert (found.entries, found.head, found.fault) == (5, entries[-1].sha256.hex(), None)
        assert verify(session, noted=entries[2].sha256.hex()[:16].upper()).fault is None
        assert verify(session, noted="00" * 8).fault == Fault.CUT_OFF


def test_an_empty_log_is_whole(office: Office) -> None:
    with office.database.reading() as session:
        assert verify(session).entries == 0


@pytest.mark.parametrize("statement", [update(AuditEntry).values(subject="nobody"), delete(AuditEntry)])
def test_the_database_refuses_to_change_or_delete_an_entry(office: Office, statement: object) -> None:
    fill(office.database, 1)
    with pytest.raises(DBAPIError, match="append-only"), office.database.writing() as session:
        session.execute(statement)  # type: ignore[call-overload]
    with office.database.reading() as session:
        assert verify(session).entries == 1


@pytest.mark.parametrize(
    ("change", "fault", "position"),
    [
        (lambda: update(AuditEntry).where(AuditEntry.position == 3).values(subject="x"), Fault.CHANGED, 3),
        (lambda: update(AuditEntry).where(AuditEntry.position == 3).values(actor="account:x"), Fault.CHANGED, 3),
        (lambda: update(AuditEntry).where(AuditEntry.position == 3).values(details='{"a":1}'), Fault.CHANGED, 3),
        (
            lambda: update(AuditEntry).where(AuditEntry.position == 3).values(at=NOON.replace(second=16)),
            Fault.CHANGED,
            3,
        ),
        (lambda: delete(AuditEntry).where(AuditEntry.position == 2), Fault.GAP, 3),
        (lambda: delete(AuditEntry).where(AuditEntry.position == 1), Fault.GAP, 2),
        (lambda: update(AuditEntry).where(AuditEntry.position == 2).values(previous_sha256=bytes(32)), Fault.GAP, 2),
    ],
)
def test_every_change_behind_the_back_is_found_and_placed(
    office: Office, change: Callable[[], object], fault: Fault, position: int
) -> None:
    fill(office.database)
    without_triggers(office.database, change)
    with office.database.reading() as session:
        found = verify(session)
    assert (found.fault, found.position) == (fault, position)


def test_entries_cut_off_at_the_end_are_found_by_whoever_noted_the_last_one(office: Office) -> None:
    head = fill(office.database)[-1].sha256.hex()
    without_triggers(office.database, lambda: delete(AuditEntry).where(AuditEntry.position == 5))
    with office.database.reading() as session:
        assert verify(session).fault is None, "a chain alone cannot know"
        assert verify(session, noted=head).fault == Fault.CUT_OFF


def test_what_is_rolled_back_is_not_recorded(office: Office) -> None:
    def record_and_fail() -> None:
        with office.database.writing() as session:
            record(session, "account.link_issued", "p@shop.example")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        record_and_fail()
    with office.database.reading() as session:
        assert verify(session).entries == 0


def test_a_long_subject_is_cut_and_still_verified(office: Office) -> None:
    with office.database.writing() as session:
        record(session, "account.link_issued", "长" * 400)
    with office.database.reading() as session:
        assert verify(session).fault is None
        assert len(session.scalars(select(AuditEntry.subject)).one()) == 300
