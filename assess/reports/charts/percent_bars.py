"""Shares and probabilities on one axis from 0 to 100 %, with the number beside every bar and limits where there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assess.releases.released import Fixed, Released
from assess.reports.charts.svg import ACCENT, INK, LINE, SOFT, Drawing, listed

BAR = "#7fb0bc"
_ROW = 34.0
_LABEL_ROOM = 218.0
_PLOT_LEFT = 234.0
_FIGURES_ROOM = 150.0
_AXIS = 20.0
_MARKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class PercentRow:
    """One bar. `note` stands under the label, `text` at the right; `low` and `high` draw a whisker."""

    label: str
    note: str
    percent: Released[int]
    text: str
    spoken: str
    low: Released[int] | None = None
    high: Released[int] | None = None


def percent_bars(rows: Sequence[PercentRow], *, language: str, width: float = 658) -> Markup:
    """Draw one bar per row, in the order given."""
    height = 4 + _ROW * len(rows) + _AXIS
    drawing = Drawing(width, height, title=listed([row.spoken for row in rows], language), language=language)
    right = width - _FIGURES_ROOM
    bottom = height - _AXIS
    for value in _MARKS:
        x = _at(value, right)
        drawing.line(x, 2, x, bottom, LINE, width=0.75)
        drawing.text(x, bottom + 14, Fixed(value), size=10, fill=SOFT, anchor="middle")
    for place, row in enumerate(rows):
        _row(drawing, row, 4 + (place + 0.5) * _ROW, right, width)
    return drawing.finish()


def _at(value: float, right: float) -> float:
    return _PLOT_LEFT + (right - _PLOT_LEFT) * value / 100


def _row(drawing: Drawing, row: PercentRow, y: float, right: float, width: float) -> None:
    label_rows(drawing, row.label, row.note, y, room=_LABEL_ROOM)
    end = _at(row.percent.value, right)
    drawing.rect(_PLOT_LEFT, y - 7, max(end - _PLOT_LEFT, 1.5), 14, BAR, radius=2)
    if row.low is not None and row.high is not None:
        left_x, right_x = _at(row.low.value, right), _at(row.high.value, right)
        drawing.line(left_x, y, right_x, y, ACCENT, width=1.5)
        for x in (left_x, right_x):
            drawing.line(x, y - 4, x, y + 4, ACCENT, width=1.5)
    drawing.text(width, y + 4.5, row.text, size=12.5, bold=True, fill=INK, anchor="end")


def label_rows(drawing: Drawing, label: str, note: str, y: float, *, room: float) -> None:
    """Write a label and the note under it, centred on the row."""
    lines = drawing.lines_of(label, 12.5, room, bold=True, most=1 if note else 2)
    baseline = y + 4.5 - 7 * (len(lines) + bool(note) - 1)
    for line in lines:
        drawing.text(0, baseline, line, size=12.5, bold=True)
        baseline += 14
    if note:
        drawing.text(0, baseline, drawing.lines_of(note, 10.5, room, most=1)[0], size=10.5, fill=SOFT)
