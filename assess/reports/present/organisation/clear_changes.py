"""The biggest clear changes, with the false-discovery rate held over all teams and dimensions that are read here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assess.localisation import current_language, format_quarter
from assess.releases.register import Register
from assess.releases.released import derived_from_all
from assess.reports.charts.change_bars import ChangeRow, change_bars
from assess.reports.present.changes import HIGHER, Change, answers_before, change_of
from assess.reports.present.comparison import Standing
from assess.reports.present.figures import answers_in
from assess.reports.present.organisation.pages import ChartBlock, Finding
from assess.reports.present.organisation.whole import shown_teams
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, signed
from assess.scoring.clear_changes import LEVEL_OF_CHANGES, DisplayedDifference, clear_among_all

_MOST = 10
_NAMED = 3


@dataclass(frozen=True)
class TeamChange:
    """One change of one team."""

    team: str
    dimension: Standing
    change: Change
    freedom: int

    @property
    def is_good(self) -> bool:
        """Whether it went the right way."""
        return (self.change.difference.value > 0) == self.dimension.dimension.higher_is_better


def clear_changes(cycle: Register, rows: Sequence[Standing], history: Sequence[Register]) -> Finding:
    """List what clearly changed: clear in the team’s own report, and clear among all of them."""
    every = list(_changes(cycle, rows, history))
    if not every:
        return Finding(_("There is no earlier quarter to compare teams with"), (), (_no_history(),))
    clear = clearest(every)
    quarter = format_quarter(max(each.change.since for each in every))
    if not clear:
        return Finding(
            _("Looking at all teams together, no change since %(quarter)s is clear", quarter=quarter), (), (_sparing(),)
        )
    shown = clear[:_MOST]
    chart = change_bars([_row(each) for each in shown], language=current_language())
    return Finding(
        finding=_finding(clear, quarter),
        blocks=(ChartBlock(_("Change since %(quarter)s in points", quarter=quarter), chart, ()),),
        notes=tuple(_notes(clear)),
    )


def clearest(every: Sequence[TeamChange]) -> list[TeamChange]:
    """Keep what is clear among all and in the team's own report, the biggest first; ties keep the order of the tree."""
    together = clear_among_all(
        [
            DisplayedDifference(c.difference.value, c.low.value, c.high.value, each.freedom)
            for each in every
            for c in (each.change,)
        ],
        level=LEVEL_OF_CHANGES,
    )
    kept = [each for each, is_clear in zip(every, together, strict=True) if is_clear and each.change.is_clear]
    return sorted(kept, key=lambda each: -abs(each.change.difference.value))


def _changes(cycle: Register, rows: Sequence[Standing], history: Sequence[Register]) -> Iterator[TeamChange]:
    for team in shown_teams(cycle):
        for row in rows:
            code = row.dimension.code
            change = change_of(team, code)
            n = None if change is None else answers_in(team, code)
            if change is not None and n is not None:
                before = answers_before(history, team, code, change)
                freedom = n.value + (0 if before is None else before.value)
                yield TeamChange(team.name, row, change, freedom)


def _row(each: TeamChange) -> ChangeRow:
    change = each.change
    values = {"difference": signed(change.difference), "low": signed(change.low), "high": signed(change.high)}
    mark = "▲" if change.word == HIGHER else "▼"
    return ChangeRow(
        label=each.team,
        note=each.dimension.name,
        difference=change.difference,
        low=change.low,
        high=change.high,
        text=_("%(mark)s %(difference)s (%(low)s to %(high)s)", mark=mark, **values),
        spoken=_(
            "%(team)s, %(dimension)s: %(difference)s points (%(low)s to %(high)s)",
            team=each.team,
            dimension=each.dimension.name,
            **values,
        ),
        is_good=each.is_good,
    )


def _finding(clear: Sequence[TeamChange], quarter: str) -> str:
    names = listing(
        [
            _("%(team)s (%(dimension)s %(difference)s)", team=e.team, dimension=e.dimension.name, difference=d)
            for e in clear[:_NAMED]
            for d in (signed(e.change.difference),)
        ]
    )
    return _("Clearly changed since %(quarter)s: %(names)s", quarter=quarter, names=names)


def _notes(clear: Sequence[TeamChange]) -> Iterator[str]:
    rest = [each.change.difference for each in clear[_MOST:]]
    if rest:
        yield _("Smaller clear changes not listed here: %(count)s.", count=derived_from_all(len, rest))
    yield _sparing()


def _sparing() -> str:
    return _(
        "All teams and dimensions are read at once here, so a change is called clear more sparingly "
        "than in a team’s own report: of those listed, on average at most one in twenty is chance. A "
        "low score tends to rise by itself, and a high one to fall."
    )


def _no_history() -> str:
    return _("Changes are told from the second quarter on, where a team and its questions stay the same.")
