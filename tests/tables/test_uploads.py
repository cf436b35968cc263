"""Files from a browser: smaller limits, nothing on the disk, and archives that unpack to too much."""

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from assess.errors import InputError
from assess.tables import read_table, uploads
from assess.tables.uploads import MOST_BYTES, safe_file_name, sent_file


def workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name"), [(b"a,b\n1,2\n", "roster.csv"), (workbook([["a", "b"], ["1", "2"]]), "roster.xlsx")]
)
def test_what_was_sent_is_read_from_memory_under_a_name_of_ours(content: bytes, name: str) -> None:
    with sent_file(content, "roster") as path, read_table(path) as table:
        assert (table.file, table.header, list(table.rows())) == (name, ("a", "b"), [(2, ["1", "2"])])
        assert str(path.readlink()).startswith("/proc/self/fd/")
        folder = path.parent
        assert [entry.is_symlink() for entry in folder.iterdir()] == [True]
    assert not folder.exists()


def test_messages_speak_of_a_file_by_the_name_it_was_sent_under() -> None:
    name = safe_file_name("../../etc/员工 名单.csv")
    with sent_file(b"a,b\n1,2\n", "roster", name) as path, read_table(path) as table:
        assert table.file == "员工 名单.csv"
        assert path.parent.name.startswith("assess-")


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("staff.xlsx", "staff.xlsx"),
        ("C:\\Users\\hr\\staff.xlsx", "staff.xlsx"),
        ("/etc/passwd", "passwd"),
        ("../../..", ""),
        (".", ""),
        ("", ""),
        ("dir/", ""),
        (".hidden", "hidden"),
        ("a\0b\r\n\x07c.csv", "abc.csv"),
        ("staff\u202exslx.csv", "staffxslx.csv"),
        ("\ud800.csv", "csv"),
        ("<b>.csv", "<b>.csv"),
        ("长" * 500 + ".xlsx", "长" * 54 + "….xlsx"),
        ("🙂" * 500, "🙂" * 59 + "…"),
        ("a." + "b" * 500, "a." + "b" * 57 + "…"),
    ],
)
def test_the_name_of_an_upload_is_made_safe(sent: str, name: str) -> None:
    assert safe_file_name(sent) == name
    content = workbook([["a"], ["1"]]) if name.endswith("xlsx") else b"a,b\n1,2\n"
    with sent_file(content, "roster", name) as path, read_table(path) as table:
        assert table.file == (name or "roster.csv")


def test_more_than_ten_megabytes_are_refused() -> None:
    with pytest.raises(InputError, match="larger than 10 MB"), sent_file(b"a" * (MOST_BYTES + 1), "roster"):
        pass


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(part: str) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(part, "w") as bomb:
            for _ in range(210 if "sheet1" in part else 50):
                bomb.write(b"\0" * 1_000_000)
    assert len(stream.getvalue()) < MOST_BYTES
    with pytest.raises(InputError, match="unpacks to more"), sent_file(stream.getvalue(), "roster"):
        pass


def test_very_many_parts_are_refused() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(2001):
            archive.writestr(f"{number}", "")
    with pytest.raises(InputError, match="unpacks to more"), sent_file(stream.getvalue(), "roster"):
        pass


def test_what_only_begins_like_an_archive_is_left_to_the_reader() -> None:
    with (
        sent_file(b"PK\x03\x04 and nothing else", "roster") as path,
        pytest.raises(InputError, match="is damaged"),
        read_table(Path(path)),
    ):
        pass


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_sheet_of_too_many_cells_is_refused_before_it_is_parsed(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_CELLS", 1_000)

    def sheet(cells: int) -> bytes:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            cell = f'<{prefix}c r="A1"><{prefix}v>1</{prefix}v></{prefix}c><{prefix}c/>'
            archive.writestr("xl/worksheets/sheet1.xml", cell * cells + "this is no sheet at all")
        return stream.getvalue()

    with sent_file(sheet(1_000), "roster") as path:
        assert path.name == "roster.xlsx"
    with pytest.raises(InputError, match="unpacks to more"), sent_file(sheet(1_001), "roster"):
        pass


def test_a_sheet_that_cannot_be_unpacked_is_left_to_the_reader() -> None:
    content = workbook([["a"], ["1"]])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    broken = content[:place] + bytes(12) + content[place + 12 :]
    with sent_file(broken, "roster") as path, pytest.raises(InputError, match="is damaged"), read_table(path):
        pass
