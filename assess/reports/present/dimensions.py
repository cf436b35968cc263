"""The page of dimensions: per dimension its score, the team's own interval in words, and what the items say."""

from collections.abc import Sequence

from assess.localisation import current_language
from assess.releases.entry import Entry
from assess.releases.released import Printable, printed
from assess.reports.charts.score_bar import score_bar
from assess.reports.present.changes import change_of, change_sentence
from assess.reports.present.comparison import ABOVE, AROUND, BELOW, Standing
from assess.reports.present.figures import Score
from assess.reports.present.items import ItemFigure, figures_of, item_word
from assess.reports.present.pages import DimensionBlock, FigureRow
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import (
    band_code,
    band_word,
    listing,
    percent,
    sentences_joined,
    signed,
    span,
    text_in,
)
from assess.surveys.instruments import Instrument


def dimension_blocks(
    team: Entry, rows: Sequence[Standing], instrument: Instrument, minimum: int
) -> tuple[DimensionBlock, ...]:
    """Build one block per dimension."""
    return tuple(_block(team, row, instrument, minimum) for row in rows)


def _block(team: Entry, row: Standing, instrument: Instrument, minimum: int) -> DimensionBlock:
    subtitle = text_in(row.dimension.subtitle)
    if row.score is None:
        return DimensionBlock(row.name, subtitle, "–", row.reason.sentence(minimum), None, "", ())
    score = row.score
    sentences = (
        _own_range(score, team),
        _standing(row),
        change_sentence(change_of(team, row.dimension.code)),
        _shares(row),
        spread_sentence(score),
    )
    return DimensionBlock(
        name=row.name,
        subtitle=subtitle,
        score=score.score,
        band=band_word(band_code(score.score)) if row.dimension.higher_is_better else _("higher is worse"),
        chart=score_bar(
            score.score, score.low, score.high, title=_spoken(row.name, score), language=current_language()
        ),
        says=sentences_joined(sentences),
        items=_item_groups(figures_of(team, row.dimension, instrument)),
    )


def _own_range(score: Score, team: Entry) -> str:
    """Say the team's own interval briefly; the first page explains it at length."""
    if score.low is None or score.high is None:
        return ""
    if score.low == score.high:
        return _("Everybody answered: this is the average of all answers.")
    if not team.has("headcount"):
        return _("Usual range: %(low)s to %(high)s.", low=score.low, high=score.high)
    return _("If everybody had answered: between %(low)s and %(high)s.", low=score.low, high=score.high)


def _spoken(name: str, score: Score) -> str:
    if score.low is None or score.high is None or score.low == score.high:
        return _("%(name)s: %(score)s points", name=name, score=score.score)
    return _(
        "%(name)s: %(score)s points, range %(low)s to %(high)s",
        name=name,
        score=score.score,
        low=score.low,
        high=score.high,
    )


def _standing(row: Standing) -> str:
    if row.organisation is None or row.place is None:
        return ""
    return {
        ABOVE: _("Above the organisation (%(score)s).", score=row.organisation),
        BELOW: _("Below the organisation (%(score)s).", score=row.organisation),
        AROUND: _("No clear difference from the organisation (%(score)s).", score=row.organisation),
    }[row.place]


def _shares(row: Standing) -> str:
    if row.score is None or row.score.percent_favourable is None:
        return ""
    share = row.score.percent_favourable
    if not row.dimension.higher_is_better:
        return _("%(share)s%% of all answers are high.", share=share)
    return _("%(share)s%% of all answers are favourable.", share=share)


def spread_sentence(score: Score) -> str:
    """Say whether people see a dimension alike; empty where that is not told."""
    return {
        "alike": _("Most people see it alike."),
        "differently": _("People see it differently."),
        "camps": _("People are split into two camps."),
    }.get(score.spread_word or "", "")


def _item_groups(figures: Sequence[ItemFigure]) -> tuple[tuple[str, str], ...]:
    """Say what the items say: grouped by word, or the most and least favourable by number."""
    counted = [f for f in figures if f.favourable is not None or f.word in {"almost_everybody", "almost_nobody"}]
    if any(f.favourable is not None for f in counted):
        return _ends(counted)
    groups: dict[str, list[str]] = {}
    for code in ("almost_everybody", "most", "half_or_more", "about_half", "less_than_half", "few", "almost_nobody"):
        labels = [f.label for f in figures if f.word == code]
        if labels:
            groups[item_word(code, high=figures[0].upside_down)] = labels
    return tuple((_("%(name)s:", name=name), listing(labels)) for name, labels in groups.items())


def _ends(figures: Sequence[ItemFigure]) -> tuple[tuple[str, str], ...]:
    ranked = sorted(figures, key=_favour, reverse=True)
    if len(ranked) < 2 or _favour(ranked[0]) == _favour(ranked[-1]):
        return ()
    upside_down = ranked[0].upside_down
    top = _("most high answers") if upside_down else _("most favourable")
    bottom = _("fewest high answers") if upside_down else _("least favourable")
    return ((_("%(name)s:", name=top), _named(ranked[0])), (_("%(name)s:", name=bottom), _named(ranked[-1])))


def _favour(figure: ItemFigure) -> int:
    if figure.word:
        return 101 if figure.word == "almost_everybody" else -1
    return 0 if figure.favourable is None else figure.favourable.value


def _named(figure: ItemFigure) -> str:
    if figure.word:
        said = item_word(figure.word, high=figure.upside_down)
    else:
        said = "" if figure.favourable is None else percent(figure.favourable)
    return _("%(label)s, %(figure)s", label=figure.label, figure=said)


def figure_headings(team: Entry, rows: Sequence[Standing], *, has_roster: bool) -> tuple[str, ...]:
    """Name the columns of the table of figures."""
    shares = (_("favourable"),) if _has_shares(rows) else ()
    own = (_("own range"),) if has_roster else ()
    columns = (_("Dimension"), _("answers"), _("score"), *own, _("usual range"), _("organisation"), *shares)
    return (*columns, _("change (95% range)")) if _has_changes(team, rows) else columns


def figure_rows(team: Entry, rows: Sequence[Standing], minimum: int, *, has_roster: bool) -> tuple[FigureRow, ...]:
    """Print every released figure of the dimensions once, as numbers."""
    shares, changes = _has_shares(rows), _has_changes(team, rows)
    return tuple(
        FigureRow(
            row.name,
            (*_cells(row, minimum, has_roster=has_roster, shares=shares), *((_change_cell(team, row),) * changes)),
        )
        for row in rows
    )


def figures_note(*, has_roster: bool) -> str:
    """Explain the columns below the table."""
    if has_roster:
        return _("Own range: if everybody had answered. Usual range: for comparing teams and quarters. Both 95%.")
    return _("Usual range: 95%, for comparing teams and quarters.")


def _cells(row: Standing, minimum: int, *, has_roster: bool, shares: bool) -> tuple[Printable, ...]:
    cells: list[Printable]
    if row.score is None:
        cells = ["–", row.reason.sentence(minimum), "–", "–"]
    else:
        score = row.score
        own = printed(score.score) if score.low == score.high else span(score.low, score.high)
        cells = [score.n, score.score, own, span(score.compare_low, score.compare_high)]
    if not has_roster:
        del cells[2]
    cells.append("–" if row.organisation is None else row.organisation)
    if shares:
        share = row.score.percent_favourable if row.score else None
        cells.append("–" if share is None or not row.dimension.higher_is_better else percent(share))
    return tuple(cells)


def _change_cell(team: Entry, row: Standing) -> str:
    change = change_of(team, row.dimension.code)
    if change is None:
        return "–"
    return _(
        "%(difference)s (%(low)s to %(high)s)",
        difference=signed(change.difference),
        low=signed(change.low),
        high=signed(change.high),
    )


def _has_changes(team: Entry, rows: Sequence[Standing]) -> bool:
    return any(change_of(team, row.dimension.code) is not None for row in rows)


def _has_shares(rows: Sequence[Standing]) -> bool:
    return any(row.score is not None and row.score.percent_favourable is not None for row in rows)


def dimension_lead(team: Entry, overall: Score | None) -> str:
    """Introduce the page: what the extreme case would be."""
    if overall is not None and overall.logical_low is not None and overall.logical_high is not None:
        return _(
            "Each band shows where the score would lie if everybody had answered. Even if all others had given the "
            "lowest or the highest answers, the overall score would be between %(low)s and %(high)s.",
            low=overall.logical_low,
            high=overall.logical_high,
        )
    if overall is not None and overall.n == team.number("headcount"):
        return _("Everybody answered, so each score is the average of this quarter’s answers.")
    return _("Each band shows the range in which the score lies with 95% confidence.")
