"""`assess report` from start to end: real answers in, PDFs out, one sentence for every mistake."""

from pathlib import Path

import pytest

from assess import cli
from tests.reports.shop import text_of

DATA = Path(__file__).parents[1] / "data"
LQ2002 = [str(DATA / "lq2002.csv"), "--instrument", str(DATA / "lq2002.toml"), "--team-column", "COMPID"]


def run(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        cli.main(["report", *words])
    said = capsys.readouterr()
    return int(str(stop.value.code)), said.out, said.err


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")


def test_it_writes_the_report_of_one_company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(*LQ2002, "--out", str(tmp_path), "--team", "13", capsys=capsys)
    path = tmp_path / "13_team-health_en.pdf"
    assert code == 0
    assert out.strip() == str(path)
    assert err.splitlines() == ["lq2002.csv: columns ignored: SUB.", "1 of 1: 13"]
    text = " ".join(text_of(path.read_bytes(), layout=True).split())
    # R: mean(HOSTIL) of company 13, 0-4 put on 0-100; LEAD and TSIG likewise (tests/data/expected).
    assert "99 answered" in text
    assert "higher is worse" in text
    assert "assess report lq2002.csv --instrument lq2002.toml --team-column COMPID" in text
    assert str(tmp_path) not in text


def test_it_speaks_chinese_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(*LQ2002, "--out", str(tmp_path), "--team", "13", "--lang", "zh", capsys=capsys)
    assert "收到99份答卷" in text_of((tmp_path / "13_team-health_zh.pdf").read_bytes())


def test_an_unknown_team_is_answered_with_near_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(*LQ2002, "--out", str(tmp_path), "--team", "130", capsys=capsys)
    assert (code, out) == (2, "")
    assert "--team: there is no team “130” in the latest cycle; did you mean" in err
    assert "13" in err.split("did you mean")[1]
    assert list(tmp_path.iterdir()) == []


def test_a_team_like_no_other_gets_the_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run(*LQ2002, "--out", str(tmp_path), "--team", "Zebra", capsys=capsys)
    assert code == 2
    assert "leave --team out to get all reports" in err


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    code, _out, err = run(*LQ2002, "--out", str(blocked), "--team", "13", capsys=capsys)
    assert code == 2
    assert f"{blocked} cannot be written" in err
    assert "--out" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_the_latest_cycle_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = [f"{code}{n}" for code in ("COM", "TRU", "ROL", "MOT") for n in range(1, 7)]
    lines = [",".join(["team", "cycle", *items])]
    lines += [",".join(["Service", quarter, *["4"] * 24]) for quarter in ("2026Q2", "2026Q3") for _ in range(6)]
    answers = tmp_path / "answers.csv"
    answers.write_text("\n".join(lines))
    code, out, _err = run(str(answers), "--instrument", "team24", "--out", str(tmp_path / "out"), capsys=capsys)
    assert code == 0
    assert out.strip() == str(tmp_path / "out" / "2026-Q3_service_team-health_en.pdf")
    text = text_of(Path(out.strip()).read_bytes())
    assert "2026 Q3" in text
    assert "Compared with 2026 Q2, nothing has clearly changed" in text
    assert "Over time" in text
    assert "First measurement" not in text


def test_the_organisation_gets_a_report_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(*LQ2002, "--out", str(tmp_path), "--organisation", capsys=capsys)
    path = tmp_path / "organisation_team-health_en.pdf"
    assert code == 0
    assert out.strip() == str(path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    text = " ".join(text_of(path.read_bytes(), layout=True).split())
    # R: 2,042 people in 49 companies; the gate is open on all three scales (tests/data/expected).
    assert "2042 answered" in text
    assert "Likely among the lowest 5" in text
    assert "There is no earlier quarter to compare teams with" in text
    assert "--team-column COMPID --out out --organisation" in text


def test_organisation_and_team_are_two_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run(*LQ2002, "--out", str(tmp_path), "--organisation", "--team", "13", capsys=capsys)
    assert code == 2
    assert "two different reports" in err
    assert list(tmp_path.iterdir()) == []
