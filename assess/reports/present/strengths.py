"""The two strongest points: by item from 10 answers, by dimension below (no item stands out in words)."""

from collections.abc import Sequence

from assess.localisation import gettext as _
from assess.reports.present.comparison import Standing
from assess.reports.present.figures import Node
from assess.reports.present.items import CELLS, ItemFigure, figures_of
from assess.reports.present.pages import Strength
from assess.reports.present.words import listing, quoted
from assess.surveys.instruments import Instrument

_HOW_MANY = 2
_BEST_WORDS = ("most", "half_or_more", "almost_everybody")


def strengths(team: Node, rows: Sequence[Standing], instrument: Instrument) -> tuple[Strength, ...]:
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
        key=lambda pair: (pair[1].word is None, -(pair[1].favourable or 0), -(pair[1].mean_raw or 0)),
    )
    return tuple(Strength(quoted(figure.statement), _item_detail(name, figure)) for name, figure in ranked[:_HOW_MANY])


def _item_detail(dimension: str, figure: ItemFigure) -> str:
    if figure.word:
        return _("%(dimension)s: almost everybody answered favourably.", dimension=dimension)
    return _("%(dimension)s: %(share)s%% answered favourably.", dimension=dimension, share=figure.favourable)


def _by_dimension(team: Node, rows: Sequence[Standing], instrument: Instrument) -> tuple[Strength, ...]:
    scored = [row for row in rows if row.score is not None]
    ranked = sorted(scored, key=lambda row: -_goodness(row))
    return tuple(Strength(row.name, _dimension_detail(team, row, instrument)) for row in ranked[:_HOW_MANY])


def _goodness(row: Standing) -> int:
    score = row.score.score if row.score else 0
    return score if row.dimension.higher_is_better else 100 - score


def _dimension_detail(team: Node, row: Standing, instrument: Instrument) -> str:
    score = row.score.score if row.score else 0
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
