"""A team of which no figure may be shown still gets a useful report: why, the organisation's picture, what to do."""

from collections.abc import Sequence

from assess.actions.past import PastAction
from assess.localisation import current_language, format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Fixed, Suppressed
from assess.reports.charts.interval_bars import IntervalRow, interval_bars
from assess.reports.present.comparison import asked_dimensions
from assess.reports.present.figures import score_in
from assess.reports.present.pages import Comparison, ReportSource, Strength, WithheldReport
from assess.reports.present.reading import reading
from assess.reports.present.saying import gettext as _
from assess.reports.present.team import cover
from assess.reports.present.words import span, text_in
from assess.scoring.release import Reason
from assess.surveys.instruments import Instrument

TOO_FEW = Suppressed(Reason.TOO_FEW)


def present_withheld(
    cycle: Register,
    team: Entry,
    instrument: Instrument,
    source: ReportSource,
    past: Sequence[PastAction] = (),
) -> WithheldReport:
    """Say why nothing is shown; the entry of a withheld team holds its name and a reason, and nothing else is read.

    Of earlier actions (`past`) it says what the leader ticked off. Their verdicts stay out: they speak of scores.
    """
    reason = team.why_not()
    return WithheldReport(
        cover=cover(cycle, team.name, "", source),
        verdict=verdict_on(reason, source.minimum),
        because=because(reason),
        past=_what_became(past),
        organisation=_organisation(cycle.organisation, instrument),
        advice=_advice(source.minimum) if reason == TOO_FEW else _advice_when_protecting(),
        reading=reading(source, instrument, has_roster=cycle.organisation.has("headcount")),
    )


def verdict_on(reason: Suppressed | None, minimum: int, *, whole: bool = False) -> str:
    """Say that nothing is shown; `whole` means the organisation."""
    if whole:
        return _("Fewer than %(minimum)s answers can be shown together, so nothing is shown.", minimum=Fixed(minimum))
    if reason == TOO_FEW:
        return _("Fewer than %(minimum)s people answered, so nothing about this team is shown.", minimum=Fixed(minimum))
    return _("Nothing about this team is shown this time, to protect the answers of others.")


def because(reason: Suppressed | None) -> str:
    """Say why nothing is shown."""
    if reason == TOO_FEW:
        return _(
            "When so few answer, everybody could work out who said what. This is no judgement of the "
            "team, and it is not a score of zero."
        )
    return _(
        "Together with the figures of other groups, this team’s figures would give a small group away. "
        "This is no judgement of the team, and it is not a score of zero."
    )


def _what_became(past: Sequence[PastAction]) -> tuple[str, ...]:
    if not past:
        return ()
    return (
        *(
            _(
                "“%(title)s”, adopted after %(quarter)s: %(done)s of %(steps)s steps done.",
                title=action.title,
                quarter=format_quarter(action.adopted_in),
                done=Fixed(action.steps_done),
                steps=Fixed(len(action.ticked)),
            )
            for action in past
        ),
        _("Whether it helped is not said in a quarter in which nothing about the team is shown. What was done counts."),
    )


def _organisation(organisation: Entry, instrument: Instrument) -> Comparison | None:
    rows = []
    for dimension in asked_dimensions(instrument, organisation):
        score = score_in(organisation, dimension.code)
        if score is not None and score.low is not None and score.high is not None:
            name = text_in(dimension.name)
            rows.append(
                IntervalRow(
                    label=name,
                    notes=() if dimension.higher_is_better else (_("higher is worse"),),
                    score=score.score,
                    low=score.low,
                    high=score.high,
                    reference=None,
                    range_text=span(score.low, score.high),
                    spoken=_(
                        "%(name)s: %(score)s points, range %(low)s to %(high)s",
                        name=name,
                        score=score.score,
                        low=score.low,
                        high=score.high,
                    ),
                )
            )
    if not rows:
        return None
    return Comparison(
        finding=_("The organisation’s picture"),
        chart=interval_bars(rows, headings=(_("score"), _("95% range")), language=current_language()),
        caption=_("Dot: all shown groups together. Band: where it would lie (95%) if everybody had answered."),
    )


def _advice(minimum: int) -> tuple[Strength, ...]:
    return (
        Strength(
            _("Say what the answers are for"),
            _("Five minutes in a team meeting: what happens with the results, and that nobody can see single answers."),
        ),
        Strength(
            _("Give time for it"),
            _("Set ten minutes of working time aside for everybody, in a quiet hour of the shift."),
        ),
        Strength(
            _("Ask everybody, never one person"),
            _("Nobody knows who has answered, and nobody should ask. A reminder goes to the whole team."),
        ),
        Strength(
            _("Join forces"),
            _(
                "A team of fewer than 6 people seldom reaches %(minimum)s answers: ask HR to report it together with a "
                "neighbouring team next quarter.",
                minimum=Fixed(minimum),
            ),
        ),
        Strength(
            _("Talk now, without figures"),
            _("A 30-minute talk needs no report: one thing to keep, one to change, nothing about persons."),
        ),
    )


def _advice_when_protecting() -> tuple[Strength, ...]:
    return (
        Strength(
            _("Nothing is missing from your side"),
            _("Enough people answered. Thank them: their answers count in the organisation’s picture."),
        ),
        Strength(
            _("More answers in neighbouring teams help"),
            _("As soon as the small groups around yours reach the minimum, your figures can be shown too."),
        ),
        Strength(
            _("Talk now, without figures"),
            _("A 30-minute talk needs no report: one thing to keep, one to change, nothing about persons."),
        ),
    )
