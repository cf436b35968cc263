"""`assess score` from start to end: the document, the refusals, and that nothing half-written is left."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from assess.cli import main
from assess.localisation import use_language
from assess.surveys.instruments import load_instrument

DATA = Path(__file__).parent.parent / "data"
CORE = [rating.code for rating in load_instrument("team24").effective().ratings]


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught, use_language("en"):
        main([str(argument) for argument in arguments])
    return int(caught.value.code or 0)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Write the core instrument's answers of two teams as a spreadsheet, as HR would type them."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Team", *CORE])
    for place in range(18):
        ratings = [1 + (place + column) % 5 for column in range(len(CORE))]
        sheet.append(["Alpha" if place < 6 else "Beta", *ratings])
    path = tmp_path / "answers.xlsx"
    book.save(path)
    return path


def scored(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_spreadsheet_of_the_core_instrument_is_scored(tmp_path: Path, answers: Path) -> None:
    out = tmp_path / "scores.json"
    assert run("score", answers, "--instrument", "team24", "--json", out) == 0
    document = scored(out)
    assert document["instrument"] == {
        "code": "team24",
        "version": "0.9",
        "sha256": load_instrument("team24").effective().sha256,
    }
    (cycle,) = document["cycles"]
    assert cycle["cycle"] is None
    assert [(team["team"], team["n"]) for team in cycle["teams"]] == [("Alpha", 6), ("Beta", 12)]
    assert list(cycle["teams"][0]["dimensions"]) == ["COM", "TRU", "ROL", "MOT"]
    assert "headcount" not in cycle["teams"][0]


def test_real_survey_data_are_scored(tmp_path: Path) -> None:
    out = tmp_path / "scores.json"
    code = run(
        "score", DATA / "lq2002.csv", "--instrument", DATA / "lq2002.toml", "--team-column", "COMPID",
        "--minimum", 1, "--json", out,
    )  # fmt: skip
    assert code == 0
    document = scored(out)
    assert document["notices"] == ["lq2002.csv: columns ignored: SUB."]
    (cycle,) = document["cycles"]
    assert len(cycle["teams"]) == 49
    assert sum(team["n"] for team in cycle["teams"]) == 2042
    with (DATA / "lq2002.csv").open(encoding="utf-8", newline="") as stream:
        companies = sorted({int(row["COMPID"]) for row in csv.DictReader(stream)})
    assert [team["team"] for team in cycle["teams"]] == [str(company) for company in companies]


def test_a_roster_gives_headcounts_and_units(tmp_path: Path, answers: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("team,headcount,parent\nAlpha,8,Sales\nBeta,12,Sales\nSales,0,\n", encoding="utf-8")
    out = tmp_path / "scores.json"
    assert run("score", answers, "--instrument", "team24", "--roster", roster, "--json", out) == 0
    (cycle,) = scored(out)["cycles"]
    assert [(team["team"], team["headcount"]) for team in cycle["teams"]] == [("Alpha", 8), ("Beta", 12)]
    assert [(unit["team"], unit["n"], unit["headcount"]) for unit in cycle["units"]] == [("Sales", 18, 20)]


def test_a_short_roster_may_be_accepted(tmp_path: Path, answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("team,headcount\nAlpha,5\nBeta,12\n", encoding="utf-8")
    out = tmp_path / "scores.json"
    arguments = ("score", answers, "--instrument", "team24", "--roster", roster, "--json", out)
    assert run(*arguments) == 2
    assert capsys.readouterr().err == (
        "The team Alpha has 6 answers but only 5 heads in roster.csv; correct the headcount, or use "
        "--accept-short-roster.\n"
    )
    assert not out.exists()
    assert run(*arguments, "--accept-short-roster") == 0
    notice = "More answers than heads in roster.csv, headcount taken as unknown: Alpha."
    assert scored(out)["notices"] == [notice]
    assert capsys.readouterr().err == notice + "\n"


def test_standard_output_gets_the_same_bytes(
    tmp_path: Path, answers: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    out = tmp_path / "scores.json"
    assert run("score", answers, "--instrument", "team24", "--json", out) == 0
    assert run("score", answers, "--instrument", "team24", "--json", "-") == 0
    assert capfdbinary.readouterr().out == out.read_bytes()


HEADER = ",".join(["team", *CORE])
FOURS = ",".join("4" for _code in CORE)
BAD = {
    "wrong encoding": (
        f"{HEADER}\nMüller,{FOURS}\n".encode("cp1252"),
        "answers.csv, row 2: the text is neither UTF-8 nor GB18030 nor UTF-16; save the file as “CSV UTF-8”.",
    ),
    "unknown item code": (
        f"{HEADER},COM9\nA,{FOURS},4\n".encode(),
        (
            "answers.csv, row 1, column COM9: unknown item code; the instrument team24 has COM1, COM2, COM3, COM4, "
            "COM6, COM5. Rename or remove the column, or choose the instrument that was used."
        ),
    ),
    "value out of range": (
        f"{HEADER}\nA,{FOURS}\nA,6{FOURS[1:]}\n".encode(),
        (
            "answers.csv, row 3, column COM1: “6” is no rating; allowed are whole numbers from 1 to 5, or an empty "
            "cell for no answer."
        ),
    ),
    "missing team": (
        f"{HEADER}\nA,{FOURS}\n,{FOURS}\n".encode(),
        "answers.csv, row 3, column team: the team is missing; fill it in.",
    ),
    "duplicate column": (
        f"{HEADER}, com1\nA,{FOURS},4\n".encode(),
        "answers.csv, row 1: the column com1 is there twice (columns 2 and 29); remove or rename one.",
    ),
    "empty file": (b"", "answers.csv is empty; name a file with a header and rows."),
    "a million columns": (
        ("team," + ",".join(f"c{i}" for i in range(1_000_000)) + "\nA\n").encode(),
        "answers.csv, row 1: more than 2,000 columns; remove the columns that are not needed.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_unusable_answers_are_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    content, sentence = BAD[case]
    (tmp_path / "answers.csv").write_bytes(content)
    code = run("score", tmp_path / "answers.csv", "--instrument", "team24", "--json", tmp_path / "scores.json")
    assert (code, capsys.readouterr().err) == (2, sentence + "\n")
    assert [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


def test_an_instrument_with_a_dimension_without_items_is_refused(
    tmp_path: Path, answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.toml"
    text = (DATA / "lq2002.toml").read_text(encoding="utf-8")
    wrong.write_text(text + '\n[[dimensions]]\ncode = "MOOD"\nname.en = "Mood"\n', encoding="utf-8")
    line = text.count("\n") + 2
    assert run("score", answers, "--instrument", wrong, "--json", tmp_path / "scores.json") == 2
    assert capsys.readouterr().err == (
        f'wrong.toml, line {line}: The dimension MOOD has no item; add one with dimension = "MOOD" or remove the '
        "dimension.\n"
    )
    assert not (tmp_path / "scores.json").exists()


def test_a_failed_run_leaves_an_earlier_result_alone(tmp_path: Path, answers: Path) -> None:
    out = tmp_path / "scores.json"
    out.write_text("earlier", encoding="utf-8")
    assert run("score", answers, "--instrument", "team24", "--team-column", "Gruppe", "--json", out) == 2
    assert out.read_text(encoding="utf-8") == "earlier"


def test_the_answers_are_never_overwritten(tmp_path: Path, answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = answers.read_bytes()
    assert run("score", answers, "--instrument", "team24", "--json", answers) == 2
    assert capsys.readouterr().err == f"{answers} would be overwritten by the result; name another file.\n"
    assert answers.read_bytes() == before


def test_a_place_that_cannot_be_written_is_refused(
    tmp_path: Path, answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "none" / "scores.json"
    assert run("score", answers, "--instrument", "team24", "--json", out) == 2
    assert capsys.readouterr().err == (f"{out} cannot be written (No such file or directory); name another place.\n")
    assert run("score", answers, "--instrument", "team24", "--json", tmp_path) == 2
    assert capsys.readouterr().err == f"{tmp_path} is a folder; name a file to write.\n"


def test_a_refusal_is_chinese_for_chinese_readers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSESS_LANGUAGE", "zh_CN.UTF-8")
    (tmp_path / "answers.csv").write_bytes(b"")
    assert run("score", tmp_path / "answers.csv", "--instrument", "team24", "--json", "-") == 2
    assert capsys.readouterr().err == "answers.csv是空文件；请提供含有标题行和数据行的文件。\n"
