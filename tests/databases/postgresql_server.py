"""A PostgreSQL server of the tests' own, from the distribution's packages: no port, no configuration.

It runs on a socket in a temporary folder and ends with the process that started it, however that ends: it waits at a
pipe that the kernel closes. The server of the machine, if there is one, is never asked. PostgreSQL refuses to run as
root, so root starts it as `postgres` or `nobody`.
"""

import atexit
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

MISSING = "PostgreSQL is not installed, so nothing was tested on it. On Debian: apt-get install postgresql"
_USERS = ("postgres", "nobody")
_PATIENCE_SECONDS = 60
_ROOM_BYTES = 2**30
# Names sort as in a dictionary here, unlike in SQLite: whoever relies on the order of the database is found out.
_CLUSTER = ["--username=assess", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
_DICTIONARY_ORDER = ["--locale-provider=icu", "--icu-locale=en-US"]
_DICTIONARY_ORDER_SINCE = 15
_SETTINGS = {
    "listen_addresses": "",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "max_wal_size": "64MB",
    "autovacuum": "off",  # it would lock a template while it is copied
}
_ON_DISK = {"fsync": "off", "full_page_writes": "off"}
# "$0" is the server. When the reading end of the pipe closes, the data are thrown away, so it need not tidy up.
_UNTIL_THE_PIPE_CLOSES = (
    '"$0" "$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf "${PGDATA%/data}"'
)


def find_programs() -> Path | None:
    """Find the folder with `initdb` and `postgres`: the newest of the distribution's, else the search path's."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    onpath = shutil.which("initdb")
    return next((path.parent for path in [*installed, *([Path(onpath)] if onpath else [])]), None)


def _memory() -> Path | None:
    """Name a folder in memory with room for a server: on a disk, copying the 300 files of a database takes six times as
    long. None where there is none; containers often have 64 MB.
    """
    memory = Path("/dev/shm")  # noqa: S108 - Linux's own, and the folder made in it is private
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _ROOM_BYTES:
        return None
    return memory


class PostgresqlServer:
    """A running server; `connect` as its superuser."""

    def __init__(self, programs: Path) -> None:
        memory = _memory()
        self.is_durable = memory is not None
        """Whether it runs as in earnest: in memory that takes no time."""
        self.folder = Path(tempfile.mkdtemp(prefix="assess-postgresql-", dir=memory))
        self.data = self.folder / "data"
        self._owner = self._hand_over()
        self._log = self.folder / "log"
        version = subprocess.run([programs / "initdb", "--version"], check=True, capture_output=True, text=True).stdout
        self.version = int(re.findall(r"\d+", version)[0])
        order = _DICTIONARY_ORDER if self.version >= _DICTIONARY_ORDER_SINCE else []
        subprocess.run(
            [programs / "initdb", "--pgdata", self.data, *_CLUSTER, *order],
            check=True,
            stdout=subprocess.DEVNULL,
            **self._owner,
        )
        settings = _SETTINGS if self.is_durable else _SETTINGS | _ON_DISK
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", _UNTIL_THE_PIPE_CLOSES, programs / "postgres", "-k", self.folder, *options],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **self._owner,
            )
        atexit.register(self.stop)
        self._wait()

    def url(self, name: str) -> str:
        """Address of one database for SQLAlchemy."""
        return f"postgresql+psycopg://assess@/{name}?host={self.folder}"

    def connect(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """Connect beside the product, statement by statement."""
        return psycopg.connect(host=str(self.folder), user="assess", dbname=name, autocommit=True)

    def stop(self) -> None:
        """End the server and remove its files."""
        if self._process.poll() is None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _hand_over(self) -> dict[str, Any]:
        """Give the folder to whom the server runs as; return what `subprocess` needs to run as them."""
        environment = {"PATH": os.environ["PATH"], "PGDATA": str(self.data), "LC_ALL": "C"}
        always = {"cwd": self.folder, "env": environment}
        if os.getuid() != 0:
            return always
        for name in _USERS:
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            return always | {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        raise RuntimeError(f"PostgreSQL does not run as root, and there is none of the users {_USERS}")

    def _wait(self) -> None:
        ends = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}") from None
                time.sleep(0.02)
            else:
                return
