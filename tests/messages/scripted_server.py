"""A mail server of a few lines that does what a test tells it: accept, refuse, wait, break off at any step."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from io import BufferedReader
from typing import Self

Script = Callable[[str, str], str | None]
"""Takes a step (`CONNECT`, `EHLO`, `MAIL`, `RCPT`, `DATA`, `CONTENT`) and the recipient; None breaks off."""

USUAL = {"CONNECT": "220 ready", "DATA": "354 go on", "QUIT": "221 bye"}


@dataclass(frozen=True)
class Taken:
    """One message the server has taken responsibility for."""

    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=policy.default).parsebytes(self.content)
        assert isinstance(parsed, EmailMessage)
        return parsed


def usual(step: str, recipient: str) -> str | None:
    """Accept everything."""
    return USUAL.get(step, "250 ok")


def down(_step: str, _recipient: str) -> str | None:
    """Break off at once."""
    return None


class ScriptedServer:
    """Listens on a port of its own until the block ends; `taken` lists what it accepted, even if it broke off then."""

    def __init__(self, script: Script = usual, *, tls: ssl.SSLContext | None = None, at_once: bool = False) -> None:
        self.script = script
        self._tls, self._at_once = tls, at_once
        self.taken: list[Taken] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for each in self._open:
            each.close()

    def recipients(self) -> list[str]:
        return [each.recipient for each in self.taken]

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None and self._at_once:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as lines:
                self._speak(connection, lines)
        except OSError:
            return  # whoever sent is gone

    def _speak(self, connection: socket.socket, lines: BufferedReader, *, greet: bool = True) -> None:
        recipient = ""
        if greet and not self._say(connection, "CONNECT", recipient):
            return
        while line := lines.readline():
            verb = line[:4].decode().strip().upper()
            if verb == "STAR" and self._tls is not None:
                connection.sendall(b"220 go on\r\n")
                with self._tls.wrap_socket(connection, server_side=True) as secured, secured.makefile("rb") as inside:
                    self._speak(secured, inside, greet=False)
                return
            if verb == "RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            if not self._say(connection, verb, recipient):
                return
            if verb == "DATA" and self.script("DATA", recipient) == USUAL["DATA"]:
                content = b"".join(iter(lines.readline, b".\r\n"))
                if not self._take(connection, recipient, content):
                    return

    def _take(self, connection: socket.socket, recipient: str, content: bytes) -> bool:
        reply = self.script("CONTENT", recipient)
        if reply is None or reply.startswith("250"):  # breaking off here, it has the message all the same
            self.taken.append(Taken(recipient, content.replace(b"\r\n..", b"\r\n.")))
        if reply is None:
            return False
        connection.sendall(f"{reply}\r\n".encode())
        return True

    def _say(self, connection: socket.socket, step: str, recipient: str) -> bool:
        reply = self.script(step, recipient)
        if reply is None:
            return False
        connection.sendall(f"{reply}\r\n".encode())
        return True
