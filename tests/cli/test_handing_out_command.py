"""Links and codes of an open cycle once more: private files, never written over, refused after closing."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from assess.cli import main
from assess.config import load_settings
from assess.extensions import open_database
from assess.surveys.models import Cycle
from tests.cli.test_cycle_command import instant, run
from tests.databases.stores import Store

TEAMS = "team,parent\nLantern,\nAds,Lantern\nBox,Lantern\n"


@pytest.fixture(autouse=True)
def opened(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An open cycle: two of Ads and one of Box have no e-mail. Returns the file of its links."""
    for name, value in {
        "ASSESS_DATA_DIR": str(tmp_path / "data"),
        "ASSESS_DATABASE_URL": each_database.empty(tmp_path / "data"),
        "ASSESS_KEY_DIR": str(tmp_path / "keys"),
        "ASSESS_LANGUAGE": "en",
        "ASSESS_ORGANISATION": "Lantern",
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "teams.csv").write_text(TEAMS, encoding="utf-8")
    paper = {0, 1, 7}
    rows = [
        f"Person {n},{'' if n in paper else f'p{n}@lantern.example'},{'Ads' if n < 7 else 'Box'}" for n in range(14)
    ]
    (tmp_path / "people.csv").write_text("name,email,team\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run("init") == 0
    assert run("teams", "import", tmp_path / "teams.csv") == 0
    assert run("roster", "import", tmp_path / "people.csv") == 0
    assert run("cycle", "create", "2026Q4", "--opens", instant(-1), "--closes", instant(9)) == 0
    assert run("cycle", "open", "2026Q4", "--links", tmp_path / "links.csv") == 0
    return tmp_path / "links.csv"


def test_codes_are_drawn_into_a_private_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    out = tmp_path / "codes.pdf"
    assert run("cycle", "codes", "2026Q4", "--out", out) == 0
    said = capsys.readouterr()
    assert "Wrote 3 slips for 2 boxes to" in said.out
    assert "Box has one slip only: whoever hands it out knows whose it is." in said.err
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_file_that_exists_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("codes", "links"):
        out = tmp_path / f"{command}.out"
        out.write_text("precious", encoding="utf-8")
        assert run("cycle", command, "2026Q4", "--out", out) == 2
        assert "exists already; name a new file." in capsys.readouterr().err
        assert out.read_text(encoding="utf-8") == "precious"


def test_the_links_are_the_same_as_at_opening(opened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = tmp_path / "again.csv"
    assert run("cycle", "links", "2026Q4", "--out", again) == 0
    assert again.read_bytes() == opened.read_bytes()
    assert stat.S_IMODE(again.stat().st_mode) == 0o600
    assert "Wrote the 14 links of 2026Q4 to" in capsys.readouterr().out


def test_after_closing_both_are_refused_and_no_file_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = open_database(load_settings())
    with database.writing() as session:
        session.execute(update(Cycle).values(closes_at=datetime.now(UTC)))
    database.close()
    assert run("cycle", "close", "2026Q4") == 1
    capsys.readouterr()
    for command in ("codes", "links"):
        out = tmp_path / f"{command}.out"
        assert run("cycle", command, "2026Q4", "--out", out) != 0
        assert not out.exists()
        assert capsys.readouterr().err.strip()


def test_an_unknown_language_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["cycle", "codes", "2026Q4", "--out", str(tmp_path / "x.pdf"), "--lang", "fr"])
    assert ended.value.code == 2
    assert "'fr' is not one of 'en', 'zh'" in capsys.readouterr().err
