"""The page of earlier quarters: one small chart per dimension and the overall score, all on the same axes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assess.actions.past import PastAction
from assess.localisation import current_language, format_quarter
from assess.releases.entry import Entry
from assess.releases.history import quarter_number
from assess.releases.register import Register
from assess.releases.released import Fixed
from assess.reports.charts.quarters import quarter_chart
from assess.reports.present.changes import HIGHER, LOWER, Change, change_of, change_sentence
from assess.reports.present.comparison import Standing
from assess.reports.present.dots import dot_of, why_not
from assess.reports.present.figures import OVERALL
from assess.reports.present.headline import may_compare
from assess.reports.present.history import Break, Moment, line_of
from assess.reports.present.marks import Marked, mark_sentences, marked_actions, marks_of
from assess.reports.present.pages import OverTime, Panel
from assess.reports.present.saying import gettext as _
from assess.reports.present.trends import DOWN, UP, Trend, directions, trend_of, trend_sentence
from assess.reports.present.words import listing, sentences_joined
from assess.surveys.instruments import Instrument

MOST = 8  # quarters on the axis
FOR_A_TREND = 5


@dataclass(frozen=True)
class Line:
    """One dimension (or `overall`) of a node through the quarters."""

    code: str
    name: str
    less_is_better: bool
    moments: tuple[Moment, ...]

    @property
    def unbroken(self) -> int:
        """Shown quarters since the last break."""
        count = 0
        for moment in reversed(self.moments):
            count += moment.score is not None
            if moment.broken:
                break
        return count


def over_time(
    history: Sequence[Register],
    cycle: Register,
    team: Entry,
    rows: Sequence[Standing],
    instrument: Instrument,
    minimum: int,
    actions: Sequence[PastAction] = (),
) -> OverTime | None:
    """Build the page; None where there are not two quarters to show. `actions` are all that were ever read."""
    lines = _lines(history[-(MOST - 1) :], cycle, team, rows, instrument)
    if not any(sum(moment.score is not None for moment in line.moments) > 1 for line in lines):
        return None
    quarters = [moment.quarter for moment in lines[0].moments]
    marked = marked_actions(actions, quarters[0], quarters[-1])
    panels = tuple(_panel(team, line, minimum, marked) for line in lines)
    return OverTime(
        finding=_finding(team, lines),
        rows=tuple(panels[place : place + 2] for place in range(0, len(panels), 2)),
        notes=(_reading(), *gap_notes(lines, minimum), *break_notes(lines), *_trend_notes(team, lines)),
        actions=mark_sentences(marked, {row.dimension.code: row.name for row in rows}),
    )


def _lines(
    history: Sequence[Register], cycle: Register, team: Entry, rows: Sequence[Standing], instrument: Instrument
) -> list[Line]:
    names = [(row.dimension.code, row.name, not row.dimension.higher_is_better) for row in rows]
    if team.why_not(OVERALL) is None:
        names.insert(0, (OVERALL, _("Team health"), False))
    return [Line(code, name, less, line_of(history, cycle, team.name, code, instrument)) for code, name, less in names]


def _panel(team: Entry, line: Line, minimum: int, marked: Sequence[Marked]) -> Panel:
    first = quarter_number(line.moments[0].quarter)
    dots = [dot_of(moment, quarter_number(moment.quarter) - first, minimum) for moment in line.moments]
    return Panel(
        name=line.name,
        note=_("higher is worse") if line.less_is_better else "",
        chart=quarter_chart(
            dots, language=current_language(), marks=marks_of(marked, line.code, line.moments[0].quarter)
        ),
        says=says_of(team, line.code),
    )


def says_of(team: Entry, code: str) -> tuple[str, ...]:
    """Tell the change since the last quarter, then the trend."""
    trend, change = trend_of(team, code), change_of(team, code)
    told = "" if trend is None else trend_sentence(trend, turned=_goes_against(trend, change))
    sentences = (change_sentence(change), told)
    return tuple(sentence for sentence in sentences if sentence)


def _finding(team: Entry, lines: Sequence[Line]) -> str:
    """Say first what the page shows: what changed last, which lines rise or fall, or why neither is told.

    A line whose last step goes against it has no direction worth a headline; its own panel tells both. Where only such
    lines have a trend nothing is told of trends: it would be wrong to say that there is none.
    """
    if not may_compare(team):
        return _("Fewer than half answered this quarter, so no direction is told.")
    trends = {line.name: trend for line in lines if (trend := trend_of(team, line.code))}
    changes = {line.name: change for line in lines if (change := change_of(team, line.code))}
    agreeing = {name: trend for name, trend in trends.items() if not _goes_against(trend, changes.get(name))}
    is_told = any(trend.word in {UP, DOWN} for trend in agreeing.values()) or len(agreeing) == len(trends)
    sentences = [*_since(changes), *([directions(agreeing)] if agreeing and is_told else [])]
    return sentences_joined(sentences) or _("The scores of the quarters")


def _goes_against(trend: Trend, change: Change | None) -> bool:
    """Whether the last quarter went against the line through all quarters, clearly or not."""
    if change is None:
        return False
    step = change.difference.value
    return (trend.word == UP and step < 0) or (trend.word == DOWN and step > 0)


def _trend_notes(team: Entry, lines: Sequence[Line]) -> tuple[str, ...]:
    """Say how many quarters a trend still lacks."""
    most = max(line.unbroken for line in lines)
    if most >= FOR_A_TREND or any(trend_of(team, line.code) for line in lines):
        return ()
    return (
        _(
            "A trend is told from %(needed)s shown quarters on one line; so far there are %(count)s.",
            needed=Fixed(FOR_A_TREND),
            count=Fixed(most),
        ),
    )


def _since(changes: Mapping[str, Change]) -> Iterator[str]:
    """Say what clearly changed since the last quarter."""
    if not changes:
        return
    quarter = format_quarter(next(iter(changes.values())).since)
    higher = listing([name for name, change in changes.items() if change.word == HIGHER])
    lower = listing([name for name, change in changes.items() if change.word == LOWER])
    if higher:
        yield _("Higher than in %(quarter)s: %(names)s.", quarter=quarter, names=higher)
    if lower:
        yield _("Lower than in %(quarter)s: %(names)s.", quarter=quarter, names=lower)
    if not higher and not lower:
        yield _("No clear change since %(quarter)s.", quarter=quarter)


def _reading() -> str:
    return _(
        "Dot: the score of a quarter. Band: its usual range (95%). Dots are joined as long as the "
        "same team answered the same questions."
    )


def gap_notes(lines: Sequence[Line], minimum: int) -> tuple[str, ...]:
    """Say in words which quarters are missing, once for lines that miss them alike."""
    gaps: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        for moment in line.moments:
            if moment.score is None:
                gaps.setdefault((moment.quarter, why_not(moment, minimum)), []).append(line.name)
    notes = [
        _("%(quarter)s: %(reason)s.", quarter=format_quarter(quarter), reason=reason)
        if len(names) == len(lines)
        else _(
            "%(quarter)s, %(names)s: %(reason)s.", quarter=format_quarter(quarter), names=listing(names), reason=reason
        )
        for (quarter, reason), names in sorted(gaps.items())
    ]
    return (*notes, _("A gap is not a score of zero.")) if notes else ()


def break_notes(lines: Sequence[Line]) -> tuple[str, ...]:
    """Say in words where lines begin anew, and why."""
    breaks: dict[tuple[str, Break], list[str]] = {}
    for line in lines:
        for moment in line.moments:
            if moment.broken:
                breaks.setdefault((moment.quarter, moment.broken), []).append(line.name)
    return tuple(
        _(
            "Since %(quarter)s the team has been made up of other teams; earlier quarters cannot be compared with it.",
            quarter=format_quarter(quarter),
        )
        if why is Break.TEAMS
        else _(
            "Since %(quarter)s other questions have been asked (%(names)s); earlier quarters cannot be compared.",
            quarter=format_quarter(quarter),
            names=listing(names),
        )
        for (quarter, why), names in sorted(breaks.items(), key=lambda entry: entry[0][0])
    )
