"""What the template of the organisation report prints: finished words and charts."""

from dataclasses import dataclass

from markupsafe import Markup

from assess.releases.released import Printable
from assess.reports.present.pages import (
    ActionCard,
    ActionSheet,
    Comparison,
    Cover,
    Headline,
    ItemPage,
    OverTime,
    PastBlock,
    Reading,
)


@dataclass(frozen=True)
class Glance:
    """One line of the first page: where more of it stands, and what was found."""

    name: str
    finding: str


@dataclass(frozen=True)
class HeatCell:
    """One score. `tone` is its band, `mark` an arrow where it can be told from the organisation, else it is hatched."""

    score: Printable
    range_text: str
    mark: str
    tone: str
    hatched: bool


@dataclass(frozen=True)
class HeatRow:
    """One team or unit, in the order of the tree; `kind` is `whole`, `unit` or `team`."""

    name: str
    kind: str
    answers: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatMap:
    """Teams and dimensions. Without `rows` no team is shown; `withheld` says which are not, and why."""

    finding: str
    lead: str
    headings: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    legend: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class ChartBlock:
    """A chart under its own heading, with what must be said about it."""

    name: str
    chart: Markup
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """A section: the finding as its heading, charts, and sentences under them."""

    finding: str
    blocks: tuple[ChartBlock, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class PracticeRow:
    """What was said of the actions with one practice this quarter: three counts, a dash for none."""

    name: str
    cells: tuple[Printable, ...]


@dataclass(frozen=True)
class Worked:
    """What became of actions over all teams, and which practices helped here."""

    finding: str
    sentences: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[PracticeRow, ...]
    record: Finding
    rule: tuple[str, ...]
    past: tuple[PastBlock, ...]


@dataclass(frozen=True)
class OrganisationReport:
    """The report for the business head and HR."""

    cover: Cover
    headline: Headline
    comparison: Comparison | None
    glance: tuple[Glance, ...]
    actions: tuple[ActionCard, ...]
    follow_up: str
    heat_map: HeatMap
    attention: Finding
    changes: Finding
    response: Finding
    items: ItemPage
    drivers: Finding
    over_time: OverTime | None
    sheets: tuple[ActionSheet, ...]
    action_lead: str
    worked: Worked
    reading: Reading
