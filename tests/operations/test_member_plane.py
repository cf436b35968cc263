"""The doctor asks a running site: a silent one is healthy, a talkative one is caught, whatever it writes down."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assess.errors import InputError
from assess.operations.doctor import member_plane
from assess.operations.doctor.finding import Finding, Grade
from assess.operations.doctor.member_plane import examine_member_plane
from tests.operations.site import assess, environment, free_port, served, wait_for

HEALTHY_HEADERS = {"Cache-Control": "no-store", "Server": "quiet"}


def faults(findings: Iterator[Finding]) -> list[str]:
    return [finding.what for finding in findings if finding.grade == Grade.WRONG]


class Talker:
    """A small server that answers as told and writes what it is told."""

    def __init__(self, log: Path, headers: dict[str, str], *, line: str = "") -> None:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                with log.open("a", encoding="utf-8") as file:
                    file.write(line.format(path=self.path, browser=self.headers.get("User-Agent")))
                self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 10_000_000))
                self.send_response_only(404)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = answer  # noqa: N815 - names of the base class

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base class
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_plane, "_LOGS_ARE_WRITTEN_WITHIN", 0.3)


@pytest.mark.parametrize("line", ["", "GET somewhere\n"])
def test_a_silent_site_is_healthy(tmp_path: Path, line: str) -> None:
    talker = Talker(tmp_path / "log", HEALTHY_HEADERS, line=line)
    said = list(examine_member_plane(talker.url, [tmp_path]))
    talker.stop()
    assert [finding.grade for finding in said] == [Grade.FINE, Grade.FINE]


@pytest.mark.parametrize("line", ["GET {path}\n", "somebody with {browser}\n", "x" * (1 << 20) + "{path}"])
def test_one_line_about_the_visit_is_enough(tmp_path: Path, line: str) -> None:
    (tmp_path / "logs" / "deep").mkdir(parents=True)
    log = tmp_path / "logs" / "deep" / "access.log"
    log.touch()
    talker = Talker(log, HEALTHY_HEADERS, line=line)
    for place in (log, tmp_path / "logs"):
        said = faults(examine_member_plane(talker.url, [place]))
        assert said == [f"{log} has a line about the visit of the doctor to a member page."]
    talker.stop()


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"Set-Cookie": "a=b"}, "A member page sets a cookie."),
        ({"Cache-Control": "public"}, "A member page does not forbid copies."),
        ({"Server": "nginx/1.22.1"}, "The web server names its version."),
    ],
)
def test_headers_that_tell_or_keep_too_much_are_faults(tmp_path: Path, headers: dict[str, str], sentence: str) -> None:
    talker = Talker(tmp_path / "log", HEALTHY_HEADERS | headers)
    assert faults(examine_member_plane(talker.url, [])) == [sentence]
    talker.stop()


def test_a_site_that_does_not_answer_is_a_fault() -> None:
    (said,) = faults(examine_member_plane(f"http://127.0.0.1:{free_port()}", []))
    assert "The site does not answer at" in said


def test_without_an_address_it_only_says_that_nobody_was_asked(tmp_path: Path) -> None:
    assert [finding.grade for finding in examine_member_plane(None, [])] == [Grade.NOTE]
    with pytest.raises(InputError, match="--log needs --url"):
        list(examine_member_plane(None, [tmp_path]))


@pytest.mark.parametrize("url", ["health.example.com", "ftp://x", "https://", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="write it like https"):
        list(examine_member_plane(url, []))


def test_a_log_that_is_not_there_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no log"):
        list(examine_member_plane("http://127.0.0.1:9", [tmp_path / "none"]))


@pytest.fixture
def site(tmp_path: Path) -> tuple[dict[str, str], int]:
    port = free_port()
    env = environment(tmp_path, ASSESS_BASE_URL=f"http://127.0.0.1:{port}")
    assess(env, "init")
    return env, port


def test_the_product_keeps_silent_whatever_mistakes_the_visitor_makes(
    site: tuple[dict[str, str], int], tmp_path: Path
) -> None:
    env, port = site
    env = env | {"GUNICORN_CMD_ARGS": "--access-logfile -"}  # an operator who wants to know who comes
    with served(env, port, tmp_path / "serve.log"):
        said = assess(env, "doctor", "--url", f"http://127.0.0.1:{port}", "--log", tmp_path)
    assert "No log holds a line about the visit of the doctor to a member page." in said
    assert "Member pages set no cookie and forbid copies." in said
    written = (tmp_path / "serve.log").read_text()
    assert "A request that cannot be read was refused." in written
    assert "127.0.0.1" not in written.replace(f"http://127.0.0.1:{port} ", "")


def test_gunicorn_with_its_own_log_is_caught(site: tuple[dict[str, str], int], tmp_path: Path) -> None:
    """The weakened variant: the same site without the log of ours, and without an access log."""
    env, port = site
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--no-control-socket", "assess.app:create_app()"]
    with (tmp_path / "serve.log").open("ab") as stream:
        process = subprocess.Popen(command, env=env, stdout=stream, stderr=stream, cwd=tmp_path)
    try:
        wait_for(port, process)
        said = assess(env, "doctor", "--url", f"http://127.0.0.1:{port}", "--log", tmp_path / "serve.log", code=1)
    finally:
        process.terminate()
        process.wait(30)
    assert f"✗ {tmp_path / 'serve.log'} has a line about the visit of the doctor to a member page." in said
    assert "To mend: 1" in said
