"""How long HR waits: pages of 10,000 teams, their quarters, and a roster of 100,000 rows from upload to import.

Run it: python -m bench.team_pages [TEAMS] [ROWS] [QUARTERS]. Prints milliseconds of server time, the median of nine for
pages. With quarters, so many surveys of all teams are published first, six answers each, and the roster is left out.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from sqlalchemy import insert, select

from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.config import Settings
from assess.extensions import Database
from assess.migrations import upgrade
from assess.surveys.contract import frozen_instrument
from assess.surveys.cycles import create_cycle, find_cycle
from assess.surveys.envelopes.opened import Opened, store_opened
from assess.surveys.inviting import open_cycle
from assess.surveys.models import Group, State
from assess.surveys.publishing import publish_cycle
from assess.teams.models import Person, Team
from assess.teams.state import ROSTER
from assess.teams.waiting import import_waiting_file, send_file, waiting_file
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.app.browsing import Browsing

FIRST = datetime(2025, 2, 3, 8, tzinfo=UTC)
ANSWERS = 6
PAGES = (
    *("/app/teams", "/app/teams?page=150", "/app/teams?q=9999", "/app/teams/1", "/app/teams/500"),
    "/app/teams/500/quarters",
)


def installation(folder: Path, teams: int, people_each: int = 1) -> tuple[Settings, Database]:
    """Make an installation with so many teams in three levels, and people in each."""
    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'assess.sqlite'}",
        key_dir=folder / "keys",
        secret_key=SECRET,
    )
    database = Database(settings.database_url)
    upgrade(database)
    with database.writing() as session:
        session.add(Team(name="Top"))
        session.flush()
        session.execute(insert(Team), [{"name": f"Unit {n}", "parent_id": 1} for n in range(100)])
        rows = [{"name": f"Team {n:05}", "parent_id": 2 + n % 100, "function": "service"} for n in range(teams)]
        session.execute(insert(Team), rows)
        count = teams * people_each
        people = [{"name": f"P {n}", "email": f"p{n}@x.example", "team_id": 102 + n % teams} for n in range(count)]
        session.execute(insert(Person), people)
    now = datetime.now(UTC)
    link = add_account(database, email="hr@x.example", name="HR", roles=Roles(is_hr=True), language="en", now=now)
    welcome(database, link, PASSWORD, now=now, language="en")
    return settings, database


def milliseconds(work: Callable[[], object], times: int = 9) -> float:
    """Measure the median."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found)


def publish_quarters(settings: Settings, database: Database, number: int) -> None:
    """Publish so many surveys of all teams: what was answered is put where opened envelopes leave it."""
    for place in range(number):
        quarter, opens = f"202{5 + place // 4}Q{place % 4 + 1}", FIRST + place * timedelta(days=91)
        closes = opens + timedelta(days=10)
        create_cycle(database, quarter=quarter, instrument="team16", opens_at=opens, closes_at=closes)
        open_cycle(database, settings, quarter, now=opens - timedelta(days=1))
        with database.writing() as session:
            cycle = find_cycle(session, quarter)
            groups = session.scalars(select(Group).where(Group.cycle_id == cycle.id)).all()
            items = len(frozen_instrument(cycle).whole_key().items)
            for group in groups:
                group.envelopes = group.invited
            ratings = [(g.id, bytes([1 + (n + place) % 5]) * items) for g in groups for n in range(g.invited)]
            cycle.envelopes, cycle.state = len(ratings), State.OPENED
            store_opened(session, cycle, Opened(tuple(ratings), (), 0))
        publish_cycle(database, quarter, now=closes)


def main(teams: int, rows: int, quarters: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        settings, database = installation(Path(name), teams, ANSWERS if quarters else 1)
        publish_quarters(settings, database, quarters)
        app = create_app(settings)
        hr = Browsing(app)
        hr.send("/app/sign-in", email="hr@x.example", password=PASSWORD)
        first = milliseconds(lambda: hr.client.get(PAGES[-1]), 1)
        print(f"{'quarters, first visit':24} {first:8.1f} ms")
        for address in PAGES:
            print(f"{address:24} {milliseconds(lambda at=address: hr.client.get(at)):8.1f} ms")  # type: ignore[misc]
        print(f"{'home':24} {milliseconds(lambda: hr.client.get('/app')):8.1f} ms")
        if not quarters:
            imports(database, teams, rows)
        app.extensions["assess.database"].close()
        database.close()


def imports(database: Database, teams: int, rows: int) -> None:
    """Measure an import of so many people from what was sent to what is stored."""
    from assess.accounts.signing_in import find_account

    with database.reading() as session:
        account = find_account(session, "hr@x.example")
    assert account is not None
    text = StringIO()
    text.write("name,email,team\n")
    for number in range(rows):
        text.write(f"P {number},p{number}@x.example,Team {number % teams:05}\n")
    content, now = text.getvalue().encode(), datetime.now(UTC)
    sent = milliseconds(lambda: send_file(database, account.id, ROSTER, content, now=now), 1)
    print(f"{f'check {rows} rows':24} {sent:8.0f} ms")
    shown = milliseconds(lambda: waiting_file(database, account.id, ROSTER, now=now), 1)
    print(f"{'preview again':24} {shown:8.0f} ms")
    found = waiting_file(database, account.id, ROSTER, now=now)
    assert found is not None
    done = milliseconds(
        lambda: import_waiting_file(database, account.id, ROSTER, found.id, state=found.state, by="", now=now), 1
    )
    print(f"{'import':24} {done:8.0f} ms")


if __name__ == "__main__":
    given = dict(enumerate(map(int, sys.argv[1:4])))
    main(given.get(0, 10_000), given.get(1, 100_000), given.get(2, 0))
