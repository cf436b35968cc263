"""Server time of every page that HR, a key holder, leaders and members find by links, with the demo company or large.

Run it: python -m bench.page_times [demo | TEAMS]. With a number, two surveys of so many teams are published, six
answers each, and a third is open. Prints milliseconds of a page: the first visit of this process, and the median of
seven more. Not counted: the browser, the network, and the server in front of the application (about 2 ms).
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.config import Settings, load_settings
from assess.demo.build import build_demo, demo_settings
from assess.demo.company import QUARTERS
from assess.extensions import Database
from assess.reports.unit_links import links_of_units
from assess.surveys.cycles import create_cycle
from assess.surveys.inviting import links_of, open_cycle
from assess.teams.models import Team
from bench.team_pages import ANSWERS, installation, publish_quarters
from tests.accounts.accounts_cast import PASSWORD
from tests.app.browsing import Browsing
from tests.app.walking import Answer, walk

TIMES = 7
BESIDE = ("/app/audit", "/app/mail", "/app/settings")


@dataclass
class Visitor:
    """Somebody in front of the site, and how long each address took."""

    browsing: Browsing
    first: list[str]
    took: dict[str, list[float]] = field(default_factory=dict)

    def get(self, address: str) -> Answer:
        """Fetch an address several times."""
        took = self.took.setdefault(address, [])
        for _time in range(1 + TIMES):
            start = time.perf_counter()
            found = self.browsing.client.get(address, follow_redirects=True)
            took.append(1000 * (time.perf_counter() - start))
            if took[0] > 10_000:
                break
        text = found.get_data(as_text=True) if found.mimetype == "text/html" else ""
        return Answer(address, found.status_code, found.content_type, text)


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Flask, dict[str, Visitor]]]:
    """The demo company: HR, a key holder, two leaders, a member."""
    settings = demo_settings(load_settings({"ASSESS_DATA_DIR": str(folder)}))
    made = build_demo(settings, now=datetime.now(UTC), reset=True, say=lambda _sentence: None)
    app, people = create_app(settings), {}
    for account in made.accounts:
        browsing = Browsing(app)
        browsing.send("/app/sign-in", email=account.email, password=account.password)
        people[account.leads or account.email.split("@")[0]] = Visitor(browsing, ["/app"])
    people["a member"] = member(app, settings, made.labels[QUARTERS], made.labels[QUARTERS - 1])
    yield app, people
    app.extensions["assess.database"].close()


def member(app: Flask, settings: Settings, open_quarter: str, published: str) -> Visitor:
    """Somebody with a personal link that nobody has used, and with the link to last quarter's results."""
    database: Database = app.extensions["assess.database"]
    link = links_of(database, settings, open_quarter)[-1].links[-1]
    with database.reading() as session:
        results = links_of_units(session, settings, published)[0].link
    return Visitor(Browsing(app), [link.removeprefix(settings.base_url), results.removeprefix(settings.base_url)])


@contextmanager
def large(folder: Path, teams: int) -> Iterator[tuple[Flask, dict[str, Visitor]]]:
    """So many teams: HR, who leads everything, who leads one team, a member."""
    settings, database = installation(folder, teams, ANSWERS)
    publish_quarters(settings, database, 2)
    now = datetime.now(UTC)
    create_cycle(database, quarter="2027Q1", instrument="team16", opens_at=now, closes_at=now + timedelta(days=10))
    open_cycle(database, settings, "2027Q1", now=now)
    with database.writing() as session:
        for name, who in (("Top", "top"), ("Unit 7", "unit"), ("Team 00500", "team")):
            session.scalars(select(Team).where(Team.name == name)).one().leader_email = f"{who}@x.example"
    people, app = {}, create_app(settings)
    for who, roles in (("hr", None), ("top", Roles()), ("unit", Roles()), ("team", Roles())):
        email = f"{who}@x.example"
        if roles is not None:
            link = add_account(database, email=email, name=who, roles=roles, language="en", now=now)
            welcome(database, link, PASSWORD, now=now, language="en")
        browsing = Browsing(app)
        browsing.send("/app/sign-in", email=email, password=PASSWORD)
        people[who] = Visitor(browsing, ["/app"])
    people["a member"] = member(app, settings, "2027Q1", "2025Q2")
    yield app, people
    app.extensions["assess.database"].close()
    database.close()


def main(which: str) -> None:
    """Measure and print, the slowest first."""
    with tempfile.TemporaryDirectory() as name:
        made = demo(Path(name)) if which == "demo" else large(Path(name), int(which))
        with made as (app, people):
            lines = []
            for who, visitor in people.items():
                for rule, answer in walk(app, visitor.get, [*visitor.first, *BESIDE]):
                    took = visitor.took[answer.address]
                    kind = "" if answer.is_page else answer.content_type.split(";")[0]
                    if answer.status >= 500:
                        print(f"{answer.status}: {who} {answer.address}")
                    if answer.status < 400:
                        lines.append((statistics.median(took[1:] or took), took[0], who, rule, kind))
            for median, first, who, rule, kind in sorted(lines, reverse=True):
                print(f"{median:8.1f} ms, first {first:8.1f} ms  {who:14.14} {rule} {kind}")
            medians = [line[0] for line in lines if not line[-1]]
            print(f"{len(medians)} pages, median {statistics.median(medians):.1f} ms, at most {max(medians):.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
