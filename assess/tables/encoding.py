"""Which encoding a text file is in, decided by reading all of it once, in blocks."""

import codecs
import re
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _

_BLOCK = 1 << 20
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PRINTED = {"utf-16": "UTF-16", "gb18030": "GB18030"}


def detect_encoding(path: Path) -> str:
    """Give the codec: UTF-8 with or without byte-order mark, UTF-16 with one, GB18030.

    Errors: InputError naming the first row that cannot be read.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    marked = next((codec for mark, codec in _MARKS if start.startswith(mark)), None)
    if marked is not None:
        failed = _first_bad_row(path, marked)
        if failed is not None:
            raise _unreadable(path.name, failed)
        return marked
    failed = _first_bad_row(path, "utf-8")
    if failed is None:
        return "utf-8"
    if _first_bad_row(path, "gb18030") is None and _looks_chinese(path):
        return "gb18030"
    raise _unreadable(path.name, failed)


def encoding_notice(file: str, codec: str) -> str | None:
    """Say that a file was read in another encoding than UTF-8, so that wrong characters are not a riddle."""
    printed = _PRINTED.get(codec)
    if printed is None:
        return None
    return _("%(file)s was read as %(encoding)s; UTF-8 is the safer choice.", file=file, encoding=printed)


def _first_bad_row(path: Path, codec: str) -> int | None:
    """Give the row (from 1) where decoding fails, or None."""
    decoder = codecs.getincrementaldecoder(codec)()
    rows = 1
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            try:
                rows += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                newline = "\n".encode("utf-16-le") if codec == "utf-16" else b"\n"
                return rows + error.object[: error.start].count(newline)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return rows
    return None


def _looks_chinese(path: Path) -> bool:
    """Tell Chinese from Western text that happens to be valid GB18030 (“ü” and a letter make one Chinese character).

    In Chinese text most characters are of the GB2312 set, with both bytes from A1 up; a Western letter with an accent
    is followed by plain ASCII.
    """
    pairs, chinese = 0, 0
    with path.open("rb") as stream:
        while (block := stream.read(_BLOCK)) and pairs < 10_000:
            for character in _NOT_ASCII.findall(block.decode("gb18030", errors="ignore")):
                code = character.encode("gb18030")
                pairs += len(code) == 2
                chinese += len(code) == 2 and code[1] >= 0xA1
    return 3 * chinese >= pairs > 0


def _unreadable(file: str, row: int) -> InputError:
    return InputError(
        _(
            "%(file)s, row %(row)d: the text is neither UTF-8 nor GB18030 nor UTF-16; save the file as “CSV UTF-8”.",
            file=file,
            row=row,
        )
    )
