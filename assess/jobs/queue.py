"""The queue that wakes workers up. It carries no work: what there is to do stands in our own table.

So a message that is lost costs a minute (the sweep looks into the table as well), one that comes twice costs nothing,
and whoever can read or write the queue learns and changes nothing: a message is a random number and one of two names.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from huey import crontab
from huey.api import Huey
from huey.consumer import Consumer, Scheduler
from huey.exceptions import ConfigurationError
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import PostgresStorage, RedisStorage, SqliteStorage

from assess.config import Settings
from assess.errors import AssessError, InputError, RefusalError
from assess.jobs.models import Queue
from assess.localisation import gettext as _

WAKE, SWEEP = "wake", "sweep"
_SEEN = "worker on "
_REMEMBERED = timedelta(days=7)
LONGEST_NAP_SECONDS = 1.0  # between two looks at a queue that cannot call (SQLite)
_log = logging.getLogger(__name__)


def call_a_worker(settings: Settings, queue: Queue = Queue.DEFAULT) -> None:
    """Wake a worker; where none can be called the next look at the clock finds the work."""
    try:
        calls = WorkQueue(settings, queue)
    except AssessError:
        return
    try:
        calls.wake()
    finally:
        calls.close()


class WorkQueue:
    """One queue of an installation, to send to; a worker also says what to do when woken and every minute."""

    def __init__(
        self,
        settings: Settings,
        queue: Queue,
        *,
        work: Callable[[], object] | None = None,
        sweep: Callable[[], object] | None = None,
    ) -> None:
        self._huey = _open(settings, f"assess-{queue}")

        def wake() -> None:
            if work is not None:
                work()

        def every_minute() -> None:
            if sweep is not None:
                sweep()

        self._wake = self._huey.task(name=WAKE)(wake)
        self._huey.periodic_task(crontab(), name=SWEEP)(every_minute)

    def wake(self) -> None:
        """Wake one worker, unless a call waits already; who takes a job calls the next one.

        A queue that cannot be reached is logged and no more: the job is safe, and the next sweep finds it.
        """
        try:
            if self._huey.pending_count() == 0:
                self._wake()
        except Exception as error:  # every engine has errors of its own
            _log.warning("nobody could be woken up: %s", type(error).__name__)

    def is_reachable(self) -> bool:
        """Say whether the queue answers."""
        try:
            self._huey.pending_count()
        except Exception as error:  # every engine has errors of its own
            _log.warning("the queue does not answer: %s", type(error).__name__)
            return False
        return True

    def note_worker(self, name: str, *, now: datetime) -> None:
        """Note that a host does background work; kept in the queue, so that our database gets no row every minute."""
        try:
            self._huey.storage.put_data(f"{_SEEN}{name}", now.astimezone(UTC).isoformat().encode())
        except Exception as error:  # every engine has errors of its own
            _log.warning("a worker could not be noted: %s", type(error).__name__)

    def workers(self, *, now: datetime) -> dict[str, datetime]:
        """Return the hosts that did background work in the last week, and when each was seen last."""
        found: dict[str, datetime] = {}
        for key, value in self._huey.storage.result_items().items():
            name = key.decode() if isinstance(key, bytes) else str(key)
            if name.startswith(_SEEN):
                found[name.removeprefix(_SEEN)] = datetime.fromisoformat(bytes(value).decode())
        return {name: found[name] for name in sorted(found) if now - found[name] < _REMEMBERED}

    def run(self, *, workers: int, processes: bool, on_start: Callable[[], object]) -> None:
        """Serve until a signal: TERM lets the jobs at hand end, INT hands them back; `on_start` runs in each."""
        self._huey.on_startup(name="assess")(on_start)

        class Clock(Scheduler):  # type: ignore[misc] # huey has no type hints
            """The process that calls every minute; huey prepares only the others."""

            def initialize(self) -> None:
                on_start()

        class Supervisor(Consumer):  # type: ignore[misc] # same
            scheduler_class = Clock

        Supervisor(
            self._huey,
            workers=workers,
            worker_type="process" if processes else "thread",
            max_delay=LONGEST_NAP_SECONDS,
            health_check_interval=1,
            graceful_signal="TERM",
        ).run()

    def close(self) -> None:
        """Give the connection back."""
        self._huey.storage.close()


class _Names(Serializer):  # type: ignore[misc] # huey has no type hints
    """Write a message as its number and its name; huey would pickle it, and who unpickles runs what was written."""

    _PLACE = f"{__name__}."

    def _serialize(self, data: Message) -> bytes:
        return json.dumps([data.id, data.name.removeprefix(self._PLACE)]).encode()

    def _deserialize(self, data: bytes) -> Message:
        number, name = json.loads(bytes(data))
        if not isinstance(number, str) or name not in {WAKE, SWEEP}:
            raise ValueError("no message of ours")
        return Message(id=number, name=self._PLACE + name, retries=0, retry_delay=0, args=(), kwargs={})


def _open(settings: Settings, name: str) -> Huey:
    """Open it with the engine the setting names. InputError where the setting cannot be used."""
    kept = {"results": False, "serializer": _Names()}
    scheme, place = _engine(settings)
    try:
        return Huey(name, **place, **kept)
    except ConfigurationError as error:
        extra = "postgres" if scheme.startswith("postgresql") else "redis"
        raise InputError(
            _("ASSESS_QUEUE_URL: its driver is missing; install it with: pip install 'assess[%(extra)s]'", extra=extra)
        ) from error
    except Exception as error:  # every driver has errors of its own
        raise RefusalError(
            _("ASSESS_QUEUE_URL: the queue cannot be reached (%(what)s).", what=type(error).__name__)
        ) from error


def _engine(settings: Settings) -> tuple[str, dict[str, Any]]:
    url = settings.queue_url
    scheme = urlsplit(url).scheme
    if not url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        return "", {"storage_class": SqliteStorage, "filename": str(settings.data_dir / "queue.sqlite"), "timeout": 30}
    if scheme in {"redis", "rediss", "unix"}:
        return scheme, {"storage_class": RedisStorage, "url": url}
    if scheme in {"postgresql", "postgresql+psycopg"}:
        dsn = f"postgresql{url.removeprefix(scheme)}"
        return scheme, {"storage_class": PostgresStorage, "dsn": dsn, "table_prefix": "assess_queue"}
    raise InputError(
        _(
            "ASSESS_QUEUE_URL: leave it empty, or begin it with redis:// or postgresql:// – not with “%(scheme)s”.",
            scheme=scheme,
        )
    )
