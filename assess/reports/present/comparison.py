"""The dimensions against the organisation: words and one chart, all intervals of the comparing kind (rho = 0)."""

from collections.abc import Sequence
from dataclasses import dataclass

from assess.localisation import current_language, format_quarter
from assess.localisation import gettext as _
from assess.reports.charts.interval_bars import IntervalRow, interval_bars
from assess.reports.present.figures import Node, Score, number, part, score_of, whole, withheld_reason, word
from assess.reports.present.headline import may_compare
from assess.reports.present.pages import Comparison
from assess.reports.present.words import listing, span, text_in, why_withheld
from assess.surveys.instruments import Dimension, Instrument

ABOVE, AROUND, BELOW = "above", "around", "below"


@dataclass(frozen=True)
class Standing:
    """A dimension of a team beside the organisation. `place` is None where nothing may be compared."""

    dimension: Dimension
    name: str
    score: Score | None
    reason: str
    organisation: int | None
    place: str | None


def asked_dimensions(instrument: Instrument, node: Node) -> tuple[Dimension, ...]:
    """List the dimensions of this quarter's questionnaire, in its order."""
    figures = part(node, "dimensions")
    return tuple(
        d for d in instrument.dimensions if d.code in figures and withheld_reason(figures[d.code]) != "not_asked"
    )


def standings(team: Node, organisation: Node, instrument: Instrument) -> tuple[Standing, ...]:
    """Place every asked dimension of the team above, around or below the organisation, from displayed figures."""
    own, whole_house = part(team, "dimensions"), part(organisation, "dimensions")
    comparable = may_compare(team)
    result = []
    for dimension in asked_dimensions(instrument, team):
        score = score_of(own[dimension.code])
        other = score_of(whole_house.get(dimension.code))
        reference = other.score if other else None
        result.append(
            Standing(
                dimension=dimension,
                name=text_in(dimension.name),
                score=score,
                reason=withheld_reason(own[dimension.code]) or "",
                organisation=reference,
                place=_place(score, reference) if comparable else None,
            )
        )
    return tuple(result)


def _place(score: Score | None, reference: int | None) -> str | None:
    """Compare on displayed values only; the document's own test against the rest wins where it exists."""
    if score is None:
        return None
    if score.versus_word is not None:
        return score.versus_word
    if reference is None or score.compare_low is None or score.compare_high is None:
        return None
    if score.compare_low > reference:
        return ABOVE
    return BELOW if score.compare_high < reference else AROUND


def place_word(place: str | None) -> str:
    """Say where a score stands."""
    return {
        ABOVE: _("above the organisation"),
        BELOW: _("below the organisation"),
        AROUND: _("no clear difference"),
        None: "",
    }[place]


def comparison(team: Node, rows: Sequence[Standing], minimum: int) -> Comparison:
    """Build the chart of the first page; its title says the finding."""
    chart_rows = [_chart_row(row, _change_word(team, row.dimension.code), minimum) for row in rows]
    return Comparison(
        finding=_finding(rows),
        chart=interval_bars(chart_rows, headings=(_("score"), _("usual range")), language=current_language()),
        caption=_caption(rows),
    )


def change_sentence(team: Node, code: str) -> str:
    """Say the change since an earlier quarter; empty where the document has none."""
    change = part(team, "change").get(code)
    if change is None or withheld_reason(change) is not None:
        return ""
    difference, low, high = (number(change, key) for key in ("difference_100", "low_100", "high_100"))
    if difference is None or low is None or high is None:
        return ""
    values = {
        "quarter": format_quarter(str(change["from"])),
        "difference": f"{whole(difference):+d}".replace("-", "−"),
        "low": f"{whole(low):+d}".replace("-", "−"),
        "high": f"{whole(high):+d}".replace("-", "−"),
    }
    if word(change, "word") == "higher":
        return _("▲ Higher than in %(quarter)s: %(difference)s points (%(low)s to %(high)s).", **values)
    if word(change, "word") == "lower":
        return _("▼ Lower than in %(quarter)s: %(difference)s points (%(low)s to %(high)s).", **values)
    return _("No clear change since %(quarter)s: %(difference)s points (%(low)s to %(high)s).", **values)


def _change_word(team: Node, code: str) -> str:
    change = part(team, "change").get(code)
    if change is None or withheld_reason(change) is not None:
        return ""
    return {
        "higher": _("▲ higher than last time"),
        "lower": _("▼ lower than last time"),
    }.get(word(change, "word") or "", _("no clear change"))


def _chart_row(row: Standing, change: str, minimum: int) -> IntervalRow:
    direction = "" if row.dimension.higher_is_better else _("higher is worse")
    if row.score is None:
        reason = why_withheld(row.reason, minimum)
        return IntervalRow(row.name, (reason,), None, None, None, None, "", f"{row.name}: {reason}")
    notes = tuple(note for note in (listing([n for n in (place_word(row.place), direction) if n]), change) if note)
    return IntervalRow(
        label=row.name,
        notes=notes,
        score=row.score.score,
        low=row.score.compare_low,
        high=row.score.compare_high,
        reference=row.organisation,
        range_text=span(row.score.compare_low, row.score.compare_high),
        spoken=_spoken(row, row.score),
    )


def _spoken(row: Standing, score: Score) -> str:
    values = {"name": row.name, "score": score.score, "low": score.compare_low, "high": score.compare_high}
    if row.organisation is None:
        return _("%(name)s: %(score)s points, usual range %(low)s to %(high)s", **values)
    return _(
        "%(name)s: %(score)s points, usual range %(low)s to %(high)s, organisation %(organisation)s",
        organisation=row.organisation,
        **values,
    )


def _finding(rows: Sequence[Standing]) -> str:
    above = listing([row.name for row in rows if row.place == ABOVE])
    below = listing([row.name for row in rows if row.place == BELOW])
    if above and below:
        return _("Above the organisation: %(above)s. Below it: %(below)s.", above=above, below=below)
    if above:
        return _("Above the organisation: %(names)s", names=above)
    if below:
        return _("Below the organisation: %(names)s", names=below)
    if any(row.place == AROUND for row in rows):
        return _("No dimension clearly differs from the organisation")
    return _("The dimensions and their usual range")


def _caption(rows: Sequence[Standing]) -> str:
    if any(row.organisation is not None for row in rows):
        return _(
            "Dot: this team. Band: its usual range (95%). Dark line: the organisation. "
            "Where the band includes the line, no difference can be told."
        )
    return _("Dot: this team. Band: its usual range (95%).")
