"""Member pages as bytes: rendered once per cycle and language, compressed once, one length for what may be compared.

A page holds nothing about its reader: no code, no group, no name. So all members of a cycle get the same bytes, and
an eavesdropper who sees only lengths cannot tell the form from "there is already an envelope".
"""

import gzip
import struct
from dataclasses import dataclass

from flask import Request, Response


@dataclass(frozen=True)
class Page:
    """One finished page, plain and compressed."""

    plain: bytes
    compressed: bytes

    def response(self, request: Request, status: int = 200) -> Response:
        """Answer in the encoding the browser accepts."""
        packed = request.accept_encodings["gzip"] > 0
        response = Response(self.compressed if packed else self.plain, status, content_type="text/html; charset=utf-8")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding, Accept-Language"
        return response


def pages_of_one_length(texts: dict[str, str]) -> dict[str, Page]:
    """Bring pages to the same number of bytes, plain and compressed.

    Plain text gets trailing spaces; a gzip stream gets an extra field in its header (RFC 1952, section 2.3.1.1), which
    every decoder skips: padding inside the text would be compressed away.

    >>> pages = pages_of_one_length({"a": "short", "b": "somewhat longer, and different"})
    >>> [(len(p.plain), gzip.decompress(p.compressed) == p.plain) for p in pages.values()]
    [(30, True), (30, True)]
    >>> len({len(p.compressed) for p in pages.values()})
    1
    """
    longest = max(len(text.encode()) for text in texts.values())
    plain = {name: text.encode().ljust(longest) for name, text in texts.items()}
    packed = {name: gzip.compress(body, 9, mtime=0) for name, body in plain.items()}
    widest = max(len(stream) for stream in packed.values())
    return {name: Page(plain[name], _widened(packed[name], widest - len(packed[name]))) for name in texts}


def _widened(stream: bytes, filler: int) -> bytes:
    """Add `filler` bytes and an empty extra field of 6 bytes to a gzip stream whose header has no options."""
    subfield = b"as" + struct.pack("<H", filler) + bytes(filler)
    header = stream[:3] + bytes([stream[3] | 4]) + stream[4:10]
    return header + struct.pack("<H", len(subfield)) + subfield + stream[10:]
