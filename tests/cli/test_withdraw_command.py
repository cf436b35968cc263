"""Withdrawing on the command line: with a reason, after a question, listed for good."""

from pathlib import Path

import pytest

from tests.cli.test_cycle_command import run
from tests.databases.stores import Store
from tests.surveys.shop import QUARTER, open_shop


@pytest.fixture(autouse=True)
def published(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ASSESS_DATA_DIR": str(tmp_path / "data"),
        "ASSESS_KEY_DIR": str(tmp_path / "keys"),
        "ASSESS_LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)
    shop = open_shop(tmp_path)
    monkeypatch.setenv("ASSESS_DATABASE_URL", shop.url)
    shop.everybody_answers("Ads")
    shop.finish()
    shop.database.close()


def test_a_quarter_is_withdrawn_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", "withdrawn") == 0
    assert "No results were withdrawn." in capsys.readouterr().out
    assert run("cycle", "withdraw", QUARTER, "--because", "A team was imported twice.", "--yes") == 0
    assert "Withdrew the results of 2026Q4." in capsys.readouterr().out
    assert run("cycle", "withdrawn") == 0
    listed = capsys.readouterr().out
    assert listed.startswith("2026 Q4, withdrawn on ")
    assert listed.rstrip().endswith(": A team was imported twice.")
    assert run("cycle", "report", QUARTER, "--out", tmp_path / "reports") == 1
    assert "The results of 2026 Q4 were withdrawn on" in capsys.readouterr().err
    assert run("cycle", "withdraw", QUARTER, "--because", "Again.", "--yes") == 1


def test_without_a_reason_nothing_happens(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", "withdraw", QUARTER, "--yes") == 2
    assert run("cycle", "withdraw", QUARTER, "--because", "   ", "--yes") == 2
    assert "Say in one sentence" in capsys.readouterr().err
    assert run("cycle", "withdraw", "2020Q1", "--because", "Why.", "--yes") != 0
