"""The columns of lists that other programs write: what is understood, what is refused, and in which words."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from assess.errors import InputError
from assess.localisation import use_language
from assess.teams.columns import COLUMNS, column_for_reader, meaning_of
from assess.teams.fields import FaultyFileError
from assess.teams.reading import language_code, read_roster_file, read_team_file
from tests.teams.office_files import write

STAFF: list[list[str | int]] = [
    ["Staff no.", "Full name", "E-mail", "Department", "Role", "Language"],
    [1001, "Anna Keller", "anna@nordlicht.example", "Operations", "Team lead", "English"],
    [1003, "Chen Yu", "chen@nordlicht.example", "Operations", "Staff", "Chinese"],
]


def refusal(path: Path, language: str = "en", *, teams: bool = False) -> str:
    with use_language(language), pytest.raises(InputError) as caught:
        (read_team_file if teams else read_roster_file)(path)
    return str(caught.value)


def test_a_staff_list_is_read_as_it_is(tmp_path: Path) -> None:
    book = Workbook()
    for row in STAFF:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "staff.xlsx")
    file = read_roster_file(tmp_path / "staff.xlsx")
    assert [(row.name, row.email, row.team, row.mail_language) for row in file.rows] == [
        ("Anna Keller", "anna@nordlicht.example", "Operations", "en"),
        ("Chen Yu", "chen@nordlicht.example", "Operations", "zh"),
    ]
    assert (file.errors, file.notices) == ((), ("staff.xlsx: columns ignored: “Staff no.”, “Role”.",))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("FULL NAME", "name"),
        ("员工姓名", "name"),
        ("E-Mail Address", "email"),
        ("e mail", "email"),
        ("Mail", "email"),
        ("邮箱地址", "email"),
        ("Team name", "team"),
        ("Dept.", "team"),
        ("所属部门", "team"),
        ("Unit", "team"),
        ("Mail language", "mail_language"),
        ("Language", "mail_language"),
        ("语言", "mail_language"),
        ("Parent team", "parent"),
        ("Manager e-mail", "leader_email"),
        ("Staff no.", None),
        ("工号", None),
        ("Manager", None),
        ("", None),
    ],
)
def test_headings_mean_our_columns_whatever_their_case_and_signs(heading: str, column: str | None) -> None:
    assert meaning_of(heading) == column


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_is_understood_by_the_name_a_reader_is_told(language: str) -> None:
    with use_language(language):
        assert [meaning_of(column_for_reader(column)) for column in COLUMNS] == list(COLUMNS)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ["", "en", "EN", "en-GB", "en_US", "English", "English (UK)", "British English", "英文", "英语"]),
        ("zh", ["zh", "zh-CN", "ZH_hans", "cn", "Chinese", "Simplified Chinese", "Chinese (Simplified)"]),
        ("zh", ["中文", "简体中文", "中文（简体）", "汉语", "普通话", "Mandarin"]),
        (None, ["French", "de", "engl", "zhang", "Englishman", "中", "法文"]),
    ],
)
def test_languages_may_be_words_or_codes(code: str | None, written: list[str]) -> None:
    assert {text: language_code(text) for text in written} == dict.fromkeys(written, code)


def test_a_missing_column_is_quoted_beside_those_that_are_there(tmp_path: Path) -> None:
    path = write(tmp_path, "list.csv", "Who,E-mail,Department\nA,a@x.example,Ads\n")
    assert refusal(path) == (
        "list.csv has no column “name” (also understood: “full name”, “employee name”). The columns in its first row "
        "are: “Who”, “E-mail”, “Department”. Rename the one that is meant, or add it."
    )
    assert refusal(path, "zh") == (
        "list.csv 中没有“姓名”列（写成“name”、“员工姓名”也可以）。文件首行现有的列是：“Who”、“E-mail”、“Department”。"
        "请把对应的一列改成这个名称，或补上这一列。"
    )


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "list.csv", "name,email,team,部门\nA,a@x.example,Ads,Sales\n")
    assert refusal(path) == (
        "list.csv: the columns “team” and “部门” are both understood as “team”. Keep one of them and delete or rename "
        "the other."
    )
    assert "“team”和“部门”两列都会被当作“团队”" in refusal(path, "zh")


def test_a_list_of_people_is_no_file_of_teams(tmp_path: Path) -> None:
    path = write(tmp_path, "staff.csv", "Full name,E-mail,Department\nA,a@x.example,Ads\nB,b@x.example,Ads\n")
    assert "is a list of people: it has the columns “Full name” and “E-mail”" in refusal(path, teams=True)


def test_without_addresses_it_is_said_that_everybody_draws_a_slip(tmp_path: Path) -> None:
    file = read_roster_file(write(tmp_path, "list.csv", "name,contact,team\nA,a@x.example,Ads\n"))
    assert file.notices[1:] == (
        "list.csv has no column of e-mail addresses: everybody in it would draw a slip of paper.",
    )


def test_an_error_names_its_column_as_the_file_does(tmp_path: Path) -> None:
    file = read_roster_file(write(tmp_path, "list.csv", "Full name,E-mail,部门\nA,nope,Ads\n"))
    told = str(FaultyFileError(file.file, file.errors, file.headings))
    assert told.startswith("list.csv, row 2, column E-mail: “nope” is no e-mail address")
