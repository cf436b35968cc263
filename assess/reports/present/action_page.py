"""What to do, in full: why this one, the steps, how it will be seen next quarter, three questions for the team."""

from collections.abc import Mapping, Sequence

from assess.actions.catalogue import PracticeTexts
from assess.actions.past import PastAction
from assess.localisation import current_language
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Fixed
from assess.reports.present.advice import why_of
from assess.reports.present.comparison import Standing
from assess.reports.present.did_it_work import past_blocks
from assess.reports.present.figures import nearest
from assess.reports.present.pages import ActionPage, ActionSheet
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, percent, quoted, text_in, with_direction
from assess.scoring.advice import Basis, Recommendation
from assess.surveys.instruments import Instrument, Item


def action_page(
    cycle: Register,
    team: Entry,
    rows: Sequence[Standing],
    instrument: Instrument,
    recommendations: Sequence[Recommendation],
    practices: Mapping[str, PracticeTexts],
    history: Sequence[Register],
    past: Sequence[PastAction],
) -> ActionPage:
    """Build the page that a leader takes to the team meeting, with what became of the last actions under it."""
    names = {row.dimension.code: row for row in rows}
    sheets = tuple(
        _sheet(team, place, recommendation, names.get(recommendation.dimension or ""), instrument, practices)
        for place, recommendation in enumerate(recommendations, start=1)
    )
    lead = _(
        "Choose with the team; one is enough. Half an hour is enough for the three questions, and they are about work, "
        "not about persons."
    )
    return ActionPage(lead, sheets, past_blocks(cycle, team, rows, history, past))


def _sheet(
    team: Entry,
    place: int,
    recommendation: Recommendation,
    row: Standing | None,
    instrument: Instrument,
    practices: Mapping[str, PracticeTexts],
) -> ActionSheet:
    practice = practices[recommendation.practice]
    return ActionSheet(
        number=Fixed(place),
        title=text_in(practice.title),
        why=(
            why_of(team, recommendation, row, instrument),
            *_why_this(team, recommendation, row, instrument, practices),
        ),
        steps=practice.steps[current_language()],
        seen_by=_seen_by(practice, instrument),
        talk=practice.talk_guide[current_language()],
    )


def _why_this(
    team: Entry,
    recommendation: Recommendation,
    row: Standing | None,
    instrument: Instrument,
    practices: Mapping[str, PracticeTexts],
) -> tuple[str, ...]:
    """Say why this practice among all that fit: the item that chose, or the order; and which ones wait."""
    if recommendation.basis is Basis.HABIT:
        return ()
    found = []
    if row is not None and recommendation.item is not None:
        found.append(_chosen_by_item(team, recommendation.item, row, instrument))
    elif row is not None:
        found.append(
            _(
                "Among what fits %(dimension)s it comes first: small before large, and what touches more of its items "
                "before the rest.",
                dimension=row.name,
            )
        )
    if recommendation.waiting:
        titles = listing([quoted(text_in(practices[code].title)) for code in recommendation.waiting])
        found.append(_("Proposed in the last three quarters already: %(titles)s.", titles=titles))
    return tuple(found)


def _chosen_by_item(team: Entry, code: str, row: Standing, instrument: Instrument) -> str:
    """Name the item whose favourable share is the lowest of its dimension, with the share where one is shown."""
    label = _label(instrument, code)
    share = nearest(team.number("items", code, "percent_favourable"))
    if share is None:
        return _("Of its items, hardly anybody finds “%(item)s” favourable.", item=label)
    return _(
        "Of the items on %(dimension)s, “%(item)s” has the lowest favourable share: %(share)s.",
        dimension=row.name,
        item=label,
        share=percent(share),
    )


def _seen_by(practice: PracticeTexts, instrument: Instrument) -> tuple[str, ...]:
    """Say what is looked at next quarter: items that are asked, and a sign at work that the lead notes."""
    known = {rating.code for rating in instrument.ratings}
    labels = [_label(instrument, code) for code in practice.follow_up if code in known]
    items = (_("In the survey: %(items)s.", items=listing(labels)),) if labels else ()
    return (*items, _("At work: %(sign)s.", sign=text_in(practice.sign).rstrip(".。")))


def _label(instrument: Instrument, code: str) -> str:
    rating = next(rating for rating in instrument.ratings if rating.code == code)
    return with_direction(text_in(rating.label), less_is_better=isinstance(rating, Item) and rating.reverse_keyed)
