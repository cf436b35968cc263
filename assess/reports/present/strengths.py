"""The two strongest points: by item from 10 answers, by dimension below (no item stands out in words)."""

from collections.abc import Sequence

from assess.releases.entry import Entry
from assess.reports.present.comparison import Standing
from assess.reports.present.figures import Points
from assess.reports.present.items import CELLS, ItemFigure, figures_of
from assess.reports.present.pages import Strength
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, quoted
from assess.surveys.instruments import Instrument

_HOW_MANY = 2
_BEST_WORDS = ("most", "half_or_more", "almost_everybody")


def strengths(team: Entry, rows: Sequence[Standing], instrument: Instrument) -> tuple[Strength, ...]:
    """Choose the top two from displayed figures; ties keep the order of the instrument."""
    items = [
        (row.name, figure)
        for row in rows
        if row.dimension.higher_is_better
        for figure in figures_of(team, row.dimension, instrument)
    ]
    if any(figure.favourable is not None for _name, figure in items):
        return _by_item(items)
    return _by_dimension(team, rows, instrument)


def _by_item(items: Sequence[tuple[str, ItemFigure]]) -> tuple[Strength, ...]:
    ranked = sorted(
        (pair for pair in items if pair[1].word == "almost_everybody" or pair[1].favourable is not None),
        key=lambda pair: _rank(pair[1]),
    )
    return tuple(Strength(quoted(figure.statement), _item_detail(name, figure)) for name, figure in ranked[:_HOW_MANY])


def _rank(figure: ItemFigure) -> tuple[bool, float, float]:
    """Put "almost everybody" first, then the largest share, then the largest mean."""
    share = 0 if figure.favourable is None else figure.favourable.value
    mean = 0.0 if figure.mean_raw is None else figure.mean_raw.value
    return figure.word is None, -share, -mean


def _item_detail(dimension: str, figure: ItemFigure) -> str:
    if figure.word or figure.favourable is None:
        return _("%(dimension)s: almost everybody answered favourably.", dimension=dimension)
    return _("%(dimension)s: %(share)s%% answered favourably.", dimension=dimension, share=figure.favourable)


def _by_dimension(team: Entry, rows: Sequence[Standing], instrument: Instrument) -> tuple[Strength, ...]:
    scored = [(row, row.score.score) for row in rows if row.score is not None]
    ranked = sorted(scored, key=lambda pair: -_goodness(*pair))
    return tuple(
        Strength(row.name, _dimension_detail(team, row, score, instrument)) for row, score in ranked[:_HOW_MANY]
    )


def _goodness(row: Standing, score: Points) -> int:
    return score.value if row.dimension.higher_is_better else 100 - score.value


def _dimension_detail(team: Entry, row: Standing, score: Points, instrument: Instrument) -> str:
    if not row.dimension.higher_is_better:
        return _("%(score)s points, where higher is worse.", score=score)
    best = [
        figure.label
        for figure in figures_of(team, row.dimension, instrument)
        if figure.word in _BEST_WORDS and CELLS[figure.word][0] > 0
    ]
    if not best:
        return _("%(score)s points.", score=score)
    if any(figure.word == "half_or_more" for figure in figures_of(team, row.dimension, instrument)):
        return _(
            "%(score)s points. Half or more answered favourably on: %(items)s.", score=score, items=listing(best[:3])
        )
    return _("%(score)s points. Most answered favourably on: %(items)s.", score=score, items=listing(best[:3]))
