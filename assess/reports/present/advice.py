"""The two things to do: recommendations as cards, each with its basis in plain words."""

from collections.abc import Mapping, Sequence

from assess.actions.catalogue import PracticeTexts
from assess.releases.entry import Entry
from assess.releases.released import Fixed
from assess.reports.present.comparison import ABOVE, BELOW, Standing
from assess.reports.present.figures import nearest, word
from assess.reports.present.pages import ActionCard
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import percent, text_in
from assess.scoring.advice import Basis, Recommendation
from assess.surveys.instruments import Instrument

_CLEAR_BELOW = 50


def action_cards(
    team: Entry,
    rows: Sequence[Standing],
    instrument: Instrument,
    recommendations: Sequence[Recommendation],
    practices: Mapping[str, PracticeTexts],
) -> tuple[ActionCard, ...]:
    """Build one card per recommendation, in the order of the engine."""
    names = {row.dimension.code: row for row in rows}
    return tuple(
        _card(
            place,
            recommendation,
            why_of(team, recommendation, names.get(recommendation.dimension or ""), instrument),
            practices[recommendation.practice],
        )
        for place, recommendation in enumerate(recommendations, start=1)
    )


def _card(place: int, recommendation: Recommendation, why: str, practice: PracticeTexts) -> ActionCard:
    return ActionCard(
        number=Fixed(place),
        basis=basis_word(recommendation.basis),
        title=text_in(practice.title),
        why=why,
        text=text_in(practice.recommend),
        first_step=text_in(practice.first_step),
        practicalities=(
            _("Owner: %(owner)s", owner=owner_word(practice.owner)),
            span_word(practice.span),
            effort_word(practice.effort),
        ),
        evidence=_evidence(practice),
    )


def basis_word(basis: Basis) -> str:
    """Name how firmly a recommendation stands."""
    return {
        Basis.CLEAR: _("Clear finding"),
        Basis.STARTING_POINT: _("Starting point"),
        Basis.HABIT: _("Habit"),
    }[basis]


def why_of(team: Entry, recommendation: Recommendation, row: Standing | None, instrument: Instrument) -> str:
    """Say what a recommendation rests on, from displayed figures."""
    basis = recommendation.basis
    if basis is Basis.CLEAR and row is None and recommendation.item is not None:
        return _why_outcome(team, text_in(instrument.outcome(recommendation.item).label), recommendation.item)
    if basis is Basis.HABIT or row is None:
        return _("Worth doing whatever the results say: answers count when something visibly follows.")
    if basis is Basis.STARTING_POINT and row.place == (BELOW if row.dimension.higher_is_better else ABOVE):
        return _(
            "%(dimension)s stands apart from the organisation, though not firmly enough to call it low; "
            "it is a place to start.",
            dimension=row.name,
        )
    if basis is Basis.STARTING_POINT:
        return _(
            "Your results do not single this out; if you want one place to start: %(dimension)s.",
            dimension=row.name,
        )
    return _why_clear(team, row)


def _why_outcome(team: Entry, label: str, code: str) -> str:
    """Say that an outcome is low: even the upper limit of its favourable share is below one half."""
    upper = nearest(team.number("outcomes", code, "percent_high"))
    if upper is None:
        return _("Hardly anybody in the team agrees on “%(outcome)s”.", outcome=label)
    return _(
        "“%(outcome)s” is low beyond chance: of the whole team at most %(share)s would agree.",
        outcome=label,
        share=percent(upper),
    )


def _why_clear(team: Entry, row: Standing) -> str:
    """Say which of the four rules holds (measurement.md 7, Triggers)."""
    wrong_way = "lower" if row.dimension.higher_is_better else "higher"
    if word(team, "change", row.dimension.code, "word") == wrong_way:
        return _("%(dimension)s is clearly worse than last quarter.", dimension=row.name)
    score = row.score
    if score is not None and score.spread_word == "camps":
        return _("On %(dimension)s the team is split into two camps.", dimension=row.name)
    worst = None if score is None else score.compare_high if row.dimension.higher_is_better else score.compare_low
    if worst is not None and row.dimension.higher_is_better and worst.value < _CLEAR_BELOW:
        return _(
            "%(dimension)s is low beyond chance: even the upper end of its usual range, %(high)s, is below 50.",
            dimension=row.name,
            high=worst,
        )
    if worst is not None and not row.dimension.higher_is_better and worst.value > _CLEAR_BELOW:
        return _(
            "%(dimension)s is high beyond chance: even the lower end of its usual range, %(low)s, is above 50.",
            dimension=row.name,
            low=worst,
        )
    return _("Adjusted for team size, %(dimension)s is in the lowest quarter of all teams.", dimension=row.name)


def _evidence(practice: PracticeTexts) -> str:
    grade = grade_word(practice.grade)
    if practice.citation is None:
        return _("Evidence %(grade)s: %(kind)s.", grade=practice.grade, kind=grade)
    sentence = text_in(practice.finding or {})
    return _(
        "Evidence %(grade)s, %(kind)s: %(finding)s (%(citation)s).",
        grade=practice.grade,
        kind=grade,
        finding=sentence.rstrip(".。"),
        citation=practice.citation.partition(", doi:")[0],
    )


def citations(recommendations: Sequence[Recommendation], practices: Mapping[str, PracticeTexts]) -> tuple[str, ...]:
    """List the sources of the recommendations in full, for the last page."""
    return tuple(c for r in recommendations if (c := practices[r.practice].citation) is not None)


def owner_word(code: str) -> str:
    """Say who carries it."""
    return {
        "lead": _("team lead"),
        "members": _("every member"),
        "rotating": _("members in turn"),
        "keeper": _("one named member"),
        "both-leads": _("the two leads"),
        "head": _("business head"),
        "hr": _("HR with the leads"),
    }[code]


def span_word(code: str) -> str:
    """Say how long it takes."""
    return {
        "4w": _("four weeks"),
        "8w": _("eight weeks"),
        "1q": _("one quarter"),
        "2q": _("two quarters"),
        "event": _("each time it comes up"),
    }[code]


def effort_word(code: str) -> str:
    """Say how much it takes."""
    return {"S": _("small effort"), "M": _("medium effort"), "L": _("large effort")}[code]


def grade_word(code: str) -> str:
    """Say what kind of evidence a grade stands for."""
    return {
        "A": _("meta-analysis or systematic review"),
        "B": _("field or randomised trial"),
        "C": _("single study"),
        "D": _("handbook or practice"),
    }[code]
