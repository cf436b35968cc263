"""The roster file: one tree per cycle, and what does not fit the answers."""

from pathlib import Path

import pytest

from assess.errors import InputError
from assess.teams.headcounts import build_tree, flat_tree, read_headcounts


def saved(folder: Path, *lines: str) -> Path:
    path = folder / "roster.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_headcounts(path)
    return str(caught.value)


def test_a_roster_becomes_a_tree(tmp_path: Path) -> None:
    roster = read_headcounts(
        saved(tmp_path, "Parent,TEAM,headcount", "Sales,North,8", ",Sales,1", "Sales,South,9.0", ",Post,0")
    )
    tree, notices = build_tree(roster, None, {"North": 8, "Sales": 1})
    assert tree.names == ("North", "Sales", "South", "Post")
    assert tree.parents.tolist() == [1, -1, 1, -1]
    assert tree.headcounts.tolist() == [8, 1, 9, 0]
    assert tree.total_headcounts.tolist() == [8, 18, 9, 0]
    assert notices == []


def test_a_unit_without_a_row_of_its_own_has_nobody_directly_in_it(tmp_path: Path) -> None:
    tree, notices = build_tree(read_headcounts(saved(tmp_path, "team,headcount,parent", "North,8,Sales")), None, {})
    assert (tree.names, tree.parents.tolist(), tree.headcounts.tolist()) == (("North", "Sales"), [1, -1], [8, 0])
    assert notices == ["roster.csv: Sales have no row of their own; nobody was taken to be directly in them."]


def test_without_a_roster_all_teams_are_equals_and_headcounts_unknown() -> None:
    tree = flat_tree(["A", "B"])
    assert (tree.names, tree.parents.tolist(), tree.headcounts.tolist()) == (("A", "B"), [-1, -1], [-1, -1])


def test_each_cycle_has_its_own_rows(tmp_path: Path) -> None:
    roster = read_headcounts(saved(tmp_path, "team,headcount,cycle", "A,5,2026Q1", "A,6,2026Q2", "B,7,2026Q2"))
    assert build_tree(roster, "2026Q1", {})[0].headcounts.tolist() == [5]
    assert build_tree(roster, "2026Q2", {})[0].headcounts.tolist() == [6, 7]
    with pytest.raises(InputError) as caught:
        build_tree(roster, "2026Q3", {})
    assert str(caught.value) == ("roster.csv has no rows for the cycle 2026Q3; add them or leave the column cycle out.")
    with pytest.raises(InputError) as caught:
        build_tree(roster, None, {})
    assert str(caught.value) == (
        "roster.csv has a column cycle, but the answers have none; remove it or name the answers' cycle."
    )


def test_rows_without_cycle_serve_every_cycle(tmp_path: Path) -> None:
    roster = read_headcounts(saved(tmp_path, "team,headcount", "A,5"))
    assert build_tree(roster, "2026Q1", {"A": 5})[0].names == ("A",)


def test_a_team_outside_the_roster_is_refused_or_taken_as_unknown(tmp_path: Path) -> None:
    roster = read_headcounts(saved(tmp_path, "team,headcount", "A,5"))
    with pytest.raises(InputError) as caught:
        build_tree(roster, None, {"A": 5, "B": 1})
    assert str(caught.value) == (
        "The team B has answers but is not in roster.csv; add it with its headcount, correct the name, or use "
        "--accept-short-roster."
    )
    tree, notices = build_tree(roster, None, {"A": 5, "B": 1}, accept_short=True)
    assert (tree.names, tree.headcounts.tolist(), tree.parents.tolist()) == (("A", "B"), [5, -1], [-1, -1])
    assert notices == ["Not in roster.csv, headcount taken as unknown: B."]


def test_more_answers_than_heads_are_refused_or_taken_as_unknown(tmp_path: Path) -> None:
    roster = read_headcounts(saved(tmp_path, "team,headcount", "A,5", "B,6"))
    with pytest.raises(InputError) as caught:
        build_tree(roster, None, {"A": 5, "B": 7})
    assert str(caught.value) == (
        "The team B has 7 answers but only 6 heads in roster.csv; correct the headcount, or use --accept-short-roster."
    )
    tree, notices = build_tree(roster, None, {"A": 5, "B": 7}, accept_short=True)
    assert tree.headcounts.tolist() == [5, -1]
    assert notices == ["More answers than heads in roster.csv, headcount taken as unknown: B."]


WRONG = {
    "no headcount column": (
        ["team,heads", "A,5"],
        (
            "roster.csv, row 1: the column headcount is missing; a roster has the columns team, headcount and, if "
            "wanted, parent and cycle."
        ),
    ),
    "no team": (["team,headcount", "A,5", " ,5"], "roster.csv, row 3, column team: the team is missing; fill it in."),
    "a team twice": (
        ["team,headcount", "A,5", " A ,5"],
        "roster.csv, row 3: the team A is already in row 2; keep one of them.",
    ),
    "a quarter that is none": (
        ["team,headcount,cycle", "A,5,spring"],
        "roster.csv, row 2, column cycle: “spring” is no quarter; write it like 2026Q3.",
    ),
    "a team above itself": (
        ["team,headcount,parent", "A,5,A"],
        "roster.csv, row 2: the team A is above itself; correct the column parent.",
    ),
    "a ring of teams": (
        ["team,headcount,parent", "X,1,", "A,5,B", "B,5,C", "C,5,A"],
        "roster.csv, row 3: the team A is above itself; correct the column parent.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_roster_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    lines, sentence = WRONG[case]
    assert refusal(saved(tmp_path, *lines)) == sentence


@pytest.mark.parametrize("value", ["-1", "4.5", "", "many", "1e3", "²", "99999999999"])
def test_a_headcount_that_is_no_whole_number_is_refused(tmp_path: Path, value: str) -> None:
    assert refusal(saved(tmp_path, "team,headcount", f"A,{value}")) == (
        f"roster.csv, row 2, column headcount: the headcount of A is “{value}”; write a whole number from 0."
    )


def test_the_same_team_in_two_cycles_is_no_repetition(tmp_path: Path) -> None:
    roster = read_headcounts(saved(tmp_path, "team,headcount,cycle,note", "A,5,2026Q1,x", "A,5,2026Q2,y"))
    assert set(roster.by_cycle) == {"2026Q1", "2026Q2"}
    assert roster.notices == ("roster.csv: columns ignored: note.",)
