"""`assess backup` and `assess restore` as somebody types them."""

import hashlib
import io
import stat
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from assess.config import load_settings
from assess.extensions import open_database
from assess.operations.backup import last_backup
from assess.surveys.cycles import find_cycle
from assess.surveys.models import State
from tests.cli.test_cycle_command import create_and_open, run, set_up
from tests.databases.stores import Store, current_store

PASSPHRASE = "lanterns hang over the quiet harbour"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    move_to(tmp_path / "one", monkeypatch)
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")
    monkeypatch.setenv("ASSESS_ORGANISATION", "Lantern")
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return tmp_path


def move_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine: its own data and its own key directory."""
    monkeypatch.setenv("ASSESS_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("ASSESS_DATABASE_URL", current_store().empty(folder / "data"))
    monkeypatch.setenv("ASSESS_KEY_DIR", str(folder / "keys"))


def test_an_open_quarter_is_saved_with_its_keys_and_goes_on_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path)
    create_and_open(tmp_path)
    files = {"--out": tmp_path / "saved.zip", "--keys": tmp_path / "keys.locked"}
    pairs = [argument for pair in files.items() for argument in pair]
    assert run("backup", *pairs, "--passphrase-file", tmp_path / "passphrase") == 0
    said = capsys.readouterr()
    assert "saved.zip, SHA-256 " in said.out
    assert "It holds sealed envelopes of 2026Q4; destroy it once 2026Q4 is published." in said.err
    assert "Keep the file of the keys in another place than the backup" in said.err
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert last_backup(load_settings()) is not None

    move_to(tmp_path / "two", monkeypatch)
    keys = ("--keys", files["--keys"], "--passphrase-file", tmp_path / "passphrase")
    assert run("restore", files["--out"], *keys) == 1
    assert "say so with --closed-since or --not-closed-since" in capsys.readouterr().err
    assert run("restore", files["--out"], *keys, "--not-closed-since") == 0
    said = capsys.readouterr()
    assert "Restored the state of " in said.out
    assert "2026Q4 goes on with at least 0 envelopes" in said.out
    assert run("cycle", "links", "2026Q4", "--out", tmp_path / "again.csv") == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "links.csv").read_bytes()
    assert run("restore", files["--out"], *keys, "--not-closed-since") == 1
    assert "This installation is not empty" in capsys.readouterr().err


def test_without_keys_it_says_what_a_lost_disk_would_cost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    create_and_open(tmp_path)
    capsys.readouterr()
    assert run("backup", "--out", tmp_path / "saved.zip") == 0
    assert "Without --keys a lost disk costs 2026Q4 its answers" in capsys.readouterr().err


def test_nothing_is_written_over_and_a_refused_backup_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path)
    (tmp_path / "precious").write_text("precious", encoding="utf-8")
    phrase = ("--passphrase-file", tmp_path / "passphrase")
    assert run("backup", "--out", tmp_path / "precious") == 2
    assert run("backup", "--out", tmp_path / "saved.zip", "--keys", tmp_path / "precious", *phrase) == 2
    assert run("backup", "--out", tmp_path / "precious", "--keys", tmp_path / "keys.locked", *phrase) == 2
    assert "exists already; name a new file." in capsys.readouterr().err
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / "saved.zip").exists()
    assert not (tmp_path / "keys.locked").exists()
    (tmp_path / "passphrase").write_text("short\n", encoding="utf-8")
    assert run("backup", "--out", tmp_path / "saved.zip", "--keys", tmp_path / "keys.locked", *phrase) == 2
    assert "fewer than 15 characters" in capsys.readouterr().err
    assert not (tmp_path / "saved.zip").exists()
    assert (
        run("backup", "--out", tmp_path / "s.zip", "--keys", tmp_path / "k", "--passphrase-file", tmp_path / "no") == 2
    )
    assert "name a text file whose first line is the passphrase" in capsys.readouterr().err


def test_a_backup_may_go_through_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For age or gpg: only the file goes to standard output."""
    set_up(tmp_path)
    capsys.readouterr()
    command = [sys.executable, "-m", "assess", "backup", "--out", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    assert f"Saved to -, SHA-256 {hashlib.sha256(done.stdout).hexdigest()}." in done.stderr.decode()
    with ZipFile(io.BytesIO(done.stdout)) as file:
        assert file.testzip() is None
        assert "tables/people.jsonl" in file.namelist()


def test_restoring_brings_up_an_installation_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path)
    assert run("backup", "--out", tmp_path / "saved.zip") == 0
    move_to(tmp_path / "two", monkeypatch)
    assert run("restore", tmp_path / "saved.zip") == 0
    assert "Everybody signs in anew" in capsys.readouterr().out
    create_and_open(tmp_path)
    settings = load_settings()
    assert stat.S_IMODE(settings.key_dir.stat().st_mode) == 0o700
    database = open_database(settings)
    with database.reading() as session:
        assert find_cycle(session, "2026Q4").state == State.OPEN
    database.close()


def test_a_lost_key_directory_comes_back_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path)
    create_and_open(tmp_path)
    saved = ("--keys", tmp_path / "keys.locked", "--passphrase-file", tmp_path / "passphrase")
    assert run("backup", "--out", tmp_path / "saved.zip", *saved) == 0
    monkeypatch.setenv("ASSESS_KEY_DIR", str(tmp_path / "new-keys"))
    assert run("cycle", "links", "2026Q4", "--out", tmp_path / "none.csv") == 1
    assert run("restore", *saved) == 0
    assert "Put back the keys of 2026Q4." in capsys.readouterr().out
    assert run("cycle", "links", "2026Q4", "--out", tmp_path / "again.csv") == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "links.csv").read_bytes()
    assert run("cycle", "abort", "2026Q4", "--yes") == 0
    capsys.readouterr()
    assert run("restore", *saved) == 1
    assert "None of these keys belongs to a survey that is open" in capsys.readouterr().err
    assert not list((tmp_path / "new-keys").rglob("*.key"))
    assert run("restore") == 2
    assert "Name a backup, a file of keys with --keys, or both." in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 nonsense"])
def test_a_file_that_is_no_backup_leaves_the_place_empty(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "saved.zip").write_bytes(content)
    assert run("restore", tmp_path / "saved.zip") == 2
    assert capsys.readouterr().err.count("\n") == 1
