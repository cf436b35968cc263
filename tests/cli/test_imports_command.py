"""`assess teams` and `assess roster`: preview, import, one step back, export."""

from pathlib import Path

import pytest

from tests.cli.test_cycle_command import TEAMS, installation, run
from tests.teams.office_files import write

__all__ = ["installation"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("init") == 0
    write(tmp_path, "teams.csv", TEAMS)
    write(tmp_path, "people.csv", "name,email,team\nAda,ada@x.example,Ads\n=Bo,,Box\n")
    return tmp_path


def test_a_preview_says_what_would_change_and_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("teams", "import", "--preview", folder / "teams.csv") == 0
    assert capsys.readouterr().out == (
        "Teams: 0 now, 3 after the import; 0 stay as they are.\nNew teams (3)\n  Lantern, at the top\n"
        "  Ads, under Lantern\n  Box, under Lantern\nNothing has been changed: this was the preview.\n"
    )
    assert run("roster", "import", "--preview", folder / "people.csv") == 2
    error = capsys.readouterr().err
    assert error.splitlines() == [
        "people.csv, row 2, column team: there is no team Ads; import the teams first or correct it.",
        "people.csv, row 3, column team: there is no team Box; import the teams first or correct it.",
    ]


def test_an_export_imports_again_and_an_import_is_taken_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("teams", "import", folder / "teams.csv")
    run("roster", "import", folder / "people.csv")
    for name in ("again.csv", "again.xlsx"):
        assert run("roster", "export", folder / name) == 0
        capsys.readouterr()
        assert run("roster", "import", folder / name) == 0
        assert capsys.readouterr().out == "Added: 0. Changed: 0. Left: 0. Unchanged: 2.\n"
    write(folder, "next.csv", "name,email,team\nAda,ada@x.example,Box\n")
    run("roster", "import", folder / "next.csv")
    capsys.readouterr()
    assert run("roster", "undo") == 0
    said = capsys.readouterr().out
    assert said == "Taken back. The import had changed this:\nAdded: 0. Changed: 1. Left: 1. Unchanged: 0.\n"
    assert run("roster", "undo") == 1
    assert "There is no import to take back" in capsys.readouterr().err
    assert run("roster", "export", "-") == 0
    assert "'=Bo,,Box,en,\r\n" in capsys.readouterr().out


def test_a_roster_is_confirmed_once_there_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("roster", "confirm") == 1
    assert "Nobody is on the roster yet" in capsys.readouterr().err
    run("teams", "import", folder / "teams.csv")
    run("roster", "import", folder / "people.csv")
    capsys.readouterr()
    assert run("roster", "confirm") == 0
    said = capsys.readouterr().out
    assert said == "Confirmed: 2 people. It holds for 14 days, or until teams or roster change.\n"


def test_a_rename_is_asked_about_and_followed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("teams", "import", write(folder, "t.csv", "team,founded_on\nAds,2024-03-01\n"))
    path = write(folder, "t.csv", "team,founded_on\nAdverts,2024-03-01\n")
    capsys.readouterr()
    assert run("teams", "import", path, "--preview") == 0
    assert "Was Ads renamed to Adverts?" in capsys.readouterr().out
    assert run("teams", "import", path, "--renamed", "Ads=Adverts") == 0
    assert capsys.readouterr().out == "Added: 0. Changed: 1. Left: 0. Unchanged: 0.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("teams", "import", "teams.csv", "--renamed", "Ads"), "write it like “Former name=New name”"),
        (("teams", "export", "teams.pdf"), "only .csv and .xlsx can be written"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    assert run(*words) == 2
    assert sentence in capsys.readouterr().err


def test_an_export_stands_in_the_audit_log(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("teams", "import", write(folder, "t.csv", "team\nAds\n"))
    assert run("teams", "export", folder / "out.xlsx") == 0
    assert run("roster", "export", "-") == 0
    capsys.readouterr()
    assert run("audit", "list") == 0
    said = capsys.readouterr().out
    assert "Exported the teams; rows: 1." in said
    assert "Exported the roster; rows: 0." in said
