"""One score through the quarters: a dot with the band of its usual range for each, joined only where it may be.

All charts of a page have the same axes, 0 to 100 upwards and time to the right; a quarter without a survey keeps its
place. A quarter that is not shown is a washed column with a word in it, never a dot at zero. What a team took on stands
as a letter on the axis, after the survey it followed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from assess.releases.released import Fixed, Released
from assess.reports.charts.interval_bars import BAND
from assess.reports.charts.svg import ACCENT, INK, LINE, SOFT, WASH, Drawing, listed

_LEFT = 26.0
_TOP = 17.0
_PLOT = 130.0
_AXIS = 31.0
_BAND = 11.0
_WIDEST = 40.0
_LABEL_SIZE, _LABEL_GAP = 10.0, 6.0
_MARK_SIZE, _MARK_HEIGHT = 9.0, 12.0


@dataclass(frozen=True)
class QuarterDot:
    """One quarter; `place` counts quarters from the left. Without a score, `note` stands in its column."""

    place: int
    label: str
    year: str
    score: Released[int] | None
    breaks: bool
    spoken: str
    low: Released[int] | None = None
    high: Released[int] | None = None
    note: str = ""


@dataclass(frozen=True)
class ActionMark:
    """What began between one quarter (`after`, counted as places are) and the next; `spoken` says each of it."""

    after: int
    letters: str
    spoken: tuple[str, ...]


def quarter_chart(
    dots: Sequence[QuarterDot], *, language: str, marks: Sequence[ActionMark] = (), width: float = 313
) -> Markup:
    """Draw the quarters, oldest left; the last one is this quarter and stands out."""
    spoken = [dot.spoken for dot in dots] + [sentence for mark in marks for sentence in mark.spoken]
    drawing = Drawing(width, _TOP + _PLOT + _AXIS, title=listed(spoken, language), language=language)
    step = (width - _LEFT) / (dots[-1].place + 1)
    middles = [_LEFT + (dot.place + 0.5) * step for dot in dots]
    _scale(drawing, width)
    _columns(drawing, dots, middles, min(step - 4, _WIDEST))
    _joints(drawing, dots, middles)
    _marks(drawing, marks, step)
    for dot, x in zip(dots, middles, strict=True):
        _dot(drawing, dot, x, last=dot is dots[-1])
    _quarters(drawing, dots, middles)
    return drawing.finish()


def _at(value: float) -> float:
    return _TOP + _PLOT * (100 - value) / 100


def _scale(drawing: Drawing, width: float) -> None:
    for value in (0, 50, 100):
        drawing.line(_LEFT, _at(value), width, _at(value), LINE, width=0.75)
        drawing.text(_LEFT - 6, _at(value) + 3.5, Fixed(value), size=_LABEL_SIZE, fill=SOFT, anchor="end")


def _columns(drawing: Drawing, dots: Sequence[QuarterDot], middles: Sequence[float], room: float) -> None:
    """Draw bands, and washed columns where nothing is shown."""
    for dot, x in zip(dots, middles, strict=True):
        if dot.score is None:
            drawing.rect(x - room / 2, _TOP, room, _PLOT, WASH, radius=3)
            lines = drawing.lines_of(dot.note, 9, room - 2)
            for place, line in enumerate(lines):
                drawing.text(
                    x, _at(50) + 3 + (place - (len(lines) - 1) / 2) * 11, line, size=9, fill=SOFT, anchor="middle"
                )
        elif dot.low is not None and dot.high is not None and dot.high.value > dot.low.value:
            top, bottom = _at(dot.high.value), _at(dot.low.value)
            drawing.rect(x - _BAND / 2, top, _BAND, bottom - top, BAND, radius=_BAND / 2)


def _joints(drawing: Drawing, dots: Sequence[QuarterDot], middles: Sequence[float]) -> None:
    """Join neighbours that are both shown; a dashed line across the plot marks a break."""
    points = list(zip(dots, middles, strict=True))
    for (before, x1), (after, x2) in pairwise(points):
        if after.breaks:
            x = (x1 + x2) / 2
            drawing.line(x, _TOP - 6, x, _at(0) + 6, INK, width=1, dashed=True)
        elif before.score is not None and after.score is not None:
            drawing.line(x1, _at(before.score.value), x2, _at(after.score.value), ACCENT, width=1.5)


def _marks(drawing: Drawing, marks: Sequence[ActionMark], step: float) -> None:
    """Stand letters on the axis, half-way to the next quarter."""
    for mark in marks:
        x = _LEFT + (mark.after + 1) * step
        width = drawing.width_of(mark.letters, _MARK_SIZE, bold=True) + 6
        drawing.rect(x - width / 2, _at(0) - _MARK_HEIGHT, width, _MARK_HEIGHT, SOFT, radius=2)
        drawing.text(x, _at(0) - 3, mark.letters, size=_MARK_SIZE, bold=True, fill="#ffffff", anchor="middle")


def _dot(drawing: Drawing, dot: QuarterDot, x: float, *, last: bool) -> None:
    if dot.score is None:
        return
    drawing.circle(x, _at(dot.score.value), 5.5 if last else 4, ACCENT)
    top = max(dot.score.value, dot.score.value if dot.high is None else dot.high.value)
    size = 13.0 if last else 10.5
    drawing.text(x, _at(top) - 4, dot.score, size=size, bold=last, fill=ACCENT if last else INK, anchor="middle")


def _quarters(drawing: Drawing, dots: Sequence[QuarterDot], middles: Sequence[float]) -> None:
    """Name the quarters, each year once; labels that would touch the one before are left out, but never the last."""
    end = float("inf")
    years = {dot.year: place for place, dot in reversed(list(enumerate(dots)))}
    for place, (dot, x) in reversed(list(enumerate(zip(dots, middles, strict=True)))):
        half = drawing.width_of(dot.label, _LABEL_SIZE) / 2
        if x + half + _LABEL_GAP <= end:
            drawing.text(x, _at(0) + 14, dot.label, size=_LABEL_SIZE, fill=SOFT, anchor="middle")
            end = x - half
        if years[dot.year] == place:
            drawing.text(x, _at(0) + 26, dot.year, size=_LABEL_SIZE, fill=SOFT, anchor="middle")
