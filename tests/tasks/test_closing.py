"""The host with the keys closes surveys in time by itself, and catches up on what it missed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from assess.errors import RefusalError
from assess.jobs.models import Job, JobState, Queue
from assess.surveys.errors import StorageBusyError
from assess.surveys.expiry import OPENED_WITHIN
from assess.surveys.models import Cycle, State
from assess.surveys.participation import first_figure_at, known_participation
from assess.tasks import closing, running, worker
from assess.tasks.closing import CLOSE, COUNT, EXPIRE, overdue
from assess.tasks.worker import Worker
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, QUARTER, Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    yield shop
    shop.database.close()


@pytest.fixture
def anonymous_shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    holders = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("Kay", "Lin")}
    shop = open_shop(tmp_path, holders=holders)
    yield shop
    shop.database.close()


def wanted(shop: Shop, now: datetime) -> list[tuple[str, str, Queue]]:
    with shop.database.reading() as session:
        return [(job.kind, job.arguments["quarter"], job.queue) for job in overdue(session, now=now)]


def it_is_past(shop: Shop, by: timedelta = timedelta()) -> None:
    """Move the closing into the past, as if nothing had run since."""
    with shop.database.writing() as session:
        closed = datetime.now(UTC) - by
        session.execute(update(Cycle).values(opens_at=closed - timedelta(days=9), closes_at=closed))


def look_around_and_work(shop: Shop) -> list[Job]:
    keeper = Worker(shop.settings, Queue.KEEPER)
    keeper.look_around()
    keeper.work()
    keeper.database.close()
    keeper._calls.close()
    with shop.database.reading() as session:
        return list(session.scalars(select(Job)))


def test_nothing_is_due_before_its_time(shop: Shop) -> None:
    first = first_figure_at(shop.cycle())
    assert wanted(shop, first - timedelta(seconds=1)) == []
    assert wanted(shop, first) == [(COUNT, QUARTER, Queue.KEEPER)]
    assert wanted(shop, CLOSES - timedelta(seconds=1)) == [(COUNT, QUARTER, Queue.KEEPER)]
    assert wanted(shop, CLOSES) == [(CLOSE, QUARTER, Queue.KEEPER)]
    assert wanted(shop, CLOSES + timedelta(days=300)) == [(CLOSE, QUARTER, Queue.KEEPER)]
    assert look_around_and_work(shop) == []


def test_the_figure_of_the_day_is_counted_once_and_stands_until_the_next_hour(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.everybody_answers("Ads")
    first = first_figure_at(shop.cycle())
    with monkeypatch.context() as half_time:
        stop_clocks(half_time, first)
        (job,) = look_around_and_work(shop)
        assert (job.kind, job.state, job.result) == (COUNT, JobState.DONE, {"counted": True})
        shop.everybody_answers("Box")
        stop_clocks(half_time, first + timedelta(hours=23))
        assert len(look_around_and_work(shop)) == 1
        assert figure(shop, first + timedelta(hours=23)) == (0, 1)
        stop_clocks(half_time, first + timedelta(hours=24))
        assert len(look_around_and_work(shop)) == 2
        assert figure(shop, first + timedelta(hours=24)) == (10, 2)


def figure(shop: Shop, now: datetime) -> tuple[int, int]:
    """At least so many answers in all, and so many groups in which enough were reached."""
    known, is_due = known_participation(shop.cycle(), now=now)
    assert known is not None
    assert not is_due
    return known.answers_at_least, sum(known.reached.values())


def stop_clocks(patch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let it be this moment for everything a worker does."""

    class Stopped(datetime):
        @classmethod
        def now(cls, _zone: object = None) -> datetime:  # type: ignore[override]
            return moment

    for module in (closing, worker, running):
        patch.setattr(module, "datetime", Stopped)


def test_a_survey_is_closed_and_opened_by_itself_and_never_published(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    it_is_past(shop)
    (job,) = look_around_and_work(shop)
    assert (job.state, job.result) == (JobState.DONE, {"state": "sealed"})
    assert shop.cycle().state == State.OPENED
    assert len(look_around_and_work(shop)) == 1


def test_an_anonymous_survey_waits_for_its_key_holders(anonymous_shop: Shop) -> None:
    anonymous_shop.everybody_answers("Ads")
    it_is_past(anonymous_shop)
    (job,) = look_around_and_work(anonymous_shop)
    assert (job.state, anonymous_shop.cycle().state) == (JobState.DONE, State.SEALED)


def test_what_nobody_opened_in_thirty_days_is_destroyed_by_itself(anonymous_shop: Shop) -> None:
    anonymous_shop.everybody_answers("Ads")
    it_is_past(anonymous_shop)
    look_around_and_work(anonymous_shop)
    it_is_past(anonymous_shop, by=OPENED_WITHIN)
    jobs = {job.kind: job for job in look_around_and_work(anonymous_shop)}
    assert jobs[EXPIRE].result == {"destroyed": [QUARTER]}
    with anonymous_shop.database.reading() as session:
        assert session.scalars(select(Cycle.state)).all() == [State.ABORTED]


def test_too_few_answers_end_the_survey_as_the_command_would(shop: Shop) -> None:
    it_is_past(shop)
    (job,) = look_around_and_work(shop)
    assert job.result == {"state": "aborted"}


def test_an_interrupted_closing_is_overdue_too(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    it_is_past(shop)
    with shop.database.writing() as session:
        session.execute(update(Cycle).values(state=State.CLOSING))
    assert wanted(shop, datetime.now(UTC)) == [(CLOSE, QUARTER, Queue.KEEPER)]


def test_a_reader_in_the_way_only_delays_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_args: object, **_kwargs: object) -> State:
        raise StorageBusyError("Somebody reads.")

    shop.everybody_answers("Ads")
    it_is_past(shop)
    with monkeypatch.context() as first:
        first.setattr(closing, "close_cycle", busy)
        (job,) = look_around_and_work(shop)
    assert (job.state, job.error, job.attempts) == (JobState.WAITING, "Somebody reads.", 1)
    with shop.database.writing() as session:
        session.execute(update(Job).values(due_at=datetime.now(UTC)))
    (job,) = look_around_and_work(shop)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_without_the_keys_it_fails_once_and_waits_for_a_person(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def refused(*_args: object, **_kwargs: object) -> State:
        calls.append(1)
        raise RefusalError("The key is missing.")

    it_is_past(shop)
    monkeypatch.setattr(closing, "close_cycle", refused)
    for _minute in range(3):
        (job,) = look_around_and_work(shop)
    assert (job.state, job.error, calls) == (JobState.FAILED, "The key is missing.", [1])
