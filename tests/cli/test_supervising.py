"""`assess serve` and what it supervises: started again when it ends, ended with it, however it is told."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from assess.config import load_settings
from assess.extensions import open_database
from assess.migrations import upgrade
from tests.tasks.processes import environment, living

ROOT = Path(__file__).parents[2]


def supervised(*commands: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a supervisor of programs that are given as Python code."""
    listed = {f"number {place}": [sys.executable, "-c", command] for place, command in enumerate(commands)}
    program = f"import sys; from assess.cli.supervising import supervise; sys.exit(supervise({listed!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "ASSESS_LANGUAGE": "en", **(environment or {})},
        start_new_session=True,
        stderr=subprocess.PIPE,
    )


def test_settings_reach_the_children_and_stay_out_of_this_process(tmp_path: Path) -> None:
    said = tmp_path / "said"
    child = (
        f"import os, time; open({str(said)!r}, 'w').write(os.environ['ASSESS_OF_CHILDREN'] + chr(10)); time.sleep(60)"
    )
    program = (
        "import os, sys; from assess.cli.supervising import supervise;"
        f"code = supervise({{'one': [sys.executable, '-c', {child!r}]}}, {{'ASSESS_OF_CHILDREN': 'told'}});"
        "sys.exit(9 if 'ASSESS_OF_CHILDREN' in os.environ else code)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    wait_for(said, 1)
    assert lines(said) == ["told"]
    assert ended(process, signal.SIGTERM)[0] == 0


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def wait_for(path: Path, count: int) -> None:
    while len(lines(path)) < count:
        time.sleep(0.02)


def ended(process: subprocess.Popen[bytes], number: int) -> tuple[int, str]:
    process.send_signal(number)
    _out, errors = process.communicate()
    return process.returncode, errors.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_end_gently_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    started, stopped = tmp_path / "started", tmp_path / "stopped"
    gentle = (
        "import signal, sys, time\n"
        f"def stop(*_): open({str(stopped)!r}, 'a').write('stopped\\n'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        f"open({str(started)!r}, 'a').write('started\\n')\n"
        "while True: time.sleep(0.02)"
    )
    process = supervised(gentle, gentle)
    wait_for(started, 2)
    assert ended(process, number) == (0, "")
    assert len(lines(stopped)) == 2
    assert list(living(process.pid)) == []


def test_what_ends_is_started_again_and_the_others_go_on(tmp_path: Path) -> None:
    restless, steady = tmp_path / "restless", tmp_path / "steady"
    process = supervised(
        f"open({str(restless)!r}, 'a').write('x\\n'); raise SystemExit(3)",
        f"import time; open({str(steady)!r}, 'a').write('x\\n'); time.sleep(1000)",
    )
    wait_for(restless, 2)
    code, errors = ended(process, signal.SIGTERM)
    assert code == 0
    assert errors.splitlines()[0] == "number 0 ended (exit code 3) and is started again."
    assert len(lines(steady)) == 1


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    started = tmp_path / "started"
    process = supervised(f"import time; open({str(started)!r}, 'a').write('x\\n'); time.sleep(1000)")
    wait_for(started, 1)
    process.kill()
    process.communicate()
    while list(living(process.pid)):
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_site_is_served_with_its_workers_and_ends_as_a_whole(tmp_path: Path) -> None:
    settings = load_settings({"ASSESS_DATA_DIR": str(tmp_path / "data"), "ASSESS_KEY_DIR": str(tmp_path / "keys")})
    database = open_database(settings)
    upgrade(database)
    database.close()
    settings.key_dir.mkdir()
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "assess", "serve", "--port", str(port), "--workers", "1", "--background", "1"],
        cwd=ROOT,
        env={**environment(settings, ROOT), "ASSESS_SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    answer = ""
    while not answer and process.poll() is None:
        time.sleep(0.05)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as response:
                answer = response.read().decode()
        except OSError:
            continue
    commands = [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in living(process.pid)]
    code, errors = ended(process, signal.SIGTERM)
    assert (answer, code) == ("ok\n", 0), errors
    for wanted in ("gunicorn", "worker --only default", "worker --only keeper"):
        assert any(wanted in command for command in commands), commands
    assert list(living(process.pid)) == []
