"""Keeping several processes running until a signal comes: the web server and the workers of one installation."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType, MappingProxyType

import click

from assess.jobs.workers import die_with
from assess.localisation import gettext as _

_PATIENCE_SECONDS = 60.0  # a worker ends the report at hand, the web server its requests
_FIRST_NAP_SECONDS, _LONGEST_NAP_SECONDS = 1.0, 60.0
_STEADY_SECONDS = 60.0  # who ran so long starts anew at once


class _Child:
    """One process that is started anew whenever it ends, each time a little later if it ends at once."""

    def __init__(self, name: str, command: Sequence[str], settings: Mapping[str, str]) -> None:
        self.name, self._command, self._settings = name, command, settings
        self._nap = _FIRST_NAP_SECONDS
        self._due_at = 0.0
        self._started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        parent = os.getpid()
        self._started_at = time.monotonic()
        # A process group of its own, so that Ctrl+C in a terminal reaches this supervisor alone.
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            env={**os.environ, **self._settings},
            process_group=0,
            preexec_fn=lambda: die_with(parent),  # noqa: PLW1509 - there are no threads in this process
        )

    def tend(self) -> None:
        """Start it again if it has ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._due_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._nap = (
            _FIRST_NAP_SECONDS if now - self._started_at > _STEADY_SECONDS else min(self._nap * 2, _LONGEST_NAP_SECONDS)
        )
        self._due_at = now + self._nap
        self.process = None
        click.echo(
            _("%(name)s ended (exit code %(code)s) and is started again.", name=self.name, code=code),
            err=True,
        )


def supervise(commands: Mapping[str, Sequence[str]], settings: Mapping[str, str] = MappingProxyType({})) -> int:
    """Run all commands, each under its name, until INT or TERM; returns the exit code for this process.

    The settings are environment variables of the children alone.
    """
    children = [_Child(name, command, settings) for name, command in commands.items()]
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not received:
            for child in children:
                child.tend()
            time.sleep(0.2)
    finally:
        _stop([child.process for child in children if child.process is not None])
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def own_command(*arguments: str) -> list[str]:
    """Write the command that runs this very program."""
    return [sys.executable, "-m", "assess", *arguments]


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
