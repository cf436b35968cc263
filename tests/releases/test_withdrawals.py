"""A result is corrected by withdrawing it as a whole: nobody reads it any more, and the list says why."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import use_language
from assess.releases.once import AlreadyReleasedError
from assess.releases.register import open_register
from assess.releases.store import WithdrawnError, freeze, has_published, publish, read_frozen
from assess.releases.withdrawals import withdraw, withdrawals
from assess.surveys.earlier import published_before
from assess.surveys.hidden_before import HiddenBefore, hidden_last_quarter
from assess.surveys.models import Cycle
from tests.databases.stores import Store
from tests.releases.results import CYCLE, NOW, QUARTER, lantern, result_of, sha256, store_result
from tests.surveys.shop import Shop, open_shop

WHY = "A team was imported twice."


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    with database.writing() as session:
        store_result(session, *result_of(lantern()))
        publish(session, cycle_id=CYCLE)
    yield database
    database.close()


def take_back(database: Database, because: str = WHY) -> None:
    with database.writing() as session:
        withdraw(session, cycle_id=CYCLE, quarter=QUARTER, because=because, now=NOW + timedelta(days=3))


def test_a_withdrawn_result_gives_no_figure_no_comment_and_no_record(database: Database) -> None:
    take_back(database)
    with database.reading() as session:
        with pytest.raises(WithdrawnError, match=f"2026 Q4 were withdrawn on 7 December 2026: {WHY}"):
            open_register(session, cycle_id=CYCLE)
        for kind in ("result", "comments", "statistics"):
            assert not has_published(session, cycle_id=CYCLE, kind=kind)
            with use_language("zh"), pytest.raises(WithdrawnError, match="2026年第四季度的结果已于2026年12月7日撤回"):
                read_frozen(session, cycle_id=CYCLE, kind=kind)


def test_it_stays_listed_with_reason_and_checksum(database: Database) -> None:
    with database.reading() as session:
        assert list(withdrawals(session)) == []
    take_back(database, "  A team was\nimported twice. ")
    with database.reading() as session:
        (listed,) = withdrawals(session)
    assert (listed.quarter, listed.because, listed.sha256) == (QUARTER, WHY, sha256(result_of(lantern())[0]))


def test_it_is_withdrawn_once_and_never_released_again(database: Database) -> None:
    take_back(database)
    with pytest.raises(WithdrawnError):
        take_back(database)
    result, _companions = result_of(lantern(1))
    with pytest.raises(AlreadyReleasedError), database.writing() as session:
        freeze(session, cycle_id=bytes(16), quarter=QUARTER, kind="result", document=result, now=NOW)


@pytest.mark.parametrize("because", ["", "  \n", "x" * 501])
def test_a_reason_is_one_sentence(database: Database, because: str) -> None:
    with pytest.raises(InputError, match="Say in one sentence of at most 500 characters why"):
        take_back(database, because)


def test_what_was_never_published_cannot_be_withdrawn(database: Database) -> None:
    with pytest.raises(RefusalError, match="There is no result yet"), database.writing() as session:
        withdraw(session, cycle_id=bytes(16), quarter="2027Q1", because=WHY, now=NOW)


def test_the_database_wants_a_reason_too(database: Database) -> None:
    from assess.releases.models import Withdrawal

    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Withdrawal(cycle_id=CYCLE, quarter=QUARTER, sha256="0" * 64, because="", withdrawn_at=NOW))


@pytest.mark.usefixtures("each_database")
def test_later_quarters_are_compared_with_those_that_stand(tmp_path: Path) -> None:
    shop: Shop = open_shop(tmp_path)
    for group in ("Ads", "Box"):
        shop.everybody_answers(group)
    shop.finish()
    last = shop.cycle()
    later = Cycle(quarter="2027Q1", closes_at=last.closes_at + timedelta(days=91), contract=last.contract)
    with shop.database.reading() as session:
        assert [cycle.quarter for cycle in published_before(session, later, most=7)] == [last.quarter]
        assert hidden_last_quarter(session, later).nodes
    with shop.database.writing() as session:
        withdraw(session, cycle_id=last.id, quarter=last.quarter, because=WHY, now=NOW)
    with shop.database.reading() as session:
        assert published_before(session, later, most=7) == []
        assert hidden_last_quarter(session, later) == HiddenBefore()
    shop.database.close()
