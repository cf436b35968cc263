"""A thread that says, while a job runs, that its worker lives."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from assess.extensions import Database
from assess.jobs.claims import Claim, beat
from assess.jobs.sweep import BEAT_EVERY

_log = logging.getLogger(__name__)


@contextmanager
def heartbeat(database: Database, claim: Claim) -> Iterator[None]:
    """Beat until the block ends, or until the job is somebody else's."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(BEAT_EVERY.total_seconds()):
            try:
                if not beat(database, claim, now=datetime.now(UTC)):
                    return
            except SQLAlchemyError as error:  # the database may be back at the next beat
                _log.warning("a heartbeat was lost: %s", type(error).__name__)

    thread = threading.Thread(target=go_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
