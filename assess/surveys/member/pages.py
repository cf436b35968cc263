"""Member pages as bytes: rendered once per cycle and language, compressed once, one length for what may be compared.

A page holds nothing about its reader: no code, no group, no name. So all members of a cycle get the same bytes, and
an eavesdropper who sees only lengths cannot tell the form from "there is already an envelope".
"""

import gzip
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import Request, Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class FinishedResponse(Response):
    """An answer of which nothing is left to work out: its length is known, and it leads nowhere."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Send it as it is."""
        start_response(self.status, self.headers.to_wsgi_list())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else cast("list[bytes]", self.response)


@dataclass(frozen=True)
class Page:
    """One finished page, plain and compressed, with the headers of each."""

    plain: bytes
    compressed: bytes
    headers: tuple[Headers, Headers] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        packed = [("Content-Encoding", "gzip")]
        object.__setattr__(self, "headers", (_headers(self.plain, []), _headers(self.compressed, packed)))

    def response(self, request: Request, status: int = 200) -> Response:
        """Answer in the encoding the browser accepts."""
        packed = takes_gzip(request)
        return FinishedResponse(self.compressed if packed else self.plain, status, self.headers[packed].copy())


def takes_gzip(request: Request) -> bool:
    """Whether the browser reads gzip; only a header with weights or wildcards has to be weighed."""
    accepted = str(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
    if ";" in accepted or "*" in accepted:
        return request.accept_encodings["gzip"] > 0
    return "gzip" in accepted


def _headers(body: bytes, more: list[tuple[str, str]]) -> Headers:
    fixed = [("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept-Encoding, Accept-Language")]
    return Headers([*fixed, *more, ("Content-Length", str(len(body)))])


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
