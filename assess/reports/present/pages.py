"""What the templates print: finished words, finished charts. A template loops and prints, nothing more."""

from dataclasses import dataclass, field

from markupsafe import Markup

from assess.looks.look import Look
from assess.releases.released import Fixed, Printable, Released


@dataclass(frozen=True)
class ContractFacts:
    """The anonymity contract of a cycle as the report prints it."""

    level: str
    sha256_prefix: str
    head_reads_all: bool = True  # whether members were told that the business head reads the scores of all teams


@dataclass(frozen=True)
class ReportSource:
    """Where a document comes from, for the last page; `contract` is None for figures from a file."""

    organisation: str
    engine: str
    minimum: int
    document_sha256: str
    command: str
    contract: ContractFacts | None = None
    earlier_sha256: tuple[tuple[str, str], ...] = ()  # quarter and checksum of each older document that is read
    earlier_actions_sha256: tuple[str, ...] = ()  # checksum of each older document of actions that is read
    look: Look = field(default_factory=Look)
    actions_sha256: str = ""  # checksum of what was proposed and of what became of actions; empty for a file


@dataclass(frozen=True)
class Fact:
    """A row of the last table: its name and what holds."""

    name: str
    value: str
    is_code: bool = False


@dataclass(frozen=True)
class Explanation:
    """A block of “How to read this”."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """The last page."""

    columns: tuple[tuple[Explanation, ...], ...]
    methods: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Cover:
    """The head of a report."""

    language: str
    html_language: str
    document_title: str
    organisation: str
    kind: str
    quarter: str
    name: str
    short_name: str
    answered: str
    dated: str
    look: Look = field(default_factory=Look)


@dataclass(frozen=True)
class Headline:
    """The overall score in words. `score` is None when there is none."""

    verdict: str
    score: Released[int] | None
    score_label: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class BarLine:
    """One score on a web page: bar, and in words all that the bar shows. Without a score, `instead` says why."""

    name: str
    note: str
    score: Released[int] | None
    facts: tuple[str, ...]
    change: str
    is_clear: bool
    bar: Markup | None
    instead: str = ""


@dataclass(frozen=True)
class Comparison:
    """The dimensions against the organisation; `lines` are the rows of the chart for a page, as wide as its screen."""

    finding: str
    chart: Markup
    caption: str
    lines: tuple[BarLine, ...] = ()


@dataclass(frozen=True)
class Strength:
    """One of the two strongest points."""

    name: str
    detail: str


@dataclass(frozen=True)
class ActionCard:
    """One thing to do."""

    number: Fixed
    basis: str
    title: str
    why: str
    text: str
    first_step: str
    practicalities: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class ActionSheet:
    """One thing to do in full: what the leader takes to the team meeting."""

    number: Fixed
    title: str
    why: tuple[str, ...]
    steps: tuple[str, ...]
    seen_by: tuple[str, ...]
    talk: tuple[str, ...]
    evidence: str = ""  # where the first page has no room for it


@dataclass(frozen=True)
class PastBlock:
    """What became of one earlier action; `tone` is the verdict's code, never said by colour alone."""

    title: str
    verdict: str
    tone: str
    facts: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ActionPage:
    """What to do, in full, and whether what was done has worked; `past` is empty where nothing was adopted."""

    lead: str
    sheets: tuple[ActionSheet, ...]
    past: tuple[PastBlock, ...]


@dataclass(frozen=True)
class DimensionBlock:
    """One dimension on its page."""

    name: str
    subtitle: str
    score: Printable
    band: str
    chart: Markup | None
    says: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Panel:
    """One line through the quarters."""

    name: str
    note: str
    chart: Markup
    says: tuple[str, ...]


@dataclass(frozen=True)
class OverTime:
    """The page of earlier quarters; panels stand in rows of two, and where one is left over the notes stand beside.

    `actions` says in words what the letters on the charts mark.
    """

    finding: str
    rows: tuple[tuple[Panel, ...], ...]
    notes: tuple[str, ...]
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class FigureRow:
    """One line of the table of figures."""

    name: str
    cells: tuple[Printable, ...]


@dataclass(frozen=True)
class ItemBlock:
    """The items of one dimension, or the outcomes."""

    name: str
    note: str
    chart: Markup


@dataclass(frozen=True)
class ItemPage:
    """The page of items; `legend` is empty where words stand in place of bars."""

    lead: str
    legend: tuple[tuple[str, str], ...]
    columns: str
    blocks: tuple[ItemBlock, ...]


@dataclass(frozen=True)
class SaidText:
    """A comment and the language it is read in."""

    text: Released[str]
    html_language: str


@dataclass(frozen=True)
class CommentBlock:
    """The comments on one prompt, in the order of the document."""

    prompt: str
    count: str
    texts: tuple[SaidText, ...]


@dataclass(frozen=True)
class CommentPage:
    """The released comments of one node."""

    lead: str
    blocks: tuple[CommentBlock, ...]


@dataclass(frozen=True)
class TeamReport:
    """The report of a released team or unit."""

    cover: Cover
    headline: Headline
    comparison: Comparison
    strengths: tuple[Strength, ...]
    actions: tuple[ActionCard, ...]
    follow_up: str
    action_page: ActionPage
    dimensions: tuple[DimensionBlock, ...]
    dimension_lead: str
    figure_headings: tuple[str, ...]
    figures: tuple[FigureRow, ...]
    figures_note: str
    changes_note: tuple[str, ...]
    items: ItemPage
    over_time: OverTime | None
    comments: CommentPage | None
    reading: Reading


@dataclass(frozen=True)
class WithheldReport:
    """The report of a team of which no figure may be shown; `past` says how far earlier actions came."""

    cover: Cover
    verdict: str
    because: str
    past: tuple[str, ...]
    organisation: Comparison | None
    advice: tuple[Strength, ...]
    reading: Reading


@dataclass(frozen=True)
class ScoreLine:
    """One released score of a one-pager; without a score, `instead` says why.

    `change` is the word alone, `since` with the quarter it is told since. `bar` is for the web page.
    """

    name: str
    note: str
    score: Released[int] | None
    spoken: str
    low: Released[int] | None = None
    high: Released[int] | None = None
    range_text: str = ""
    change: str = ""
    since: str = ""
    is_clear: bool = False
    instead: str = ""
    bar: Markup | None = None


@dataclass(frozen=True)
class Committed:
    """What a leader has taken on and shares; each step with the word `done` or nothing."""

    title: str
    facts: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OnePager:
    """What members get back. `scores_of` names the unit above whose scores are shown where their own are withheld."""

    cover: Cover
    verdict: str
    because: str
    scores_of: str
    answered: str
    lines: tuple[ScoreLine, ...]
    since: str
    chart: Markup | None
    commitments: tuple[Committed, ...]
    coming: str
    reading: tuple[str, ...]
    origin: tuple[Fact, ...]
    command: Fact


@dataclass(frozen=True)
class OverTeams:
    """Up to six teams over time; panels stand in rows of two."""

    cover: Cover
    lead: str
    rows: tuple[tuple[Panel, ...], ...]
    notes: tuple[str, ...]
    facts: tuple[Fact, ...]
