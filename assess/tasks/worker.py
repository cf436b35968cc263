"""A worker: processes that wait to be woken, do jobs, and once a minute look for what is overdue or was lost."""

import os
import platform
import time
from datetime import UTC, datetime

from assess.config import Settings
from assess.extensions import Database, open_database
from assess.jobs.claims import is_anything_due
from assess.jobs.models import Queue
from assess.jobs.queue import WorkQueue
from assess.jobs.sweep import sweep
from assess.jobs.wanting import want
from assess.jobs.workers import die_with
from assess.localisation import current_language, set_language
from assess.organisation.in_force import in_force
from assess.reports.cache import report_cache
from assess.reports.renderer import renderer_fingerprint
from assess.tasks.batch_job import forget_old_batches
from assess.tasks.bodies import BODIES
from assess.tasks.closing import overdue
from assess.tasks.mail import overdue_mail
from assess.tasks.opening import overdue_openings
from assess.tasks.running import work_once
from assess.teams.waiting import sweep_files

_TIDY_SECONDS = 24 * 3600


class Worker:
    """What one worker process does when it is woken, and every minute."""

    def __init__(self, settings: Settings, queue: Queue) -> None:
        self._settings, self._queue = settings, queue
        self._language, self._version = current_language(), renderer_fingerprint()
        self._calls = WorkQueue(settings, queue, work=self.work, sweep=self.look_around)
        self._database: Database | None = None
        self._tidied_at = time.monotonic()

    def serve(self, processes: int) -> None:
        """Do this until a signal comes. Jobs of the keeper come seldom; a thread is enough for them."""
        parent = os.getpid()
        forked = self._queue == Queue.DEFAULT
        self._calls.note_worker(platform.node() or "?", now=datetime.now(UTC))
        self._calls.run(workers=processes, processes=forked, on_start=lambda: self._start(parent if forked else None))

    def work(self) -> None:
        """Do one job, and call the next worker if there is more to do."""
        set_language(self._language)
        settings, bodies = self._settings, BODIES[self._queue]
        work_once(self.database, settings, bodies, version=self._version, queue=self._queue, call_next=self._calls.wake)

    def look_around(self) -> None:
        """Ask for what is overdue by the clock, take jobs from dead workers, and wake somebody if anything is due."""
        set_language(self._language)
        now = datetime.now(UTC)
        self._calls.note_worker(platform.node() or "?", now=now)
        if self._queue == Queue.KEEPER:
            with self.database.reading() as session:
                settings = in_force(session, self._settings)
                late = [
                    *overdue(session, now=now),
                    *overdue_openings(session, settings, now=now),
                    *overdue_mail(session, settings, now=now),
                ]
            if late:
                with self.database.writing() as session:
                    want(session, late, now=now, again=True, after_failure=False)
        sweep(self.database, now=now)
        sweep_files(self.database, now=now)
        self._tidy()
        if is_anything_due(self.database, queue=self._queue, now=now, version=self._version):
            self._calls.wake()

    @property
    def database(self) -> Database:
        """The database of this process; one that was opened before a fork must not be shared."""
        if self._database is None:
            self._database = open_database(self._settings)
        return self._database

    def _start(self, parent: int | None) -> None:
        if parent is not None:
            die_with(parent)
        self._database = None

    def _tidy(self) -> None:
        if self._queue == Queue.DEFAULT and time.monotonic() - self._tidied_at > _TIDY_SECONDS:
            self._tidied_at = time.monotonic()
            report_cache(self._settings).trim()
            forget_old_batches(self._settings)
