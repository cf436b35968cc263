"""Processes of this command's own that do jobs beside it; they end with it, however it ends."""

import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Self

from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import open_database
from assess.jobs.workers import die_with
from assess.localisation import current_language, set_language
from assess.localisation import gettext as _
from assess.reports.renderer import renderer_fingerprint
from assess.tasks.running import Bodies, work_once

_NAP_SECONDS = 0.1
_PATIENCE_SECONDS = 30.0
_MOST_DEATHS = 20  # in a row, without anything getting done
_OTHER_VERSION = 86


class Hands:
    """A number of processes that do jobs of one kind until the block ends; one that dies is replaced."""

    def __init__(self, settings: Settings, bodies: Bodies, *, kind: str, count: int) -> None:
        self._settings, self._bodies, self._kind, self._count = settings, bodies, kind, count
        self._context = multiprocessing.get_context("spawn")  # a copy of this process would share its database
        self._stop: Event = self._context.Event()
        self._processes: list[BaseProcess] = []
        self._deaths = 0

    def __enter__(self) -> Self:
        self._processes = [self._started() for _place in range(self._count)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let each end the job at hand; who takes too long is ended, and its job waits for somebody else."""
        self._stop.set()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for process in self._processes:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def tend(self, *, progress: bool) -> None:
        """Replace the dead. RefusalError when they die one after the other and nothing gets done."""
        if progress:
            self._deaths = 0
        for place, process in enumerate(self._processes):
            if process.is_alive():
                continue
            self._deaths += 1
            if process.exitcode == _OTHER_VERSION:
                raise RefusalError(_("Assess was upgraded while this ran; start it again, it goes on where it was."))
            if self._deaths > _MOST_DEATHS:
                raise RefusalError(
                    _(
                        "The worker processes end at once (exit code %(code)s); try again with one: --workers 1",
                        code=process.exitcode,
                    )
                )
            self._processes[place] = self._started()

    def _started(self) -> BaseProcess:
        arguments = (self._settings, self._bodies, self._kind, self._stop, os.getpid(), _setting())
        process = self._context.Process(target=_work, args=arguments, daemon=True)
        process.start()
        return process


def _setting() -> tuple[str, str]:
    return renderer_fingerprint(), current_language()


def _work(settings: Settings, bodies: Bodies, kind: str, stop: Event, parent: int, setting: tuple[str, str]) -> None:
    """Run in each process: job after job until told to stop; Ctrl+C is the parent's affair."""
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    version, language = setting
    if version != renderer_fingerprint():
        sys.exit(_OTHER_VERSION)
    set_language(language)
    database = open_database(settings)
    try:
        while not stop.is_set():
            if not work_once(database, settings, bodies, version=version, kind=kind):
                stop.wait(_NAP_SECONDS)
    finally:
        database.close()
