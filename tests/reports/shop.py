"""A small shop scored by the real engine: teams of 8 of 9, 12 of 14, everybody, too few; and readers of PDFs."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assess.demo.model import ModelItem, draw_quarter
from assess.releases.document import ScoredCycle, score_document
from assess.reports.team_reports import ReportedCycle, latest_cycle, team_report_pdf
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.engine import score_cycle
from assess.scoring.tree import UNKNOWN, Tree
from assess.surveys.instruments import Instrument, load_instrument
from tests.reports.opened import entry, register

SERVICE, OPERATIONS, TECHNOLOGY, WITHHELD = (
    "Customer service 客服",
    "Operations 运营",
    "Technology 技术",
    "Warehouse 仓储",
)
TOLD = "told"  # Operations once more, with all that a later quarter adds
# name, answers, invited, true levels of COM, TRU, ROL, MOT
TEAMS = (
    (OPERATIONS, 8, 9, (0.7, 0.9, 0.8, 0.6)),
    ("Marketing 营销", 6, 7, (0.3, 0.8, 0.2, 1.1)),
    (SERVICE, 12, 14, (-0.3, 0.1, 0.5, 0.1)),
    (TECHNOLOGY, 11, 11, (0.9, 0.6, 1.0, 0.9)),
    ("Merchandise 商品", 3, 5, (0.2, 0.1, 0.3, 0.3)),
    (WITHHELD, 4, 9, (0.2, 0.1, 0.3, 0.3)),
)
COMMAND = "assess report answers.csv --instrument team24 --out out"


@cache
def instrument() -> Instrument:
    return load_instrument("team24").restricted()


def model_items() -> list[ModelItem]:
    codes = [d.code for d in instrument().dimensions]
    return [ModelItem(i.code, codes.index(i.dimension), i.reverse_keyed) for i in instrument().items]


@cache
def document(*, roster: bool = True) -> Mapping[str, Any]:
    """Score the shop; the three outcomes are drawn once and kept."""
    rng = np.random.default_rng(20261123)
    rows, nodes = [], []
    for place, (_name, people, _invited, levels) in enumerate(TEAMS):
        drawn = draw_quarter(
            model_items(),
            range(100 * place, 100 * place + people),
            np.tile(levels, (people, 1)),
            seed=20261123,
            quarter=place,
        )
        for ratings in np.where(drawn.kept, drawn.ticked, MISSING).tolist():
            rows.append([*ratings, int(rng.integers(4, 11)), int(rng.integers(2, 6)), int(rng.integers(2, 6))])
            nodes.append(place)
    heads = [invited if roster else UNKNOWN for _name, _answers, invited, _levels in TEAMS]
    tree = Tree(
        tuple(team[0] for team in TEAMS), np.full(len(TEAMS), -1, dtype=np.int32), np.array(heads, dtype=np.int32)
    )
    answers = AnswerMatrix(np.array(rows, dtype=np.int8), np.array(nodes, dtype=np.int32))
    scores = score_cycle(instrument().whole_key(), answers, tree, minimum=5)
    return score_document(instrument().whole_key(), [ScoredCycle("2026Q4", scores)])


def reported(content: Mapping[str, Any] | None = None, *, organisation: str = "Lumen Home 流明家居") -> ReportedCycle:
    chosen = document() if content is None else content
    return latest_cycle(chosen, instrument(), organisation=organisation, minimum=5, command=COMMAND)


def team(name: str, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
    chosen = document() if content is None else content
    return next(dict(entry) for entry in chosen["cycles"][0]["teams"] if entry["team"] == name)


def quarter(label: str, scores: Mapping[str, int] | None = None, **entry: Any) -> dict[str, Any]:
    """Make an earlier quarter of the shop: Operations with other scores (or another entry), all else as it is."""
    now = document()["cycles"][0]
    own = team(OPERATIONS)
    own["dimensions"] = {
        code: {**figures, "score_100": (scores or {}).get(code, figures["score_100"])}
        for code, figures in own["dimensions"].items()
    }
    teams = [{**own, **entry} if each["team"] == OPERATIONS else each for each in now["teams"]]
    return {**now, "cycle": label, "teams": teams}


def withheld_quarter(label: str, reason: str = "too_few") -> dict[str, Any]:
    """Make an earlier quarter in which nothing of Operations was shown."""
    now = document()["cycles"][0]
    hidden = {"team": OPERATIONS, "suppressed": reason}
    return {**now, "cycle": label, "teams": [hidden if e["team"] == OPERATIONS else e for e in now["teams"]]}


def change(difference: int, word: str = "no_clear_change", *, since: str = "2026Q3", half: int = 15) -> dict[str, Any]:
    """Make a change as the document has it."""
    return {
        "from": since,
        "difference_100": difference,
        "low_100": difference - half,
        "high_100": difference + half,
        "word": word,
        "visible_change_100": 29,
    }


@cache
def told() -> tuple[ReportedCycle, dict[str, Any]]:
    """Give Operations everything a later report can hold: earlier quarters, changes, a trend, comments, a gap."""
    trend = {"quarters": 5, "slope_100": -2.5, "low_100": -4.5, "high_100": -0.5, "word": "down"}
    own = team(OPERATIONS)
    own["change"] = {"COM": change(24, "higher"), "TRU": change(-21, "lower"), "overall": change(14, "higher")}
    own["change"] |= {code: change(-100, half=100) for code in ("ROL", "MOT")}
    own["trend"] = {d.code: trend for d in instrument().dimensions} | {"overall": trend}
    labels = ("2025Q1", "2025Q2", "2025Q4", "2026Q1", "2026Q2")
    history = (*(quarter(label, {"COM": 5 * place}) for place, label in enumerate(labels)), withheld_quarter("2025Q3"))
    history = (*sorted(history, key=lambda cycle: str(cycle["cycle"])), quarter("2026Q3", {"COM": 100, "TRU": 0}))
    comments = {OPERATIONS: {"CMT1": ["交接记录写得清楚。", *["Keep the shared list of answers."] * 9, "请保持。"]}}
    cycle = {**document()["cycles"][0]}
    cycle["teams"] = [own if each["team"] == OPERATIONS else each for each in cycle["teams"]]
    return replace(reported(), cycle=register(cycle, comments), history=tuple(map(register, history))), own


def renamed(name: str, new: str) -> tuple[ReportedCycle, dict[str, Any]]:
    """Give a team another name in its whole cycle."""
    cycle = document()["cycles"][0]
    teams = [each if each["team"] != name else {**each, "team": new} for each in cycle["teams"]]
    return replace(reported(), cycle=register({**cycle, "teams": teams})), {**team(name), "team": new}


@cache
def pdf(name: str, language: str) -> bytes:
    if name == TOLD:
        base, told_entry = told()
        return team_report_pdf(base, entry(told_entry), language=language)
    return team_report_pdf(reported(), entry(team(name)), language=language)


def text_of(content: bytes, *, layout: bool = False) -> str:
    """Read the text of a PDF with an independent program."""
    options: Sequence[str] = ["-layout"] if layout else []
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
