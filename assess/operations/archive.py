"""The file of a backup: a ZIP with one table per member, a line of JSON per row, and a manifest with checksums.

Plain text inside, so that it can be read in thirty years without Assess. It does not depend on the database: what was
saved from SQLite can be restored into PostgreSQL and the other way round.
"""

import hashlib
import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from assess.errors import InputError
from assess.localisation import gettext as _

FORMAT = "assess/backup/1"
MANIFEST = "manifest.json"
_TOLD_NOTHING = (1980, 1, 1, 0, 0, 0)
"""The date of every member: when a table was read is nobody's business, and the manifest says when the backup began."""
_LEVEL = 1  # sealed bodies do not shrink, base 64 does at any level


class Hashed(RawIOBase):
    """A stream that can only be written to, with the checksum of what went through."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._sha256 = hashlib.sha256()

    def writable(self) -> bool:
        """Say so; that it cannot be sought makes a ZIP that is written from beginning to end."""
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        """Pass on and count in."""
        self._sha256.update(data)
        return self._stream.write(data)

    @property
    def sha256(self) -> str:
        """The checksum so far, in hexadecimal digits."""
        return self._sha256.hexdigest()


@dataclass(frozen=True)
class TableEntry:
    """What the manifest says of one table."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


class ArchiveWriter:
    """Writes tables one after the other, and the manifest at the end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._hashed = Hashed(stream)
        self._zip = ZipFile(self._hashed, "w", ZIP_DEFLATED, allowZip64=True, compresslevel=_LEVEL)
        self._tables: dict[str, dict[str, object]] = {}

    def add(self, table: str, columns: Sequence[str], rows: Iterator[list[Any]]) -> None:
        """Write one table."""
        sha256, count = hashlib.sha256(), 0
        with self._zip.open(_member(f"tables/{table}.jsonl"), "w", force_zip64=True) as member:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                sha256.update(line)
                member.write(line)
                count += 1
        self._tables[table] = {"columns": list(columns), "rows": count, "sha256": sha256.hexdigest()}

    def finish(self, facts: Mapping[str, object]) -> str:
        """Write the manifest and return the checksum of the whole file."""
        manifest = {"format": FORMAT, **facts, "tables": self._tables}
        text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
        with self._zip.open(_member(MANIFEST), "w") as member:
            member.write(text)
        self._zip.close()
        return self._hashed.sha256


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, _TOLD_NOTHING)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


class Archive:
    """A backup that has been found whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise InputError(
                _("%(file)s cannot be read (%(what)s); name a backup.", file=path, what=error.strerror or "")
            ) from error
        try:
            self._zip = ZipFile(self._file)
            manifest = json.loads(self._zip.read(MANIFEST))
            if manifest["format"] != FORMAT:
                raise _damaged(path)
            self.made_at = str(manifest["made_at"])
            self.revision = str(manifest["revision"])
            self.version = str(manifest["assess"])
            self.tables = {name: _entry(entry) for name, entry in manifest["tables"].items()}
        except BaseException as error:
            self._file.close()
            if isinstance(error, (BadZipFile, OSError, KeyError, ValueError, TypeError, AttributeError)):
                raise _damaged(path) from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()
        self._file.close()  # also where a table was left half read

    def check(self) -> None:
        """Compare every table with its checksum before anything is restored; InputError names the damaged one."""
        for name, entry in self.tables.items():
            sha256, rows = hashlib.sha256(), 0
            try:
                with self._zip.open(f"tables/{name}.jsonl") as member:
                    for line in member:
                        sha256.update(line)
                        rows += 1
            except (BadZipFile, OSError, KeyError, EOFError, ValueError) as error:
                raise _damaged(self._path) from error
            if (sha256.hexdigest(), rows) != (entry.sha256, entry.rows):
                raise InputError(
                    _(
                        "%(file)s is damaged: the table %(table)s does not match its checksum; take another backup.",
                        file=self._path,
                        table=name,
                    )
                )

    def rows(self, table: str) -> Iterator[list[Any]]:
        """Read one table again."""
        with self._zip.open(f"tables/{table}.jsonl") as member:
            for line in member:
                yield json.loads(line)

    def rows_by_id(self, table: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """Read a table whose key is `id`: the id, and the row as it is written."""
        columns = self.tables[table].columns
        for values in self.rows(table):
            row = dict(zip(columns, values, strict=True))
            yield b64decode(row["id"]), row

    def count_by(self, table: str, column: str) -> dict[bytes, int]:
        """Count the rows of a table by a column of bytes."""
        place = self.tables[table].columns.index(column)
        counted = Counter(values[place] for values in self.rows(table))
        return {b64decode(value): count for value, count in counted.items()}


def _entry(entry: Mapping[str, Any]) -> TableEntry:
    return TableEntry(tuple(entry["columns"]), int(entry["rows"]), str(entry["sha256"]))


def _damaged(path: Path) -> InputError:
    return InputError(_("%(file)s is no whole backup of Assess; take another one.", file=path))
