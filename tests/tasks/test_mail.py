"""The host with the keys sends what is due every minute and asks for the day's reminders once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assess.jobs.models import Job, JobState, Queue
from assess.messages.models import OutboxMessage
from assess.surveys.models import Cycle
from assess.tasks.mail import REMIND_LEADERS, SEND, overdue_mail
from assess.tasks.worker import Worker
from tests.databases.stores import Store
from tests.messages.cast import mailed_shop
from tests.messages.scripted_server import ScriptedServer, down
from tests.surveys.shop import Shop


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def shop(tmp_path: Path, each_database: Store, server: ScriptedServer) -> Iterator[Shop]:
    shop = mailed_shop(tmp_path, server.port)
    now = datetime.now(UTC)
    with shop.database.writing() as session:
        session.execute(
            update(Cycle).values(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), clock_mark=None)
        )
        session.execute(update(OutboxMessage).values(next_try_at=now - timedelta(days=1)))
    yield shop
    shop.database.close()


def look_around_and_work(shop: Shop) -> dict[str, Job]:
    worker = Worker(shop.settings, Queue.KEEPER)
    worker.look_around()
    worker.work()
    worker.work()
    worker.database.close()
    worker._calls.close()
    with shop.database.reading() as session:
        return {job.kind: job for job in session.scalars(select(Job))}


def test_the_worker_sends_what_is_due(shop: Shop, server: ScriptedServer) -> None:
    job = look_around_and_work(shop)[SEND]
    assert job.state == JobState.DONE
    assert job.result is not None
    assert job.result["sent"] == len(server.taken) == 21


def test_a_server_that_is_down_fails_no_job_and_is_tried_again(shop: Shop, server: ScriptedServer) -> None:
    server.script = down
    job = look_around_and_work(shop)[SEND]
    assert job.state == JobState.DONE
    assert job.result is not None
    assert "takes nothing now" in job.result["stopped"]
    with shop.database.reading() as session:
        assert SEND in {each.kind for each in overdue_mail(session, shop.settings, now=datetime.now(UTC))}


def test_reminders_are_asked_for_once_a_day_from_nine_on(shop: Shop) -> None:
    def kinds(hour: int) -> set[str]:
        now = datetime(2026, 11, 26, hour, tzinfo=shop.settings.zone)
        with shop.database.reading() as session:
            return {each.kind for each in overdue_mail(session, shop.settings, now=now)}

    assert REMIND_LEADERS not in kinds(8)
    assert REMIND_LEADERS in kinds(9)
    with shop.database.writing() as session:
        done = datetime(2026, 11, 26, 2, tzinfo=UTC)
        session.add(Job(kind=REMIND_LEADERS, key="2026-11-26", state="done", due_at=done, finished_at=done))
    assert REMIND_LEADERS not in kinds(10)


def test_without_a_mail_server_nothing_is_asked_for(shop: Shop) -> None:
    none = replace(shop.settings, mail=None)
    with shop.database.reading() as session:
        assert overdue_mail(session, none, now=datetime.now(UTC)) == []
