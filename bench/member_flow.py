"""How many members per second: open the page, send 31 ratings and two comments, as a share of the bare yardstick.

At level `anonymous` members send a sealed envelope, at `confidential` plain answers that the server seals. Site and
yardstick run under gunicorn in the same run, one process each with the options of `assess serve`, on the same disk or
the same PostgreSQL server, taking turns, so that the ratio holds on any machine and on a busy one. Beside the ratio of
visits per second stands that of processor time, which other work on the machine disturbs least. Then members come at
random moments at half the measured rate, and 200 in the same moment; every envelope that was acknowledged must be in
the box at the end.

Use: python bench/member_flow.py [--level L] [--postgresql URL] [--members N] [--rounds N]
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from member_site import Box, box_of, members_of  # noqa: E402 - after the path
from serving import Server, gunicorn  # noqa: E402
from sqlalchemy import create_engine, make_url, text  # noqa: E402
from visitors import Visit, all_at_once, closed_loop, open_loop  # noqa: E402

from assess.surveys.models import Level  # noqa: E402

CLIENTS = 4
CROWD = 200
GOAL = 0.5
P99_MS = 250.0


@dataclass(frozen=True)
class Round:
    """One turn of both: visits per second and milliseconds of processor time a visit."""

    ours: float
    bare: float
    our_work: float
    bare_work: float


def main() -> None:
    """Measure one level on one database and print a line of JSON for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--level", choices=[*Level], default=Level.ANONYMOUS, type=Level)
    parser.add_argument("--postgresql", metavar="URL", help="server where a database may be created for the run")
    parser.add_argument("--members", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _databases(options.postgresql, folder) as (url, bare_url):
        box = box_of(Path(folder), max(options.members, CROWD), options.level, url)
        bare = {"BENCH_DATABASE": bare_url, "BENCH_ENVELOPE": str(box.envelope_bytes)}
        print(json.dumps({"level": options.level, "database": "postgresql" if options.postgresql else "sqlite"}))
        with gunicorn("wsgi:application", box.environment) as ours, gunicorn("bare_wsgi:application", bare) as other:
            _report(box, ours, other, options.rounds, options.members)


@contextmanager
def _databases(server: str | None, folder: str) -> Iterator[tuple[str, str]]:
    """Give the addresses of a database for the site and one for the yardstick, which holds one table of its own."""
    if server is None:
        yield f"sqlite:///{folder}/assess.sqlite", f"{folder}/bare.sqlite"
        return
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    name = f"assess_bench_{token_hex(6)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        url = engine.url.set(database=name)
        bare_url = url.set(drivername="postgresql")
        yield url.render_as_string(hide_password=False), bare_url.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def _report(box: Box, ours: Server, yardstick: Server, rounds: int, count: int) -> None:
    acknowledged: list[Visit] = []
    for server in (ours, yardstick):  # first pages, first connections
        acknowledged += closed_loop(server.port, members_of(box, 20), CLIENTS)[1] if server is ours else []
        closed_loop(server.port, members_of(box, 20), CLIENTS)
    measured = []
    for place in range(rounds):
        one, visits = _round(box, ours, yardstick, count, ours_first=place % 2 == 0)
        measured.append(one)
        acknowledged += visits
        print(json.dumps({"round": place + 1} | _figures([one])), flush=True)
    found = _figures(measured)
    print(json.dumps({"median": found, "goal": GOAL, "holds": found["ratio"] >= GOAL}), flush=True)
    half = statistics.median(one.ours for one in measured) / 2
    for name, server in (("site", ours), ("yardstick", yardstick)):
        visits = open_loop(server.port, members_of(box, count), half)
        acknowledged += visits if server is ours else []
        print(json.dumps(_open_loop_line(name, half, visits)), flush=True)
    crowd = all_at_once(ours.port, members_of(box, CROWD))
    acknowledged += crowd
    slowest = max(visit.seconds for visit in crowd)
    print(json.dumps({"at_once": CROWD, "errors": _errors(crowd), "slowest_s": round(slowest, 2)}), flush=True)
    lost = box.lost(acknowledged)
    print(json.dumps({"acknowledged": len(acknowledged) - _errors(acknowledged), "lost": lost}))
    if lost or _errors(acknowledged):
        raise SystemExit("an envelope was lost or a visit failed")


def _round(box: Box, ours: Server, yardstick: Server, count: int, *, ours_first: bool) -> tuple[Round, list[Visit]]:
    """Measure both on the same members; who begins alternates, since the disk remembers who came before."""
    members = members_of(box, count)
    rates: dict[str, tuple[float, float]] = {}
    kept: list[Visit] = []
    for server in (ours, yardstick) if ours_first else (yardstick, ours):
        before = server.processor_seconds()
        rate, visits = closed_loop(server.port, members, CLIENTS)
        rates[server.name] = rate, 1000 * (server.processor_seconds() - before) / count
        kept += visits if server is ours else []
    (rate, work), (bare, bare_work) = rates[ours.name], rates[yardstick.name]
    return Round(rate, bare, work, bare_work), kept


def _figures(rounds: Sequence[Round]) -> dict[str, float]:
    """Give medians over rounds; a ratio is taken within its round first."""
    figures = {
        "visits_per_second": (statistics.median(one.ours for one in rounds), 0),
        "bare": (statistics.median(one.bare for one in rounds), 0),
        "ratio": (statistics.median(one.ours / one.bare for one in rounds), 3),
        "processor_ms": (statistics.median(one.our_work for one in rounds), 2),
        "bare_processor_ms": (statistics.median(one.bare_work for one in rounds), 2),
        "processor_ratio": (statistics.median(one.bare_work / one.our_work for one in rounds), 3),
    }
    return {name: round(value, digits) for name, (value, digits) in figures.items()}


def _open_loop_line(name: str, rate: float, visits: Sequence[Visit]) -> dict[str, object]:
    cuts = statistics.quantiles([1000 * visit.seconds for visit in visits], n=100)
    line: dict[str, object] = {"open_loop": name, "arrivals_per_second": round(rate), "errors": _errors(visits)}
    return line | {"p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1), "holds": cuts[98] < P99_MS}


def _errors(visits: Sequence[Visit]) -> int:
    return sum(not visit.good for visit in visits)


if __name__ == "__main__":
    main()
