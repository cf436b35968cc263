"""The first page: the overall score and the dimensions of the whole organisation, against last quarter."""

from collections.abc import Sequence

from assess.localisation import current_language, format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Suppressed
from assess.reports.charts.interval_bars import IntervalRow, interval_bars
from assess.reports.charts.page_bar import page_bar
from assess.reports.charts.svg import listed
from assess.reports.present.changes import HIGHER, LOWER, Change, change_of, change_word, score_before
from assess.reports.present.comparison import Standing
from assess.reports.present.figures import OVERALL, Points, Score, path_of, score_in
from assess.reports.present.pages import BarLine, Comparison
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, sentences_joined, span
from assess.scoring.release import Reason


def whole_chart(
    organisation: Entry, top: Entry | None, rows: Sequence[Standing], minimum: int, history: Sequence[Register]
) -> Comparison | None:
    """Draw the overall score and the dimensions; with ranges for comparing only where a quarter is compared."""
    node = organisation if top is None else top
    names = [(row.dimension.code, row.name, not row.dimension.higher_is_better) for row in rows]
    if score_in(node, OVERALL) is not None:
        names.insert(0, (OVERALL, _("Team health"), False))
    if not names:
        return None
    changes = {code: change for code, _name, _less in names if top is not None and (change := change_of(top, code))}
    before = {code: _before(history, top, code, change) for code, change in changes.items()}
    quarters = sorted({change.since for change in changes.values()})
    headings = [_("score"), _("95% range") if top is None else _("usual range")]
    if quarters:
        headings.append(_("since %(quarter)s", quarter=format_quarter(quarters[-1])))
    bars = [
        _row(node, code, name, minimum, less_is_better=less, change=changes.get(code), before=before.get(code))
        for code, name, less in names
    ]
    return Comparison(
        finding=_finding({name: changes[code] for code, name, _less in names if code in changes}, quarters),
        chart=interval_bars(bars, headings=headings, language=current_language()),
        caption=_caption(top, quarters, has_dots=any(score is not None for score in before.values())),
        lines=tuple(_line(bar, quarters, is_usual=top is not None) for bar in bars),
    )


def _line(row: IntervalRow, quarters: Sequence[str], *, is_usual: bool) -> BarLine:
    """Say a row of the chart for a page: the same figures, the bar as wide as the screen."""
    if row.score is None or row.low is None or row.high is None:
        return BarLine(row.label, "", row.score, (), row.change, row.moved, None, listing(row.notes))
    text = row.range_text
    facts = [_("usual range %(range)s", range=text) if is_usual else _("95%% range %(range)s", range=text)]
    if row.before is not None and quarters:
        facts.append(_("%(quarter)s: %(score)s", quarter=format_quarter(quarters[-1]), score=row.before))
    return BarLine(
        name=row.label,
        note=listing(row.notes),
        score=row.score,
        facts=tuple(facts),
        change=row.change,
        is_clear=row.moved,
        bar=page_bar(row.score, row.low, row.high, before=row.before),
    )


def _before(history: Sequence[Register], top: Entry | None, code: str, change: Change) -> Points | None:
    score = None if top is None else score_before(history, top, code, change)
    return None if score is None else score.score


def _row(
    node: Entry,
    code: str,
    name: str,
    minimum: int,
    *,
    less_is_better: bool,
    change: Change | None,
    before: Points | None,
) -> IntervalRow:
    score = score_in(node, code)
    if score is None:
        reason = (node.why_not(*path_of(code)) or Suppressed(Reason.NOT_AVAILABLE)).sentence(minimum)
        return IntervalRow(name, (reason,), None, None, None, None, "", f"{name}: {reason}")
    low, high = limits(score)
    return IntervalRow(
        label=name,
        notes=(_("higher is worse"),) if less_is_better else (),
        score=score.score,
        low=low,
        high=high,
        reference=None,
        range_text=span(low, high),
        spoken=_spoken(name, score, change, before),
        before=before,
        change="" if change is None else change_word(change),
        moved=change is not None and change.is_clear,
    )


def limits(score: Score) -> tuple[Points | None, Points | None]:
    """Give the range for comparing, or the organisation's own where there is no other."""
    if score.compare_low is not None and score.compare_high is not None:
        return score.compare_low, score.compare_high
    return score.low, score.high


def _spoken(name: str, score: Score, change: Change | None, before: Points | None) -> str:
    low, high = limits(score)
    if low is None or high is None:
        now = _("%(name)s: %(score)s points", name=name, score=score.score)
    else:
        now = _(
            "%(name)s: %(score)s points, range %(low)s to %(high)s", name=name, score=score.score, low=low, high=high
        )
    if change is None:
        return now
    told = {"quarter": format_quarter(change.since), "word": change_word(change)}
    then = (
        _("since %(quarter)s: %(word)s", **told)
        if before is None
        else _("%(before)s points in %(quarter)s: %(word)s", before=before, **told)
    )
    return listed([now, then], current_language())


def _finding(changes: dict[str, Change], quarters: Sequence[str]) -> str:
    if not changes:
        return _("The overall score and its dimensions")
    quarter = format_quarter(quarters[-1])
    higher = listing([name for name, change in changes.items() if change.word == HIGHER])
    lower = listing([name for name, change in changes.items() if change.word == LOWER])
    if higher and lower:
        return _(
            "Since %(quarter)s clearly higher: %(higher)s; clearly lower: %(lower)s",
            quarter=quarter,
            higher=higher,
            lower=lower,
        )
    if higher:
        return _("Since %(quarter)s clearly higher: %(names)s", quarter=quarter, names=higher)
    if lower:
        return _("Since %(quarter)s clearly lower: %(names)s", quarter=quarter, names=lower)
    return _("No clear change since %(quarter)s", quarter=quarter)


def _caption(top: Entry | None, quarters: Sequence[str], *, has_dots: bool) -> str:
    if top is None:
        return sentences_joined(
            [
                _("Dot: all shown groups together. Band: where it would lie (95%) if everybody had answered."),
                _("The team tree has no single top unit that is shown, so no earlier quarter is compared with."),
            ]
        )
    sentences = [_("Dot: the whole organisation. Band: its usual range (95%).")]
    if has_dots and quarters:
        sentences.append(_("Hollow dot: %(quarter)s.", quarter=format_quarter(quarters[-1])))
    return sentences_joined(sentences)
