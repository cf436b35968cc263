"""The queue only calls: on every engine, without pickled objects, and never at the price of a request."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from assess.config import Settings, load_settings
from assess.errors import InputError, RefusalError
from assess.jobs.models import Queue
from assess.jobs.queue import WorkQueue
from tests.jobs.engines import queue_engine

ENGINES = ("sqlite", "redis", "postgresql")


def made(settings: Settings, queue: Queue = Queue.DEFAULT) -> WorkQueue:
    return WorkQueue(settings, queue)


@pytest.fixture(params=ENGINES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with queue_engine(request.param, tmp_path) as url:
        settings = replace(load_settings({"ASSESS_DATA_DIR": str(tmp_path)}), queue_url=url)
        empty(settings)
        yield settings
        empty(settings)


def empty(settings: Settings) -> None:
    for queue in Queue:
        opened = made(settings, queue)
        opened._huey.flush()
        opened.close()


def test_one_call_waits_however_often_somebody_calls(settings: Settings) -> None:
    queue = made(settings)
    for _time in range(3):
        queue.wake()
    assert queue._huey.pending_count() == 1
    assert queue.is_reachable()
    queue.close()


def test_a_call_reaches_a_worker_in_another_process_with_its_own_bodies(settings: Settings) -> None:
    sender, woken = made(settings), []
    worker = WorkQueue(settings, Queue.DEFAULT, work=lambda: woken.append(1))
    sender.wake()
    task = worker._huey.dequeue()
    worker._huey.execute(task)
    assert woken == [1]
    assert worker._huey.dequeue() is None
    sender.close()
    worker.close()


def test_the_keepers_queue_is_another_one(settings: Settings) -> None:
    default, keeper = made(settings), made(settings, Queue.KEEPER)
    keeper.wake()
    assert (default._huey.pending_count(), keeper._huey.pending_count()) == (0, 1)
    default.close()
    keeper.close()


def test_a_planted_message_runs_nothing(settings: Settings, tmp_path: Path) -> None:
    canary = tmp_path / uuid4().hex

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return Path.touch, (canary,)

    woken: list[int] = []
    worker = WorkQueue(settings, Queue.DEFAULT, work=lambda: woken.append(1))
    for planted in (pickle.dumps(Bomb()), b'["1", "os.system"]', b"[]", b"{}", b"\xff"):
        worker._huey.storage.enqueue(planted)
        with pytest.raises((ValueError, TypeError)):
            worker._huey.dequeue()
    assert not canary.exists()
    assert woken == []
    worker.close()


def test_what_is_sent_says_nothing_but_to_wake_up(settings: Settings) -> None:
    queue = made(settings)
    queue.wake()
    (message,) = queue._huey.storage.enqueued_items()
    assert bytes(message).endswith(b', "wake"]')
    assert len(bytes(message)) < 60
    queue.close()


def test_a_queue_that_is_gone_breaks_no_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = replace(load_settings({"ASSESS_DATA_DIR": str(tmp_path)}), queue_url="redis://127.0.0.1:9/0")
    queue = made(settings)
    queue.wake()
    assert not queue.is_reachable()
    assert "nobody could be woken up: ConnectionError" in caplog.text


@pytest.mark.parametrize("url", ["amqp://guest@host/", "mysql://host", "queue.sqlite", "http://host"])
def test_a_queue_of_another_kind_is_refused_with_those_there_are(url: str, tmp_path: Path) -> None:
    settings = load_settings({"ASSESS_DATA_DIR": str(tmp_path), "ASSESS_QUEUE_URL": url})
    with pytest.raises(InputError, match="begin it with redis:// or postgresql://"):
        made(settings)


def test_an_unreachable_postgresql_is_said_in_one_sentence(tmp_path: Path) -> None:
    settings = load_settings({"ASSESS_DATA_DIR": str(tmp_path), "ASSESS_QUEUE_URL": "postgresql://127.0.0.1:9/x"})
    with pytest.raises(RefusalError, match=r"the queue cannot be reached \(OperationalError\)"):
        made(settings)


def test_a_missing_driver_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huey.storage.Redis", None)
    settings = load_settings({"ASSESS_DATA_DIR": str(tmp_path), "ASSESS_QUEUE_URL": "redis://127.0.0.1:9/0"})
    with pytest.raises(InputError, match=r"pip install 'assess\[redis\]'"):
        made(settings)


def test_the_address_of_the_queue_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    settings = load_settings({"ASSESS_DATA_DIR": str(tmp_path), "ASSESS_QUEUE_URL": "redis://:hush@host/0"})
    assert "hush" not in repr(settings)
