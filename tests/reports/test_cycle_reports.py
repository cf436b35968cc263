"""A published cycle of an installation is reported with its earlier quarters and its released comments."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from assess.errors import RefusalError
from assess.extensions import Database
from assess.releases.models import ResultDocument
from assess.reports.cycle_reports import reported_cycle
from assess.reports.present.history import Break, break_between
from assess.reports.present.reading import reading
from assess.reports.team_reports import team_report_pdf
from assess.surveys.models import State
from tests.databases.stores import Store
from tests.reports import shop
from tests.reports.opened import entry
from tests.reports.published import COMMENTS, QUARTERS, published


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    yield database
    database.close()


def test_earlier_quarters_come_oldest_first_and_no_more_than_the_axis_holds(database: Database) -> None:
    for quarter in reversed(QUARTERS[:9]):
        published(database, quarter)
    published(database, QUARTERS[9], state=State.SCORED)
    with database.reading() as session:
        last = reported_cycle(session, "2027Q1")
        third = reported_cycle(session, "2025Q3")
        with pytest.raises(RefusalError):
            reported_cycle(session, QUARTERS[9])
    assert [cycle.label for cycle in last.history] == QUARTERS[1:8]
    assert [cycle.label for cycle in third.history] == QUARTERS[:2]
    (before, other) = third.source.earlier_sha256
    facts = reading(third.source, third.instrument, has_roster=True).facts
    told = next(fact.value for fact in facts if fact.name == "Checksums of earlier quarters")
    assert told.replace("\u00a0", " ") == f"2025 Q1 {before[1][:12]} · 2025 Q2 {other[1][:12]}"


def test_groups_and_items_decide_whether_a_line_goes_on(database: Database) -> None:
    published(database, "2025Q1")
    published(database, "2025Q2", modules=("LOAD",))
    published(database, "2025Q3")
    with database.reading() as session:
        reported = reported_cycle(session, "2025Q3")
    for code in ("COM", "overall"):
        for earlier in reported.history:
            assert break_between(earlier, reported.cycle, shop.OPERATIONS, code, reported.instrument) is None
    changed = replace(reported.history[0], groups={shop.OPERATIONS: frozenset({"A", "B"})})
    found = break_between(changed, reported.cycle, shop.OPERATIONS, "COM", reported.instrument)
    assert found is Break.TEAMS


def test_a_questionnaire_that_can_no_longer_be_read_breaks_the_line(database: Database) -> None:
    published(database, "2025Q1", asked="0" * 64)
    published(database, "2025Q2")
    with database.reading() as session:
        reported = reported_cycle(session, "2025Q2")
    (earlier,) = reported.history
    assert break_between(earlier, reported.cycle, shop.OPERATIONS, "COM", reported.instrument) is Break.ITEMS


def test_comments_are_read_where_they_are_still_kept(database: Database) -> None:
    published(database, "2025Q1", comments=COMMENTS)
    published(database, "2025Q2")
    with database.reading() as session:
        first, second = reported_cycle(session, "2025Q1"), reported_cycle(session, "2025Q2")
    texts = first.cycle.comments[shop.OPERATIONS]["CMT1"]
    assert [text.value for text in texts] == COMMENTS[shop.OPERATIONS]["CMT1"]
    assert first.cycle.comments.keys() == COMMENTS.keys()
    assert second.cycle.comments == {}
    text = shop.text_of(team_report_pdf(first, entry(shop.team(shop.OPERATIONS)), language="en"))
    assert "Keep the shared list." in text
    assert "Over time" not in text


def test_comments_that_were_tampered_with_are_not_printed(database: Database) -> None:
    published(database, "2025Q1", comments=COMMENTS)
    with database.writing() as session:
        session.execute(update(ResultDocument).where(ResultDocument.kind == "comments").values(body=b"{}"))
    with database.reading() as session, pytest.raises(RefusalError):
        reported_cycle(session, "2025Q1")
