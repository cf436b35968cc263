"""Differences about zero with their 95 % limits: to the right more, to the left less, nothing at all in the middle."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assess.releases.released import Fixed, Released, printed
from assess.reports.charts.interval_bars import BAND
from assess.reports.charts.percent_bars import label_rows
from assess.reports.charts.svg import FAVOURABLE, INK, LINE, SOFT, UNFAVOURABLE, Drawing, listed

_ROW = 34.0
_LABEL_ROOM = 218.0
_PLOT_LEFT = 234.0
_FIGURES_ROOM = 150.0
_AXIS = 20.0
_REACHES = (10, 25, 50, 100)


@dataclass(frozen=True)
class ChangeRow:
    """One difference in points; `is_good` chooses the colour, and `text` says the number and its sign."""

    label: str
    note: str
    difference: Released[int] | Released[float]
    low: Released[int] | Released[float]
    high: Released[int] | Released[float]
    text: str
    spoken: str
    is_good: bool


def change_bars(rows: Sequence[ChangeRow], *, language: str, width: float = 658) -> Markup:
    """Draw one row per difference; the axis reaches as far as the widest limits need."""
    height = 4 + _ROW * len(rows) + _AXIS
    drawing = Drawing(width, height, title=listed([row.spoken for row in rows], language), language=language)
    reach = reach_of(rows)
    right, bottom = width - _FIGURES_ROOM, height - _AXIS
    for place, value in enumerate((-reach, 0, reach)):
        x = _at(value, reach, right)
        drawing.line(x, 2, x, bottom, LINE if value else INK, width=0.75)
        mark = printed(Fixed(value)).replace("-", "−")
        drawing.text(x, bottom + 14, mark, size=10, fill=SOFT, anchor=("start", "middle", "end")[place])
    for place, row in enumerate(rows):
        _row(drawing, row, 4 + (place + 0.5) * _ROW, reach, width)
    return drawing.finish()


def reach_of(rows: Sequence[ChangeRow]) -> int:
    """Choose how far the axis reaches on both sides of zero."""
    widest = max((max(abs(row.low.value), abs(row.high.value)) for row in rows), default=0.0)
    return next((reach for reach in _REACHES if widest <= reach), _REACHES[-1])


def _at(value: float, reach: int, right: float) -> float:
    return _PLOT_LEFT + (right - _PLOT_LEFT) * (value + reach) / (2 * reach)


def _row(drawing: Drawing, row: ChangeRow, y: float, reach: int, width: float) -> None:
    right = width - _FIGURES_ROOM
    label_rows(drawing, row.label, row.note, y, room=_LABEL_ROOM)
    left_x, right_x = (_at(max(-reach, min(reach, v.value)), reach, right) for v in (row.low, row.high))
    drawing.rect(left_x, y - 5, right_x - left_x, 10, BAND, radius=5)
    zero, end = _at(0, reach, right), _at(max(-reach, min(reach, row.difference.value)), reach, right)
    colour = FAVOURABLE if row.is_good else UNFAVOURABLE
    drawing.line(zero, y, end, y, colour, width=3)
    drawing.circle(end, y, 6, colour)
    drawing.text(width, y + 4.5, row.text, size=12.5, bold=True, fill=INK, anchor="end")
