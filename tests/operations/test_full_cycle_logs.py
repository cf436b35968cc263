"""L4: a whole cycle behind nginx and gunicorn, with every mistake that visitors make on the way.

Every file is searched for every code, address and browser: none is found. With nginx as Debian sets it up, the same
search finds them.
"""

import csv
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from assess.extensions import Database
from assess.surveys.envelopes.links import ALPHABET, read_code
from assess.surveys.models import Cycle
from tests.databases.stores import Store
from tests.operations.proxy import HOST, Proxy, behind_nginx, example, nginx_program, talkative
from tests.operations.site import assess, environment, free_port, served

QUARTER = "2026Q4"
CANARY = "the kettle whistles a fifth too high"  # no other test has it: several share one PostgreSQL server
TRUST_ANYBODY = ssl.create_default_context()
TRUST_ANYBODY.check_hostname = False
TRUST_ANYBODY.verify_mode = ssl.CERT_NONE
BIG = 20_000  # a form with its filler; longer than what nginx keeps in memory by default
TOO_BIG = 300_000


@dataclass(frozen=True)
class Member:
    """Somebody at an address of their own, with a browser of their own, who mistypes the code once."""

    code: str
    address: str
    browser: str

    @property
    def mistyped(self) -> str:
        """The code with another last but one character."""
        other = ALPHABET[(ALPHABET.index(self.code[-2]) + 1) % len(ALPHABET)]
        return self.code[:-2] + other + self.code[-1]

    @property
    def traces(self) -> tuple[bytes, ...]:
        """What no file may hold."""
        secret = read_code(self.code)
        assert secret is not None
        codes = (self.code, self.code.lower(), self.mistyped, self.mistyped.lower())
        return (*(code.encode() for code in codes), secret, self.address.encode(), self.browser.encode())


def ask(proxy: Proxy, member: Member, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    """One visit over https from the member's own address."""
    source = (member.address, 0)
    connection = HTTPSConnection("127.0.0.1", proxy.https, timeout=60, source_address=source, context=TRUST_ANYBODY)
    headers = {"Host": HOST, "User-Agent": member.browser, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def mumble(proxy: Proxy, member: Member, text: bytes, *, plain: bool = False) -> None:
    """Send what no browser sends, or stop in the middle, and go away."""
    source = (member.address, 0)
    port = proxy.http if plain else proxy.https
    with socket.create_connection(("127.0.0.1", port), timeout=20, source_address=source) as connection:
        stream = connection if plain else TRUST_ANYBODY.wrap_socket(connection, server_hostname=HOST)
        with suppress(OSError), stream:
            stream.sendall(text)
            stream.settimeout(2)
            stream.recv(4096)


def head(member: Member, line: str, *more: str) -> bytes:
    return "\r\n".join([line, f"Host: {HOST}", f"User-Agent: {member.browser}", *more, "", ""]).encode()


def answer_with_mistakes(proxy: Proxy, member: Member, number: int) -> None:
    """Look, mistype, look again, send a form; each member makes one more mistake that servers like to write down."""
    link = f"/s/{member.code}"
    assert ask(proxy, member, "GET", link)[0] == 200
    assert ask(proxy, member, "HEAD", link)[0] == 200
    assert ask(proxy, member, "GET", f"/s/{member.mistyped}")[0] == 404
    assert ask(proxy, member, "POST", "/s", urlencode({"code": member.mistyped}).encode())[0] == 422
    assert ask(proxy, member, "POST", "/s", urlencode({"code": member.code}).encode())[0] == 303
    make_mistake(proxy, member, number)
    form = {"COM1": "5", "COM2": "4", "TRU1": "2", "CMT1": f"{CANARY} {number}", "filler": "x" * BIG}
    status, page = ask(proxy, member, "POST", link, urlencode(form).encode())
    assert status == 200
    assert b"Your envelope is in the box" in page


def make_mistake(proxy: Proxy, member: Member, number: int) -> None:
    link = f"/s/{member.code}"
    mistakes: list[Callable[[], object]] = [
        lambda: ask(proxy, member, "POST", link, b"x" * TOO_BIG),
        lambda: ask(proxy, member, "DELETE", link),
        lambda: ask(proxy, member, "GET", f"{link}/../../etc/passwd"),
        lambda: ask(proxy, member, "GET", f"{link}%00%ff"),
        lambda: mumble(proxy, member, head(member, f"GET {link} HTTP/1.1"), plain=True),
        lambda: mumble(proxy, member, head(member, f"GET {link} HTTP/9.9")),
        lambda: mumble(proxy, member, head(member, f"GET {link} {member.browser} HTTP/1.1")),
        lambda: mumble(proxy, member, head(member, f"GET {link} HTTP/1.1", f"no colon {member.code}")),
        lambda: mumble(proxy, member, head(member, f"GET {link}?{'x' * 40_000} HTTP/1.1")),
        lambda: mumble(proxy, member, head(member, f"GET {link} HTTP/1.1", f"Cookie: {member.code * 2000}")),
        lambda: mumble(proxy, member, head(member, f"POST {link} HTTP/1.1", "Content-Length: 9000") + b"half a form"),
        lambda: mumble(proxy, member, head(member, f"POST {link} HTTP/1.1", "Transfer-Encoding: nonsense") + b"zz\r\n"),
        lambda: mumble(proxy, member, head(member, f"GET {link} HTTP/1.1").replace(HOST.encode(), b"evil.example")),
        lambda: mumble(proxy, member, head(member, f"GET {link} HTTP/1.1"), plain=False),
    ]
    with suppress(OSError, HTTPException):
        mistakes[number % len(mistakes)]()


def holders_of(traces: dict[str, bytes], *folders: Path) -> dict[str, list[str]]:
    """Name the files that hold a trace, by trace."""
    found: dict[str, list[str]] = {}
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
        try:
            content = file.read_bytes()
        except FileNotFoundError:  # a passing file of a process that runs
            continue
        for name, trace in traces.items():
            if trace in content:
                found.setdefault(name, []).append(str(file))
    return found


def traces_of(members: list[Member]) -> dict[str, bytes]:
    return {f"member {n}, {trace!r}": trace for n, member in enumerate(members) for trace in member.traces}


def set_up(folder: Path, env: dict[str, str]) -> list[Member]:
    """Open a cycle for two teams of seven, one of each without e-mail; the file of links is read and destroyed."""
    outside = folder / "hand-over"
    outside.mkdir()
    (outside / "teams.csv").write_text("team,parent\nLantern,\nAds,Lantern\nBox,Lantern\n", encoding="utf-8")
    rows = [
        f"Person {n},{'' if n in {0, 7} else f'p{n}@lantern.example'},{'Ads' if n < 7 else 'Box'}" for n in range(14)
    ]
    (outside / "people.csv").write_text("name,email,team\n" + "\n".join(rows) + "\n", encoding="utf-8")
    now = datetime.now(UTC)
    opens, closes = (f"{now + timedelta(days=days):%Y-%m-%dT%H:%M:%S+00:00}" for days in (-1, 9))
    assess(env, "init")
    assess(env, "teams", "import", outside / "teams.csv")
    assess(env, "roster", "import", outside / "people.csv")
    assess(env, "cycle", "create", QUARTER, "--opens", opens, "--closes", closes)
    assess(env, "cycle", "open", QUARTER, "--links", outside / "links.csv")
    with (outside / "links.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["link"].rsplit("/", 1)[1] for row in csv.DictReader(file)]
    (outside / "links.csv").unlink()
    return [Member(code, f"127.83.7.{100 + n}", f"Browser-of-member-{n}-x") for n, code in enumerate(codes)]


def let_time_pass(env: dict[str, str]) -> None:
    database = Database(env["ASSESS_DATABASE_URL"])
    with database.writing() as session:
        session.execute(update(Cycle).values(closes_at=datetime.now(UTC)))
    database.close()


@pytest.fixture
def prepared(tmp_path: Path, each_database: Store) -> tuple[Path, dict[str, str], int, int, list[Member]]:
    """An open cycle; ports for the site and for nginx."""
    nginx_program()
    port, https = free_port(), free_port()
    url = each_database.empty(tmp_path / "site" / "data")
    more = {"ASSESS_BASE_URL": f"https://{HOST}:{https}", "ASSESS_PROXIES": "1", "ASSESS_DATABASE_URL": url}
    env = environment(tmp_path / "site", **more)
    return tmp_path, env, port, https, set_up(tmp_path, env)


def test_after_a_whole_cycle_no_file_holds_a_code_an_address_or_a_browser(
    prepared: tuple[Path, dict[str, str], int, int, list[Member]], each_database: Store
) -> None:
    folder, env, port, https, members = prepared
    places = (folder, *each_database.folders)
    traces = traces_of(members)
    log = folder / "serve.log"
    with behind_nginx(folder / "nginx", example(), upstream=port, http=free_port(), https=https) as proxy:
        for place in ("body", "proxy"):  # whoever needs a temporary file fails from here on
            (proxy.root / place).rmdir()
        with served(env, port, log):
            for number, member in enumerate(members):
                answer_with_mistakes(proxy, member, number)
            time.sleep(2)
            assert holders_of(traces | {"a comment": CANARY.encode()}, *places) == {}
        for member in members[:3]:  # nobody answers behind nginx: what nginx would write an error about
            assert ask(proxy, member, "GET", f"/s/{member.code}")[0] == 502
        let_time_pass(env)
        assess(env, "cycle", "close", QUARTER)
        assess(env, "cycle", "publish", QUARTER)
        with served(env, port, log):
            for member in members:
                assert ask(proxy, member, "GET", f"/s/{member.code}")[0] == 410
            time.sleep(2)
        assert holders_of(traces, *places) == {}
    assert holders_of(traces, *places) == {}
    assert "Serving on" in log.read_text(encoding="utf-8")


@pytest.mark.only_on("sqlite", "nginx does not know which database is behind it")
def test_nginx_as_debian_sets_it_up_tells_code_address_and_browser(
    prepared: tuple[Path, dict[str, str], int, int, list[Member]],
) -> None:
    """The weakened variant: the same search finds the same member, in the access log and in the error log."""
    folder, _env, port, https, members = prepared
    member = members[0]
    site = talkative(example())
    with behind_nginx(folder / "nginx", site, upstream=port, http=free_port(), https=https) as proxy:
        assert ask(proxy, member, "GET", f"/s/{member.code}")[0] == 502
        time.sleep(2)
    found = holders_of({"code": member.code.encode(), "address": member.address.encode()}, folder)
    logs = [str(folder / "nginx" / name) for name in ("access.log", "error.log")]
    assert found == {"code": logs, "address": logs}
    assert list(holders_of({"browser": member.browser.encode()}, folder)["browser"]) == logs[:1]


def test_without_its_line_about_buffers_nginx_would_put_answers_into_a_file(tmp_path: Path) -> None:
    """Where no temporary file can be made, a form of usual length gets no further."""
    member = Member("0" * 26, "127.83.7.99", "Browser")
    for weakened, status in ((False, 502), (True, 500)):  # nobody answers behind it; or it does not come so far
        site = example().replace("client_body_buffer_size 256k;", "") if weakened else example()
        root = tmp_path / f"nginx{weakened}"
        with behind_nginx(root, site, upstream=free_port(), http=free_port(), https=free_port()) as proxy:
            (root / "body").rmdir()
            assert ask(proxy, member, "POST", f"/s/{member.code}", b"x" * BIG)[0] == status
