"""Building the demo company: files are imported, answers sealed, closed, opened and published by the product's code."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from assess.config import Settings
from assess.demo.company import (
    CLOSED_QUARTER,
    DIMENSIONS,
    LEADER_LEVELS,
    LEADERS,
    OPEN_QUARTER,
    SEED,
    SHOP,
    TEAMS,
    DemoTeam,
)
from assess.demo.model import ModelItem, draw_answers, expected_scores
from assess.extensions import Database, open_database
from assess.localisation import gettext as _
from assess.migrations import upgrade
from assess.surveys import cycles
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import put_answers
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.envelopes.opening import open_envelopes
from assess.surveys.instruments import load_instrument
from assess.surveys.invitations import GroupLinks
from assess.surveys.publishing import publish_cycle
from assess.teams.importing import import_roster, import_teams

INSTRUMENT = "team24"
ASKED_FOR = timedelta(days=3)
STAYS_OPEN = timedelta(days=10)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Demo:
    """What the command prints when the demo is ready."""

    links: tuple[GroupLinks, ...]
    built: bool


def demo_settings(settings: Settings) -> Settings:
    """Give the installation the shop's name."""
    return replace(settings, organisation=SHOP, contact="hr@lumen-home.example", time_zone="Asia/Shanghai")


def build_demo(settings: Settings, *, now: datetime, reset: bool, say: Say) -> Demo:
    """Build the company once; a second run finds it and only computes the open links again."""
    marker = settings.data_dir / "demo.json"
    if reset:
        for folder in (settings.data_dir, settings.key_dir):
            shutil.rmtree(folder, ignore_errors=True)
    if marker.exists():
        database = open_database(settings)
        try:
            return Demo(cycles.links_of(database, settings, OPEN_QUARTER), built=False)
        finally:
            database.close()
    for folder in (settings.data_dir, settings.key_dir):
        shutil.rmtree(folder, ignore_errors=True)
    settings.data_dir.mkdir(parents=True)
    database = open_database(settings)
    try:
        links = _build(database, settings, now, say)
    finally:
        database.close()
    marker.write_text(json.dumps({"seed": SEED, "truth": planted_truth()}, ensure_ascii=False, indent=1))
    return Demo(links, built=True)


def planted_truth() -> dict[str, dict[str, float]]:
    """Give the score of each team and dimension that the model expects, for comparison with what is reported."""
    items = model_items()
    return {
        team.name: {
            code: round(expected_scores(items, team.levels, SEED)[place], 1) for place, code in enumerate(DIMENSIONS)
        }
        for team in TEAMS
    }


def model_items() -> tuple[ModelItem, ...]:
    """Read the core items' places and keys from the instrument."""
    instrument = load_instrument(INSTRUMENT).effective(())
    return tuple(
        ModelItem(item.code, DIMENSIONS.index(item.dimension), item.reverse_keyed) for item in instrument.items
    )


def write_company(folder: Path) -> tuple[Path, Path]:
    """Write the two files HR would import."""
    teams, people = folder / "teams.csv", folder / "people.csv"
    with teams.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["team", "parent", "function", "founded_on"])
        writer.writerow([SHOP, "", "", ""])
        writer.writerows([team.name, SHOP, team.function, team.founded_on] for team in TEAMS)
    with people.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email", "team", "mail_language"])
        number = 0
        for team_name, names in [(team.name, team.people) for team in TEAMS] + [(SHOP, LEADERS)]:
            for name in names:
                number += 1
                language = "en" if name.isascii() else "zh"
                writer.writerow([name, f"person{number:02d}@lumen-home.example", team_name, language])
    return teams, people


def _build(database: Database, settings: Settings, now: datetime, say: Say) -> tuple[GroupLinks, ...]:
    upgrade(database)
    teams, people = write_company(settings.data_dir)
    say(_("Importing five teams and their people"))
    import_teams(database, teams)
    import_roster(database, people)
    started = now - timedelta(days=90)
    say(_("Answering the closed quarter, envelope by envelope"))
    _open(database, settings, CLOSED_QUARTER, started, started + ASKED_FOR)
    links = {group.group: group.links for group in cycles.links_of(database, settings, CLOSED_QUARTER)}
    for code, answers in _all_answers(links):
        put_answers(database, code, answers, now=started + ASKED_FOR / 2)
    say(_("Closing, shuffling, opening, publishing"))
    closed = started + ASKED_FOR
    close_cycle(database, settings, CLOSED_QUARTER, now=closed)
    open_envelopes(database, settings, CLOSED_QUARTER)
    publish_cycle(database, CLOSED_QUARTER, now=closed)
    say(_("Opening the current quarter"))
    return _open(database, settings, OPEN_QUARTER, now, now + STAYS_OPEN)


def _open(
    database: Database, settings: Settings, quarter: str, opens_at: datetime, closes_at: datetime
) -> tuple[GroupLinks, ...]:
    cycles.create_cycle(database, quarter=quarter, instrument=INSTRUMENT, opens_at=opens_at, closes_at=closes_at)
    return cycles.open_cycle(database, settings, quarter, now=opens_at)


def _all_answers(links: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, PlainAnswers]]:
    """Draw everybody's answers and hand each to a link of their group."""
    for number, team in enumerate(TEAMS):
        yield from _team_answers(team, number, links[team.name])
    leaders = DemoTeam(SHOP, "", "", LEADERS, LEADER_LEVELS, answering=len(LEADERS))
    yield from _team_answers(leaders, len(TEAMS), links[SHOP])


def _team_answers(team: DemoTeam, number: int, links: Sequence[str]) -> Iterator[tuple[str, PlainAnswers]]:
    ratings = draw_answers(model_items(), team.levels, team.answering, seed=(SEED, 100 + number))
    outcomes = _outcomes(team, number)
    for place, rating in enumerate(ratings):
        comments = {}
        if place < len(team.keeps):
            comments["CMT1"] = team.keeps[place]
        if place < len(team.changes):
            comments["CMT2"] = team.changes[place]
        yield links[place].rsplit("/", 1)[1], PlainAnswers({**rating, **outcomes[place]}, comments)


def _outcomes(team: DemoTeam, number: int) -> list[dict[str, int]]:
    """Draw the three outcomes around the team's mean level: 0-10, and twice 1-5."""
    rng = np.random.default_rng([SEED, 200 + number])
    level = float(np.mean(team.levels))
    latent = level + rng.normal(0.0, 0.8, (team.answering, 3))
    recommend = np.clip(np.rint(6.5 + 2.0 * latent[:, 0]), 0, 10).astype(int)
    others = np.clip(np.rint(3.4 + 0.9 * latent[:, 1:]), 1, 5).astype(int)
    return [
        {"OUT1": int(first), "OUT2": int(pair[0]), "OUT3": int(pair[1])}
        for first, pair in zip(recommend, others, strict=True)
    ]
