"""The table of docs/demo.md, made from released figures and the planted truth; run it to print the table anew.

python -m tests.demo.story_table
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assess.config import load_settings
from assess.demo.build import build_demo, demo_settings, planted_truth
from assess.demo.company import (
    AFTER_SALES,
    BRAND,
    CAMPAIGNS,
    DATA,
    INTERNATIONAL,
    LIGHTING,
    LIVE,
    LOGISTICS,
    PERFORMANCE,
    PLATFORM,
    SHOP,
    WAREHOUSE,
)
from assess.demo.stories import MERGED
from assess.extensions import open_database
from assess.localisation import use_language
from assess.releases.store import read_frozen
from assess.surveys.cycles import find_cycle

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = {"COM": "communication", "TRU": "trust", "ROL": "role clarity", "MOT": "motivation"}


@dataclass(frozen=True)
class Row:
    """One story: what is planted, in which quarter and report, and in which dimensions it shows."""

    story: str
    quarter: int
    node: str
    dimensions: tuple[str, ...] = ()


ROWS = (
    Row("falls apart", 4, AFTER_SALES, ("COM", "MOT")),
    Row("begins short briefings (the action)", 5, AFTER_SALES, ("COM",)),
    Row("has recovered", 6, AFTER_SALES, ("COM",)),
    Row("merged from two teams in quarter 4", 4, PERFORMANCE, ("ROL",)),
    Row("two quarters later", 6, PERFORMANCE, ("ROL",)),
    Row("roles get more unclear", 6, LIGHTING, ("ROL",)),
    Row("nobody can tell it from the average", 6, DATA, ("COM", "TRU", "ROL", "MOT")),
    Row("unanimous", 6, PLATFORM, ("COM", "TRU")),
    Row("bilingual; comments in both languages", 6, INTERNATIONAL, ("TRU",)),
    Row("a team of 4 asked with its smallest sibling", 6, MERGED, ("COM",)),
    Row("4 of 9 answer", 6, CAMPAIGNS),
    Row("8 of 8 answer, and protect the four", 6, BRAND),
    Row("new team, seven people", 6, LIVE, ("MOT",)),
    Row("three people moved here in quarter 5", 5, MERGED, ("COM",)),
    Row("three people left in quarter 5", 5, WAREHOUSE, ("COM",)),
    Row("low response, busiest week of the year", 3, SHOP, ("COM",)),
    Row("the whole shop", 6, SHOP, ("COM", "TRU", "ROL", "MOT")),
)
assert LOGISTICS in MERGED


def story_table() -> list[str]:
    """Build the demo in a folder that is thrown away, and write the table in Markdown."""
    with tempfile.TemporaryDirectory() as folder, use_language("en"):
        settings = demo_settings(load_settings({"ASSESS_DATA_DIR": str(Path(folder) / "data")}))
        demo = build_demo(settings, now=NOW, reset=False, say=lambda _sentence: None)
        truth = planted_truth(settings)
        database = open_database(settings)
        with database.reading() as session:
            cycles = {number: released_cycle(session, demo.labels[number]) for number in range(1, 7)}
        database.close()
    lines = ["| quarter, report | what is planted | what the report says | truth |", "|---|---|---|---|"]
    for row in ROWS:
        entry = next(e for e in [*cycles[row.quarter]["teams"], *cycles[row.quarter]["units"]] if e["team"] == row.node)
        planted = truth[demo.labels[row.quarter]][row.node]
        said = "; ".join(_said(entry, row)) or _withheld(entry)
        lines.append(f"| {row.quarter}, {row.node} | {row.story} | {said} | {'; '.join(_true(planted, row))} |")
    return lines


def released_cycle(session: Session, quarter: str) -> Mapping[str, Any]:
    """Read what was released of a quarter, as it stands in the frozen document."""
    document, _sha256 = read_frozen(session, cycle_id=find_cycle(session, quarter).id)
    cycle: Mapping[str, Any] = document["scores"]["cycles"][0]
    return cycle


def _said(entry: Mapping[str, Any], row: Row) -> Iterator[str]:
    if "suppressed" in entry:
        return
    yield f"{entry['n']} of {entry['headcount']} answered"
    for code in row.dimensions:
        figures = entry["dimensions"][code]
        low, high = figures["compare_low_100"], figures["compare_high_100"]
        text = f"{NAMES[code]} {figures['score_100']} (usual range {low}-{high})"
        change = entry.get("change", {}).get(code)
        if change and change["word"] != "no_clear_change":
            text += f", {change['word']} by {abs(change['difference_100'])}"
        yield text


def _withheld(entry: Mapping[str, Any]) -> str:
    return {"too_few": "fewer than five answered", "protects_others": "withheld to protect others"}[entry["suppressed"]]


def _true(planted: Mapping[str, Any], row: Row) -> Iterator[str]:
    if not row.dimensions:
        yield f"{planted['answering']} of {planted['invited']}"
    for code in row.dimensions:
        yield f"{NAMES[code]} {planted['expected'][code]:.0f} (of these people {planted['everybody'][code]:.0f})"


if __name__ == "__main__":
    sys.stdout.write("\n".join(story_table()) + "\n")
