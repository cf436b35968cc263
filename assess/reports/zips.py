"""A ZIP whose bytes depend on nothing but the files in it: sorted, one date for all, not packed again.

PDF files are packed inside; packing them once more would save nothing, and another zlib would give other bytes.
"""

import zipfile
from calendar import monthrange
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from assess.reports.whole_files import write_whole

_READABLE = 0o644 << 16  # where a ZIP keeps the rights of a file
_UNIX = 3


def zip_name(quarter: str) -> str:
    """Name the ZIP of a cycle.

    >>> zip_name("2026Q4")
    '2026-Q4_team-health.zip'
    """
    return f"{quarter[:4]}-{quarter[4:]}_team-health.zip"


def write_zip(path: Path, files: Sequence[Path], *, quarter: str) -> None:
    """Write all `files` into one ZIP, dated with the last day of the quarter as they are. Errors: OSError."""
    year, month = int(quarter[:4]), 3 * int(quarter[5:])
    dated = (year, month, monthrange(year, month)[1], 0, 0, 0)

    def write(stream: BinaryIO) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for file in sorted(files, key=lambda file: file.name):
                entry = zipfile.ZipInfo(file.name, dated)
                entry.external_attr, entry.create_system = _READABLE, _UNIX
                archive.writestr(entry, file.read_bytes())

    write_whole(path, write)
