"""`assess cycle export`: which files, under which names, and when none."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.test_cycle_command import run
from tests.databases.stores import Store
from tests.surveys.shop import QUARTER, open_shop


@pytest.fixture(autouse=True)
def home(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ASSESS_DATA_DIR": str(tmp_path / "data"),
        "ASSESS_KEY_DIR": str(tmp_path / "keys"),
        "ASSESS_LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def shop(tmp_path: Path, home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_shop(tmp_path)
    monkeypatch.setenv("ASSESS_DATABASE_URL", opened.url)
    opened.everybody_answers("Ads")
    opened.finish()
    opened.database.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("shop")
def test_without_a_team_it_is_the_whole_quarter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run("cycle", "export", QUARTER, "--out", out) == 0
    assert names(out) == ["2026-Q4_team-health_en.xlsx"]
    assert capsys.readouterr().out == f"{out / '2026-Q4_team-health_en.xlsx'}\n"
    book = load_workbook(io.BytesIO((out / "2026-Q4_team-health_en.xlsx").read_bytes()))
    assert book.sheetnames == ["How to read this", "Participation", "Scores", "Items"]
    assert ["Ads", "team", 8, 8] in [[cell.value for cell in row][:4] for row in book["Participation"].iter_rows()]


@pytest.mark.usefixtures("shop")
def test_a_team_in_chinese_as_csv_that_excel_opens(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        run("cycle", "export", QUARTER, "--format", "csv", "--team", "Ads", "--lang", "zh", "--bom", "--out", out) == 0
    )
    assert {"2026-Q4_ads_team-health_zh_scores.csv", "2026-Q4_ads_team-health_zh_about.csv"} <= set(names(out))
    content = (out / "2026-Q4_ads_team-health_zh_scores.csv").read_bytes()
    assert content.startswith("\ufeff名称,".encode())


@pytest.mark.usefixtures("shop")
def test_all_means_every_team_and_the_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("cycle", "export", QUARTER, "--format", "json", "--all", "--out", out) == 0
    scopes = {name: json.loads((out / name).read_text(encoding="utf-8")) for name in names(out)}
    assert scopes.pop("2026-Q4_team-health_en.json")["scope"] == "organisation"
    assert {each["node"] for each in scopes.values()} == {"Lantern", "Ads", "Box", "Care"}
    first = [path.read_bytes() for path in sorted(out.iterdir())]
    assert run("cycle", "export", QUARTER, "--format", "json", "--all", "--out", out) == 0
    assert [path.read_bytes() for path in sorted(out.iterdir())] == first


@pytest.mark.usefixtures("shop")
def test_an_unknown_team_and_a_mark_without_csv_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", "export", QUARTER, "--team", "Adds", "--out", tmp_path / "out") == 2
    assert "no team or unit “Adds”" in capsys.readouterr().err
    assert run("cycle", "export", QUARTER, "--bom", "--out", tmp_path / "out") == 2
    assert "--format csv" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("shop")
def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("")
    assert run("cycle", "export", QUARTER, "--out", tmp_path / "out") == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.usefixtures("shop")
def test_withdrawn_results_are_never_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", "withdraw", QUARTER, "--because", "A team was imported twice.", "--yes") == 0
    for written_as in ("xlsx", "csv", "json"):
        assert run("cycle", "export", QUARTER, "--format", written_as, "--all", "--out", tmp_path / "out") == 1
        assert "were withdrawn on" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_before_publication_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = open_shop(tmp_path)
    monkeypatch.setenv("ASSESS_DATABASE_URL", opened.url)
    opened.everybody_answers("Ads")
    for finished in (lambda: None, opened.close, opened.open):
        finished()
        assert run("cycle", "export", QUARTER, "--all", "--out", tmp_path / "out") == 1
        assert "nobody sees figures before" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()
    opened.database.close()
