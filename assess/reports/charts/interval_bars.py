"""Scores with their intervals on one axis from 0 to 100, against a reference mark.

The caller hands in intervals of one kind only: measurement.md 3.7 forbids both kinds on the same chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assess.releases.released import Fixed, Released
from assess.reports.charts.svg import ACCENT, INK, LINE, SOFT, WASH, Drawing, listed

BAND = "#a9cdd6"
_ROW = 38.0
_LABEL_ROOM = 168.0
_PLOT_LEFT = 184.0
_FIGURES_ROOM = 104.0
_CHANGE_ROOM = 108.0
_TOP = 16.0
_AXIS = 18.0


@dataclass(frozen=True)
class IntervalRow:
    """One line of the chart. `score` is None when it is withheld; `notes` (at most two) stand under the label.

    `before` is the score of an earlier quarter, `change` the word on it; `moved` joins the two where the word is clear.
    """

    label: str
    notes: tuple[str, ...]
    score: Released[int] | None
    low: Released[int] | None
    high: Released[int] | None
    reference: Released[int] | None
    range_text: str
    spoken: str
    before: Released[int] | None = None
    change: str = ""
    moved: bool = False


def interval_bars(rows: Sequence[IntervalRow], *, headings: Sequence[str], language: str, width: float = 658) -> Markup:
    """Draw one row per score: dot, band of its interval, tick of the reference, and the numbers under `headings`.

    A third heading makes room for a column of changes.
    """
    row_height = _ROW + (14 if any(len(row.notes) > 1 for row in rows) else 0)
    height = _TOP + row_height * len(rows) + _AXIS
    drawing = Drawing(width, height, title=listed([row.spoken for row in rows], language), language=language)
    right = width - _FIGURES_ROOM - (_CHANGE_ROOM if len(headings) > 2 else 0)
    _axis(drawing, right, height)
    for heading, edge in zip(headings, (right + 46, right + _FIGURES_ROOM, width), strict=False):
        drawing.text(edge, 9, heading, size=9.5, fill=SOFT, anchor="end")
    for place, row in enumerate(rows):
        _row(drawing, row, _TOP + (place + 0.5) * row_height, right, width)
    return drawing.finish()


def _at(value: float, right: float) -> float:
    return _PLOT_LEFT + (right - _PLOT_LEFT) * value / 100


def _axis(drawing: Drawing, right: float, height: float) -> None:
    bottom = height - _AXIS
    for value in (0, 25, 50, 75, 100):
        x = _at(value, right)
        drawing.line(x, _TOP, x, bottom, LINE, width=0.75)
        drawing.text(x, bottom + 15, Fixed(value), size=10.5, fill=SOFT, anchor="middle")


def _row(drawing: Drawing, row: IntervalRow, y: float, right: float, width: float) -> None:
    _label(drawing, row, y)
    if row.score is None:
        drawing.rect(_PLOT_LEFT, y - 9, right - _PLOT_LEFT, 18, WASH, radius=3)
        return
    if row.low is not None and row.high is not None and row.high.value > row.low.value:
        left_x, right_x = _at(row.low.value, right), _at(row.high.value, right)
        drawing.rect(left_x, y - 5, right_x - left_x, 10, BAND, radius=5)
    if row.reference is not None:
        x = _at(row.reference.value, right)
        drawing.line(x, y - 13, x, y + 13, INK, width=2)
    if row.before is not None:
        if row.moved:
            drawing.line(_at(row.before.value, right), y, _at(row.score.value, right), y, ACCENT, width=2)
        drawing.circle(_at(row.before.value, right), y, 4.5, "#ffffff", ring=ACCENT)
    drawing.circle(_at(row.score.value, right), y, 6.5, ACCENT)
    drawing.text(right + 46, y + 6, row.score, size=18, bold=True, fill=ACCENT, anchor="end")
    drawing.text(right + _FIGURES_ROOM, y + 5, row.range_text, size=12, fill=SOFT, anchor="end")
    if row.change:
        drawing.text(width, y + 5, row.change, size=12, fill=INK if row.moved else SOFT, bold=row.moved, anchor="end")


def _label(drawing: Drawing, row: IntervalRow, y: float) -> None:
    """Centre the label (up to two lines) and its notes on the row."""
    name = drawing.lines_of(row.label, 14, _LABEL_ROOM, bold=True, most=1 if row.notes else 2)
    notes = [drawing.lines_of(note, 11, _LABEL_ROOM, most=1)[0] for note in row.notes[:2]]
    baseline = y + 5 - 7.5 * (len(name) + len(notes) - 1)
    for line in name:
        drawing.text(0, baseline, line, size=14, bold=True)
        baseline += 15
    for note in notes:
        drawing.text(0, baseline, note, size=11, fill=SOFT)
        baseline += 14
