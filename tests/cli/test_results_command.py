"""The links to results on the command line: printed, or written for HR alone; refused where they lead nowhere."""

import csv
from pathlib import Path

import pytest

from tests.cli.test_cycle_command import run
from tests.databases.stores import Store
from tests.surveys.shop import QUARTER, Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Shop:
    for name, value in {
        "ASSESS_DATA_DIR": str(tmp_path / "data"),
        "ASSESS_KEY_DIR": str(tmp_path / "keys"),
        "ASSESS_LANGUAGE": "en",
        "ASSESS_SECRET_KEY": "0123456789abcdef" * 4,
    }.items():
        monkeypatch.setenv(name, value)
    shop = open_shop(tmp_path)
    monkeypatch.setenv("ASSESS_DATABASE_URL", shop.url)
    shop.everybody_answers("Ads")
    shop.database.close()
    return shop


def test_every_unit_has_one_link(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", "results", QUARTER) == 1
    assert "is not published yet" in capsys.readouterr().err
    shop.finish()
    assert run("cycle", "results", QUARTER) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["Ads", "Box", "Care", "Lantern"]
    out = tmp_path / "links.csv"
    assert run("cycle", "results", QUARTER, "--out", out) == 0
    assert "Wrote the links of 4 teams and units" in capsys.readouterr().out
    assert out.stat().st_mode & 0o777 == 0o600
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [["group", "link"], *(line.split("  ") for line in lines)]
    assert all("/m/" in link for _unit, link in rows[1:])
    assert run("cycle", "results", QUARTER, "--out", out) == 2
    assert "exists already" in capsys.readouterr().err


def test_withdrawn_results_have_no_links(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.finish()
    assert run("cycle", "withdraw", QUARTER, "--because", "Imported twice.", "--yes") == 0
    assert run("cycle", "results", QUARTER) == 1
    assert "Imported twice." in capsys.readouterr().err
