"""The name of a worker, and whether it is certainly dead: a batch need not wait a minute for a process that is gone.

The name holds which kernel and which space of process numbers it lives in, its number, and when it started; a number
that is taken by another process by now is not mistaken for it. Elsewhere than on Linux nothing is certain.
"""

import contextlib
import ctypes
import hashlib
import os
import signal
from functools import cache
from pathlib import Path

_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)


def worker_name(pid: int | None = None) -> str:
    """Name a process of this machine; without a number, this one."""
    number = os.getpid() if pid is None else pid
    return f"{_machine()}:{number}:{_started(number) or 0}"


def is_certainly_dead(worker: str) -> bool:
    """Say whether a worker of this very machine runs no more; False wherever that cannot be known.

    >>> is_certainly_dead(worker_name()), is_certainly_dead("elsewhere:1:1")
    (False, False)
    """
    machine, _colon, process = worker.partition(":")
    number, _colon, started = process.partition(":")
    if not machine or machine != _machine() or not number.isdecimal() or not started.isdecimal():
        return False
    return _started(int(number)) != int(started)


def die_with(parent: int) -> None:
    """End this process when its parent is gone, however it went: nobody would supervise it any more. Linux only."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it went before that took effect
        os.kill(os.getpid(), signal.SIGKILL)


@cache
def _machine() -> str:
    """Return a mark of the running kernel and of the space of process numbers; empty where there is none."""
    try:
        kernel = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{kernel}{space}".encode()).hexdigest()[:16]


def _started(pid: int) -> int | None:
    """Return the tick at which a process started; None when there is none, or only its remains."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else int(fields[19])
