"""All reports of a cycle from the command line: which languages, which files, what is printed where."""

import sys
import zipfile
from pathlib import Path

import pytest

from assess.cli import main
from assess.config import load_settings
from assess.errors import RefusalError
from assess.extensions import open_database
from assess.reports import drawn_reports
from assess.reports.team_reports import ReportedCycle
from tests.reports import shop
from tests.reports.published import published

QUARTER = "2025Q1"
REPORTS = 2 * len(shop.TEAMS) + 1  # of every team its report and its one-pager, and that of the organisation


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(str(ended.value.code))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")
    assert run("init") == 0
    database = open_database(load_settings())
    published(database, QUARTER)
    database.close()
    capsys.readouterr()

    def draw(reported: ReportedCycle, team: object = None, *, language: str) -> bytes:
        return f"%PDF-1.7 {language}".encode()

    for kind in ("team_report_pdf", "one_pager_pdf", "organisation_report_pdf"):
        monkeypatch.setattr(drawn_reports, kind, draw)


def report(folder: Path, *options: str) -> int:
    return run("cycle", "report", QUARTER, "--out", folder, "--workers", 1, *options)


def test_all_means_both_languages_and_a_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(tmp_path / "out", "--all") == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    pdfs = sorted((tmp_path / "out").glob("*.pdf"))
    assert len(pdfs) == 2 * REPORTS
    assert sorted(lines[:-2]) == [f"  {path}" for path in pdfs]
    assert lines[-2] == f"Reports in {tmp_path / 'out'}: {2 * REPORTS}"
    assert lines[-1] == f"All of them in one file: {tmp_path / 'out' / '2025-Q1_team-health.zip'}"
    assert told.err.startswith(f"Reports to draw: {2 * REPORTS}")
    with zipfile.ZipFile(tmp_path / "out" / "2025-Q1_team-health.zip") as archive:
        assert len(archive.namelist()) == 2 * REPORTS + 2, "and a workbook of all figures in either language"


def test_without_all_it_is_the_language_of_the_command_and_no_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSESS_LANGUAGE", "zh")
    assert report(tmp_path / "out") == 0
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len(names) == REPORTS
    assert all(name.endswith("_zh.pdf") for name in names)


def test_all_in_one_language_is_packed_too(tmp_path: Path) -> None:
    assert report(tmp_path / "out", "--all", "--lang", "zh") == 0
    names = sorted(path.suffix for path in (tmp_path / "out").iterdir())
    assert names == [".pdf"] * REPORTS + [".xlsx", ".zip"]


def test_on_a_terminal_the_bar_has_its_lines_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert report(tmp_path / "out") == 0
    assert capsys.readouterr().out == f"Reports in {tmp_path / 'out'}: {REPORTS}\n"


def test_what_could_not_be_drawn_is_said_and_the_exit_code_is_that_of_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def draw(reported: ReportedCycle, team: object = None, *, language: str) -> bytes:
        raise RefusalError("The libraries that draw are missing.")

    for kind in ("team_report_pdf", "one_pager_pdf", "organisation_report_pdf"):
        monkeypatch.setattr(drawn_reports, kind, draw)
    assert report(tmp_path / "out", "--all") == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"Reports that could not be drawn: {2 * REPORTS} (")
    assert "The libraries that draw are missing." in error
    assert list((tmp_path / "out").iterdir()) == []


def test_the_organisation_alone_is_one_file_in_one_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(tmp_path / "out", "--organisation", "--lang", "zh") == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["2025-Q1_organisation_team-health_zh.pdf"]
    assert report(tmp_path / "both", "--organisation", "--all") == 0
    assert sorted(path.name for path in (tmp_path / "both").iterdir()) == [
        "2025-Q1_organisation_team-health_en.pdf",
        "2025-Q1_organisation_team-health_zh.pdf",
    ]
    assert capsys.readouterr().out.count("team-health_") == 3


def test_a_place_that_cannot_be_written_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert report(tmp_path / "file") == 2
    assert "name another folder with --out" in capsys.readouterr().err


def test_an_unpublished_quarter_has_no_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", "report", "2026Q4", "--out", tmp_path / "out", "--all") == 2
    assert "There is no cycle 2026Q4" in capsys.readouterr().err


def test_with_a_withdrawn_result_the_copies_of_its_reports_go_and_no_new_ones_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(tmp_path / "out", "--all") == 0
    drawn = tmp_path / "data" / "reports"
    assert [path for path in drawn.rglob("*") if path.is_file()] != []
    assert run("cycle", "withdraw", QUARTER, "--because", "Two teams were swapped.", "--yes") == 0
    assert [path for path in drawn.rglob("*") if path.is_file()] == []
    assert report(tmp_path / "out", "--all") == 1
    assert [path for path in drawn.rglob("*") if path.is_file()] == []


def test_teams_over_time_are_drawn_as_chosen_or_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ("--team", shop.SERVICE, "--team", shop.OPERATIONS, "--dimension", "COM", "--out", tmp_path / "out")
    assert run("cycle", "over-time", QUARTER, *chosen) == 0
    written = Path(capsys.readouterr().out.strip())
    assert written.name == "2025-Q1_customer-service-客服-operations-运营_over-time-com_en.pdf"
    assert written.read_bytes().startswith(b"%PDF")
    assert run("cycle", "over-time", QUARTER, "--team", "Nobody", "--out", tmp_path / "out") == 2
    assert "No quarter shown here knows “Nobody”" in capsys.readouterr().err
    assert run("cycle", "over-time", QUARTER, "--out", tmp_path / "out") == 2
