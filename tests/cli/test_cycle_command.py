"""A whole quarter from the command line, and what it refuses."""

import csv
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from assess.cli import main
from assess.config import load_settings
from assess.extensions import open_database
from assess.migrations import downgrade
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import put_answers
from assess.surveys.models import Cycle
from tests.databases.stores import Store

TEAMS = "team,parent\nLantern,\nAds,Lantern\nBox,Lantern\n"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, each_database: Store) -> Path:
    """An environment of its own for every test."""
    for name, value in {
        "ASSESS_DATA_DIR": str(tmp_path / "data"),
        "ASSESS_DATABASE_URL": each_database.empty(tmp_path / "data"),
        "ASSESS_KEY_DIR": str(tmp_path / "keys"),
        "ASSESS_LANGUAGE": "en",
        "ASSESS_ORGANISATION": "Lantern",
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def set_up(folder: Path, people: int = 7) -> None:
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    rows = [f"Person number {n},p{n}@lantern.example,{'Ads' if n < people else 'Box'}" for n in range(2 * people)]
    (folder / "people.csv").write_text("name,email,team\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run("init") == 0
    assert run("teams", "import", folder / "teams.csv") == 0
    assert run("roster", "import", folder / "people.csv") == 0


def instant(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


def create_and_open(folder: Path) -> Path:
    assert run("cycle", "create", "2026Q4", "--opens", instant(-1), "--closes", instant(9)) == 0
    links = folder / "links.csv"
    assert run("cycle", "open", "2026Q4", "--links", links) == 0
    return links


def test_a_quarter_runs_from_init_to_publication(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    links = create_and_open(tmp_path)
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    with links.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["group"] for row in rows] == ["Ads"] * 7 + ["Box"] * 7
    text = links.read_text(encoding="utf-8")
    assert "Person number" not in text  # no code can look like this: codes have no blanks
    assert "@" not in text
    database = open_database(load_settings())
    for row in rows:
        put_answers(database, row["link"].rsplit("/", 1)[1], PlainAnswers({"COM1": 4}), now=datetime.now(UTC))
    capsys.readouterr()
    assert run("cycle", "status", "2026Q4") == 0
    shown = capsys.readouterr().out
    assert "2026Q4: open, closes" in shown
    assert "  Ads: 7 invited\n" in shown
    assert run("cycle", "close", "2026Q4") == 1
    assert "is never closed early" in capsys.readouterr().err
    with database.writing() as session:
        session.execute(update(Cycle).values(closes_at=datetime.now(UTC)))
    database.close()
    assert run("cycle", "close", "2026Q4") == 0
    assert run("cycle", "publish", "2026Q4") == 0
    assert "Published 2026Q4; single answers are deleted." in capsys.readouterr().out
    assert run("cycle", "status", "2026Q4") == 0
    assert "2026Q4: published" in capsys.readouterr().out


def test_the_links_file_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    assert run("cycle", "create", "2026Q4", "--opens", instant(-1), "--closes", instant(9)) == 0
    links = tmp_path / "links.csv"
    links.write_text("precious", encoding="utf-8")
    assert run("cycle", "open", "2026Q4", "--links", links) == 2
    assert "links.csv exists already; name a new file." in capsys.readouterr().err
    assert links.read_text(encoding="utf-8") == "precious"
    assert run("cycle", "open", "2026Q4", "--links", tmp_path / "no" / "links.csv") == 2
    assert "cannot be written (No such file or directory); name another file." in capsys.readouterr().err
    assert run("cycle", "status", "2026Q4") == 0
    assert "2026Q4: planned" in capsys.readouterr().out


def test_a_refused_opening_leaves_no_links_file(tmp_path: Path) -> None:
    set_up(tmp_path)
    assert run("cycle", "open", "2026Q4", "--links", tmp_path / "links.csv") == 2
    assert not (tmp_path / "links.csv").exists()


def test_too_few_answers_are_said_at_closing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    create_and_open(tmp_path)
    database = open_database(load_settings())
    with database.writing() as session:
        session.execute(update(Cycle).values(closes_at=datetime.now(UTC)))
    database.close()
    assert run("cycle", "close", "2026Q4") == 1
    assert "Too few answered in 2026Q4; what was handed in has been destroyed unopened." in capsys.readouterr().err


def test_aborting_asks_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    create_and_open(tmp_path)
    assert run("cycle", "abort", "2026Q4", "--yes") == 0
    assert "Aborted 2026Q4; nothing was opened." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["cycle", "status", "2026Q4"], 1, "There is no installation in"),
        (["cycle", "create", "2026Q4", "--opens", "soon", "--closes", "later"], 1, "create one with: assess init"),
    ],
)
def test_without_an_installation_the_first_command_is_named(
    arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == code
    assert sentence in capsys.readouterr().err


def test_tables_of_another_version_are_named_with_the_command_that_renews_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("init") == 0
    database = open_database(load_settings())
    downgrade(database, "0001")
    database.close()
    assert run("cycle", "status", "2026Q4") == 1
    assert "those of another version of Assess; renew them with: assess init" in capsys.readouterr().err
    assert run("init") == 0
    assert run("cycle", "status", "2026Q4") == 2


def test_an_instant_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init") == 0
    assert run("cycle", "create", "2026Q4", "--opens", "soon", "--closes", "later") == 2
    assert "“soon” is no date with time; write it like 2026-12-01T09:00." in capsys.readouterr().err


def test_init_may_be_run_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert (run("init"), run("init")) == (0, 0)
    assert "Next: assess teams import FILE" in capsys.readouterr().out


def test_a_plan_says_before_opening_who_will_be_reportable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    assert run("cycle", "plan", "2026Q4") == 2
    assert "There is no cycle 2026Q4" in capsys.readouterr().err
    assert run("cycle", "create", "2026Q4", "--opens", instant(-1), "--closes", instant(9)) == 0
    capsys.readouterr()
    assert run("cycle", "plan", "2026Q4") == 0
    lines = capsys.readouterr().out.splitlines()
    table = {line.split()[0]: line.split() for line in lines if line.startswith("  ")}
    assert table["Ads"][1] == "7"
    assert len(set(map(len, [line for line in lines if line.startswith("  ")]))) == 1, "columns stand under each other"
    assert any(line.startswith("Ads and Box asked as one group") for line in lines)
