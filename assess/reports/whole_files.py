"""Files that appear whole or not at all, whenever the power fails or a process is killed.

A file is written under a passing name, brought to the disk and renamed. Its writer holds a lock on it until then, so
that whoever comes later can tell what was left behind from what is being written.
"""

import contextlib
import fcntl
import os
import secrets
from pathlib import Path
from typing import BinaryIO, Protocol

_PASSING = ".part"


class Writing(Protocol):
    """Writes a content into an open file."""

    def __call__(self, stream: BinaryIO, /) -> object:
        """Write all of it."""


def write_whole(path: Path, content: bytes | Writing) -> None:
    """Replace `path` by a content, on the disk when this returns. Errors: OSError."""
    passing, stream = _new_passing_file(path.parent)
    try:
        with stream:
            if isinstance(content, bytes):
                stream.write(content)
            else:
                content(stream)
            stream.flush()
            os.fsync(stream.fileno())
            passing.replace(path)
        _sync_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            passing.unlink(missing_ok=True)


def _new_passing_file(folder: Path) -> tuple[Path, BinaryIO]:
    """Make one and lock it; should somebody who tidies up have been quicker with the lock, make another."""
    while True:
        passing = folder / f".{secrets.token_hex(16)}{_PASSING}"
        stream = passing.open("xb")
        fcntl.flock(stream, fcntl.LOCK_EX)
        if os.fstat(stream.fileno()).st_nlink:
            return passing, stream
        stream.close()


def remove_abandoned(folder: Path) -> None:
    """Remove what killed writers left in a folder; a file whose writer still lives is locked and stays."""
    for passing in folder.glob(f".{'[0-9a-f]' * 32}{_PASSING}"):
        with contextlib.suppress(OSError), passing.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            passing.unlink()


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
