"""Serves the sealing script of the running cycle under its own hash, from memory once it was asked for."""

import gzip
import hashlib
from dataclasses import dataclass

from flask import Request, Response
from sqlalchemy import select

from assess.extensions import Database
from assess.surveys.models import Cycle


@dataclass(frozen=True)
class FrozenScript:
    """The bytes a cycle froze, plain and compressed."""

    plain: bytes
    compressed: bytes

    def response(self, request: Request) -> Response:
        """Answer in the encoding the browser accepts; the address names the content, so it may be kept for a year."""
        packed = request.accept_encodings["gzip"] > 0
        kind = "text/javascript; charset=utf-8"
        response = Response(self.compressed if packed else self.plain, content_type=kind)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class SealingScripts:
    """Finds the script of the running cycle; there is one such cycle at most, so one row is read at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: tuple[str, FrozenScript] | None = None

    def find(self, sha256: str) -> FrozenScript | None:
        """Return the script with this hash, None when no running cycle has it."""
        kept = self._last
        if kept is not None and kept[0] == sha256:
            return kept[1]
        with self._database.reading() as session:
            plain = session.scalar(select(Cycle.sealing_script).where(Cycle.running.is_(True)))
        if plain is None or hashlib.sha256(plain).hexdigest() != sha256:
            return None
        script = FrozenScript(plain, gzip.compress(plain, 9, mtime=0))
        self._last = (sha256, script)
        return script
