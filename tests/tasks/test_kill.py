"""kill -9 at any moment of a batch: no report is missing, none is half, and every byte is the one it would have been.

`ASSESS_KILLS=50` kills fifty times instead of a few.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from assess.config import Settings
from assess.extensions import Database, open_database
from assess.jobs.models import Job, JobState
from tests.reports import shop
from tests.reports.published import COMMENTS, published
from tests.tasks.processes import environment, living

QUARTER = "2025Q2"
KILLS = int(os.environ.get("ASSESS_KILLS", "2"))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """Three teams are enough to be killed between."""
    database = open_database(settings)
    published(database, QUARTER, comments=COMMENTS, only={shop.OPERATIONS, shop.SERVICE, shop.WITHHELD})
    yield database
    database.close()


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    return {}


@pytest.fixture
def expected(
    settings: Settings, database: Database, whole: dict[str, str], code: Path, tmp_path: Path
) -> dict[str, str]:
    """Run once undisturbed, in one process, with a cache of its own: name and checksum of every report."""
    if not whole:
        alone = {"ASSESS_REPORTS_DIR": str(tmp_path / "other cache")}
        finish(start(settings, tmp_path / "undisturbed", code, workers=1, more=alone))
        whole |= reports(tmp_path / "undisturbed")
        with database.writing() as session:
            session.execute(delete(Job))
    assert len(whole) == 14  # of three teams report and one-pager, and the organisation, in two languages
    return whole


def start(
    settings: Settings, out: Path, code: Path, *, workers: int = 2, more: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "assess", "cycle", "report", QUARTER, "--out", out, "--all", "--workers", str(workers)],
        env={**environment(settings, code), **(more or {})},
        cwd=code,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    _out, errors = process.communicate()
    assert process.returncode == 0, errors.decode()


def kill(process: subprocess.Popen[bytes], *, group: bool) -> None:
    if group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def reports(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob("*.pdf")}


def states(database: Database) -> set[tuple[str, int]]:
    with database.reading() as session:
        return {(job.state, job.attempts) for job in session.scalars(select(Job).where(Job.kind == "report"))}


@pytest.mark.timeout(3600)
def test_a_batch_that_is_killed_again_and_again_ends_as_if_nothing_had_happened(
    settings: Settings, database: Database, expected: dict[str, str], code: Path, tmp_path: Path
) -> None:
    out, dice, seen = tmp_path / "out", random.Random(8), set()
    for time_killed in range(KILLS):
        process = start(settings, out, code)
        wanted = dice.randrange(6)  # kill once so many reports are there, or in the middle of the next one
        while len(reports(out)) < wanted and process.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.random())
        kill(process, group=time_killed % 2 == 0)
        found = reports(out)
        assert found.items() <= expected.items(), "a report is half, or another one"
        seen.add(len(found))
        if len(found) == len(expected):
            for path in out.glob("*.pdf"):
                path.unlink()
            for path in (settings.data_dir / "reports").rglob("*"):
                if path.is_file():
                    path.unlink()
    finish(start(settings, out, code))
    assert reports(out) == expected
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [*expected, "2025-Q2_team-health.zip", "2025-Q2_team-health_en.xlsx", "2025-Q2_team-health_zh.xlsx"]
    )
    assert {state for state, _attempts in states(database)} == {JobState.DONE}
    archive = (out / "2025-Q2_team-health.zip").read_bytes()
    finish(start(settings, tmp_path / "again", code, workers=1))
    assert (tmp_path / "again" / "2025-Q2_team-health.zip").read_bytes() == archive


@pytest.mark.only_on("sqlite", "processes die alike whatever the database is")
def test_who_is_killed_takes_its_processes_along(
    settings: Settings, database: Database, code: Path, tmp_path: Path
) -> None:
    process = start(settings, tmp_path / "out", code)
    while len(reports(tmp_path / "out")) < 1:
        time.sleep(0.01)
    assert len(list(living(process.pid))) >= 3
    kill(process, group=False)
    while any("spawn_main" in (Path(f"/proc/{pid}/cmdline").read_text()) for pid in living(process.pid)):
        time.sleep(0.01)


@pytest.mark.only_on("sqlite", "processes die alike whatever the database is")
def test_a_process_that_is_killed_is_replaced_and_its_report_drawn(
    settings: Settings, database: Database, expected: dict[str, str], code: Path, tmp_path: Path
) -> None:
    process = start(settings, tmp_path / "out", code)
    while len(reports(tmp_path / "out")) < 1:
        time.sleep(0.01)
    for pid in living(process.pid):
        if pid != process.pid and "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGKILL)
    finish(process)
    assert reports(tmp_path / "out") == expected


def test_two_commands_at_once_share_the_work_and_one_that_is_killed_leaves_it_to_the_other(
    settings: Settings, database: Database, expected: dict[str, str], code: Path, tmp_path: Path
) -> None:
    one, other = (
        start(settings, tmp_path / "one", code, workers=1),
        start(settings, tmp_path / "other", code, workers=1),
    )
    finish(one)
    finish(other)
    assert reports(tmp_path / "one") == reports(tmp_path / "other") == expected
    assert states(database) == {(JobState.DONE, 1)}, "a report was drawn twice"
    for path in (settings.data_dir / "reports").rglob("*"):
        if path.is_file():
            path.unlink()
    one, other = start(settings, tmp_path / "1", code, workers=1), start(settings, tmp_path / "2", code, workers=1)
    while len(reports(tmp_path / "1")) < 2 and one.poll() is None:
        time.sleep(0.01)
    kill(one, group=True)
    finish(other)
    assert reports(tmp_path / "2") == expected
