"""The dimensions against the organisation: words and one chart, all intervals of the comparing kind (rho = 0)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assess.localisation import current_language, format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Printable, Suppressed
from assess.reports.charts.interval_bars import IntervalRow, interval_bars
from assess.reports.charts.svg import listed
from assess.reports.present.changes import Change, change_of, change_word, score_before
from assess.reports.present.figures import Points, Score, score_in
from assess.reports.present.headline import may_compare
from assess.reports.present.pages import Comparison
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, sentences_joined, span, text_in
from assess.scoring.release import Reason
from assess.surveys.instruments import Dimension, Instrument

ABOVE, AROUND, BELOW = "above", "around", "below"


@dataclass(frozen=True)
class Standing:
    """A dimension of a team beside the organisation. `place` is None where nothing may be compared."""

    dimension: Dimension
    name: str
    score: Score | None
    reason: Suppressed
    organisation: Points | None
    place: str | None


def asked_dimensions(instrument: Instrument, node: Entry) -> tuple[Dimension, ...]:
    """List the dimensions of this quarter's questionnaire, in its order."""
    figures = node.part("dimensions")
    asked = {code for code in figures.codes if figures.why_not(code) != Suppressed(Reason.NOT_ASKED)}
    return tuple(d for d in instrument.dimensions if d.code in asked)


def standings(team: Entry, organisation: Entry, instrument: Instrument) -> tuple[Standing, ...]:
    """Place every asked dimension of the team above, around or below the organisation, from displayed figures.

    Where the node has everybody whom the organisation counts, it is the organisation, and nothing is compared.
    """
    is_whole = team.number("n") == organisation.number("n")
    comparable = may_compare(team) and not is_whole
    result = []
    for dimension in asked_dimensions(instrument, team):
        score = score_in(team, dimension.code)
        other = None if is_whole else score_in(organisation, dimension.code)
        reference = other.score if other else None
        result.append(
            Standing(
                dimension=dimension,
                name=text_in(dimension.name),
                score=score,
                reason=team.why_not("dimensions", dimension.code) or Suppressed(Reason.NOT_AVAILABLE),
                organisation=reference,
                place=_place(score, reference) if comparable else None,
            )
        )
    return tuple(result)


def _place(score: Score | None, reference: Points | None) -> str | None:
    """Compare on displayed values only; the document's own test against the rest wins where it exists."""
    if score is not None and score.versus_word is not None:
        return score.versus_word
    return place_by_band(score, reference)


def place_by_band(score: Score | None, reference: Points | None) -> str | None:
    """Place a score by its range for comparing: around where the range includes the reference."""
    if score is None or reference is None or score.compare_low is None or score.compare_high is None:
        return None
    if score.compare_low.value > reference.value:
        return ABOVE
    return BELOW if score.compare_high.value < reference.value else AROUND


def place_word(place: str | None) -> str:
    """Say where a score stands."""
    return {
        ABOVE: _("above the organisation"),
        BELOW: _("below the organisation"),
        AROUND: _("no clear difference"),
        None: "",
    }[place]


@dataclass(frozen=True)
class Since:
    """What is known of one dimension's change: the change, and the score it starts from where that is at hand."""

    change: Change | None
    before: Points | None


def comparison(team: Entry, rows: Sequence[Standing], minimum: int, history: Sequence[Register] = ()) -> Comparison:
    """Build the chart of the first page; its title says the finding."""
    since = [since_of(team, row, history) for row in rows]
    quarters = {each.change.since for each in since if each.change}
    headings = [_("score"), _("usual range")]
    if quarters:
        headings.append(_since_heading(quarters))
    return Comparison(
        finding=_finding(rows),
        chart=interval_bars(
            [
                _chart_row(row, each, minimum, blank="–" if quarters else "")
                for row, each in zip(rows, since, strict=True)
            ],
            headings=headings,
            language=current_language(),
        ),
        caption=_caption(rows, {each.change.since for each in since if each.change and each.before is not None}),
    )


def since_of(team: Entry, row: Standing, history: Sequence[Register]) -> Since:
    """Read what is known of the change of one dimension."""
    change = None if row.score is None else change_of(team, row.dimension.code)
    before = None if change is None else score_before(history, team, row.dimension.code, change)
    return Since(change, None if before is None else before.score)


def _since_heading(quarters: Collection[str]) -> str:
    if len(quarters) > 1:
        return _("change")
    return _("since %(quarter)s", quarter=format_quarter(next(iter(quarters))))


def _chart_row(row: Standing, since: Since, minimum: int, *, blank: str) -> IntervalRow:
    """Build one row; `blank` stands in the column of changes where this dimension has none."""
    direction = "" if row.dimension.higher_is_better else _("higher is worse")
    if row.score is None:
        reason = row.reason.sentence(minimum)
        return IntervalRow(row.name, (reason,), None, None, None, None, "", f"{row.name}: {reason}")
    notes = listing([note for note in (place_word(row.place), direction) if note])
    return IntervalRow(
        label=row.name,
        notes=(notes,) if notes else (),
        score=row.score.score,
        low=row.score.compare_low,
        high=row.score.compare_high,
        reference=row.organisation,
        range_text=span(row.score.compare_low, row.score.compare_high),
        spoken=_spoken(row, row.score, since),
        before=since.before,
        change=blank if since.change is None else change_word(since.change),
        moved=since.change is not None and since.change.is_clear,
    )


def _spoken(row: Standing, score: Score, since: Since) -> str:
    now = _spoken_now(row, score)
    if since.change is None:
        return now
    told = {"quarter": format_quarter(since.change.since), "word": change_word(since.change)}
    if since.before is None:
        return listed([now, _("since %(quarter)s: %(word)s", **told)], current_language())
    return listed(
        [now, _("%(before)s points in %(quarter)s: %(word)s", before=since.before, **told)], current_language()
    )


def _spoken_now(row: Standing, score: Score) -> str:
    if score.compare_low is None or score.compare_high is None:
        return _("%(name)s: %(score)s points", name=row.name, score=score.score)
    values: dict[str, Printable] = {
        "name": row.name,
        "score": score.score,
        "low": score.compare_low,
        "high": score.compare_high,
    }
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


def _caption(rows: Sequence[Standing], before: Collection[str]) -> str:
    """Explain the marks that stand on the chart, and the rule behind the words."""
    sentences = [_("Dot: this team. Band: its usual range (95%).")]
    if len(before) == 1:
        sentences.append(_("Hollow dot: %(quarter)s.", quarter=format_quarter(next(iter(before)))))
    elif before:
        sentences.append(_("Hollow dot: the quarter compared with."))
    if any(row.organisation is not None for row in rows):
        sentences.append(_("Dark line: the organisation."))
        sentences.append(_rule(rows))
    return sentences_joined(sentences)


def _rule(rows: Sequence[Standing]) -> str:
    """Say the rule, unless nothing is told apart and the bands show it already."""
    if not any(row.score is not None and row.score.versus_word is not None for row in rows):
        return _("Where the band includes the line, no difference can be told.")
    if all(row.place == place_by_band(row.score, row.organisation) == AROUND for row in rows if row.score is not None):
        return ""
    return _("“Above” and “below” rest on a test against all other teams.")
