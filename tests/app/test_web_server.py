"""The web server itself: what it says about itself, and that visits need not wait for one another."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assess.app.web_server import server_options
from tests.databases.stores import Store
from tests.surveys.member.member_cast import SECRET, build_site


@pytest.fixture
def port(tmp_path: Path, each_database: Store) -> Iterator[int]:
    """Serve a site with one open cycle."""
    site = build_site(tmp_path)
    site.database.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = {
        "ASSESS_DATA_DIR": str(tmp_path),
        "ASSESS_DATABASE_URL": site.settings.database_url,
        "ASSESS_SECRET_KEY": SECRET,
        "ASSESS_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "gunicorn", *server_options("127.0.0.1", port, 1), "assess.app:create_app()"]
    with subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.PIPE, text=True) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()
            _out, written = server.communicate()
    assert "/s/" not in written


def _wait_for(port: int) -> None:
    for _try in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")


def test_no_answer_names_the_server_program(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for method, address, status in (("GET", "/", 200), ("HEAD", "/s", 200), ("GET", "/s/nope", 404)):
            connection.request(method, address)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
            assert answer.getheader("Server") is None
            assert answer.getheader("Date") is not None
            assert answer.getheader("Cache-Control") == "no-store"


def test_a_request_that_cannot_be_read_learns_nothing_of_the_server_either(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"GET /s/secret HTTP/9.9 nonsense\r\n\r\n")
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"gunicorn" not in received.lower()
    assert b"secret" not in received
