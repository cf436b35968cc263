"""A real site for tests: `assess serve` in a process of its own, what it writes kept in files."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Keep everything that any process might write inside `folder`."""
    for name in ("tmp", "home"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSESS_", "XDG_"))}
    return kept | {
        "ASSESS_DATA_DIR": str(folder / "data"),
        "ASSESS_KEY_DIR": str(folder / "keys"),
        "ASSESS_LANGUAGE": "en",
        "ASSESS_ORGANISATION": "Lantern",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(ROOT),
        **more,
    }


def assess(env: Mapping[str, str], *arguments: object, code: int = 0) -> str:
    """Run one command and return what it said; its exit code must be the expected one."""
    command = [sys.executable, "-m", "assess", *map(str, arguments)]
    done = subprocess.run(command, check=False, env=env, capture_output=True, text=True, cwd=env["HOME"])
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout + done.stderr


@contextmanager
def served(env: Mapping[str, str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Serve until the block ends; standard output and error go to `log`."""
    command = [sys.executable, "-m", "assess", "serve", "--port", str(port)]
    with log.open("ab") as stream:
        process = subprocess.Popen(command, env=env, stdout=stream, stderr=stream, cwd=env["HOME"])
    try:
        wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody answers there."""
    for _attempt in range(600):
        assert process.poll() is None, "it ended at once"
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise AssertionError("nobody answers")
