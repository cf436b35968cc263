"""What the business head can do: the cards and sheets of the team report, with words for a whole organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assess.actions.catalogue import PracticeTexts
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.present.action_page import action_page
from assess.reports.present.advice import action_cards, why_of
from assess.reports.present.comparison import Standing
from assess.reports.present.figures import nearest
from assess.reports.present.pages import ActionCard, ActionSheet
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import percent, sentences_joined, text_in
from assess.scoring.advice import HABIT, TEAM_LEAD, Basis, Recommendation
from assess.surveys.instruments import Instrument


def cards_and_sheets(
    cycle: Register,
    node: Entry,
    rows: Sequence[Standing],
    instrument: Instrument,
    recommendations: Sequence[Recommendation],
    practices: Mapping[str, PracticeTexts],
) -> tuple[tuple[ActionCard, ...], tuple[ActionSheet, ...]]:
    """Build both; `node` is the unit that is the organisation, or its entry."""
    names = {row.dimension.code: row for row in rows}
    whys = [
        sentences_joined(
            [_why(node, each, names.get(each.dimension or ""), instrument), _whose(practices[each.practice])]
        )
        for each in recommendations
    ]
    cards = action_cards(node, rows, instrument, recommendations, practices)
    sheets = action_page(cycle, node, rows, instrument, recommendations, practices, (), ()).sheets
    return (
        tuple(replace(card, why=why) for card, why in zip(cards, whys, strict=True)),
        tuple(
            replace(sheet, why=(why, *_again(each, sheet)), evidence=card.evidence)
            for each, card, sheet, why in zip(recommendations, cards, sheets, whys, strict=True)
        ),
    )


def action_lead() -> str:
    """Introduce the page."""
    return _(
        "For the business head: what a single team cannot decide, or what all leads begin together. "
        "One is enough; say in public what is begun, and what is not. The three questions are for "
        "the round of team leads."
    )


def _again(recommendation: Recommendation, sheet: ActionSheet) -> tuple[str, ...]:
    """Say why this practice among all that fit; of one that had its turn lately, that it comes again."""
    if recommendation.practice in recommendation.waiting:
        return (_("It was proposed in the last three quarters already; nothing else for the business head fits."),)
    return sheet.why[1:]


def _whose(practice: PracticeTexts) -> str:
    """Say of a practice that a team lead decides what the head has to do with it."""
    if practice.scope not in TEAM_LEAD or practice.code == HABIT:
        return ""
    return _("Each team lead decides on it: ask for it, and make room.")


def _why(node: Entry, recommendation: Recommendation, row: Standing | None, instrument: Instrument) -> str:
    """Say what a recommendation rests on; where a team’s report says “the team”, say “the organisation”."""
    if recommendation.basis is Basis.CLEAR and row is None and recommendation.item is not None:
        label = text_in(instrument.outcome(recommendation.item).label)
        upper = nearest(node.number("outcomes", recommendation.item, "percent_high"))
        if upper is None:
            return _("Hardly anybody in the organisation agrees on “%(outcome)s”.", outcome=label)
        return _(
            "“%(outcome)s” is low beyond chance: of all people at most %(share)s would agree.",
            outcome=label,
            share=percent(upper),
        )
    if recommendation.basis is Basis.STARTING_POINT and row is not None:
        return _(
            "The results do not single this out; %(dimension)s has the lowest score, so it is a place to start.",
            dimension=row.name,
        )
    return why_of(node, recommendation, row, instrument)
