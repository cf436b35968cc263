"""Quarters of a small company, published by the scorer and the store from chosen levels, without anybody answering."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from secrets import token_bytes
from typing import Any

import numpy as np

from assess.actions.frozen import FrozenActions, freeze_actions
from assess.config import Settings
from assess.extensions import Database
from assess.releases.statistics import cycle_statistics
from assess.releases.store import freeze, publish
from assess.scoring.answers import AnswerMatrix
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from assess.scoring.tree import Tree
from assess.surveys.contract import READERS
from assess.surveys.instruments import Instrument, load_instrument
from assess.surveys.instruments.loader import instrument_source
from assess.surveys.models import Cycle, State
from assess.teams.models import Person, Team
from tests.databases.stores import migrated_database
from tests.releases.results import result_of, sha256

TOP = "Lantern"
Levels = Mapping[str, float | Mapping[str, float]]
DIMENSIONS = ("COM", "TRU", "ROL", "MOT")
CONTROLS = tuple(f"Team {n:02d}" for n in range(1, 15))
LEVEL_OF_CONTROLS = {name: 40.0 + 3.0 * place for place, name in enumerate(CONTROLS)}
SPREAD = np.array([-20.0, -12.0, -6.0, 0.0, 0.0, 6.0, 12.0, 20.0])
ZONE = "Asia/Shanghai"


def opening(quarter: str) -> datetime:
    """The sixth of the quarter's last month, nine o'clock."""
    return datetime(int(quarter[:4]), 3 * int(quarter[-1]), 6, 1, tzinfo=UTC)


def closing(quarter: str) -> datetime:
    return opening(quarter) + timedelta(days=7, hours=9)


@cache
def instrument(code: str = "team24", modules: tuple[str, ...] = ()) -> Instrument:
    return load_instrument(code).effective(modules)


@dataclass
class History:
    """An installation whose quarters are written by `publish`."""

    database: Database
    settings: Settings
    teams: dict[str, str] = field(default_factory=dict)
    quarters: set[str] = field(default_factory=set)
    first_names: dict[str, str] = field(default_factory=dict)

    def publish(
        self,
        quarter: str,
        levels: Levels,
        *,
        people: Mapping[str, int] | None = None,
        merged: Mapping[str, Sequence[str]] | None = None,
        code: str = "team24",
        modules: tuple[str, ...] = (),
    ) -> FrozenActions:
        """Publish a quarter: level per team, or per team and dimension; eight answers each unless `people` says."""
        if quarter not in self.quarters:
            self.open(quarter, tuple(levels), merged=merged, code=code, modules=modules)
        asked = instrument(code, modules)
        scores = _scores(asked, levels, people or {})
        groups = _groups(tuple(levels), merged or {})
        members = {group["name"]: group["teams"] for group in groups}
        result, companions = result_of(scores)
        statistics = {**cycle_statistics(scores, members), "salt": "00"}
        result |= {"groups": groups, "statistics_sha256": sha256(statistics)}
        result["scores"]["cycles"][0]["cycle"] = quarter
        now = closing(quarter)
        with self.database.writing() as session:
            cycle = session.query(Cycle).filter_by(quarter=quarter).one()
            documents = {"comments": companions["comments"][1], "statistics": statistics, "result": result}
            for kind, document in documents.items():
                freeze(session, cycle_id=cycle.id, quarter=quarter, kind=kind, document=dict(document), now=now)
            publish(session, cycle_id=cycle.id)
            cycle.state, cycle.running = State.PUBLISHED, None
        return freeze_actions(self.database, quarter, now=now)

    def open(
        self,
        quarter: str,
        names: Sequence[str],
        *,
        merged: Mapping[str, Sequence[str]] | None = None,
        code: str = "team24",
        modules: tuple[str, ...] = (),
    ) -> None:
        """Open a cycle under a contract that names these teams; teams of the tree are hired as needed."""
        self.quarters.add(quarter)
        groups = _groups(tuple(names), merged or {})
        self.hire({team: TOP for group in groups for team in group["teams"]})
        contract = {
            "organisation": TOP,
            "instrument": {"sha256": instrument(code, modules).sha256},
            "minimum": {"answers": 5, "invited": 6, "full": 10, "comments": 10},
            "readers": READERS,
            "units": [{"id": "top", "name": TOP, "parent": None}],
            "groups": [{**group, "id": self._id(group["teams"]), "unit": "top"} for group in groups],
        }
        with self.database.writing() as session:
            session.add(
                Cycle(
                    id=token_bytes(16),
                    quarter=quarter,
                    level="confidential",
                    instrument_code=code,
                    instrument_source=instrument_source(code),
                    modules=list(modules),
                    state=State.OPEN,
                    running=True,
                    opens_at=opening(quarter),
                    closes_at=closing(quarter),
                    latest_closes_at=closing(quarter),
                    contract=json.dumps(contract).encode(),
                )
            )

    def rename(self, old: str, new: str) -> None:
        """Give a team another name; it stays the same team."""
        with self.database.writing() as session:
            session.query(Team).filter_by(name=old).one().name = new
        self.teams[new] = self.teams.pop(old)
        self.first_names[new] = self.first_names.pop(old, old)

    def _id(self, teams: Sequence[str]) -> str:
        """Draw the id of a group from the teams in it, whatever they are called."""
        return "+".join(sorted(self.first_names.get(team, team) for team in teams))

    def hire(self, teams: Mapping[str, str], *, function: str = "", founded_on: Any = None) -> None:
        """Put teams into the tree, and one person into each."""
        with self.database.writing() as session:
            for name in teams:
                if name not in self.teams:
                    team = Team(name=name, function=function, founded_on=founded_on)
                    session.add(team)
                    session.flush()
                    session.add(Person(name=f"Person of {name}", email=None, team_id=team.id))
                    self.teams[name] = teams[name]


def start(folder: Path) -> History:
    """An empty installation."""
    return opened(folder, migrated_database(folder))


def opened(folder: Path, url: str) -> History:
    """An installation as it is."""
    settings = Settings(
        data_dir=folder,
        database_url=url,
        key_dir=folder / "keys",
        organisation=TOP,
        time_zone=ZONE,
        testing=True,
    )
    return History(Database(settings.database_url), settings)


def after(quarter: str, days: int = 10) -> datetime:
    """Some days after publication."""
    return closing(quarter) + timedelta(days=days)


def _groups(names: Sequence[str], merged: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return [
        {"name": n, "headcount": 10, "own_members": False, "teams": list(merged.get(n, [n])), "unit": TOP}
        for n in names
    ]


def _scores(asked: Instrument, levels: Levels, people: Mapping[str, int]) -> CycleScores:
    key = asked.whole_key()
    codes = [d.code for d in asked.dimensions]
    rows, nodes = [], []
    for place, (name, level) in enumerate(levels.items(), start=1):
        for person in range(people.get(name, len(SPREAD))):
            wanted = {code: level[code] if isinstance(level, Mapping) else level for code in codes}
            rows.append(_ratings(asked, wanted, float(SPREAD[person % len(SPREAD)])))
            nodes.append(place)
    tree = Tree(
        (TOP, *levels),
        np.array([-1, *[0] * len(levels)], dtype=np.int32),
        np.array([0, *[10] * len(levels)], dtype=np.int32),
    )
    answers = AnswerMatrix(np.array(rows, dtype=np.int8), np.array(nodes, dtype=np.int32))
    return score_guarded(key, answers, tree, minimum=5)


def _ratings(asked: Instrument, wanted: Mapping[str, float], offset: float) -> list[int]:
    """Rate so that the mean of every dimension is as near to the wanted level as whole options allow."""
    ratings: list[int] = []
    for dimension in asked.dimensions:
        items = asked.items_of(dimension.code)
        total = int(
            np.clip(round(len(items) * (1 + (wanted[dimension.code] + offset) / 25)), len(items), 5 * len(items))
        )
        low, more = divmod(total, len(items))
        keyed = [low + (n < more) for n in range(len(items))]
        ratings += [6 - k if item.reverse_keyed else k for k, item in zip(keyed, items, strict=True)]
    return [*ratings, *(min(outcome.scale.hi, 4) for outcome in asked.outcomes)]
