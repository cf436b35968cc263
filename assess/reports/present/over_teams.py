"""Teams over time: one small chart per chosen team, all on the same axes, in the order chosen and without any rank."""

from collections.abc import Iterator, Sequence

from assess.errors import InputError
from assess.localisation import current_language, format_quarter
from assess.releases.history import quarter_number
from assess.releases.register import Register
from assess.releases.released import Fixed
from assess.reports.charts.quarters import quarter_chart
from assess.reports.present.dots import dot_of
from assess.reports.present.figures import OVERALL
from assess.reports.present.history import line_of
from assess.reports.present.over_time import Line, break_notes, gap_notes, says_of
from assess.reports.present.pages import Fact, OverTeams, Panel, ReportSource
from assess.reports.present.reading import origin
from assess.reports.present.saying import gettext as _
from assess.reports.present.team import cover
from assess.reports.present.words import text_in
from assess.surveys.instruments import Instrument
from assess.tables.labels import some

MOST_TEAMS = 6


def present_over_teams(
    history: Sequence[Register],
    cycle: Register,
    teams: Sequence[str],
    code: str,
    instrument: Instrument,
    source: ReportSource,
) -> OverTeams:
    """Build the page of up to six teams or units and one dimension, or `overall`, in the language of this context.

    Errors: InputError for more than six teams or none, for a team that no quarter knows, and for an unknown dimension.
    """
    chosen = list(dict.fromkeys(teams))
    _refuse_wrong_number(chosen)
    _refuse_unknown(chosen, [*history, cycle])
    name, less_is_better = _named(code, instrument)
    lines = [Line(code, name, less_is_better, line_of(history, cycle, team, code, instrument)) for team in chosen]
    first = min(quarter_number(line.moments[0].quarter) for line in lines)
    panels = [_panel(cycle, team, line, first, source.minimum) for team, line in zip(chosen, lines, strict=True)]
    return OverTeams(
        cover=cover(cycle, name, "", source, kind=_("Teams over time")),
        lead=_(
            "The teams stand in the order in which they were chosen; they are not ranked, and all have the same axes."
        ),
        rows=tuple(tuple(panels[place : place + 2]) for place in range(0, len(panels), 2)),
        notes=tuple(_notes(lines)),
        facts=(
            *origin(source),
            *_checksums(source),
            Fact(_("Rebuild this report"), source.command, is_code=True),
        ),
    )


def _refuse_wrong_number(teams: Sequence[str]) -> None:
    if not 1 <= len(teams) <= MOST_TEAMS:
        raise InputError(
            _(
                "Choose one to %(most)s teams or units; %(count)s were named.",
                most=Fixed(MOST_TEAMS),
                count=Fixed(len(teams)),
            )
        )


def _refuse_unknown(teams: Sequence[str], cycles: Sequence[Register]) -> None:
    known = list(dict.fromkeys(node.name for cycle in reversed(cycles) for node in cycle.nodes))
    for team in teams:
        if team not in known:
            raise InputError(
                _("No quarter shown here knows “%(team)s”. Known: %(known)s.", team=team, known=some(known))
            )


def _named(code: str, instrument: Instrument) -> tuple[str, bool]:
    """Name a dimension of this quarter's questionnaire, and say whether less of it is better."""
    if code == OVERALL:
        return _("Team health"), False
    found = next((dimension for dimension in instrument.dimensions if dimension.code == code), None)
    if found is None:
        known = some([OVERALL, *(dimension.code for dimension in instrument.dimensions)])
        raise InputError(_("The questionnaire has no dimension “%(code)s”. Known: %(known)s.", code=code, known=known))
    return text_in(found.name), not found.higher_is_better


def _panel(cycle: Register, team: str, line: Line, first: int, minimum: int) -> Panel:
    """Draw a team; under it stand change and trend where they are told, and what is missing or broken in its line."""
    node = cycle.node(team)
    told = () if node is None or node.why_not() is not None else says_of(node, line.code)
    gaps = gap_notes([line], minimum)[:-1]  # that a gap is no zero is said once, below all charts
    return Panel(
        name=team,
        note=_("higher is worse") if line.less_is_better else "",
        chart=quarter_chart(
            [dot_of(moment, quarter_number(moment.quarter) - first, minimum) for moment in line.moments],
            language=current_language(),
        ),
        says=(*told, *break_notes([line]), *gaps),
    )


def _notes(lines: Sequence[Line]) -> Iterator[str]:
    yield _(
        "Dot: the score of a quarter. Band: its usual range (95%). Dots are joined as long as the "
        "same team answered the same questions."
    )
    if any(moment.score is None for line in lines for moment in line.moments):
        yield _("A gap is not a score of zero.")
    yield _("Overlapping bands do not settle which team is higher; differences between teams are not tested here.")


def _checksums(source: ReportSource) -> Iterator[Fact]:
    yield Fact(_("Checksum of the figures (SHA-256)"), source.document_sha256, is_code=True)
    if source.earlier_sha256:
        listed = [
            f"{format_quarter(quarter)} {sha256[:12]}".replace(" ", "\u00a0")
            for quarter, sha256 in source.earlier_sha256
        ]
        yield Fact(_("Checksums of earlier quarters"), " · ".join(listed), is_code=True)
