"""The yardstick: the least a web server can do for the same visit. No framework, no check, no sealing.

GET answers a page of 12 kB from memory; POST reads the body and upserts one row of the size of an envelope under the
same durability: SQLite with WAL, synchronous FULL and BEGIN IMMEDIATE, or PostgreSQL as its server is set up.
`BENCH_DATABASE` names a file or a `postgresql://` address, `BENCH_ENVELOPE` the bytes of a row.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

PAGE = b"<!doctype html><title>Page</title>" + b"x" * 12_000
DATABASE = os.environ["BENCH_DATABASE"]
ENVELOPE_BYTES = int(os.environ["BENCH_ENVELOPE"])
ON_POSTGRESQL = DATABASE.startswith("postgresql:")
PREPARE = "CREATE TABLE IF NOT EXISTS bare (key BYTEA PRIMARY KEY, body BYTEA)"
UPSERT = "INSERT INTO bare VALUES ({0}, {0}) ON CONFLICT (key) DO UPDATE SET body = excluded.body"
_local = threading.local()
_first = threading.Lock()  # PostgreSQL lets two creations of one table at once fail


def _execute(statement: str, values: tuple[bytes, ...] = ()) -> None:
    if not hasattr(_local, "connection"):
        with _first:
            _connect()
    _local.connection.execute(statement, values)


def _connect() -> None:
    if ON_POSTGRESQL:
        import psycopg

        _local.connection = psycopg.connect(DATABASE, autocommit=True)
        _local.connection.execute(PREPARE)
        return
    _local.connection = sqlite3.connect(DATABASE, isolation_level=None, timeout=30)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", f"{PREPARE} WITHOUT ROWID"):
        _local.connection.execute(statement)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer GET with the page and POST with `ok` once the row is durable."""
    answer = PAGE
    if environ["REQUEST_METHOD"] == "POST":
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        key = hashlib.sha256(environ["PATH_INFO"].encode()).digest()
        _store(key, os.urandom(ENVELOPE_BYTES))  # SQLite writes nothing when a row is replaced by the same bytes
        answer = b"ok"
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(answer)))])
    return [answer]


def _store(key: bytes, body: bytes) -> None:
    if ON_POSTGRESQL:
        _execute(UPSERT.format("%s"), (key, body))
        return
    _execute("BEGIN IMMEDIATE")
    _execute(UPSERT.format("?"), (key, body))
    _execute("COMMIT")
