"""A file that came through a browser: smaller limits than on the command line, and never a copy on the disk."""

import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.labels import clean_name

MOST_BYTES = 10_000_000
MOST_ROWS = 100_000
MOST_UNPACKED = 200_000_000
MOST_CELLS = 1_000_000
"""Of one sheet; a roster of as many rows as are taken has half a million."""
_MOST_SHARED_TEXT = 40_000_000  # bytes of all parts that are kept in memory
_MOST_PARTS = 2_000
_BLOCK = 1 << 20
_LONGEST_NAME, _LONGEST_ENDING = 60, 8
"""Of 60 signs with four bytes each a file system can still make a name."""
_ZIP = b"PK\x03\x04"


def safe_file_name(sent: str) -> str:
    r"""Make the name under which a browser sent a file fit for messages; empty where nothing is left of it.

    It comes from outside: folders, control and invisible signs are dropped, and what is too long is cut in the middle.

    >>> safe_file_name("C:\\lists\\staff  2026.xlsx"), safe_file_name("../.."), safe_file_name("l" * 70 + ".csv")
    ('staff 2026.xlsx', '', 'lllllllllllllllllllllllllllllllllllllllllllllllllllllll….csv')
    """
    last = re.split(r"[/\\]", sent)[-1]
    text = clean_name("".join(sign for sign in last if sign.isprintable())).strip(". ")
    if len(text) <= _LONGEST_NAME:
        return text
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = text, "", ""
    return f"{stem[: _LONGEST_NAME - len(dot + ending) - 1]}…{dot}{ending}"


@contextmanager
def sent_file(content: bytes, kind: str, name: str = "") -> Iterator[Path]:
    """Lend a path under which what was sent can be read, called as it was where it came from, or after its kind.

    `name` has been made safe. The bytes stay in memory; the path is a link to them. InputError for what is too large,
    packed or unpacked.
    """
    is_zip = content.startswith(_ZIP)
    file = name or f"{kind}.{'xlsx' if is_zip else 'csv'}"
    if len(content) > MOST_BYTES:
        raise InputError(
            _("The file is larger than 10 MB. Import it on the server, with the command line, or split off columns.")
        )
    if is_zip:
        _check_unpacked(file, content)
    memory = os.memfd_create(kind)
    try:
        with os.fdopen(os.dup(memory), "wb") as stream:
            stream.write(content)
        with tempfile.TemporaryDirectory(prefix="assess-") as folder:
            path = Path(folder) / file
            path.symlink_to(f"/proc/self/fd/{memory}")
            yield path
    finally:
        os.close(memory)


def _check_unpacked(file: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) <= MOST_UNPACKED and _has_too_many_cells(archive):
                raise _too_much(file)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError):
        return  # the reader says what is wrong
    kept = sum(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    whole = sum(part.file_size for part in parts)
    if whole > MOST_UNPACKED or kept > _MOST_SHARED_TEXT or len(parts) > _MOST_PARTS:
        raise _too_much(file)


def _has_too_many_cells(archive: zipfile.ZipFile) -> bool:
    """Count the cells of each sheet without reading any; the size a sheet states is often that of its formats alone."""
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            cells = 0
            with archive.open(name) as stream:
                while block := stream.read(_BLOCK):
                    cells += _cells(block)
                    if cells > MOST_CELLS:
                        return True
    return False


def _cells(block: bytes) -> int:
    """Count cells as nearly as it takes; with a prefix, an opening and a closing tag may end alike."""
    return block.count(b"<c ") + block.count(b"<c>") + max(block.count(b":c "), block.count(b":c>"))


def _too_much(file: str) -> InputError:
    return InputError(
        _(
            "%(file)s unpacks to more than a roster can hold. Copy only the needed columns into a new workbook and "
            "send that.",
            file=file,
        )
    )
