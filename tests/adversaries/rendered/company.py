"""The demo company as its readers get it: pages, files and frozen documents of every published quarter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assess.config import Settings, load_settings
from assess.demo.build import build_demo, demo_settings, planted_truth
from assess.extensions import Database, open_database
from assess.localisation import use_language
from assess.releases.entry import Entry as ReleasedEntry
from assess.releases.store import read_frozen
from assess.reports.cycle_reports import reported_cycle
from assess.reports.page import report_page
from assess.reports.team_reports import ReportedCycle, team_report, team_report_pdf
from assess.surveys.cycles import find_cycle
from tests.databases.stores import Store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUARTERS = (1, 2, 3, 4, 5, 6)
LATEST = 6

Entry = Mapping[str, Any]


@dataclass
class Company:
    """Published quarters by number; `truth` is what the adversary does not have."""

    settings: Settings
    database: Database
    labels: Mapping[int, str]
    reported: Mapping[int, ReportedCycle]
    results: Mapping[int, Mapping[str, Any]]
    truth: Mapping[str, Any]
    _files: dict[tuple[str, int, str], bytes] = field(default_factory=dict)

    def cycle(self, quarter: int = LATEST) -> Entry:
        """Give the released cycle as it stands in the frozen document."""
        cycle: Entry = self.results[quarter]["scores"]["cycles"][0]
        return cycle

    def nodes(self, quarter: int = LATEST) -> list[Entry]:
        return [*self.cycle(quarter)["teams"], *self.cycle(quarter)["units"]]

    def withheld(self, quarter: int = LATEST) -> dict[str, str]:
        """Name every withheld node with its reason."""
        return {str(node["team"]): str(node["suppressed"]) for node in self.nodes(quarter) if "suppressed" in node}

    def released(self, quarter: int = LATEST) -> list[Entry]:
        return [node for node in self.nodes(quarter) if "suppressed" not in node]

    def page(self, name: str, quarter: int = LATEST, language: str = "en") -> str:
        return page_of(self.reported[quarter], name, language)

    def pdf(self, name: str, quarter: int = LATEST, language: str = "en") -> bytes:
        """Draw a report, once."""
        key = (name, quarter, language)
        if key not in self._files:
            self._files[key] = pdf_of(self.reported[quarter], name, language)
        return self._files[key]


def node_of(reported: ReportedCycle, name: str) -> ReleasedEntry:
    node = reported.cycle.node(name)
    assert node is not None
    return node


def page_of(reported: ReportedCycle, name: str, language: str) -> str:
    """Fill the page of a report, without drawing it."""
    with use_language(language):
        return report_page(team_report(reported, node_of(reported, name)))


def pdf_of(reported: ReportedCycle, name: str, language: str) -> bytes:
    """Draw a report."""
    return team_report_pdf(reported, node_of(reported, name), language=language)


def build(folder: Path, store: Store) -> Company:
    environment = {"ASSESS_DATA_DIR": str(folder / "data"), "ASSESS_DATABASE_URL": store.empty(folder / "data")}
    settings = demo_settings(load_settings(environment))
    demo = build_demo(settings, now=NOW, reset=False, say=lambda _sentence: None)
    database = open_database(settings)
    with database.reading() as session:
        reported = {number: reported_cycle(session, demo.labels[number]) for number in QUARTERS}
        results = {
            number: read_frozen(session, cycle_id=find_cycle(session, demo.labels[number]).id)[0] for number in QUARTERS
        }
    return Company(settings, database, demo.labels, reported, results, planted_truth(settings))
