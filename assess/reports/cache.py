"""Drawn reports, kept under the hash of everything that decides their bytes: drawn once, served from here ever after.

A file holds the checksum of its content, then the content: what rots on the disk is drawn again and never served. The
folder may be emptied at any time.
"""

import contextlib
import hashlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from assess.config import Settings
from assess.reports.whole_files import remove_abandoned, write_whole

MOST_BYTES = 512 * 1024 * 1024
KEPT_SECONDS = 30 * 24 * 3600  # after being drawn: comments that were deleted elsewhere do not live on here
_LOOK_AGAIN_AFTER = 16  # after how many parts of `most_bytes` newly written the folder is measured again
_DIGEST = 32


def report_cache(settings: Settings) -> "ReportCache":
    """Return the folder of drawn reports of an installation."""
    return ReportCache(settings.reports_dir or settings.data_dir / "reports")


@dataclass
class ReportCache:
    """A folder of drawn reports of a bounded size; what was read longest ago goes first."""

    folder: Path
    most_bytes: int = MOST_BYTES
    _unmeasured: int | None = field(default=None, init=False)

    def get(self, key: str) -> bytes | None:
        """Return a report that is here and whole."""
        path = self._path(key)
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        digest, content = stored[:_DIGEST], stored[_DIGEST:]
        if hashlib.sha256(content).digest() != digest:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):  # a folder that can only be read still serves
            os.utime(path, (time.time(), path.stat().st_mtime))  # read now, drawn then
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep a report; a full or read-only disk costs the next reader a drawing and nothing else."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, hashlib.sha256(content).digest() + content)
            self._bound(_DIGEST + len(content))

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise ValueError("a key is a hash")
        return self.folder / key[:2] / key

    def _bound(self, written: int) -> None:
        """Measure the folder now and then, not at every report."""
        if self._unmeasured is not None and self._unmeasured + written < self.most_bytes // _LOOK_AGAIN_AFTER:
            self._unmeasured += written
            return
        self._unmeasured = 0
        self.trim()

    def trim(self) -> None:
        """Remove what was drawn long ago, the least read of what is too much, and what killed writers left."""
        kept: list[tuple[float, int, Path]] = []
        for folder in self.folder.glob("??"):
            remove_abandoned(folder)
            for path in folder.iterdir():
                with contextlib.suppress(OSError):
                    status = path.stat()
                    if status.st_mtime < time.time() - KEPT_SECONDS:
                        path.unlink()
                    else:
                        kept.append((status.st_atime, status.st_size, path))
        total = sum(size for _read_at, size, _path in kept)
        for _read_at, size, path in sorted(kept):
            if total <= self.most_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size

    def empty(self) -> None:
        """Remove everything that was made of reports: a result was withdrawn."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                path.unlink(missing_ok=True)
