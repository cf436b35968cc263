"""Items of one dimension: diverging bars from 10 answers, words in the same place below.

Unfavourable answers lie left of the middle, favourable ones right of it, the neutral part straddles it. A word fills
one of two or three cells of the same width, the unfavourable one on the left, so the eye reads both kinds alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assess.releases.released import Released, printed
from assess.reports.charts.svg import FAVOURABLE, INK, LINE, NEUTRAL, SOFT, UNFAVOURABLE, WASH, Drawing, listed

_LABEL_ROOM = 214.0
_PLOT_LEFT = 230.0
_FIGURES_ROOM = 92.0
_BAR = 15.0
_ONE_LINE, _TWO_LINES = 24.0, 33.0
_LABEL_SIZE = 12.5


@dataclass(frozen=True)
class ShareRow:
    """An item with a distribution in three parts, in percent; each is rounded, so they may not add up to 100."""

    label: str
    unfavourable: Released[int]
    neutral: Released[int]
    favourable: Released[int]
    figure: str
    range_text: str
    spoken: str


@dataclass(frozen=True)
class WordRow:
    """An item told in words: `cell` of `cells`, counted from the unfavourable side."""

    label: str
    word: str
    cell: int
    cells: int
    spoken: str
    among_shares: bool = False  # beside bars a word stands as plain text, so that it does not outshine them


@dataclass(frozen=True)
class EmptyRow:
    """An item of which nothing may be shown; `note` says why."""

    label: str
    note: str
    spoken: str


ItemRow = ShareRow | WordRow | EmptyRow


@dataclass(frozen=True)
class Reach:
    """How far bars reach to the left and right of the middle, in percent; one for all charts of a page."""

    left: float
    right: float


def reach_of(rows: Sequence[ItemRow]) -> Reach:
    """Measure the bars of a page; at least half of the answers fit on either side."""
    bars = [row for row in rows if isinstance(row, ShareRow)]
    left = max([50.0, *(_scaled(row.unfavourable.value + row.neutral.value / 2, row) for row in bars)])
    right = max([50.0, *(_scaled(row.favourable.value + row.neutral.value / 2, row) for row in bars)])
    return Reach(left, right)


def _scaled(share: float, row: ShareRow) -> float:
    """Draw rounded parts as parts of their own sum, so that no bar is longer than another."""
    return 100 * share / max(row.unfavourable.value + row.neutral.value + row.favourable.value, 1)


def item_bars(rows: Sequence[ItemRow], *, reach: Reach, language: str, width: float = 658) -> Markup:
    """Draw one row per item."""
    title = listed([row.spoken for row in rows], language)
    probe = Drawing(width, 0, title="", language=language)
    labels = [probe.lines_of(row.label, _LABEL_SIZE, _LABEL_ROOM) for row in rows]
    heights = [_ONE_LINE if len(lines) < 2 else _TWO_LINES for lines in labels]
    drawing = Drawing(width, sum(heights) + 2, title=title, language=language)
    right = width - _FIGURES_ROOM
    if any(isinstance(row, ShareRow) for row in rows):
        middle = _PLOT_LEFT + (right - _PLOT_LEFT) * reach.left / (reach.left + reach.right)
        drawing.line(middle, 0, middle, sum(heights), LINE, width=1)
    top = 0.0
    for row, lines, height in zip(rows, labels, heights, strict=True):
        _label(drawing, lines, top + height / 2)
        _body(drawing, row, top + height / 2, right, reach, width)
        top += height
    return drawing.finish()


def _label(drawing: Drawing, lines: list[str], y: float) -> None:
    first = y + 4.5 if len(lines) < 2 else y - 3
    for place, line in enumerate(lines):
        drawing.text(0, first + place * 14.5, line, size=_LABEL_SIZE)


def _body(drawing: Drawing, row: ItemRow, y: float, right: float, reach: Reach, width: float) -> None:
    if isinstance(row, ShareRow):
        _shares(drawing, row, y, right, reach, width)
    elif isinstance(row, WordRow) and row.among_shares:
        _plain_word(drawing, row, y, right)
    elif isinstance(row, WordRow):
        _word(drawing, row, y, right)
    else:
        drawing.rect(_PLOT_LEFT, y - _BAR / 2, right - _PLOT_LEFT, _BAR, WASH, radius=2)
        drawing.text((_PLOT_LEFT + right) / 2, y + 4, row.note, size=11, fill=SOFT, anchor="middle")


def _shares(drawing: Drawing, row: ShareRow, y: float, right: float, reach: Reach, width: float) -> None:
    percent = (right - _PLOT_LEFT) / (reach.left + reach.right)
    unit = percent * _scaled(1, row)
    x = _PLOT_LEFT + reach.left * percent - (row.unfavourable.value + row.neutral.value / 2) * unit
    parts = (
        (row.unfavourable, UNFAVOURABLE, INK),
        (row.neutral, NEUTRAL, INK),
        (row.favourable, FAVOURABLE, "#ffffff"),
    )
    for share, fill, ink in parts:
        length = share.value * unit
        drawing.rect(x, y - _BAR / 2, length, _BAR, fill)
        if length > drawing.width_of(printed(share), 10.5) + 6:
            drawing.text(x + length / 2, y + 3.8, share, size=10.5, fill=ink, anchor="middle")
        x += length
    drawing.text(right + 42, y + 5, row.figure, size=13.5, bold=True, anchor="end")
    drawing.text(width, y + 4.5, row.range_text, size=11, fill=SOFT, anchor="end")


def _word(drawing: Drawing, row: WordRow, y: float, right: float) -> None:
    gap = 3.0
    cell = (right - _PLOT_LEFT - gap * (row.cells - 1)) / row.cells
    for place in range(row.cells):
        x = _PLOT_LEFT + place * (cell + gap)
        if place != row.cell:
            drawing.rect(x, y - _BAR / 2, cell, _BAR, WASH, radius=2)
            continue
        last = row.cells - 1
        fill = FAVOURABLE if place == last else UNFAVOURABLE if place == 0 else NEUTRAL
        drawing.rect(x, y - _BAR / 2, cell, _BAR, fill, radius=2)
        ink = "#ffffff" if place == last else INK
        drawing.text(x + cell / 2, y + 4, row.word, size=11, fill=ink, anchor="middle", bold=True)


def _plain_word(drawing: Drawing, row: WordRow, y: float, right: float) -> None:
    good = row.cell == row.cells - 1
    fill = FAVOURABLE if good else UNFAVOURABLE
    x = right - _BAR if good else _PLOT_LEFT
    drawing.line(_PLOT_LEFT, y, right, y, LINE, width=0.75)
    room = drawing.width_of(row.word, 11.5, bold=True) + 14
    drawing.rect(x, y - _BAR / 2, _BAR, _BAR, fill, radius=2)
    edge = right - _BAR - 6 if good else _PLOT_LEFT + _BAR + 6
    drawing.rect(edge - room + 6 if good else edge - 4, y - _BAR / 2, room, _BAR, "#ffffff")
    drawing.text(edge, y + 4, row.word, size=11.5, bold=True, anchor="end" if good else "start")
