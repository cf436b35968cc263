"""How many members per second: open the page, send 31 ratings and two comments, as a share of the bare yardstick.

Both run under gunicorn in the same run, one worker with four threads, on the same disk, taking turns, so that the
ratio holds on any machine and on a busy one. Every POST must be acknowledged and every envelope be in the box at the
end. Use: python bench/member_flow.py [--members N] [--rounds N]
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from assess.surveys.instruments import load_instrument  # noqa: E402 - after the path
from tests.surveys.member.member_cast import build_site, envelopes  # noqa: E402

CLIENTS = 4
GZIP = {"Accept-Encoding": "gzip", "Accept-Language": "en"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", **GZIP}


def body() -> bytes:
    """Write a full form as a browser sends it, with the filler that makes every body 24,576 bytes long."""
    asked = load_instrument("team24").effective(("LOAD", "REVW"))
    fields = {rating.code: "4" for rating in asked.ratings}
    fields |= {"CMT1": "Short stand-ups keep us in step.", "CMT2": "Fewer tools, please.", "filler": ""}
    fields["filler"] = "x" * (24_576 - len(urlencode(fields)))
    return urlencode(fields).encode()


@contextmanager
def gunicorn(application: str, environment: dict[str, str]) -> Iterator[int]:
    """Serve an application on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--worker-class", "gthread", "--threads", str(CLIENTS), "--log-level", "error", "--no-control-socket"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("gunicorn did not start")


def flows(port: int, paths: list[str], form: bytes) -> tuple[float, list[float]]:
    """Let all members open and send over CLIENTS connections; return flows per second and the seconds of each."""

    def member(share: list[str]) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        seconds = []
        for path in share:
            started = time.perf_counter()
            for method, content, headers in (("GET", None, GZIP), ("POST", form, FORM)):
                connection.request(method, path, content, headers)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, (method, answer.status)
            seconds.append(time.perf_counter() - started)
        connection.close()
        return seconds

    shares = [paths[place::CLIENTS] for place in range(CLIENTS)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        seconds = [each for share in pool.map(member, shares) for each in share]
    return len(paths) / (time.perf_counter() - started), seconds


def main() -> None:
    """Take turns and print the ratio of each round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = build_site(Path(folder), members=options.members)
        paths = [f"/s/{code}" for code in site.codes]
        settings = {
            "ASSESS_DATA_DIR": folder,
            "ASSESS_DATABASE_URL": site.settings.database_url,
            "ASSESS_BASE_URL": "http://127.0.0.1",
        }
        bare = {"BENCH_SQLITE": str(Path(folder) / "bare.sqlite")}
        with gunicorn("wsgi:application", settings) as ours, gunicorn("bench.bare_wsgi:application", bare) as yardstick:
            report(ours, yardstick, paths, options.rounds)
        assert len(envelopes(site)) == options.members, "an acknowledged envelope is missing"


def report(ours: int, yardstick: int, paths: list[str], rounds: int) -> None:
    """Measure and print one JSON line per round and one with the median ratio."""
    form, ratios = body(), []
    for port in (ours, yardstick):
        flows(port, paths[:20], form)  # first page, first connection
    for place in range(rounds):
        rate, seconds = flows(ours, paths, form)
        bare, _seconds = flows(yardstick, paths, form)
        ratios.append(rate / bare)
        p99 = statistics.quantiles(seconds, n=100)[98]
        line = {"round": place + 1, "flows_per_second": round(rate), "bare": round(bare), "ratio": round(ratios[-1], 3)}
        print(json.dumps(line | {"p99_ms": round(1000 * p99, 1)}))
    print(json.dumps({"median_ratio": round(statistics.median(ratios), 3)}))


if __name__ == "__main__":
    main()
