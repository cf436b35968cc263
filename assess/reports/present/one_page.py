"""What members get back on one page: the released scores of their unit, what was taken on, when the next survey runs.

Nothing stands here that is not released, and nothing is said of single items: the page goes to everybody of the unit.
"""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from assess.actions.shared import SharedAction
from assess.localisation import current_language, format_day, format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Fixed, Suppressed
from assess.reports.charts.interval_bars import IntervalRow, interval_bars
from assess.reports.charts.page_bar import page_bar
from assess.reports.charts.svg import listed
from assess.reports.present.changes import Change, change_of, change_word
from assess.reports.present.comparison import asked_dimensions
from assess.reports.present.figures import OVERALL, Points, path_of, score_in
from assess.reports.present.headline import answered, headline
from assess.reports.present.pages import Committed, Fact, OnePager, ReportSource, ScoreLine
from assess.reports.present.reading import origin
from assess.reports.present.saying import gettext as _
from assess.reports.present.team import cover
from assess.reports.present.words import span, text_in
from assess.reports.told import Told
from assess.scoring.release import Reason
from assess.surveys.coming import Coming
from assess.surveys.instruments import Instrument

TOO_FEW = Suppressed(Reason.TOO_FEW)


def present_one_pager(
    cycle: Register, node: Entry, instrument: Instrument, source: ReportSource, told: Told
) -> OnePager:
    """Say what is released of a unit; of one that is withheld, why, and the figures of the unit above it that is not.

    In the language of this context. Words depend on displayed values, and on what the leader shared.
    """
    shown = shown_instead(cycle, node)
    reason = node.why_not()
    lines = () if shown is None else tuple(_lines(shown, instrument, source.minimum))
    return OnePager(
        cover=cover(cycle, node.name, answered(node), source, kind=_("Results for the team")),
        verdict=headline(node, source.minimum).verdict if reason is None else _why(reason, source.minimum),
        because="" if reason is None else _comfort(reason),
        scores_of="" if shown is None or reason is None else shown.name,
        answered="" if shown is None or reason is None else answered(shown),
        lines=lines,
        since=_since(shown),
        chart=_chart(lines, _since(shown)) if lines else None,
        commitments=tuple(_committed(each) for each in told.actions),
        coming=_coming(told.coming),
        reading=_reading(source.minimum, has_change=any(line.change for line in lines), has_scores=reason is None),
        origin=(
            *origin(source),
            Fact(_("Checksum of the figures (SHA-256)"), source.document_sha256, is_code=True),
        ),
        command=Fact(_("Rebuild this report"), source.command, is_code=True),
    )


def shown_instead(cycle: Register, node: Entry) -> Entry | None:
    """Give the unit whose figures members of a node see: their own, else the nearest above it of which some are shown.

    Releases are safe together (disclosure, section 3), so this tells nothing that leaders above do not read.
    """
    found: Entry | None = node
    while found is not None and found.why_not() is not None:
        above = cycle.parents.get(found.name)
        found = None if above is None else cycle.node(above)
    return found


def _why(reason: Suppressed, minimum: int) -> str:
    if reason == TOO_FEW:
        return _("Fewer than %(minimum)s of you answered, so nothing about your team is shown.", minimum=Fixed(minimum))
    return _("Nothing about your team is shown this time, to protect the answers of others.")


def _comfort(reason: Suppressed) -> str:
    if reason == TOO_FEW:
        return _(
            "When so few answer, everybody could work out who said what. Your leader reads no more "
            "than you do here, and it is not a score of zero."
        )
    return _(
        "Together with the figures of other groups, yours would give a small group away. Your leader reads no more "
        "than you do here."
    )


def _lines(node: Entry, instrument: Instrument, minimum: int) -> Iterator[ScoreLine]:
    if node.has(OVERALL):
        yield _line(node, OVERALL, _("Team health"), "", minimum)
    for dimension in asked_dimensions(instrument, node):
        note = "" if dimension.higher_is_better else _("higher is worse")
        yield _line(node, dimension.code, text_in(dimension.name), note, minimum)


def _line(node: Entry, code: str, name: str, note: str, minimum: int) -> ScoreLine:
    score = score_in(node, code)
    if score is None or score.compare_low is None or score.compare_high is None:
        reason = node.why_not(*path_of(code)) or Suppressed(Reason.NOT_AVAILABLE)
        return ScoreLine(name=name, note=note, score=None, instead=reason.sentence(minimum), spoken="")
    change = change_of(node, code)
    return ScoreLine(
        name=name,
        note=note,
        score=score.score,
        low=score.compare_low,
        high=score.compare_high,
        range_text=span(score.compare_low, score.compare_high),
        change="" if change is None else change_word(change),
        since="" if change is None else _told(change),
        is_clear=change is not None and change.is_clear,
        bar=page_bar(score.score, score.compare_low, score.compare_high),
        spoken=_spoken(name, score.score, (score.compare_low, score.compare_high), change),
    )


def _spoken(name: str, score: Points, limits: tuple[Points, Points], change: Change | None) -> str:
    now = _(
        "%(name)s: %(score)s points, usual range %(low)s to %(high)s",
        name=name,
        score=score,
        low=limits[0],
        high=limits[1],
    )
    if change is None:
        return now
    return listed([now, _told(change)], current_language())


def _told(change: Change) -> str:
    return _("since %(quarter)s: %(word)s", quarter=format_quarter(change.since), word=change_word(change))


def _since(node: Entry | None) -> str:
    """Name the quarter that changes are told since; all of a node start from the same one."""
    if node is None:
        return ""
    codes = (OVERALL, *node.part("change").codes)
    change = next((change for code in codes if (change := change_of(node, code))), None)
    return "" if change is None else _("since %(quarter)s", quarter=format_quarter(change.since))


def _chart(lines: Sequence[ScoreLine], since: str) -> Markup:
    headings = [_("score"), _("usual range"), *([since] if since else [])]
    return interval_bars(
        [_row(line, blank="–" if since else "") for line in lines], headings=headings, language=current_language()
    )


def _row(line: ScoreLine, *, blank: str) -> IntervalRow:
    notes = tuple(note for note in (line.note, line.instead) if note)
    return IntervalRow(
        label=line.name,
        notes=notes,
        score=line.score,
        low=line.low,
        high=line.high,
        reference=None,
        range_text=line.range_text,
        spoken=line.spoken or f"{line.name}: {line.instead}",
        change=line.change or blank,
        moved=line.is_clear,
    )


def _committed(action: SharedAction) -> Committed:
    """Say what was taken on, how far it is, who looks after it, until when."""
    steps_done = sum(action.ticked)
    facts = [
        _("%(done)s of %(steps)s steps done", done=Fixed(steps_done), steps=Fixed(len(action.ticked))),
        _("looked after by %(name)s", name=action.owner) if action.owner else "",
        _("until %(day)s", day=format_day(action.due_on)) if action.due_on else "",
    ]
    steps = zip(action.steps, action.ticked, strict=True)
    return Committed(
        title=action.title,
        facts=tuple(fact for fact in facts if fact),
        steps=tuple((text, _("done") if done else "") for text, done in steps),
    )


def _coming(coming: Coming | None) -> str:
    if coming is None:
        return _("The date of the next survey is not fixed yet; you get a new link when it opens.")
    return _(
        "The next survey runs from %(opens)s to %(closes)s. You get a new link for it.",
        opens=format_day(coming.opens_on),
        closes=format_day(coming.closes_on),
    )


def _in_a_longer_report(minimum: int) -> str:
    return _(
        "A group is shown from %(minimum)s answers. Leaders and HR never see single answers; your leader reads "
        "these scores in a longer report.",
        minimum=Fixed(minimum),
    )


def _reading(minimum: int, *, has_change: bool, has_scores: bool) -> tuple[str, ...]:
    return (
        _("Scores run from 0 to 100 points. They are not percentages: 50 is the middle answer, 75 is “agree”."),
        _(
            "The band is the usual range: answers of so many people fluctuate within it. The fewer people, the wider "
            "it is."
        ),
        *(
            (_("“Higher” or “lower” is said only where chance alone would seldom bring it about."),)
            if has_change
            else ()
        ),
        _in_a_longer_report(minimum)
        if has_scores
        else _(
            "A group is shown from %(minimum)s answers. Leaders and HR never see single answers.",
            minimum=Fixed(minimum),
        ),
        _("The figures are about how teams work. They are never for appraisal, pay or dismissal."),
    )
