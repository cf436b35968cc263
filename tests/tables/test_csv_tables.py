"""CSV files as people save them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.errors import InputError
from assess.tables import read_table
from assess.tables.labels import clean_name, natural_order

ROWS = [["团队一", "4"], ["Team Ü", ""]]


def saved(folder: Path, content: bytes, name: str = "answers.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[int, list[str]]], tuple[str, ...]]:
    with read_table(path) as table:
        return table.header, list(table.rows()), table.notices


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value)


TEXT = "team,COM1\n团队一,4\nTeam Ü,\n"


@pytest.mark.parametrize(
    ("encoding", "notices"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ("answers.csv was read as UTF-16; UTF-8 is the safer choice.",)),
        ("gb18030", ("answers.csv was read as GB18030; UTF-8 is the safer choice.",)),
    ],
)
def test_an_encoding_is_recognised_and_named(tmp_path: Path, encoding: str, notices: tuple[str, ...]) -> None:
    header, rows, said = read(saved(tmp_path, TEXT.encode(encoding)))
    assert header == ("team", "COM1")
    assert [cells for _row, cells in rows] == ROWS
    assert said == notices


def test_big_endian_utf_16_is_read(tmp_path: Path) -> None:
    assert [cells for _row, cells in read(saved(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be")))[1]] == ROWS


def test_a_western_encoding_is_refused_instead_of_read_as_chinese(tmp_path: Path) -> None:
    path = saved(tmp_path, "team,COM1\nBüro,4\nMüller,3\n".encode("cp1252"))
    assert refusal(path) == (
        "answers.csv, row 2: the text is neither UTF-8 nor GB18030 nor UTF-16; save the file as “CSV UTF-8”."
    )


@pytest.mark.parametrize(
    "content", [b"\xff\xfet\0e\0\0\xd8", b"\xef\xbb\xbfteam,COM1\nA\xff,4\n", b"team,COM1\nA\xff\xff,4\n"]
)
def test_bytes_that_are_no_text_are_refused_with_a_row(tmp_path: Path, content: bytes) -> None:
    assert ": the text is neither UTF-8 nor GB18030 nor UTF-16; save the file as “CSV UTF-8”." in refusal(
        saved(tmp_path, content)
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(tmp_path: Path, delimiter: str, end: str) -> None:
    text = end.join([delimiter.join(['"team, or; unit"', "COM1"]), delimiter.join(["A", "4"]), ""])
    assert read(saved(tmp_path, text.encode())) == (("team, or; unit", "COM1"), [(2, ["A", "4"])], ())


def test_blank_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    assert read(saved(tmp_path, b"team,COM1\n\nA,4\n\n"))[1] == [(3, ["A", "4"])]


def test_a_cell_of_several_lines_is_one_row(tmp_path: Path) -> None:
    assert read(saved(tmp_path, b'team,note\nA,"one\ntwo"\nB,\n'))[1] == [(2, ["A", "one\ntwo"]), (3, ["B", ""])]


WRONG = {
    "an empty file": (b"", "answers.csv is empty; name a file with a header and rows."),
    "a blank header": (b"\n1,2\n", "answers.csv, row 1: there are no column names; write them into the first row."),
    "only a header": (
        b"team,COM1\n",
        "answers.csv has a header but no rows; add one row for each person or team.",
    ),
    "a column twice": (
        b"team,COM1, com1 \nA,4,4\n",
        "answers.csv, row 1: the column com1 is there twice (columns 2 and 3); remove or rename one.",
    ),
    "a row too long": (
        b"team,COM1\nA,4\nA,4,4\n",
        "answers.csv, row 3: there are 3 cells, but the header has 2; make every row as long as the header.",
    ),
    "a row too short": (
        b"team,COM1,COM2\nA,4\n",
        "answers.csv, row 2: there are 2 cells, but the header has 3; make every row as long as the header.",
    ),
    "a NUL byte": (
        b"team,COM1\nA\0,4\n",
        "answers.csv, row 2: there is a NUL byte, so this is no text file or a damaged one; save it as “CSV UTF-8”.",
    ),
    "an open quotation mark": (
        b'team,COM1\nA,4\n"B,4\n',
        "answers.csv, row 3: a quotation mark is not closed or text follows it; correct it (unexpected end of data).",
    ),
    "an endless row": (
        b"team,COM1\n" + b"x" * 1_000_000,
        "answers.csv, row 2: the row is longer than a million characters; shorten it.",
    ),
    "a document": (
        b"%PDF-1.7",
        "answers.csv is no spreadsheet that can be read; save it as XLSX or as “CSV UTF-8”.",
    ),
    "2,001 columns": (
        ",".join(f"c{i}" for i in range(2_001)).encode() + b"\n1\n",
        "answers.csv, row 1: more than 2,000 columns; remove the columns that are not needed.",
    ),
    "a million columns": (
        ",".join(f"c{i}" for i in range(1_000_000)).encode() + b"\n1\n",
        "answers.csv, row 1: more than 2,000 columns; remove the columns that are not needed.",
    ),
    "a million columns in a later row": (
        b"team,COM1\nA,4\n" + b"," * 1_000_000 + b"\n",
        "answers.csv, row 3: more than 2,000 columns; remove the columns that are not needed.",
    ),
    "half a million columns in a later row": (
        b"team,COM1\nA,4\n" + b"," * 500_000 + b"\n",
        "answers.csv, row 3: more than 2,000 columns; remove the columns that are not needed.",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), WRONG.values(), ids=WRONG)
def test_an_unreadable_file_is_refused_with_place_and_remedy(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert refusal(saved(tmp_path, content)) == sentence


def test_2000_columns_are_read(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(2_000))
    cells = ",".join("1" for _ in range(2_000))
    assert len(read(saved(tmp_path, f"{header}\n{cells}\n".encode()))[0]) == 2_000


def test_a_million_columns_are_refused_before_the_rest_is_looked_at(tmp_path: Path) -> None:
    # the rest would be refused for its encoding if it were read
    content = ",".join(f"c{i}" for i in range(1_000_000)).encode() + b"\n" + b"\xff" * 10_000_000
    assert "row 1: more than 2,000 columns" in refusal(saved(tmp_path, content))


def test_more_than_two_million_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught, read_table(saved(tmp_path, b"team\n" + b"A\n" * 2_000_001)) as table:
        for _row in table.rows():
            pass
    assert str(caught.value) == "answers.csv has more than 2 million rows; split it into smaller files."


def test_more_than_a_gigabyte_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, b"team,COM1\nA,4\n")
    with path.open("r+b") as stream:
        stream.truncate(1_000_000_001)  # a hole, not data
    assert refusal(path) == "answers.csv is larger than 1 GB; split it into smaller files."


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv") == f"There is no file {tmp_path}/none.csv; check the path."
    assert refusal(tmp_path) == f"{tmp_path} is no file; name a CSV or XLSX file."


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], encoding: str
) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    text = "team,note\r\n" + "".join(f"x,{quoted(a + b)}\r\n" for a, b in rows)
    path = saved(tmp_path_factory.mktemp("csv"), text.encode(encoding))
    assert [cells for _row, cells in read(path)[1]] == [["x", a + b] for a, b in rows]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_get_past_the_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = saved(tmp_path_factory.mktemp("csv"), b"team,COM1\nA," + content)
    try:
        said = str(len(read(path)[1]))
    except InputError as error:
        said = str(error)
    assert said.isdecimal() or said.startswith("answers.csv")


def test_names_are_compared_in_one_form() -> None:
    assert clean_name("  Cafe\u0301 \u00a0 Bar\n") == "Café Bar"


def test_team_2_stands_before_team_10() -> None:
    assert sorted(["Team 10", "Team 2", "A", "10", "9", "9" * 5_000], key=natural_order) == [
        "9",
        "10",
        "9" * 5_000,
        "A",
        "Team 2",
        "Team 10",
    ]
