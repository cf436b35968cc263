"""`assess instruments`: list, check, export."""

import csv
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assess.cli import main
from assess.localisation import use_language
from assess.surveys.instruments import load_instrument
from assess.surveys.response_files import read_responses
from tests.surveys.own_files import own_file

DATA = Path(__file__).parent.parent / "data"


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught, use_language("en"):
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")


def test_the_built_in_questionnaires_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("instruments", "list") == 0
    long, short = capsys.readouterr().out.splitlines()
    assert long.startswith(
        "team24 0.9, Team health, 24 items: 4 dimensions, 24 items, 3 outcomes, 16 driver modules; languages en, zh; "
        "sha256 "
    )
    assert short.startswith("team16 0.9, Team health, 16 items: 4 dimensions, 16 items, 3 outcomes, ")


def test_every_file_is_checked_and_one_wrong_one_is_enough_to_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("code = 7\n", encoding="utf-8")
    assert run("instruments", "check", wrong, DATA / "lq2002.toml", "team24") == 2
    said = capsys.readouterr()
    assert said.err == 'wrong.toml, line 1: The key languages is missing; write languages = ["en"], for example.\n'
    assert [line[:12] for line in said.out.splitlines()] == ["OK: lq2002 1", "OK: team24 0"]
    assert run("instruments", "check", DATA / "lq2002.toml") == 0


def test_the_answer_sheet_has_a_column_for_each_item(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("instruments", "export", "team16", "--module", "STRU") == 0
    (header,) = csv.reader([capsys.readouterr().out.strip()])
    asked = load_instrument("team16").effective(("STRU",))
    assert header == ["team", *(rating.code for rating in asked.ratings)]


def test_a_filled_in_answer_sheet_is_read_back(tmp_path: Path) -> None:
    out = tmp_path / "answers.xlsx"
    assert run("instruments", "export", "team24", "--form", "xlsx", "--out", out) == 0
    book = load_workbook(BytesIO(out.read_bytes()))
    answers, items = book.worksheets
    answers.append(["Alpha", *[4] * 26, 0])
    assert [cell.value for cell in items[2]] == [
        "COM1",
        "COM",
        "I get the information I need for my work in time.",
        "我能及时拿到工作所需的信息。",
        (
            "5 = Strongly agree / 非常同意\n4 = Agree / 同意\n3 = Neither agree nor disagree / 既不同意也不反对\n"
            "2 = Disagree / 不同意\n1 = Strongly disagree / 非常不同意"
        ),
    ]
    assert items.max_row == 28
    book.save(out)
    with pytest.raises(Exception, match="column OUT3: “0” is no rating"):
        read_responses(out, load_instrument("team24"))
    answers["AB2"] = 5
    book.save(out)
    (cycle,) = read_responses(out, load_instrument("team24")).cycles
    assert cycle.ratings[0].tolist() == [4] * 26 + [5]


def test_a_text_that_begins_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    text = (DATA / "lq2002.toml").read_text(encoding="utf-8")
    mine.write_text(text.replace('"Task significance, item 1"', '"=1+1"'), encoding="utf-8")
    out = tmp_path / "answers.xlsx"
    assert run("instruments", "export", mine, "--form", "xlsx", "--out", out) == 0
    cells = {cell.value: cell.data_type for row in load_workbook(out).worksheets[1].iter_rows() for cell in row}
    assert cells["=1+1"] == "s"


def test_the_questionnaire_itself_can_be_exported_and_checked(tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    assert run("instruments", "export", "team24", "--form", "toml", "--out", out) == 0
    assert load_instrument(out) == load_instrument("team24")


def test_an_unknown_code_or_module_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("instruments", "export", "team99") == 2
    assert capsys.readouterr().err == (
        "There is no instrument team99: no such file, and the built-in instruments are team24, team16.\n"
    )
    assert run("instruments", "export", "team24", "--module", "MOOD") == 1
    assert "has no driver module MOOD; choose from: GOAL, " in capsys.readouterr().err


def test_one_of_the_organisations_own_is_kept_listed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_KEY_DIR", str(tmp_path / "keys"))
    assert run("init") == 0
    (tmp_path / "mine.toml").write_bytes(own_file())
    assert run("instruments", "own") == 0
    capsys.readouterr()
    assert run("instruments", "add", tmp_path / "mine.toml") == 0
    assert capsys.readouterr().out.startswith("Kept: calm 1.0, Calm and clear: 1 dimensions, 2 items, 1 outcomes")
    create = ("cycle", "create", "2030Q1", "--instrument", "calm", "--opens", "2030-01-10T09:00")
    assert run(*create, "--closes", "2030-01-20T09:00") == 0
    (tmp_path / "mine.toml").write_bytes(own_file("1.1", "We may think."))
    capsys.readouterr()
    assert run("instruments", "add", tmp_path / "mine.toml") == 0
    assert capsys.readouterr().out.splitlines()[1] == "These plans ask it as it is now: 2030Q1."
    assert run("instruments", "own") == 0
    assert capsys.readouterr().out.startswith("calm 1.1, ")
    (tmp_path / "mine.toml").write_text("code = ", encoding="utf-8")
    assert run("instruments", "add", tmp_path / "mine.toml") == 2
    assert capsys.readouterr().err.startswith("mine.toml, line 1: ")
    assert run("instruments", "remove", "calm") == 0
    assert run("instruments", "remove", "calm") == 2
    assert "There is no questionnaire calm of your own. Known: –." in capsys.readouterr().err
