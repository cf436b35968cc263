"""A site at level `anonymous` that listens, and a record of every byte that reached it."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from assess.app import create_app
from assess.surveys.models import Level
from tests.surveys.member.member_cast import MemberSite, build_site

Environment = dict[str, Any]


class Silent(WSGIRequestHandler):
    """Serves without a log line, as the member plane promises; keeps connections, as a proxy would."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


@dataclass
class Wire:
    """What arrived: one entry a request, with address, headers and body."""

    requests: list[tuple[str, bytes]] = field(default_factory=list)

    def record(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """Wrap a WSGI application."""

        def recorder(environ: Environment, start: Callable[..., Any]) -> Iterable[bytes]:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
            headers = [f"{k}: {v}" for k, v in environ.items() if k.startswith(("HTTP_", "QUERY", "PATH", "CONTENT"))]
            head = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            self.requests.append((head, "\n".join(headers).encode() + b"\n" + body))
            return app(environ, start)

        return recorder

    def holds(self, *texts: str) -> list[str]:
        """Name the requests in which one of these texts arrived, escaped or not."""
        wanted = [text.encode() for text in texts]
        return [head for head, content in self.requests if any(text in content for text in wanted)]

    def posts(self) -> list[bytes]:
        return [content.split(b"\n")[-1] for head, content in self.requests if head.startswith("POST")]


@dataclass(frozen=True)
class LiveSite:
    """A site that listens."""

    member: MemberSite
    base: str
    wire: Wire

    def link(self, place: int = 0) -> str:
        """Return the personal link of one member."""
        return f"{self.base}/s/{self.member.codes[place]}"


@contextmanager
def listening(app: Flask, wire: Wire) -> Iterator[str]:
    """Serve an application; give its address."""
    server = make_server("127.0.0.1", 0, wire.record(app), threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["assess.database"].close()


@contextmanager
def anonymous_site(folder: Path, members: int = 8) -> Iterator[LiveSite]:
    """Serve a cycle at level `anonymous` with two key holders."""
    site = build_site(folder, level=Level.ANONYMOUS, members=members)
    wire = Wire()
    with listening(create_app(site.settings), wire) as base:
        yield LiveSite(site, base, wire)
    site.database.close()


@dataclass
class Member:
    """One member in front of one page, and everything that went wrong on it."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, context: BrowserContext, *, expected: tuple[str, ...] = ()) -> "Member":
        """Open a page; console messages that contain one of `expected` are no trouble."""
        member = cls(context.new_page())
        fine = ("the server responded with a status of 4", *expected)

        def note(kind: str, text: str) -> None:
            if kind in {"error", "warning"} and not any(part in text for part in fine):
                member.troubles.append(text)

        context.on("console", lambda message: note(message.type, message.text))
        context.on("weberror", lambda error: note("error", str(error.error)))
        return member
