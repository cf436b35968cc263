"""Answers from files: what counts, what is refused, and where."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.errors import InputError
from assess.scoring.answers import MISSING
from assess.surveys.instruments import Instrument, load_instrument
from assess.surveys.response_cycles import load_cycles
from assess.surveys.response_files import ResponseFile, read_responses

TOML = """\
code = "mini"
version = "1"
languages = ["en"]
scale = { min = 1, max = 5 }
[[dimensions]]
code = "COM"
name.en = "Communication"
[[dimensions]]
code = "HOT"
name.en = "Hot"
overall = false
higher_is_better = false
scale = { min = -2, max = 2 }
[[dimensions]]
code = "MOOD"
module = "MOOD"
name.en = "Mood"
[[items]]
code = "COM1"
dimension = "COM"
text.en = "One."
[[items]]
code = "COM2"
dimension = "COM"
reverse_keyed = true
text.en = "Two."
[[items]]
code = "HOT1"
dimension = "HOT"
text.en = "Three."
[[items]]
code = "MOOD1"
dimension = "MOOD"
text.en = "Four."
[[outcomes]]
code = "OUT1"
text.en = "Five?"
scale = { min = 0, max = 10 }
[[comments]]
code = "CMT1"
text.en = "Why?"
"""
HEADER = "team,COM1,COM2,HOT1,OUT1"


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    path = tmp_path_factory.mktemp("instrument") / "mini.toml"
    path.write_text(TOML, encoding="utf-8")
    return load_instrument(path)


def saved(folder: Path, *lines: str) -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refusal(path: Path, instrument: Instrument, **options: str) -> str:
    with pytest.raises(InputError) as caught:
        read_responses(path, instrument, **options)
    return str(caught.value)


def only(found: ResponseFile) -> tuple[tuple[str, ...], list[int], list[list[int]]]:
    (cycle,) = found.cycles
    return cycle.teams, cycle.team_of.tolist(), cycle.ratings.tolist()


def test_ratings_stand_as_answered_in_the_order_of_the_key(tmp_path: Path, mini: Instrument) -> None:
    found = read_responses(saved(tmp_path, "OUT1,HOT1,Team,com2 ,COM1", "10,-2,B,5,1", "0,,A,,"), mini)
    blank = int(MISSING)
    assert only(found) == (("A", "B"), [1, 0], [[1, 5, -2, 10], [blank, blank, blank, 0]])
    assert found.cycles[0].cycle is None
    assert [item.code for item in found.instrument.whole_key().items] == ["COM1", "COM2", "HOT1", "OUT1"]
    assert found.cycles[0].ratings.dtype == np.int8
    assert found.cycles[0].team_of.dtype == np.int32
    assert found.notices == ()


def test_a_row_without_any_answer_counts_nowhere(tmp_path: Path, mini: Instrument) -> None:
    found = read_responses(saved(tmp_path, HEADER, "A,1,,,", "B,,,,", ",,,,", "A,, ,,"), mini)
    assert only(found)[:2] == (("A",), [0])


@pytest.mark.parametrize("spelling", ["4", " 4 ", "4.0", "4.", "+4", "04"])
def test_a_four_may_be_written_in_several_ways(tmp_path: Path, mini: Instrument, spelling: str) -> None:
    assert only(read_responses(saved(tmp_path, HEADER, f"A,{spelling},,,"), mini))[2][0][0] == 4


@pytest.mark.parametrize(
    ("row", "column", "value", "allowed"),
    [
        ("A,6,,,", "COM1", "6", "1 to 5"),
        ("A,0,,,", "COM1", "0", "1 to 5"),
        ("A,4.5,,,", "COM1", "4.5", "1 to 5"),
        ("A,,,,11", "OUT1", "11", "0 to 10"),
        ("A,,,-3,", "HOT1", "-3", "-2 to 2"),
        ("A,1,agree,,", "COM2", "agree", "1 to 5"),
        ("A,1,NA,,", "COM2", "NA", "1 to 5"),
        ("A,1,-128,,", "COM2", "-128", "1 to 5"),
        ("A,1,128,,", "COM2", "128", "1 to 5"),
        ("A,1,260,,", "COM2", "260", "1 to 5"),
        ("A,1,nan,,", "COM2", "nan", "1 to 5"),
        ("A,1,99999999999999999999,,", "COM2", "99999999999999999999", "1 to 5"),
    ],
)
def test_a_value_that_is_no_rating_is_refused(
    tmp_path: Path, mini: Instrument, row: str, column: str, value: str, allowed: str
) -> None:
    lo, hi = allowed.split(" to ")
    assert refusal(saved(tmp_path, HEADER, "A,1,,,", row), mini) == (
        f"answers.csv, row 3, column {column}: “{value}” is no rating; allowed are whole numbers from {lo} to {hi}, "
        "or an empty cell for no answer."
    )


def test_a_missing_team_is_refused(tmp_path: Path, mini: Instrument) -> None:
    path = saved(tmp_path, HEADER, "A,1,,,", "", " ,2,,,")
    assert refusal(path, mini) == "answers.csv, row 4, column team: the team is missing; fill it in."


def test_one_wrong_row_after_many_right_ones_is_found(tmp_path: Path, mini: Instrument) -> None:
    path = saved(tmp_path, HEADER, *["A,1,2,0,10"] * 70_000, ",1,,,")
    assert refusal(path, mini) == "answers.csv, row 70002, column team: the team is missing; fill it in."


def test_a_missing_team_column_is_refused_with_the_columns_there_are(tmp_path: Path, mini: Instrument) -> None:
    assert refusal(saved(tmp_path, "Gruppe,COM1,HOT1", "A,1,1"), mini) == (
        "answers.csv, row 1: there is no column team; the columns are: Gruppe, COM1, HOT1. Rename the one with the "
        "team, or name it with --team-column."
    )


def test_columns_may_have_other_names(tmp_path: Path, mini: Instrument) -> None:
    path = saved(tmp_path, "Gruppe,Quartal,COM1,HOT1", "A,2026Q1,1,1")
    found = read_responses(path, mini, team_column="gruppe", cycle_column="QUARTAL ")
    assert found.cycles[0].cycle == "2026Q1"
    assert refusal(path, mini, team_column="Gruppe", cycle_column="Monat") == (
        "answers.csv, row 1: there is no column Monat; correct --cycle-column or leave it out."
    )


def test_an_unknown_item_code_is_refused(tmp_path: Path, mini: Instrument) -> None:
    assert refusal(saved(tmp_path, "team,COM1,HOT1,COM9", "A,1,1,1"), mini) == (
        "answers.csv, row 1, column COM9: unknown item code; the instrument mini has COM1, COM2. Rename or remove the "
        "column, or choose the instrument that was used."
    )


def test_items_of_the_long_form_are_refused_under_the_short_one(tmp_path: Path) -> None:
    long = load_instrument("team24").effective()
    header = ",".join(["team", *(item.code for item in long.items)])
    path = saved(tmp_path, header, "A," + ",".join("4" for _ in long.items))
    assert "column COM3: unknown item code; the instrument team16 has COM1, COM2, COM4, COM5." in refusal(
        path, load_instrument("team16")
    )


def test_other_columns_are_ignored_with_a_notice(tmp_path: Path, mini: Instrument) -> None:
    found = read_responses(saved(tmp_path, f"{HEADER},SUB,CMT1,COM,", "A,1,1,1,1,7,text,x,y"), mini)
    assert found.notices == ("answers.csv: columns ignored: SUB, CMT1, COM.",)


def test_an_item_without_a_column_was_not_asked(tmp_path: Path, mini: Instrument) -> None:
    found = read_responses(saved(tmp_path, "team,COM1,HOT1", "A,1,1"), mini)
    assert found.notices == ("answers.csv: no column, taken as not asked: COM2, OUT1.",)
    assert found.cycles[0].ratings[0].tolist() == [1, MISSING, 1, MISSING]


def test_a_dimension_without_any_column_is_refused(tmp_path: Path, mini: Instrument) -> None:
    assert refusal(saved(tmp_path, "team,COM1,COM2", "A,1,1"), mini) == (
        "answers.csv, row 1: no column for the dimension HOT of the instrument mini; it needs HOT1."
    )


def test_a_driver_module_was_asked_when_it_has_a_column(tmp_path: Path, mini: Instrument) -> None:
    without = read_responses(saved(tmp_path, HEADER, "A,1,,,"), mini)
    assert [d.code for d in without.instrument.dimensions] == ["COM", "HOT"]
    found = read_responses(saved(tmp_path, f"{HEADER},MOOD1", "A,1,,,,5"), mini)
    assert [d.code for d in found.instrument.dimensions] == ["COM", "HOT", "MOOD"]
    assert found.cycles[0].ratings[0].tolist() == [1, MISSING, MISSING, 5, MISSING]


def test_answers_are_grouped_by_cycle_oldest_first(tmp_path: Path, mini: Instrument) -> None:
    path = saved(
        tmp_path,
        f"cycle,{HEADER}",
        "2026Q2,B,1,,,",
        "2025Q4,C,2,,,",
        "2026Q2,A,3,,,",
        " 2025Q4 ,C,4,,,",
        "2026Q1,D,,,,",
    )
    found = read_responses(path, mini)
    assert [(c.cycle, c.teams, c.team_of.tolist(), c.ratings[:, 0].tolist()) for c in found.cycles] == [
        ("2025Q4", ("C",), [0, 0], [2, 4]),
        ("2026Q2", ("A", "B"), [1, 0], [1, 3]),
    ]


@pytest.mark.parametrize("label", ["2026Q5", "2026-Q1", "Q1 2026", "2026q1", "", "２０２６Q1"])
def test_a_cycle_that_is_no_quarter_is_refused(tmp_path: Path, mini: Instrument, label: str) -> None:
    path = saved(tmp_path, f"cycle,{HEADER}", "2026Q1,A,1,,,", f"{label},A,1,,,")
    assert refusal(path, mini) == (f"answers.csv, row 3, column cycle: “{label}” is no quarter; write it like 2026Q3.")


def test_names_that_look_alike_are_one_team(tmp_path: Path, mini: Instrument) -> None:
    path = saved(tmp_path, HEADER, "Caf\u00e9,1,,,", "  Cafe\u0301 ,2,,,", "caf\u00e9,3,,,")
    assert only(read_responses(path, mini))[:2] == (("Café", "café"), [0, 0, 1])


def test_a_file_without_any_answer_is_refused(tmp_path: Path, mini: Instrument) -> None:
    assert refusal(saved(tmp_path, HEADER, "A,,,,"), mini) == (
        "answers.csv has no row with an answer; fill in the item columns, or check the codes."
    )


def test_one_single_item_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    head = TOML.split("[[dimensions]]", maxsplit=1)[0]
    path.write_text(
        head + '[[dimensions]]\ncode="D"\nname.en="D"\n[[items]]\ncode="D1"\ndimension="D"\ntext.en="One."\n', "utf-8"
    )
    found = load_cycles(saved(tmp_path, "team,D1", "A,5", "B,", "B,3"), path)
    assert found.cycles[0].answers.ratings.tolist() == [[5], [3]]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", "甲"]), st.lists(st.sampled_from(["", "1", "2"]), min_size=4, max_size=4)),
        min_size=1,
        max_size=12,
    ),
)
def test_the_order_of_rows_carries_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    mini: Instrument,
    rows: list[tuple[str, list[str]]],
) -> None:
    lines = [",".join([team, *cells]) for team, cells in [*rows, ("A", ["1", "", "", ""])]]
    shuffled = sorted(lines, reverse=True)

    def held(found: ResponseFile) -> tuple[tuple[str, ...], list[tuple[int, list[int]]]]:
        teams, team_of, ratings = only(found)
        return teams, sorted(zip(team_of, ratings, strict=True))

    folder = tmp_path_factory.mktemp("rows")
    first = held(read_responses(saved(folder, HEADER, *lines), mini))
    assert held(read_responses(saved(folder, HEADER, *shuffled), mini)) == first
