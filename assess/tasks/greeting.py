"""A job that does nothing, to see whether somebody does background work."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assess.config import Settings
from assess.extensions import Database
from assess.jobs.models import JobState, Queue
from assess.jobs.queue import WorkQueue
from assess.jobs.wanting import Wanted, find_job, want
from assess.tasks.running import Work

GREETINGS = {Queue.DEFAULT: "greet", Queue.KEEPER: "greet_keeper"}
"""A kind of its own for each queue, so that only whom it is meant for can answer it."""
_KEY = "greeting"
_LOOK_EVERY = 0.1


def greet(_work: Work) -> Mapping[str, Any]:
    """Do nothing."""
    return {}


def is_anybody_there(database: Database, settings: Settings, *, seconds: float) -> dict[Queue, float | None]:
    """Ask for a greeting in each queue; say after how many seconds it came, None where it did not in time."""
    began = time.monotonic()
    with database.writing() as session:
        wanted = [Wanted(kind, _KEY, queue=queue) for queue, kind in GREETINGS.items()]
        want(session, wanted, now=datetime.now(UTC), again=True)
    for queue in Queue:
        calls = WorkQueue(settings, queue)
        calls.wake()
        calls.close()
    answered: dict[Queue, float | None] = dict.fromkeys(Queue)
    while None in answered.values() and time.monotonic() - began < seconds:
        time.sleep(_LOOK_EVERY)
        for queue in (each for each, when in answered.items() if when is None):
            with database.reading() as session:
                job = find_job(session, GREETINGS[queue], _KEY)
            if job is not None and job.state == JobState.DONE:
                answered[queue] = time.monotonic() - began
    return answered
