"""An anonymous quarter from the command line: two key holders, a code on paper, opening at home."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from assess.config import load_settings
from assess.extensions import open_database
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import put_answers
from assess.surveys.holders.by_file import download_sealed, hand_back
from assess.surveys.holders.codes import new_code, wrap
from assess.surveys.models import Cycle
from tests.cli.test_cycle_command import (
    create_and_open,
    installation,  # noqa: F401 - a fixture for every test here
    instant,
    run,
    set_up,
)
from tests.surveys.shop import appoint

CODE = new_code()


def codes_of(links: Path) -> list[str]:
    return [line.rsplit("/", 1)[1] for line in links.read_text("utf-8").splitlines()[1:]]


def test_it_waits_for_a_key_holder_and_goes_on_with_what_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(tmp_path)
    settings = load_settings()
    database = open_database(settings)
    key = ec.generate_private_key(ec.SECP256R1())
    account = appoint(database, "Ada", key)
    appoint(database, "Bo")
    links = create_and_open(tmp_path)
    said = capsys.readouterr().out
    assert "2026Q4 is anonymous: a key holder opens it, the server cannot." in said
    assert "Check words: " in said
    for code in codes_of(links):
        put_answers(database, code, PlainAnswers({"COM1": 4}), now=datetime.now(UTC))
    with database.writing() as session:
        session.execute(update(Cycle).values(closes_at=datetime.now(UTC)))
    assert run("cycle", "close", "2026Q4") == 0
    assert "wait for a key holder (Ada, Bo)" in capsys.readouterr().out
    assert run("cycle", "publish", "2026Q4") == 1
    assert "not opened yet" in capsys.readouterr().err
    assert run("cycle", "status", "2026Q4") == 0
    assert "Its envelopes wait for a key holder: Ada, Bo." in capsys.readouterr().out
    (tmp_path / "sealed.json").write_bytes(with_key(download_sealed(database, "2026Q4", account), wrap(CODE, key)))
    monkeypatch.setattr("click.prompt", lambda _text: CODE)
    assert run("open", tmp_path / "sealed.json", "--out", tmp_path / "opened.json") == 0
    assert "Opened 14 envelopes; 0 cannot be read, 0 are copies." in capsys.readouterr().out
    hand_back(database, settings, "2026Q4", account, (tmp_path / "opened.json").read_bytes())
    assert run("cycle", "publish", "2026Q4") == 0
    database.close()


def with_key(sealed: bytes, wrapped: bytes) -> bytes:
    content = json.loads(sealed)
    content["keys"] = [{"public_key": "", "wrapped_key": b64encode(wrapped).decode()}]
    return json.dumps(content).encode()


def test_without_key_holders_it_is_confidential_and_says_how_to_change_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path)
    create_and_open(tmp_path)
    said = capsys.readouterr().out
    assert "2026Q4 is confidential" in said
    assert "assess holders invite" in said
    assert "Check words" not in said


def test_one_key_holder_is_not_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    database = open_database(load_settings())
    appoint(database, "Ada")
    database.close()
    times = ("--opens", instant(-1), "--closes", instant(9))
    assert run("cycle", "create", "2026Q4", *times, "--level", "anonymous") == 0
    assert run("cycle", "open", "2026Q4", "--links", tmp_path / "links.csv") == 1
    assert "needs two key holders with a key and has 1" in capsys.readouterr().err
    assert not (tmp_path / "links.csv").exists()


def test_what_nobody_opens_in_thirty_days_is_destroyed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    settings = load_settings()
    database = open_database(settings)
    appoint(database, "Ada")
    appoint(database, "Bo")
    for code in codes_of(create_and_open(tmp_path)):
        put_answers(database, code, PlainAnswers({"COM1": 4}), now=datetime.now(UTC))
    with database.writing() as session:
        session.execute(update(Cycle).values(closes_at=datetime.now(UTC)))
    assert run("cycle", "close", "2026Q4") == 0
    with database.writing() as session:
        opened, closed = session.execute(select(Cycle.opens_at, Cycle.closes_at)).one()
        shift = timedelta(days=31)
        session.execute(update(Cycle).values(opens_at=opened - shift, closes_at=closed - shift))
    assert run("cycle", "status", "2026Q4") == 2
    said = capsys.readouterr().err
    assert "Nobody opened the envelopes of 2026Q4 within 30 days of closing; they were destroyed unopened" in said
    database.close()
