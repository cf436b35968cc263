"""`assess mail` and what opening and reminding by mail say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_cycle_command import (
    installation,  # noqa: F401 - a fixture for every test here
    instant,
    run,
    set_up,
)
from tests.messages.scripted_server import ScriptedServer, usual


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        monkeypatch.setenv("ASSESS_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("ASSESS_SMTP_PORT", str(server.port))
        monkeypatch.setenv("ASSESS_SMTP_SECURITY", "none")
        monkeypatch.setenv("ASSESS_MAIL_FROM", "survey@lantern.example")
        yield server


def test_a_survey_is_opened_reminded_and_looked_at_by_mail(
    tmp_path: Path, server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path)
    assert run("cycle", "create", "2026Q4", "--opens", instant(-1), "--closes", instant(9)) == 0
    assert run("cycle", "open", "2026Q4") == 2
    assert "--links FILE, --mail, or both" in capsys.readouterr().err
    assert run("cycle", "open", "2026Q4", "--mail") == 0
    assert "Queued 14 invitations" in capsys.readouterr().out
    assert run("mail", "send") == 0
    assert "Sent: 14. To be tried again: 0. Failed: 0." in capsys.readouterr().out
    assert run("cycle", "remind", "2026Q4") == 0
    assert "reminder 1 of 2 to 14 people" in capsys.readouterr().out
    assert run("cycle", "remind", "2026Q4") == 0
    assert run("cycle", "remind", "2026Q4") == 1
    assert "a third would only be pressure" in capsys.readouterr().err
    assert run("mail", "send") == 0
    assert len(server.taken) == 42
    capsys.readouterr()
    assert run("mail", "bounced", server.taken[0].recipient) == 0
    assert run("mail", "status") == 0
    shown = capsys.readouterr().out
    assert "Mail leaves through 127.0.0.1" in shown
    assert f"{server.taken[0].recipient}: came back (invitations)" in shown
    assert run("mail", "bounced", "nobody@lantern.example") == 2
    calls = server.connections
    assert run("mail", "send") == 0
    assert server.connections == calls, "nothing is due, so the server is not even called"


def test_without_a_mail_server_everything_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    assert run("cycle", "create", "2026Q4", "--opens", instant(-1), "--closes", instant(9)) == 0
    for command in (("cycle", "open", "2026Q4", "--mail"), ("mail", "send"), ("mail", "test", "a@b.example")):
        assert run(*command) == 1
        assert "No mail server is set up" in capsys.readouterr().err
    assert run("mail", "status") == 0
    assert "No mail server is set up" in capsys.readouterr().out
    assert run("cycle", "status", "2026Q4") == 0
    assert "planned" in capsys.readouterr().out, "a refused opening has opened nothing"


def test_a_test_message_goes_at_once(server: ScriptedServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mail", "test", "ada@lantern.example", "--language", "zh") == 0
    (taken,) = server.taken
    assert taken.message["Subject"] == "【团队健康度】测试邮件"
    server.script = lambda step, who: "550 5.1.1 no" if step == "RCPT" else usual(step, who)
    assert run("mail", "test", "ada@lantern.example") == 1
    assert "did not take the message: 550 5.1.1" in capsys.readouterr().err
    assert run("mail", "test", "ada@lantern.example\nBcc: x@y.example") == 2


def test_a_preview_needs_no_installation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mail", "preview", "invitation", "--language", "zh") == 0
    assert "打开问卷" in capsys.readouterr().out
    file = tmp_path / "mail.html"
    assert run("mail", "preview", "reminder", "--html", file) == 0
    assert "<h1" in file.read_text()
