"""The yardstick: the least a web server can do for the same visit. No framework, no check, no sealing.

GET answers a page of 12 kB from memory; POST reads the body and upserts one row of the size of an envelope into
SQLite under the same durability (WAL, synchronous FULL, BEGIN IMMEDIATE).
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

PAGE = b"<!doctype html><title>Page</title>" + b"x" * 12_000
ENVELOPE_BYTES = 8335
_local = threading.local()


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        connection = sqlite3.connect(os.environ["BENCH_SQLITE"], isolation_level=None, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS envelopes (key BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID")
        _local.connection = connection
    return _local.connection  # type: ignore[no-any-return]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer GET with the page and POST with `ok` once the row is durable."""
    answer = PAGE
    if environ["REQUEST_METHOD"] == "POST":
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        key = hashlib.sha256(environ["PATH_INFO"].encode()).digest()
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO envelopes VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
            (key, os.urandom(ENVELOPE_BYTES)),  # SQLite writes nothing when a row is replaced by the same bytes
        )
        connection.execute("COMMIT")
        answer = b"ok"
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(answer)))])
    return [answer]
