"""`assess rebuild` says in one line whether a report is what its result gives, and exits accordingly."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assess.cli import main
from assess.config import load_settings
from assess.extensions import open_database
from assess.reports import team_reports
from assess.reports.cycle_reports import write_cycle_reports
from assess.reports.page import report_page
from assess.reports.renderer import renderer_versions
from tests.databases.stores import Store
from tests.reports import shop
from tests.reports.published import published


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(str(ended.value.code))


@pytest.fixture(autouse=True)
def home(
    tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_DATABASE_URL", each_database.empty(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")
    assert run("init") == 0
    database = open_database(load_settings())
    published(database, "2025Q1")
    database.close()
    capsys.readouterr()


def drawn(folder: Path) -> Path:
    database = open_database(load_settings())
    (written,) = write_cycle_reports(database, "2025Q1", folder / "out", "en", only={shop.OPERATIONS})
    database.close()
    return written.path


def test_the_same_bytes_are_said_to_be_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rebuild", drawn(tmp_path)) == 0
    assert capsys.readouterr().out.startswith("Identical, byte by byte: this is what the result of 2025Q1 gives (")


def test_another_renderer_is_named_and_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    versions: Mapping[str, str] = {**renderer_versions(), "harfbuzz": "5.3.1"}
    with monkeypatch.context() as then:
        then.setattr(team_reports, "renderer_versions", lambda: versions)
        report = drawn(tmp_path)
    again = tmp_path / "again.pdf"
    assert run("rebuild", report, "--out", again) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"harfbuzz: 5.3.1 then, {renderer_versions()['harfbuzz']} now",
        "Numbers identical, renderer differs.",
    ]
    assert run("rebuild", again) == 0
    assert "Identical, byte by byte" in capsys.readouterr().out


def test_another_number_fails_and_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as then:
        then.setattr(team_reports, "report_page", lambda report: report_page(report).replace(">69<", ">96<"))
        report = drawn(tmp_path)
    assert run("rebuild", report) == 1
    told = capsys.readouterr()
    assert "Only in this file: 96" in told.out
    assert "Only when made again: 69" in told.out
    assert told.err == "Numbers differ: this file is not what the result of 2025Q1 gives.\n"


def test_the_report_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = drawn(tmp_path)
    before = report.read_bytes()
    assert run("rebuild", report, "--out", report) == 2
    assert "would be overwritten" in capsys.readouterr().err
    assert report.read_bytes() == before


def test_what_is_no_report_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.pdf"
    assert run("rebuild", other) == 2
    assert "other.pdf cannot be read (No such file or directory); check the path." in capsys.readouterr().err
    other.write_bytes(b"%PDF-1.4")
    assert run("rebuild", other) == 2
    assert capsys.readouterr().err.startswith("This is no report of Assess")
    with other.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    assert run("rebuild", other) == 2
    assert "far too large" in capsys.readouterr().err
