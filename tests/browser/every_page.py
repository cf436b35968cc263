"""Everybody of the demo company in front of a browser, and a look at whatever they find by links."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import update

from assess.accounts.models import Account
from assess.app import create_app
from assess.config import Settings, load_settings
from assess.demo.build import Demo, build_demo, demo_settings
from assess.demo.company import AFTER_SALES, QUARTERS, SHOP
from assess.extensions import Database
from assess.reports.unit_links import links_of_units
from tests.app.walking import Answer
from tests.browser.looking import look_at
from tests.databases.stores import Store

PEOPLE = ("HR", "key holder", "team leader", "business head", "member")
BESIDE = {
    "HR": ("/app/audit", "/app/mail", "/app/settings", "/app/settings/look"),
    "member": ("/", "/s", "/app/sign-in"),
}


@dataclass(frozen=True)
class Company:
    """The demo company, built as `script/demo` builds it, and its site."""

    settings: Settings
    demo: Demo
    app: Flask
    looked_at: set[tuple[str, str]] = field(default_factory=set)

    def account(self, who: str) -> tuple[str, str]:
        """Return address and password."""
        place = {"HR": "hr@", "key holder": "accountant@"}.get(who, "")
        leads = {"team leader": AFTER_SALES, "business head": SHOP}.get(who, "")
        found = next(each for each in self.demo.accounts if each.leads == leads and each.email.startswith(place))
        return found.email, found.password

    def speak(self, language: str) -> None:
        """Let everybody read this language."""
        database: Database = self.app.extensions["assess.database"]
        with database.writing() as session:
            session.execute(update(Account).values(language=language))

    def first_addresses(self, who: str) -> list[str]:
        """Where somebody begins: the home page, or a personal link and the results of a team."""
        if who != "member":
            return ["/app", *BESIDE.get(who, ())]
        database: Database = self.app.extensions["assess.database"]
        with database.reading() as session:
            units = links_of_units(session, self.settings, self.demo.labels[QUARTERS - 1])
        links = self.demo.links[0].links[0], units[0].link
        return [*(urlsplit(link).path for link in links), *BESIDE[who]]


@contextmanager
def demo_company(folder: Path, store: Store) -> Iterator[Company]:
    """Build it."""
    data = folder / "data"
    settings = demo_settings(load_settings({"ASSESS_DATA_DIR": str(data), "ASSESS_DATABASE_URL": store.empty(data)}))
    demo = build_demo(settings, now=datetime.now(UTC), reset=True, say=lambda _sentence: None)
    app = create_app(settings)
    yield Company(settings, demo, app)
    app.extensions["assess.database"].close()


@dataclass
class Looker:
    """A page that is looked at in three widths; what is wrong is noted, and pictures are kept."""

    page: Page
    base: str
    name: str
    folder: Path
    found: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, context: BrowserContext, base: str, name: str, tmp_path: Path) -> "Looker":
        """Open a page."""
        looker = cls(context.new_page(), base, name, tmp_path)
        context.on("console", lambda message: looker.said.append(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: looker.said.append(str(error.error)))
        return looker

    def get(self, address: str) -> Answer:
        """Fetch what may be a file or a page, with the cookies of this browser."""
        answer = self.page.context.request.get(self.base + address)
        parts, kind = urlsplit(answer.url), answer.headers.get("content-type", "")
        where = parts.path + (f"?{parts.query}" if parts.query else "")
        return Answer(where, answer.status, kind, answer.text() if kind.startswith("text/html") else "")

    def look(self, rule: str, address: str) -> None:
        """Take a picture in every width, and search the page as a whole."""
        self.page.goto(self.base + address)
        faults = look_at(self.page, f"{self.name}{rule}", self.folder)
        if faults:
            self.found[rule] = faults


@contextmanager
def somebody(chromium: Browser, language: str) -> Iterator[BrowserContext]:
    """Give a fresh browser that asks for a language."""
    context = chromium.new_context(locale={"en": "en-GB", "zh": "zh-CN"}[language], reduced_motion="reduce")
    yield context
    context.close()
