"""Building the demo company: files are imported, answers sealed, closed, opened and published by the product's code."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, inspect

from assess.accounts.secret import make_secret
from assess.config import Settings
from assess.demo.actions import act_after
from assess.demo.answers import INSTRUMENT, LEADERS, DemoQuarter, draw_demo_quarter
from assess.demo.calendar import ASKED_FOR, STAYS_OPEN, opened_at, quarter_label
from assess.demo.company import AFTER_SALES, CLOSED, QUARTERS, SEED, SHOP, TEAMS, UNITS
from assess.demo.files import write_imports
from assess.demo.people import Roster, rosters
from assess.demo.sign_in import DemoAccount, add_accounts, add_leaders, as_json, of_json, open_as_holder
from assess.errors import RefusalError
from assess.extensions import Database, open_database
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.migrations import upgrade
from assess.organisation.choosing import choose
from assess.surveys import cycles, inviting
from assess.surveys.contract import contract_of
from assess.surveys.envelopes.box import put_answers
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.invitations import GroupLinks
from assess.surveys.models import Level
from assess.surveys.publishing import publish_cycle
from assess.teams.importing import import_roster, import_teams

Say = Callable[[str], None]
Truth = dict[str, Any]
MARKER = "demo.json"


@dataclass(frozen=True)
class Demo:
    """What the command needs when the demo is ready.

    `links` holds, per group of the open quarter, the links that nobody has used yet; `labels` names all quarters;
    `accounts` are there to sign in with.
    """

    links: tuple[GroupLinks, ...]
    labels: Mapping[int, str]
    accounts: tuple[DemoAccount, ...]
    built: bool


def demo_settings(settings: Settings) -> Settings:
    """Give the installation the shop's name; whoever tries it signs in with a password alone."""
    return replace(
        settings,
        organisation=SHOP,
        contact="hr@lumen-home.example",
        time_zone="Asia/Shanghai",
        second_step="nobody",
    )


def build_demo(settings: Settings, *, now: datetime, reset: bool, say: Say) -> Demo:
    """Build the company once; a second run finds it and only computes the open links again."""
    marker = settings.data_dir / MARKER
    known = json.loads(marker.read_text(encoding="utf-8")) if marker.exists() else {}
    if reset or known.get("made_from") != fingerprint():
        _refuse_what_is_no_demo(settings, marker)
        _build(settings, now, say)
        return _found(settings, marker, built=True)
    return _found(settings, marker, built=False)


def fingerprint() -> str:
    """Name the plan of this demo: a company built by another version is built anew."""
    parts = sorted(
        (part.name, part.read_bytes()) for part in resources.files("assess.demo").iterdir() if part.is_file()
    )
    return hashlib.sha256(b"".join(name.encode() + content for name, content in parts)).hexdigest()


def planted_truth(settings: Settings) -> Truth:
    """Read what is true of every node in every quarter, for comparison with what is reported."""
    truth: Truth = json.loads((settings.data_dir / MARKER).read_text(encoding="utf-8"))["truth"]
    return truth


def _found(settings: Settings, marker: Path, *, built: bool) -> Demo:
    stored = json.loads(marker.read_text(encoding="utf-8"))
    labels = dict(enumerate(stored["quarters"], start=1))
    database = open_database(settings)
    try:
        links = inviting.links_of(database, settings, labels[QUARTERS])
    finally:
        database.close()
    used: dict[str, int] = stored["answered_in_open_quarter"]
    unused = tuple(GroupLinks(g.group, g.links[used[g.group] :]) for g in links)
    return Demo(unused, labels, of_json(stored["accounts"]), built)


def _refuse_what_is_no_demo(settings: Settings, marker: Path) -> None:
    """Leave alone what lacks the marker of the demo: building would throw away somebody's installation."""
    if marker.exists():
        return
    database = open_database(settings)
    try:
        if inspect(database.engine).get_table_names():
            raise RefusalError(
                _(
                    "The database of %(folder)s is not the demo company, so it is left alone; choose another folder "
                    "with ASSESS_DATA_DIR or another database with ASSESS_DATABASE_URL.",
                    folder=settings.data_dir,
                )
            )
    finally:
        database.close()


def _throw_away(database: Database, settings: Settings) -> None:
    """Remove an earlier demo, whatever version made it, and mark the place as the demo's before anything is stored."""
    for folder in (settings.data_dir, settings.key_dir):
        shutil.rmtree(folder, ignore_errors=True)
    settings.data_dir.mkdir(parents=True)
    marker = settings.data_dir / MARKER
    marker.touch(mode=0o600)
    marker.write_text("{}", encoding="utf-8")
    tables = MetaData()
    tables.reflect(database.engine)
    tables.drop_all(database.engine)


def _build(settings: Settings, now: datetime, say: Say) -> None:
    labels = [quarter_label(number, now) for number in range(1, QUARTERS + 1)]
    truth: Truth = {}
    used: dict[str, int] = {}
    database = open_database(settings)
    try:
        _throw_away(database, settings)
        upgrade(database)
        make_secret(settings)
        _settle(database, settings)
        accounts = add_accounts(database, opened_at(1, now, settings.zone))
        for number, roster in enumerate(rosters(), start=1):
            run = _Quarter(database, settings, number, labels[number - 1], roster, now)
            say(run.sentence())
            used = run.ask()
            truth[run.label] = run.truth()
            if number in CLOSED:
                run.finish(accounts[1 + number % 2])
                act_after(database, settings.zone, number, labels[number - 1], run.closes)
        leaders = ((AFTER_SALES, roster.leads[AFTER_SALES]), (SHOP, roster.heads[SHOP]))
        accounts += add_leaders(database, leaders, opened_at(QUARTERS, now, settings.zone))
    finally:
        database.close()
    marker = {
        "made_from": fingerprint(),
        "seed": SEED,
        "quarters": labels,
        "answered_in_open_quarter": used,
        "accounts": as_json(accounts),
        "truth": truth,
    }
    path = settings.data_dir / MARKER
    path.touch(mode=0o600)
    path.write_text(json.dumps(marker, ensure_ascii=False, indent=1), encoding="utf-8")


def _settle(database: Database, settings: Settings) -> None:
    """Set name, contact and zone as an administrator would, so that whoever serves it later finds the same shop."""
    names = ("organisation", "contact", "time_zone")
    before = replace(settings, **{name: getattr(Settings, name) for name in names})
    choose(database, before, {name: getattr(settings, name) for name in names if name not in settings.fixed})


class _Quarter:
    """One quarter on its way through the product."""

    def __init__(
        self, database: Database, settings: Settings, number: int, label: str, roster: Roster, now: datetime
    ) -> None:
        self.database, self.settings, self.number, self.label, self.roster = database, settings, number, label, roster
        self.now = now
        self.drawn: DemoQuarter = draw_demo_quarter(number, roster)
        self.opens = opened_at(number, now, settings.zone) if number in CLOSED else now
        self.closes = self.opens + (ASKED_FOR if number in CLOSED else STAYS_OPEN)

    def sentence(self) -> str:
        asked, quarter = len(self.drawn.people), format_quarter(self.label)
        if self.number not in CLOSED:
            return _("%(quarter)s: opening it for %(asked)d people", quarter=quarter, asked=asked)
        return _(
            "%(quarter)s: %(answers)d of %(asked)d people answer, then closing, opening, publishing",
            quarter=quarter,
            answers=len(self.drawn.answering),
            asked=asked,
        )

    def ask(self) -> dict[str, int]:
        """Import, open, and put everybody's answers through a link of their group; say how many per group."""
        teams, people = write_imports(self.settings.data_dir / "imports" / self.label, self.roster, self.now)
        import_teams(self.database, teams)
        import_roster(self.database, people)
        cycles.create_cycle(
            self.database,
            quarter=self.label,
            instrument=INSTRUMENT,
            opens_at=self.opens,
            closes_at=self.closes,
            level=Level.ANONYMOUS,
        )
        links = inviting.open_cycle(self.database, self.settings, self.label, now=self.opens)
        used = {group.group: 0 for group in links}
        at = self.opens + (ASKED_FOR / 2 if self.number in CLOSED else STAYS_OPEN * 0)
        codes = {group.group: [link.rsplit("/", 1)[1] for link in group.links] for group in links}
        for group, names in self._groups():
            for answers in self.drawn.answers(names):
                put_answers(self.database, codes[group][used[group]], answers, now=at)
                used[group] += 1
        return used

    def finish(self, holder: DemoAccount) -> None:
        """Close and shuffle, have it opened by a key holder, score and publish."""
        close_cycle(self.database, self.settings, self.label, now=self.closes)
        open_as_holder(self.database, self.settings, self.label, holder)
        publish_cycle(self.database, self.label, now=self.closes)

    def truth(self) -> dict[str, dict[str, object]]:
        """Say what is true of every node of this quarter's tree, by its name; the leaders under their own name."""
        result = {name: self.drawn.truth([name]) for name in self.drawn.places}
        for group, names in self._groups():
            result.setdefault(group, self.drawn.truth(names))
        for unit in UNITS:
            inside = [team.name for team in TEAMS if team.unit == unit.name and team.name in self.roster.teams]
            result[unit.name] = self.drawn.truth(inside)
        result[SHOP] = self.drawn.truth(list(self.drawn.places))
        return result

    def _groups(self) -> Iterator[tuple[str, list[str]]]:
        with self.database.reading() as session:
            contract = contract_of(cycles.find_cycle(session, self.label))
        for group in contract["groups"]:
            yield group["name"], [LEADERS] if group["own_members"] else list(group["teams"])
