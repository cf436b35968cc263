"""Serves an application for a bench as `assess serve` does, and weighs the processor time of its worker."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assess.app.web_server import server_options

BENCH = Path(__file__).parent
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server with one worker."""

    name: str
    port: int
    process: int

    def processor_seconds(self) -> float:
        """Add up what the worker has used so far, in user and system mode."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text(encoding="ascii").split()
        return sum(_used(int(child)) for child in children)


@contextmanager
def gunicorn(application: str, environment: dict[str, str]) -> Iterator[Server]:
    """Serve an application on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", *server_options("127.0.0.1", port, workers=1), application]
    path = os.pathsep.join([str(BENCH), str(BENCH.parent)])
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path} | environment) as server:
        try:
            _wait_for(port)
            yield Server(application, port, server.pid)
        finally:
            server.terminate()


def _used(process: int) -> float:
    after_name = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICK


def _wait_for(port: int) -> None:
    for _try in range(1200):  # a busy machine takes its time to load the site
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("gunicorn did not start")
