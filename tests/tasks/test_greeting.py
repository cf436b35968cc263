"""Whether a worker is there is asked in each queue, and only a worker of that queue can answer."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assess.jobs.models import Queue
from assess.tasks.bodies import BODIES
from assess.tasks.greeting import is_anybody_there
from assess.tasks.running import work_once
from tests.databases.stores import Store
from tests.surveys.shop import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    yield shop
    shop.database.close()


def test_without_a_worker_nobody_answers(shop: Shop) -> None:
    assert is_anybody_there(shop.database, shop.settings, seconds=0.2) == {Queue.DEFAULT: None, Queue.KEEPER: None}


@pytest.mark.parametrize("served", list(Queue))
def test_a_worker_answers_for_its_own_queue_alone(shop: Shop, served: Queue) -> None:
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            work_once(shop.database, shop.settings, BODIES[served], version="", queue=served)
            done.wait(0.02)

    worker = threading.Thread(target=serve)
    worker.start()
    try:
        for _twice in range(2):
            answered = is_anybody_there(shop.database, shop.settings, seconds=3)
            assert {queue for queue, when in answered.items() if when is not None} == {served}
    finally:
        done.set()
        worker.join()
