"""Visitors for the benches of the member flow: each opens a page and sends one form over a raw socket.

A client must cost less than what it measures, so a request is written once and of an answer only status and length are
read.
"""

import random
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Lock

OPEN_LOOP_CLIENTS = 64


@dataclass(frozen=True)
class Member:
    """What one member's browser sends."""

    path: str
    form: bytes


@dataclass(frozen=True)
class Visit:
    """How one visit went: seconds until the envelope was acknowledged, and whether everything was answered well."""

    member: Member
    seconds: float
    good: bool


class Connection:
    """One connection of a browser."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def visit(self, member: Member, due: float | None = None) -> Visit:
        """Open the page and send the form; `due` is when the member came, if that was before now."""
        started = time.perf_counter() if due is None else due
        try:
            good = self._ask("GET", member.path) == 200 and self._ask("POST", member.path, member.form) == 200
        except OSError:
            good = False
        return Visit(member, time.perf_counter() - started, good)

    def close(self) -> None:
        self._socket.close()

    def _ask(self, method: str, path: str, form: bytes = b"") -> int:
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip", "Accept-Language: en"]
        if form:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + form)
        return self._status()

    def _status(self) -> int:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _end, body = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        missing = length - len(body)
        while missing > 0:
            missing -= len(self._receive())
        return int(head[9:12])

    def _receive(self) -> bytes:
        chunk = self._socket.recv(65_536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk


def closed_loop(port: int, members: Sequence[Member], clients: int) -> tuple[float, list[Visit]]:
    """Let a fixed number of clients visit one after another, each over one connection; return visits per second."""

    def client(share: Sequence[Member]) -> list[Visit]:
        connection = Connection(port)
        visits = [connection.visit(member) for member in share]
        connection.close()
        return visits

    shares = [members[place::clients] for place in range(clients)]
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        visits = [visit for share in pool.map(client, shares) for visit in share]
    return len(members) / (time.perf_counter() - started), visits


def open_loop(port: int, members: Sequence[Member], per_second: float) -> list[Visit]:
    """Let members come at random moments whether or not the server keeps up, each over a connection of their own.

    Seconds count from the moment somebody came, so that a wait before the connection is none the less a wait.
    """
    arrivals = _arrivals(members, per_second)
    turn = Lock()

    def client(_number: int) -> list[Visit]:
        visits = []
        while True:
            with turn:
                member, due = next(arrivals, (None, 0.0))
            if member is None:
                return visits
            time.sleep(max(0.0, due - time.perf_counter()))
            visits.append(_alone(port, member, due))

    with ThreadPoolExecutor(OPEN_LOOP_CLIENTS) as pool:
        return [visit for share in pool.map(client, range(OPEN_LOOP_CLIENTS)) for visit in share]


def all_at_once(port: int, members: Sequence[Member]) -> list[Visit]:
    """Let everybody come in the same moment."""
    start = Barrier(len(members))

    def client(member: Member) -> Visit:
        start.wait()
        return _alone(port, member, time.perf_counter())

    with ThreadPoolExecutor(len(members)) as pool:
        return list(pool.map(client, members))


def _arrivals(members: Sequence[Member], per_second: float) -> Iterator[tuple[Member, float]]:
    """Space members as a Poisson process does, the same way in every run."""
    gaps = random.Random(20261204)
    due = time.perf_counter() + 0.2
    for member in members:
        due += gaps.expovariate(per_second)
        yield member, due


def _alone(port: int, member: Member, due: float) -> Visit:
    try:
        connection = Connection(port)
    except OSError:
        return Visit(member, time.perf_counter() - due, good=False)
    visit = connection.visit(member, due)
    connection.close()
    return visit
