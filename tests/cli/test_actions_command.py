"""`assess actions`: the whole life of an action from the command line, in both languages, and every refusal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assess.cli import main
from tests.actions.history import LEVEL_OF_CONTROLS, History, start
from tests.databases.stores import Store

NOW = datetime.now(UTC)
FIRST = f"{NOW.year - 1}Q1"
SECOND = f"{NOW.year - 1}Q2"


@pytest.fixture
def company(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    """An installation with one quarter of last year; the commands find it by the environment."""
    made = start(tmp_path)
    made.publish(FIRST, {"Ada": 30.0, **LEVEL_OF_CONTROLS})
    monkeypatch.setenv("ASSESS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ASSESS_DATABASE_URL", made.settings.database_url)
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")
    monkeypatch.setenv("ASSESS_TIME_ZONE", "Asia/Shanghai")
    yield made
    made.database.close()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as done:
        main(["actions", *arguments])
    seen = capsys.readouterr()
    return int(done.value.code or 0), seen.out, seen.err


def test_an_action_from_proposal_to_what_members_see(company: History, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(capsys, "list", "Ada")
    assert (code, "P24 Who gets what, where, how often · Clear finding (COM score_100 30.0" in out) == (0, True)
    assert "nothing yet" in out
    due = (NOW + timedelta(days=40)).date().isoformat()
    assert run(capsys, "adopt", "Ada", "P24", "--owner", "Li Na", "--due", due)[1] == "Adopted as action 1 of Ada.\n"
    _code, out, err = run(capsys, "own", "Ada", "Coffee with Care", "Invite them", "Ask one thing")
    assert out == "Added as action 2 of Ada.\n"
    assert err.startswith("It aims at no dimension")
    assert run(capsys, "adapt", "Ada", "2", "--title", "Tea with Care", "--step", "Invite them")[0] == 0
    assert run(capsys, "assign", "Ada", "2", "--owner", "Bo")[0] == 0
    assert run(capsys, "tick", "Ada", "2", "1")[0] == 0
    assert run(capsys, "note", "Ada", "2", "went well")[0] == 0
    assert run(capsys, "share", "Ada", "2")[1] == "Members see action 2 of Ada.\n"
    _code, out, _err = run(capsys, "list", "Ada")
    assert "2 Tea with Care · Bo · shown to members\n      ✓ 1 Invite them\n      went well" in out
    assert run(capsys, "tick", "Ada", "2", "1", "--undo")[0] == 0
    assert run(capsys, "share", "Ada", "2", "--stop")[1] == "Members do not see action 2 of Ada.\n"
    assert run(capsys, "drop", "Ada", "2")[1] == "Gave up action 2 of Ada.\n"
    assert "Tea with Care" not in run(capsys, "list", "Ada")[1]


def test_the_next_quarter_says_what_became_of_it(
    company: History, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "adopt", "Ada", "P24")
    company.publish(SECOND, {"Ada": 35.0, **LEVEL_OF_CONTROLS})
    _code, out, _err = run(capsys, "list", "Ada")
    assert "): cannot tell yet\n      Some steps were still open when the survey closed" in out
    assert "a rise of about" in out
    monkeypatch.setenv("ASSESS_LANGUAGE", "zh")
    _code, out, _err = run(capsys, "list", "Ada")
    assert "沟通安排表" in out
    assert "尚无定论" in out
    assert "以这样的人数" in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("list", "Bob"), 2, "has no team or unit “Bob”"),
        (("adopt", "Ada", "P99"), 2, "the catalogue has P01 to P85"),
        (("adopt", "Ada", "P50"), 1, "is not for a team lead to decide"),
        (("adopt", "Ada", "P24", "--due", "tomorrow"), 2, "“tomorrow” is no date; write it like 2027-01-31"),
        (("adopt", "Ada", "P24", "--due", "2001-01-01"), 2, "is over; choose a date from"),
        (("tick", "Ada", "1", "1"), 2, "Ada has no action 1. Running: –"),
        (("note", "Ada", "1"), 2, "Give the note as text or as a file"),
        (("fact", "vacancy", "yes"), 2, "A vacancy is in one team, named with --team"),
        (("fact", "bonus", "yes", "--team", "Ada"), 2, "A vacancy is in one team"),
        (("reminders", "--since", "x"), 2, "“x” is no date"),
    ],
)
def test_bad_input_is_one_sentence_and_its_exit_code(
    company: History, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, message: str
) -> None:
    found, out, err = run(capsys, *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_note_is_read_from_a_file_and_its_length_is_said(
    company: History, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "adopt", "Ada", "P24")
    long = tmp_path / "note.txt"
    long.write_text("<i>x</i>" * 1_250, encoding="utf-8")
    assert run(capsys, "note", "Ada", "1", "--file", str(long))[:2] == (2, "")
    long.write_text("short\n二行", encoding="utf-8")
    assert run(capsys, "note", "Ada", "1", "--file", str(long))[0] == 0
    assert "short\n      二行" in run(capsys, "list", "Ada")[1]


def test_facts_reminders_and_the_track_record(company: History, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "fact", "bonus", "yes")[0] == 0
    assert run(capsys, "fact", "vacancy", "yes", "--team", "Ada")[1].startswith("Noted; it counts from the next")
    _code, out, _err = run(capsys, "reminders", "--since", f"{NOW.year - 1}-01-01")
    assert out.count("have been out for two weeks") == len(LEVEL_OF_CONTROLS) + 2
    assert "So far 0 actions could be judged." in run(capsys, "worked")[1]
