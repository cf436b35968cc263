"""What an import would change, said before anything is written; expectations are counted by hand."""

from pathlib import Path

import pytest

from assess.extensions import Database
from assess.localisation import use_language
from assess.teams.fields import SHOWN_ERRORS, FaultyFileError
from assess.teams.importing import import_roster, import_teams, preview_roster, preview_teams
from assess.teams.likeness import is_near, one_typo_apart
from assess.teams.reading import DEEPEST, read_roster_file, read_team_file
from assess.teams.telling import SHOWN, outcome_of, sections_of
from tests.teams.office_files import ROSTER, TEAMS, database, people, tree, write

__all__ = ["database"]


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Database:
    import_teams(database, write(tmp_path, "teams.csv", TEAMS))
    import_roster(database, write(tmp_path, "people.csv", ROSTER))
    return database


def roster_lines(database: Database, folder: Path, text: str) -> dict[str, tuple[str, ...]]:
    proposal = preview_roster(database, write(folder, "next.csv", text))
    return {section.heading: section.lines for section in sections_of(proposal)}


def team_lines(database: Database, folder: Path, text: str, **renamed: str) -> dict[str, tuple[str, ...]]:
    proposal = preview_teams(database, write(folder, "next.csv", text), renamed=renamed)
    return {section.heading: section.lines for section in sections_of(proposal)}


def test_a_roster_says_who_joins_leaves_moves_and_is_told_of_differently(office: Database, tmp_path: Path) -> None:
    before = people(office)
    text = (
        "name,email,team,mail_language,chat_id\nAda L.,ADA@lantern.example,Care,zh,U2\n"
        "Paper Person,paper@lantern.example,Care,,\nNew,new@lantern.example,Ads,,\n"
    )
    assert roster_lines(office, tmp_path, text) == {
        "Join": ("New, Ads, new@lantern.example, mails in English",),
        "Leave": ("伟 张, Care, wei@lantern.example",),
        "Move to another team": ("Ada L.: Ads → Care",),
        "Get another address": ("Paper Person: no address, a slip of paper → paper@lantern.example",),
        "Get another name": ("Ada → Ada L., Care",),
        "Get mails in the other language": ("Ada L.: English → 简体中文",),
        "Get another chat account": ("Ada L.: U1 → U2",),
    }
    assert people(office) == before, "nothing is written"


def test_one_name_on_paper_in_another_team_has_moved_unless_there_are_two(office: Database, tmp_path: Path) -> None:
    head = "name,email,team\nAda,ada@lantern.example,Ads\n伟 张,wei@lantern.example,Care\n"
    moved = roster_lines(office, tmp_path, head + "Paper Person,,Ads\n")
    assert moved["Move to another team"] == ("Paper Person: Care → Ads",)
    two = roster_lines(office, tmp_path, head + "Paper Person,,Ads\nPaper Person,,Lantern\n")
    assert len(two["Join"]) == 2
    assert len(two["Leave"]) == 1


def test_a_preview_counts_people_and_names_fifty(office: Database, tmp_path: Path) -> None:
    rows = "".join(f"P {n},p{n:03}x@lantern.example,Ads\n" for n in range(70))
    proposal = preview_roster(office, write(tmp_path, "next.csv", "name,email,team\n" + rows))
    assert outcome_of(proposal) == "People on the roster: 3 now, 70 after the import; 0 stay as they are."
    joins = sections_of(proposal)[0]
    assert (joins.count, len(joins.lines), joins.others) == (70, SHOWN, "and 20 more")


def test_teams_are_new_gone_moved_led_anew(office: Database, tmp_path: Path) -> None:
    text = (
        "team,parent,function,founded_on,leader_email\nLantern,,,,\nShop,Lantern,,,\n"
        "Ads,Shop,marketing,2024/3/2,bo@lantern.example\n"
    )
    assert team_lines(office, tmp_path, text) == {
        "New teams": ("Shop, under Lantern",),
        "Teams that go": ("Care, with 2 people in it",),
        "Move in the tree": ("Ads: Lantern → Shop",),
        "Led by somebody else": ("Ads: ada@lantern.example → bo@lantern.example",),
        "Function or founding day": ("Ads: marketing, 1 March 2024 → marketing, 2 March 2024",),
    }
    assert tree(office) == {"Lantern": None, "Ads": "Lantern", "Care": "Lantern"}


def test_newcomers_come_with_their_language_and_new_teams_with_their_leader(office: Database, tmp_path: Path) -> None:
    rows = "张三,zs@lantern.example,Ads,zh\nNo Mail,,Ads,zh\n"
    assert roster_lines(office, tmp_path, "name,email,team,language\n" + rows)["Join"] == (
        "张三, Ads, zs@lantern.example, mails in 简体中文",
        "No Mail, Ads, no address, a slip of paper",
    )
    text = TEAMS + "Shop,Lantern,,,zs@lantern.example\nGroup,,,,bo@lantern.example\nLab,Group,,,\nSide,,,,\n"
    assert team_lines(office, tmp_path, text)["New teams"] == (
        "Shop, under Lantern, led by zs@lantern.example",
        "Group, at the top, led by bo@lantern.example",
        "Lab, under Group",
        "Side, at the top",
    )


RENAMED = TEAMS.replace("Ads,Lantern", "Adverts,Lantern")


def test_a_team_with_a_new_name_is_asked_about_and_renamed_where_somebody_says_so(
    office: Database, tmp_path: Path
) -> None:
    path = write(tmp_path, "next.csv", RENAMED)
    asked = preview_teams(office, path)
    assert [(pair.before.name, pair.after.name) for pair in asked.maybe_renamed] == [("Ads", "Adverts")]
    assert {s.heading for s in sections_of(asked)} == {"New teams", "Teams that go"}
    said = preview_teams(office, path, renamed={"Adverts": "Ads"})
    assert [s.lines for s in sections_of(said)] == [("Ads → Adverts",)]
    import_teams(office, path, renamed={"Adverts": "Ads"})
    assert tree(office) == {"Lantern": None, "Adverts": "Lantern", "Care": "Lantern"}
    assert people(office)["Ada"][1] == "Adverts", "people stay in the team under its new name"


def test_a_column_says_the_same_and_may_be_imported_twice(office: Database, tmp_path: Path) -> None:
    text = "team,parent,former_name\nLantern Ltd,,Lantern\nAds,Lantern Ltd,\nCare,Lantern Ltd,\n"
    path = write(tmp_path, "next.csv", text)
    lines = {s.heading: s.lines for s in sections_of(preview_teams(office, path))}
    assert lines["Renamed, with their history"] == ("Lantern → Lantern Ltd",)
    assert "Move in the tree" not in lines, "a unit under a new name is no other unit"
    import_teams(office, path)
    assert import_teams(office, path).unchanged == 3


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("Lantern,,\nAds,,\nShop,,Ads\n", "row 4, column former_name: Ads has a row of its own in this file"),
        ("Lantern,,\nShop,,Ads\nStore,,Ads\n", "row 3, column former_name: Ads is the former name of several teams"),
        ("Lantern,,\nCare,,Ads\n", "row 3, column former_name: there is or was a team Care already; Ads needs"),
        ("Lantern,,\nShop,,Nope\n", "row 3, column former_name: there is no team Nope; leave the former name empty"),
    ],
)
def test_a_former_name_that_cannot_be_followed_is_refused(
    office: Database, tmp_path: Path, rows: str, sentence: str
) -> None:
    with pytest.raises(FaultyFileError, match=sentence):
        preview_teams(office, write(tmp_path, "next.csv", "team,parent,former_name\n" + rows))


def test_all_errors_are_told_in_the_order_of_the_rows_in_both_languages(office: Database, tmp_path: Path) -> None:
    text = "name,email,team,mail_language\n,x@y,Nope,fr\nAda,ada@lantern.example,Ads,\nBo,ADA@lantern.example,Ads,\n"
    path = write(tmp_path, "next.csv", text)
    told = {}
    for language in ("en", "zh"):
        with use_language(language), pytest.raises(FaultyFileError) as caught:
            preview_roster(office, path)
        told[language] = [(error.row, error.column) for error in caught.value.errors]
        assert len(str(caught.value).splitlines()) == 5
        if language == "zh":
            assert "next.csv，第2行，name列：内容为空，请填写。" in str(caught.value)
    assert told["en"] == [(2, "name"), (2, "email"), (2, "team"), (2, "mail_language"), (4, "email")]
    assert told["zh"] == told["en"]


def test_very_many_errors_are_counted_and_the_first_written_out(office: Database, tmp_path: Path) -> None:
    rows = "".join(f"P{n},p{n}@lantern.example,Nope\n" for n in range(SHOWN_ERRORS + 7))
    with pytest.raises(FaultyFileError) as caught:
        preview_roster(office, write(tmp_path, "next.csv", "name,email,team\n" + rows))
    assert (len(caught.value.errors), len(caught.value.shown), caught.value.others) == (207, 200, 7)
    assert str(caught.value).endswith("\n7 more errors are not written out; correct these first.")


def test_a_row_that_cannot_be_read_ends_the_file_and_is_told_with_the_others(tmp_path: Path) -> None:
    file = read_roster_file(write(tmp_path, "x.csv", "name,team\n,Ads\nBo,Ads,three\nCy,Ads\n"))
    assert [(error.row, error.column) for error in file.errors] == [(2, "name"), (None, None)]
    assert "row 3: there are 3 cells" in file.errors[1].what


def test_rows_may_be_limited(tmp_path: Path) -> None:
    file = read_roster_file(write(tmp_path, "x.csv", "name,team\nA,X\nB,X\nC,X\n"), most_rows=2)
    assert "more than 2 rows" in file.errors[0].what


def test_a_circle_is_told_once_and_a_deep_tree_where_it_becomes_too_deep(tmp_path: Path) -> None:
    chain = "".join(f"L{n},{f'L{n - 1}' if n else ''}\n" for n in range(DEEPEST + 3))
    circle = "A,C\nB,A\nC,B\nD,C\n"
    file = read_team_file(write(tmp_path, "x.csv", "team,parent\n" + chain + circle))
    assert [(error.row, error.column) for error in file.errors] == [(DEEPEST + 2, "parent"), (DEEPEST + 5, "parent")]
    assert "more than 12 levels" in file.errors[0].what
    assert "the team A is above itself" in file.errors[1].what


@pytest.mark.parametrize("written", ["2024-03-01", "2024/3/1", "2024.3.1", "2024年3月1日", "2024-03-01 00:00:00"])
def test_a_day_is_read_as_spreadsheets_write_it(tmp_path: Path, written: str) -> None:
    file = read_team_file(write(tmp_path, "x.csv", f"team,founded_on\nA,{written}\n"))
    assert str(file.rows[0].founded_on) == "2024-03-01"
    assert file.errors == ()


@pytest.mark.parametrize("written", ["1/3/2024", "2024-13-01", "45352", "March 2024"])
def test_a_day_that_may_be_another_is_refused(tmp_path: Path, written: str) -> None:
    file = read_team_file(write(tmp_path, "x.csv", f"team,founded_on\nA,{written}\n"))
    assert [error.column for error in file.errors] == ["founded_on"]


def test_chinese_columns_and_languages_are_understood(tmp_path: Path) -> None:
    file = read_roster_file(
        write(tmp_path, "x.csv", "姓名,电子邮箱,部门,语言\n张伟,zw@x.example,客服,中文\nA,,客服,英文\n")
    )
    assert [(r.name, r.email, r.team, r.mail_language) for r in file.rows] == [
        ("张伟", "zw@x.example", "客服", "zh"),
        ("A", None, "客服", "en"),
    ]


def test_an_invisible_character_in_a_name_is_told(tmp_path: Path) -> None:
    file = read_roster_file(write(tmp_path, "x.csv", "name,team\nA\u200bda,Ads\n"))
    assert [error.what for error in file.errors] == ["there is an invisible character in it; type it anew"]


ALIKE = """name,email,team
Bo Lin,bo.lin@lantern.example,Ads
bo lin,bolin@lantern.example,Care
王芳,wang.fang1@lantern.example,Ads
王芳,wang.fang2@lantern.example,Care
李娜,li.na@lantern.example,Ads
李娜,lina7@lantern.example,Ads
Cleo,cleo@lantern.example,Ads
Cleo,,Care
Dan,d.an@lantern.example,Ads
Don,dan@lantern.example,Ads
Eva,eva@lantern.exmple,Ads
""" + "".join(f"F{chr(97 + n)},f{chr(97 + n)}@lantern.example,Ads\n" for n in range(10))


def test_what_looks_like_a_mistake_is_pointed_out_and_allowed(office: Database, tmp_path: Path) -> None:
    found = preview_roster(office, write(tmp_path, "next.csv", ALIKE)).alike
    assert [(each.row, each.what) for each in found] == [
        (3, "bo lin is in two teams (row 2: Ads), with almost the same address. Is it one person?"),
        (7, "李娜 is in Ads twice (row 6), with two addresses. Are they two people?"),
        (9, "Cleo is also in row 8; one of the two has no address. Is it one person?"),
        (11, "dan@lantern.example differs from d.an@lantern.example in row 10 only by dots. Is it one person?"),
        (12, "eva@lantern.exmple: most addresses end in lantern.example. Is it mistyped?"),
    ]


def test_teams_and_leaders_that_look_mistyped_are_pointed_out(office: Database, tmp_path: Path) -> None:
    text = "team,leader_email\nLantern,\nAds,ada@lantern.example\nADS ,adda@lantern.example\n"
    found = preview_teams(office, write(tmp_path, "next.csv", text)).alike
    assert [(each.row, each.what) for each in found] == [
        (4, "ADS is written almost like Ads in row 3. Are they two teams?"),
        (4, "adda@lantern.example is nobody on the roster. Is it mistyped?"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("anna", "ana", True),
        ("anna", "annna", True),
        ("anna", "anma", True),
        ("anna", "anan", True),
        ("anna", "anna", False),
        ("anna", "anne1", False),
        ("li1", "li2", False),
        ("li", "li2", False),
        ("", "a", True),
    ],
)
def test_one_typo(one: str, other: str, apart: bool) -> None:
    assert one_typo_apart(one, other) is apart
    assert one_typo_apart(other, one) is apart


def test_addresses_are_near_by_dots_or_a_typo_before_the_sign() -> None:
    assert is_near("a.b@x.example", "ab@x.example")
    assert is_near("a.b@x.example", "ab@y.example")
    assert not is_near("ac@x.example", "ab@y.example")
