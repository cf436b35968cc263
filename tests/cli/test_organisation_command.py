"""`assess organisation`: setting and showing logo and accent colour."""

from pathlib import Path

import pytest

from tests.cli.test_cycle_command import run
from tests.looks.pictures import SVG, picture


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")
    monkeypatch.setenv("ASSESS_ORGANISATION", "Lantern")
    assert run("init") == 0
    capsys.readouterr()


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run("organisation", "show") == 0
    return capsys.readouterr().out.splitlines()


def test_logo_and_colour_are_set_each_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys)[-2:] == ["Logo: none", "Accent colour: #0f5c6e"]
    (tmp_path / "logo.png").write_bytes(picture())
    assert run("organisation", "set", "--logo", tmp_path / "logo.png") == 0
    assert run("organisation", "set", "--accent", "#1F6F54") == 0
    name, *_others, logo, colour = shown(capsys)
    assert name == "Name: Lantern (set by the operator in ASSESS_ORGANISATION)"
    assert logo.startswith("Logo: PNG, ")
    assert colour == "Accent colour: #1f6f54"
    assert run("organisation", "set", "--no-logo") == 0
    assert shown(capsys)[-2:] == ["Logo: none", "Accent colour: #1f6f54"]
    (tmp_path / "logo.svg").write_text(SVG % "")
    assert run("organisation", "set", "--logo", tmp_path / "logo.svg", "--no-accent") == 0
    assert shown(capsys)[-2].startswith("Logo: SVG, ")
    assert shown(capsys)[-1] == "Accent colour: #0f5c6e"


def test_what_cannot_be_used_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logo.png").write_bytes(b"no picture")
    (tmp_path / "good.png").write_bytes(picture())
    for wrong in (
        ("--logo", tmp_path / "logo.png", "--accent", "#1f6f54"),
        ("--logo", tmp_path / "good.png", "--accent", "#77ccff"),
        ("--logo", tmp_path / "good.png", "--no-logo"),
        (),
    ):
        assert run("organisation", "set", *wrong) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert shown(capsys)[-2:] == ["Logo: none", "Accent colour: #0f5c6e"]


def test_what_the_operator_left_open_is_set_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run("organisation", "set", "--contact", "hr@lamp.example", "--time-zone", "Asia/Shanghai", "--minimum", "8")
        == 0
    )
    assert shown(capsys)[:6] == [
        "Name: Lantern (set by the operator in ASSESS_ORGANISATION)",
        "Contact: hr@lamp.example (set here)",
        "Time zone: Asia/Shanghai (set here)",
        "Languages: en,zh (not set)",
        "Fewest answers: 8 (set here)",
        "Second step: admins (not set)",
    ]
    assert run("organisation", "set", "--name", "Lamp") == 1
    assert "ASSESS_ORGANISATION" in capsys.readouterr().err
    assert run("organisation", "set", "--minimum", "3") == 2
    assert run("organisation", "set", "--second-step", "nobody", "--contact", "x") == 2
    assert shown(capsys)[1] == "Contact: hr@lamp.example (set here)"
