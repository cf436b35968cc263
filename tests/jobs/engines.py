"""The three engines of the queue, each with a server of its own where it needs one."""

import atexit
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import redis

from tests.databases.stores import POSTGRESQL, open_store


@contextmanager
def queue_engine(kind: str, folder: Path) -> Iterator[str]:
    """Give the setting of one engine; skip the test where its server is not installed."""
    if kind == "sqlite":
        yield ""
    elif kind == "redis":
        yield _redis()
    else:
        store = open_store(POSTGRESQL)
        yield store.empty(folder)
        store.forget()


@cache
def _redis() -> str:
    """Start a server that keeps nothing and listens in a folder only; it ends with this process."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed")
    socket = Path(tempfile.mkdtemp(prefix="assess-redis-")) / "socket"
    options = [
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--save",
        "",
        "--daemonize",
        "no",
        "--dir",
        str(socket.parent),
    ]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    atexit.register(_stop, server)
    while not socket.exists():
        time.sleep(0.01)
    client = redis.Redis(unix_socket_path=str(socket))
    while not client.ping():
        time.sleep(0.01)
    client.close()
    return f"unix://{socket}"


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait()
