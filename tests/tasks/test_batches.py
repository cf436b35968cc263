"""All reports of a cycle end whole in one folder and one ZIP, whatever was there, went missing or was killed."""

import hashlib
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.jobs.claims import take_next
from assess.jobs.models import Job, JobState, Queue
from assess.jobs.wanting import find_job, want
from assess.jobs.workers import worker_name
from assess.reports import drawn_reports, zips
from assess.reports.renderer import renderer_fingerprint
from assess.reports.team_reports import ReportedCycle
from assess.surveys.cycles import find_cycle
from assess.tasks import reports as report_jobs
from assess.tasks.batch_job import forget_old_batches, make_batch, wanted_batch
from assess.tasks.batches import Batch, Progress
from assess.tasks.bodies import BODIES
from assess.tasks.reading import read_once
from assess.tasks.running import work_once
from tests.reports import shop

QUARTER = "2025Q2"
REPORTS = 2 * len(shop.TEAMS) + 1  # of every team its report and its one-pager, and that of the organisation


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Draw at once, and write down what was drawn."""
    done: list[tuple[str, str]] = []

    def draw(reported: ReportedCycle, team: object = None, *, language: str) -> bytes:
        name = "organisation" if team is None else str(team.name)  # type: ignore[attr-defined]
        done.append((name, language))
        return f"%PDF-1.7 {name} {language}".encode()

    for kind in ("team_report_pdf", "one_pager_pdf", "organisation_report_pdf"):
        monkeypatch.setattr(drawn_reports, kind, draw)
    return done


def quiet(progress: Progress) -> None:
    pass


def run(
    database: Database,
    settings: Settings,
    out: Path,
    *,
    languages: tuple[str, ...] = ("en", "zh"),
    tell: Callable[[Progress], object] = quiet,
) -> Path:
    batch = Batch(database, settings, QUARTER, out, languages=languages)
    batch.run(processes=1, tell=tell)
    return batch.write_zip()


def everything(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_all_reports_in_both_languages_and_one_zip(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    told: list[Progress] = []
    archive = run(database, settings, tmp_path / "out", tell=told.append)
    assert [(p.done, p.total) for p in told] == [(place, 2 * REPORTS) for place in range(1, 2 * REPORTS + 1)]
    workbooks = {tmp_path / "out" / f"2025-Q2_team-health_{language}.xlsx" for language in ("en", "zh")}
    assert {p.path for p in told} | {archive} | workbooks == set((tmp_path / "out").iterdir())
    assert archive.name == "2025-Q2_team-health.zip"
    names = ["organisation", *2 * [team[0] for team in shop.TEAMS]]
    assert sorted(drawn) == sorted((name, language) for name in names for language in ("en", "zh"))
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == sorted(path.name for path in {p.path for p in told} | workbooks)
        assert (
            packed.read("2025-Q2_operations-运营_team-health_zh.pdf") == b"%PDF-1.7 " + f"{shop.OPERATIONS} zh".encode()
        )


def test_the_checksum_of_every_report_is_recorded(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    run(database, settings, tmp_path / "out")
    with database.reading() as session:
        recorded = {job.result["sha256"] for job in session.scalars(select(Job)) if job.result}
    assert recorded == {value for name, value in everything(tmp_path / "out").items() if name.endswith(".pdf")}


def test_a_second_run_draws_nothing_and_changes_nothing(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    run(database, settings, tmp_path / "out")
    first, times = everything(tmp_path / "out"), len(drawn)
    dates = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.pdf")}
    run(database, settings, tmp_path / "out")
    assert (everything(tmp_path / "out"), len(drawn)) == (first, times)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.pdf")} == dates


@pytest.mark.parametrize("with_cache", [True, False])
def test_what_is_missing_or_broken_is_made_again_and_nothing_else(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]], with_cache: bool
) -> None:
    run(database, settings, tmp_path / "out")
    first = everything(tmp_path / "out")
    gone, cut, *_others = sorted((tmp_path / "out").glob("*team-health*.pdf"))
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-3])
    if not with_cache:
        for path in (settings.data_dir / "reports").rglob("*"):
            if path.is_file():
                path.unlink()
    drawn.clear()
    run(database, settings, tmp_path / "out")
    assert everything(tmp_path / "out") == first
    assert len(drawn) == (0 if with_cache else 2)


def test_a_zip_made_elsewhere_and_later_has_the_same_bytes(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    first = run(database, settings, tmp_path / "out").read_bytes()
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    run(database, settings, other)
    for path in other.glob("*.pdf"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    assert run(database, settings, other).read_bytes() == first


def test_a_zip_is_dated_with_its_quarter(tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(b"b")
    (tmp_path / "a.pdf").write_bytes(b"a")
    zips.write_zip(tmp_path / "x.zip", [tmp_path / "b.pdf", tmp_path / "a.pdf"], quarter="2024Q1")
    with zipfile.ZipFile(tmp_path / "x.zip") as packed:
        assert [(info.filename, info.date_time) for info in packed.infolist()] == [
            ("a.pdf", (2024, 3, 31, 0, 0, 0)),
            ("b.pdf", (2024, 3, 31, 0, 0, 0)),
        ]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.pdf", "b.pdf", "x.zip"]


def test_another_worker_may_have_drawn_it(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    batch = Batch(database, settings, QUARTER, tmp_path / "out", languages=["en"])
    batch._ask(list(batch._orders.values()))
    while work_once(database, settings, BODIES[Queue.DEFAULT], version=renderer_fingerprint()):
        pass
    assert len(drawn) == REPORTS
    batch.run(processes=1, tell=quiet)
    assert len(drawn) == REPORTS
    assert len(list((tmp_path / "out").glob("*.pdf"))) == REPORTS


def test_what_a_dead_worker_held_is_drawn_all_the_same(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    batch = Batch(database, settings, QUARTER, tmp_path / "out", languages=["en"])
    batch._ask(list(batch._orders.values()))
    machine = worker_name().partition(":")[0]
    version = renderer_fingerprint()
    for _time in range(3):
        worker = f"{machine}:999999999:1"
        assert take_next(database, queue=Queue.DEFAULT, worker=worker, now=datetime.now(UTC), version=version)
    batch.run(processes=1, tell=quiet)
    assert len(drawn) == REPORTS


def test_one_report_that_cannot_be_drawn_is_named_and_all_others_are_there(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(reported: ReportedCycle, team: object, *, language: str) -> bytes:
        if team.name == shop.SERVICE:  # type: ignore[attr-defined]
            raise RefusalError("The libraries are missing.")
        return b"%PDF-1.7"

    monkeypatch.setattr(drawn_reports, "organisation_report_pdf", lambda *_args, **_kwargs: b"%PDF-1.7")
    for kind in ("team_report_pdf", "one_pager_pdf"):
        monkeypatch.setattr(drawn_reports, kind, draw)
    with pytest.raises(RefusalError, match=r"could not be drawn: 4 \(Customer service 客服: The libraries"):
        run(database, settings, tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 2 * REPORTS - 4
    for kind in ("team_report_pdf", "one_pager_pdf"):
        monkeypatch.setattr(drawn_reports, kind, lambda *_args, **_kwargs: b"%PDF-1.7")
    run(database, settings, tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 2 * REPORTS


def test_two_workers_that_draw_different_bytes_are_found_out(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    run(database, settings, tmp_path / "out", languages=("en",))
    with database.writing() as session:
        session.execute(update(Job).values(result={"sha256": "0" * 64}))
    batch = Batch(database, settings, QUARTER, tmp_path / "other", languages=["en"])
    (tmp_path / "other").mkdir()
    with pytest.raises(RefusalError, match="Two workers drew different reports"):
        list(batch._drawn(dict(batch._orders)))


def test_a_report_whose_inputs_changed_meanwhile_is_not_drawn(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    reported = read_once(database, QUARTER)
    wanted = report_jobs.wanted_report(reported, reported.nodes[0], language="en")
    with database.writing() as session:
        want(session, [wanted], now=datetime.now(UTC))
        session.execute(update(Job).values(key="0" * 64))
    work_once(database, settings, BODIES[Queue.DEFAULT], version=renderer_fingerprint())
    with database.reading() as session:
        job = find_job(session, "report", "0" * 64)
    assert job is not None
    assert (job.state, drawn) == (JobState.FAILED, [])
    assert job.error == f"The report of {reported.names[0]} is another one by now; ask for it again."


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_drawn(
    database: Database, settings: Settings, tmp_path: Path, drawn: list[tuple[str, str]]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="name another folder with --out"):
        run(database, settings, tmp_path / "file")
    assert drawn == []


def test_a_page_gets_its_zip_with_progress_and_without_single_files(
    database: Database, settings: Settings, drawn: list[tuple[str, str]]
) -> None:
    with database.writing() as session:
        want(session, [wanted_batch(QUARTER)], now=datetime.now(UTC))
    version = renderer_fingerprint()
    assert work_once(database, settings, BODIES[Queue.DEFAULT], version=version)
    with database.reading() as session:
        job = find_job(session, "batch", f"{QUARTER} en zh")
    assert job is not None
    assert job.result is not None
    assert (job.state, job.done, job.total) == (JobState.DONE, 2 * REPORTS, 2 * REPORTS)
    archive = Path(job.result["file"])
    assert [path.name for path in archive.parent.iterdir()] == ["2025-Q2_team-health.zip"]
    forget_old_batches(settings)
    assert archive.exists()
    os.utime(archive, (1, 1))
    forget_old_batches(settings)
    assert not archive.exists()
    assert make_batch is BODIES[Queue.DEFAULT]["batch"]


def test_a_cycle_is_read_once_until_its_documents_change(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import delete

    from assess.releases.models import ResultDocument

    first = read_once(database, QUARTER)
    assert read_once(database, QUARTER) is first
    with database.writing() as session:
        session.execute(delete(ResultDocument).where(ResultDocument.kind == "comments"))
    second = read_once(database, QUARTER)
    assert second is not first
    assert (bool(first.cycle.comments), bool(second.cycle.comments)) == (True, False)


def test_a_worker_that_has_read_a_cycle_draws_nothing_of_it_once_it_is_withdrawn(
    database: Database, settings: Settings, drawn: list[tuple[str, str]]
) -> None:
    from assess.releases.withdrawals import withdraw

    reported = read_once(database, QUARTER)
    with database.writing() as session:
        want(session, [report_jobs.wanted_report(reported, reported.nodes[0], language="en")], now=datetime.now(UTC))
        withdraw(
            session,
            cycle_id=find_cycle(session, QUARTER).id,
            quarter=QUARTER,
            because="Swapped.",
            now=datetime.now(UTC),
        )
    work_once(database, settings, BODIES[Queue.DEFAULT], version=renderer_fingerprint())
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, drawn) == (JobState.FAILED, [])
    assert "were withdrawn on" in (job.error or "")
