"""Processes of their own: what they are told by their environment, and which of them still live."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from assess.config import Settings


def environment(settings: Settings, code: Path) -> dict[str, str]:
    """Name the installation and the copy of the program to run."""
    return {
        **os.environ,
        "ASSESS_DATA_DIR": str(settings.data_dir),
        "ASSESS_KEY_DIR": str(settings.key_dir),
        "ASSESS_DATABASE_URL": settings.database_url,
        "ASSESS_QUEUE_URL": settings.queue_url,
        "ASSESS_LANGUAGE": "en",
        "PYTHONPATH": str(code),
    }


def living(session: int) -> Iterator[int]:
    """List the processes that are left of a command."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                yield int(folder.name)
