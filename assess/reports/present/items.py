"""Items in words and bars: what each may show at its number of answers (disclosure.md 2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assess.localisation import current_language
from assess.releases.entry import Entry
from assess.releases.released import Fixed, Released, Suppressed, derived, derived_from_all
from assess.reports.charts.stacked_bars import EmptyRow, ItemRow, ShareRow, WordRow, item_bars, reach_of
from assess.reports.present.figures import FULL, Points, nearest, word
from assess.reports.present.pages import ItemBlock, ItemPage
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import percent, span, text_in, with_direction
from assess.scoring.release import Reason
from assess.scoring.rounding import half_up
from assess.surveys.instruments import Dimension, Instrument, Item, Outcome

_OPTIONS = 4  # with fewer there are no two favourable and two unfavourable ones
NOT_AVAILABLE = Suppressed(Reason.NOT_AVAILABLE)
# Each word's cell, counted from the side of few favourable answers, and the number of cells.
CELLS = {
    "less_than_half": (0, 2),
    "half_or_more": (1, 2),
    "few": (0, 3),
    "about_half": (1, 3),
    "most": (2, 3),
    "almost_nobody": (0, 3),
    "almost_everybody": (2, 3),
}


@dataclass(frozen=True)
class ItemFigure:
    """One item as displayed: a word, or shares, or a reason.

    Where a dimension's higher score is worse, `favourable` still counts its high answers, as the document does, and
    `upside_down` says that they belong on the unfavourable side.
    """

    code: str
    label: str
    statement: str
    word: str | None
    favourable: Points | None
    low: Points | None
    high: Points | None
    shares: tuple[Points, Points, Points] | None
    mean_raw: Released[float] | None
    reason: Suppressed | None
    upside_down: bool


def item_figure(rating: Item | Outcome, figures: Entry, *, upside_down: bool = False) -> ItemFigure:
    """Read one item or outcome of the document."""
    reverse = isinstance(rating, Item) and rating.reverse_keyed
    shown = figures.part(rating.code)
    favourable = nearest(shown.number("percent_favourable"))
    said = word(shown, "word")
    return ItemFigure(
        code=rating.code,
        label=with_direction(text_in(rating.label or rating.text), less_is_better=reverse and not upside_down),
        statement=text_in(rating.text),
        word=said,
        favourable=favourable,
        low=nearest(shown.number("percent_low")),
        high=nearest(shown.number("percent_high")),
        shares=_shares(shown, reverse=reverse),
        mean_raw=shown.number("mean_raw"),
        reason=None if said or favourable is not None else figures.why_not(rating.code) or NOT_AVAILABLE,
        upside_down=upside_down,
    )


def item_word(code: str, *, high: bool = False) -> str:
    """Say how many answered favourably; `high` where a dimension's higher score is worse and high answers count."""
    if high:
        return _high_word(code)
    return {
        "less_than_half": _("less than half favourable"),
        "half_or_more": _("half or more favourable"),
        "few": _("few favourable"),
        "about_half": _("about half favourable"),
        "most": _("mostly favourable"),
        "almost_nobody": _("almost nobody favourable"),
        "almost_everybody": _("almost everybody favourable"),
    }[code]


def _high_word(code: str) -> str:
    return {
        "less_than_half": _("less than half high"),
        "half_or_more": _("half or more high"),
        "few": _("few high"),
        "about_half": _("about half high"),
        "most": _("mostly high"),
        "almost_nobody": _("almost nobody high"),
        "almost_everybody": _("almost everybody high"),
    }[code]


def figures_of(team: Entry, dimension: Dimension, instrument: Instrument) -> tuple[ItemFigure, ...]:
    """Read the items of one dimension in the order they are asked."""
    figures = team.part("items")
    return tuple(
        item_figure(item, figures, upside_down=not dimension.higher_is_better)
        for item in instrument.items_of(dimension.code)
    )


def item_page(team: Entry, dimensions: Sequence[Dimension], instrument: Instrument, minimum: int) -> ItemPage:
    """Build the page of items, and the outcomes below them."""
    figures = [(d, figures_of(team, d, instrument)) for d in dimensions]
    outcomes = _outcomes(team, instrument)
    groups = item_groups(team, dimensions, instrument, minimum)
    rows_of_page = [row for _name, _note, rows in groups for row in rows]
    numbers = any(isinstance(row, ShareRow) for row in rows_of_page)
    own = team.number("headcount") is not None
    if numbers:
        groups = [(name, note, _quieter(rows)) for name, note, rows in groups]
    return ItemPage(
        lead=_lead(
            numbers=numbers, own=own, guarded=_guarded(team, [*(f for _d, items in figures for f in items), *outcomes])
        ),
        legend=_legend() if numbers else (),
        columns=(_("favourable, own range") if own else _("favourable, 95% range")) if numbers else "",
        blocks=tuple(
            ItemBlock(name, note, item_bars(rows, reach=reach_of(rows_of_page), language=current_language()))
            for name, note, rows in groups
        ),
    )


def item_groups(
    team: Entry, dimensions: Sequence[Dimension], instrument: Instrument, minimum: int
) -> list[tuple[str, str, list[ItemRow]]]:
    """Give the rows of every dimension with its name and a note, then those of the outcomes."""
    groups = [
        (text_in(d.name), _note(d), _rows(figures_of(team, d, instrument), minimum, reverse=not d.higher_is_better))
        for d in dimensions
    ]
    if outcomes := _outcomes(team, instrument):
        groups.append((_("Outcomes"), _("favourable are the two highest options"), _rows(outcomes, minimum)))
    return groups


def _outcomes(team: Entry, instrument: Instrument) -> tuple[ItemFigure, ...]:
    """Read the outcomes a lead may see: a sensitive one is not on the lead's page (instrument.md 2.4)."""
    figures = team.part("outcomes")
    return tuple(item_figure(o, figures) for o in instrument.outcomes if not o.sensitive and figures.has(o.code))


def _rows(figures: Sequence[ItemFigure], minimum: int, *, reverse: bool = False) -> list[ItemRow]:
    return [_row(figure, minimum, reverse=reverse) for figure in figures]


def _quieter(rows: Sequence[ItemRow]) -> list[ItemRow]:
    return [replace(row, among_shares=True) if isinstance(row, WordRow) else row for row in rows]


def _row(figure: ItemFigure, minimum: int, *, reverse: bool) -> ItemRow:
    if figure.word:
        return _word_row(figure, reverse=reverse)
    if figure.shares is None or figure.favourable is None:
        note = (figure.reason or NOT_AVAILABLE).sentence(minimum)
        return EmptyRow(figure.label, note, f"{figure.label}: {note}")
    low, middle, high = figure.shares if not reverse else figure.shares[::-1]
    if reverse:
        spoken = _(
            "%(label)s: %(share)s%% high answers, where high is worse", label=figure.label, share=figure.favourable
        )
    else:
        spoken = _(
            "%(label)s: %(share)s%% favourable, %(neutral)s%% neutral, %(unfavourable)s%% unfavourable",
            label=figure.label,
            share=figure.favourable,
            neutral=middle,
            unfavourable=low,
        )
    return ShareRow(
        label=figure.label,
        unfavourable=low,
        neutral=middle,
        favourable=high,
        figure=percent(figure.favourable),
        range_text=span(*limits_of(figure)),
        spoken=spoken,
    )


def limits_of(figure: ItemFigure) -> tuple[Points | None, Points | None]:
    """Give the limits; where everybody answered they close in on one value and say nothing about colleagues."""
    if figure.low is None or figure.high is None or figure.high.value - figure.low.value <= 1:
        return None, None
    return figure.low, figure.high


def _word_row(figure: ItemFigure, *, reverse: bool) -> WordRow:
    code = figure.word or ""
    cell, cells = CELLS[code]
    said = item_word(code, high=reverse)
    spoken = _("%(label)s: %(word)s", label=figure.label, word=said)
    return WordRow(figure.label, said, cells - 1 - cell if reverse else cell, cells, spoken)


def _note(dimension: Dimension) -> str:
    if dimension.higher_is_better:
        return ""
    return _("higher is worse; words and percentages count the high answers")


def _guarded(team: Entry, figures: Sequence[ItemFigure]) -> bool:
    """Whether ten and more answered and numbers are missing all the same, for the sake of a small group inside."""
    n = team.number("n")
    protects = Suppressed(Reason.PROTECTS_OTHERS)
    return n is not None and n.value >= FULL and any(figure.reason == protects for figure in figures)


def _lead(*, numbers: bool, own: bool, guarded: bool) -> str:
    if guarded:
        return _(
            "Where no number stands, the difference to the reports of the groups inside would tell the answers of a "
            "small one. Groups with %(full)s answers or more have the numbers in their own reports.",
            full=Fixed(FULL),
        )
    if numbers and not own:
        return _(
            "Percent favourable on the right, with its 95% range. Shares are rounded to the nearest 5, so a bar’s "
            "parts need not add up to 100. Where almost everybody or almost nobody answered favourably, a word says so."
        )
    if numbers:
        return _(
            "Percent favourable on the right, and behind it where that would lie (95%) if everybody "
            "had answered. Shares are rounded to the nearest 5, so a bar’s parts need not add up to "
            "100. Where almost everybody or almost nobody answered favourably, a word says so."
        )
    return _(
        "Below %(full)s answers a single item is told in words: each word stands for at least three "
        "possible counts, so nobody’s answer can be worked out from it. It says how many answered "
        "favourably.",
        full=Fixed(FULL),
    )


def _legend() -> tuple[tuple[str, str], ...]:
    return (("unfavourable", _("unfavourable")), ("neutral", _("neutral")), ("favourable", _("favourable")))


def _shares(shown: Entry, *, reverse: bool) -> tuple[Points, Points, Points] | None:
    """Unfavourable, neutral, favourable in percent; from the full counts where only those are given (minimum 1)."""
    counts = shown.numbers("counts")
    if len(counts) >= _OPTIONS and any(count.value for count in counts):
        keyed = counts[::-1] if reverse else counts
        total = derived_from_all(sum, keyed)
        unfavourable, neutral, favourable = (
            derived(_percent_of, derived_from_all(sum, part), total) if part else derived(lambda _total: 0, total)
            for part in (keyed[:2], keyed[2:-2], keyed[-2:])
        )
        return unfavourable, neutral, favourable
    three = [nearest(shown.number(key)) for key in ("percent_unfavourable", "percent_neutral", "percent_favourable")]
    low, middle, high = three
    return None if low is None or middle is None or high is None else (low, middle, high)


def _percent_of(part: float, total: float) -> int:
    return int(half_up(100 * part / total))
