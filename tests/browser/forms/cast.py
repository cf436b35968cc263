"""The sites whose forms are tried, and who stands before them: everybody twice, once for each language."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from assess.accounts import passwords
from assess.accounts.administration import Roles, add_account
from assess.accounts.authenticator import new_secret
from assess.accounts.models import Account, Passkey
from assess.accounts.pages.limits import FailedSignIns
from assess.accounts.second_step import turn_app_on
from assess.accounts.sessions import begin_session
from assess.accounts.signing_in import find_account, welcome
from assess.actions.adopting import adopt_practice
from assess.app import create_app
from assess.extensions import Database
from assess.localisation import set_language
from assess.mail_config import MailSettings
from assess.surveys.cycles import create_cycle
from assess.surveys.member.limits import FailedCodes
from assess.teams.models import Team
from tests.accounts.accounts_cast import PASSWORD, cheap_hashes
from tests.app.apps import App
from tests.app.leader_cast import company
from tests.app.surveys_cast import TODAY, set_clock
from tests.browser.watching import Member, Wire, listening
from tests.databases.stores import Store, using

LANGUAGES = ("en", "zh")
PLANNED = "2027Q4"
TEAM_OF = {"en": "Ada", "zh": "Team 05"}
NO_DATE = ("does not conform to the required format", "cannot be parsed")
"""What Chromium says of a page that gives back what was typed in a browser without fields for dates and numbers."""


@dataclass
class Site:
    """A site that listens; `places` fills the addresses of rows, by language."""

    app: Flask
    database: Database
    base: str
    places: Mapping[str, Mapping[str, str]]
    _members: dict[tuple[str, str], Member] = field(default_factory=dict)

    def forget_failures(self) -> None:
        """Let nobody wait: what is counted here is tested where the counters are."""
        self.app.extensions["assess.failed_sign_ins"] = FailedSignIns()
        self.app.extensions["assess.failed_codes"] = FailedCodes()

    def member(self, chromium: Browser, who: str, language: str) -> Member:
        """Open a narrow phone for somebody, signed in; the same one every time."""
        if (who, language) not in self._members:
            locale = {"en": "en-GB", "zh": "zh-CN"}[language]
            context = chromium.new_context(viewport={"width": 360, "height": 740}, locale=locale)
            context.set_default_timeout(20_000)
            if who:
                token = self._session(f"{who}-{language}@people.example")
                context.add_cookies([{"name": "assess", "value": token, "url": f"{self.base}/app"}])
            self._members[who, language] = Member.at(context, expected=NO_DATE)
        return self._members[who, language]

    def leave(self) -> None:
        """Put the phones away."""
        for member in self._members.values():
            member.page.context.close()

    def _session(self, email: str) -> str:
        now = datetime.now(UTC)
        with self.database.writing() as session:
            account = session.scalars(select(Account).where(Account.email == email)).one()
            return begin_session(session, account, now=now, instead_of=None)


@contextmanager
def standing(store: Store) -> Iterator[None]:
    """Let sites for a whole module be made in a store, with cheap passwords."""
    with pytest.MonkeyPatch.context() as monkeypatch, using(store):
        cheap_hashes(monkeypatch)
        yield
    passwords.decoy_hash.cache_clear()
    set_language("en")


def settle(database: Database, who: str, language: str, roles: Roles) -> Account:
    """Give somebody an account with a password."""
    now, email = datetime.now(UTC), f"{who}-{language}@people.example"
    link = add_account(database, email=email, name=who.title(), roles=roles, language=language, now=now)
    welcome(database, link, PASSWORD, now=now, language=language)
    with database.reading() as session:
        found = find_account(session, email)
    assert found is not None
    return found


@contextmanager
def house(folder: Path) -> Iterator[Site]:
    """Two published quarters, a planned one, and everybody who signs in but key holders."""
    with company(folder) as made:
        mail = MailSettings("127.0.0.1", "assess@people.example", port=9, security="none")
        app = create_app(replace(made.settings, second_step="nobody", mail=mail, base_url="http://localhost:8765"))
        set_clock(app, TODAY)
        opens = datetime(2027, 11, 15, 1, tzinfo=UTC)
        create_cycle(
            made.database, quarter=PLANNED, instrument="team24", opens_at=opens, closes_at=opens + timedelta(days=7)
        )
        places, teams = {}, _teams(made.database)
        for language in LANGUAGES:
            for who, roles in (("admin", Roles(is_admin=True)), ("hr", Roles(is_hr=True)), ("leader", Roles())):
                settle(made.database, who, language, roles)
            made.lead(TEAM_OF[language], f"leader-{language}@people.example")
            adopt_practice(made.database, TEAM_OF[language], "P24", now=TODAY, zone=made.settings.zone)
            places[language] = {
                "language": language,
                **teams,
                "node": made.node(TEAM_OF[language]),
                "invitation": _invitation(made.database, language),
                "passkey": _second_steps(app, made.database, language),
            }
        with listening(app, Wire()) as base:
            site = Site(app, made.database, base, places)
            yield site
            site.leave()


def _teams(database: Database) -> dict[str, str]:
    """Close one team; return the ids of a team and of the closed one."""
    with database.writing() as session:
        closed = Team(name="Closed long ago", is_current=False)
        session.add(closed)
        session.flush()
        return {"team": str(session.scalars(select(Team.id).where(Team.name == "Ada")).one()), "closed": str(closed.id)}


def _invitation(database: Database, language: str) -> str:
    now, email = datetime.now(UTC), f"new-{language}@people.example"
    return add_account(database, email=email, name="周敏", roles=Roles(), language=language, now=now)


def _second_steps(app: Flask, database: Database, language: str) -> str:
    """Give one an authenticator app and another a passkey; return the id of the passkey."""
    now, secret = datetime.now(UTC), new_secret()
    with_app = settle(database, "app", language, Roles())
    turn_app_on(database, app.extensions["assess.sealing_key"], with_app, secret, App(secret).code(0), now=now)
    owner = settle(database, "passkey", language, Roles())
    passkey = Passkey(
        account_id=owner.id, credential_id=token_bytes(16), public_key=b"public", sign_count=0, name="手机", made_at=now
    )
    with database.writing() as session:
        session.add(passkey)
        session.flush()
        return passkey.id.hex()
