"""The pages of members, asked from outside: they set no cookie, keep no copy, and leave no line in any log.

The probe follows a link that nobody has and makes every mistake a visitor or an attacker can make; then the logs are
searched for its code and for the name it gave as its browser.
"""

import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from pathlib import Path
from secrets import token_bytes, token_hex
from urllib.parse import SplitResult, urlsplit

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.operations.doctor.finding import Finding, fine, note, wrong
from assess.surveys.envelopes.links import write_code

_TIMEOUT = 10.0
_LOGS_ARE_WRITTEN_WITHIN = 2.0  # seconds; servers write their lines in bursts
_TOO_MUCH = 2 * 1024 * 1024  # bytes; more than any form of ours
_PIECE = 1 << 20


@dataclass(frozen=True)
class Probe:
    """Words that stand nowhere but in the requests of this probe."""

    code: str = field(default_factory=lambda: write_code(token_bytes(16)))
    browser: str = field(default_factory=lambda: f"assess-doctor-{token_hex(8)}")

    @property
    def traces(self) -> tuple[bytes, ...]:
        """What no file may hold afterwards."""
        return self.code.encode(), self.browser.encode()


def examine_member_plane(url: str | None, logs: Sequence[Path]) -> Iterator[Finding]:
    """Ask the running site, then search the logs; without an address only say that it was not asked."""
    if url is None:
        if logs:
            raise InputError(_("--log needs --url: the doctor searches the logs for a visit it has made itself."))
        yield note(
            _("The running site was not asked whether it keeps silent about members."),
            _("A web server before the site writes addresses and links into its logs unless it is told not to."),
            _("Run: assess doctor --url ADDRESS --log FILE, once for every log of this machine"),
        )
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(_("“%(url)s” is no address; write it like https://health.example.com.", url=url))
    for path in logs:
        if not path.exists():
            raise InputError(_("There is no log %(file)s; name a file or a folder.", file=path))
    probe = Probe()
    try:
        heads = list(_visits(parts, probe))
    except (OSError, HTTPException) as error:
        yield wrong(
            _("The site does not answer at %(url)s: %(what)s", url=url, what=str(error) or type(error).__name__),
            _("Members cannot answer."),
            _("Start it with: assess serve; or correct the address."),
        )
        return
    yield from _judge_answers(heads)
    yield from _judge_logs(probe, logs)


def _visits(parts: SplitResult, probe: Probe) -> Iterator[HTTPMessage]:
    """Make every kind of visit; the headers of the plain ones are judged."""
    yield _visit(parts, probe, "GET", f"/s/{probe.code}")
    yield _visit(parts, probe, "GET", f"/s/{probe.code}/plain")
    yield _visit(parts, probe, "POST", f"/s/{probe.code}", b"COM1=4")
    with suppress(OSError, HTTPException):  # refused, however rudely: only what is left behind counts
        _visit(parts, probe, "POST", f"/s/{probe.code}", bytes(_TOO_MUCH))
    for mistake in (
        f"GET /s/{probe.code} HTTP/9.9\r\nUser-Agent: {probe.browser}\r\n\r\n",
        f"GET /s/{probe.code} {probe.browser} HTTP/1.1\r\n\r\n",
        f"GET /s/{probe.code} HTTP/1.1\r\n{probe.browser} no colon\r\n\r\n",
        f"GET /s/{probe.code}?{'x' * 70_000} HTTP/1.1\r\nUser-Agent: {probe.browser}\r\n\r\n",
    ):
        with suppress(OSError):
            _say(parts, mistake.encode())


def _visit(parts: SplitResult, probe: Probe, method: str, path: str, body: bytes | None = None) -> HTTPMessage:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(str(parts.hostname), parts.port, timeout=_TIMEOUT)
    headers = {"User-Agent": probe.browser, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.headers
    finally:
        connection.close()


def _say(parts: SplitResult, text: bytes) -> None:
    """Send what no browser would send, and read whatever comes."""
    address = (str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80))
    with socket.create_connection(address, timeout=_TIMEOUT) as plain:
        if parts.scheme == "https":
            with ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as wrapped:
                wrapped.sendall(text)
                wrapped.recv(1024)
        else:
            plain.sendall(text)
            plain.recv(1024)


def _judge_answers(heads: Sequence[HTTPMessage]) -> Iterator[Finding]:
    faults = []
    if any("Set-Cookie" in head for head in heads):
        faults.append(
            wrong(
                _("A member page sets a cookie."),
                _("A cookie tells visits of one browser apart, and joins them."),
                _("Find out which server before the site adds it, and switch that off."),
            )
        )
    if any("no-store" not in (head.get("Cache-Control") or "") for head in heads):
        faults.append(
            wrong(
                _("A member page does not forbid copies."),
                _("Browsers and servers on the way may keep it, with its address."),
                _("Let the server before the site pass on its headers as they are."),
            )
        )
    if any(any(sign.isdigit() for sign in head.get("Server") or "") for head in heads):
        faults.append(
            wrong(
                _("The web server names its version."),
                _("It tells attackers which faults to try."),
                _("In nginx set: server_tokens off;"),
            )
        )
    yield from faults
    if not faults:
        yield fine(_("Member pages set no cookie and forbid copies."))


def _judge_logs(probe: Probe, logs: Sequence[Path]) -> Iterator[Finding]:
    if not logs:
        yield note(
            _("No log was searched for the visit of the doctor."),
            _("A web server before the site writes addresses and links into its logs unless it is told not to."),
            _("Name every log of this machine: --log /var/log/nginx"),
        )
        return
    time.sleep(_LOGS_ARE_WRITTEN_WITHIN)
    traitors = [file for path in logs for file in _files(path) if _holds_any(file, probe.traces)]
    for file in traitors:
        yield wrong(
            _("%(file)s has a line about the visit of the doctor to a member page.", file=file),
            _("It would hold times, addresses and links of members too: who answered when."),
            _("Switch the log off for this site, as the example in docs/operations.md does, and destroy old ones."),
        )
    if not traitors:
        yield fine(_("No log holds a line about the visit of the doctor to a member page."))


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _holds_any(file: Path, traces: Sequence[bytes]) -> bool:
    """Search piece by piece; pieces overlap, so that nothing hides on a border."""
    overlap = max(map(len, traces))
    rest = b""
    try:
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                text = rest + piece
                if any(trace in text for trace in traces):
                    return True
                rest = text[-overlap:]
    except OSError as error:
        raise InputError(
            _("%(file)s cannot be read (%(what)s); run the doctor as a user who may.", file=file, what=error.strerror)
        ) from error
    return False
