"""One score on a slim line from 0 to 100 with the team's own interval; nothing else stands on it."""

from markupsafe import Markup

from assess.releases.released import Fixed, Released
from assess.reports.charts.interval_bars import BAND
from assess.reports.charts.svg import ACCENT, LINE, SOFT, Drawing


def score_bar(
    score: Released[int],
    low: Released[int] | None,
    high: Released[int] | None,
    *,
    title: str,
    language: str,
    width: float = 430,
) -> Markup:
    """Draw the line; limits equal to the score draw no band."""
    drawing = Drawing(width, 30, title=title, language=language)
    left, right, y = 8.0, width - 8.0, 10.0
    unit = (right - left) / 100
    drawing.line(left, y, right, y, LINE, width=2)
    if low is not None and high is not None and high.value > low.value:
        drawing.rect(left + low.value * unit, y - 4.5, (high.value - low.value) * unit, 9, BAND, radius=4.5)
    drawing.circle(left + score.value * unit, y, 6, ACCENT)
    for value, anchor in ((0, "start"), (50, "middle"), (100, "end")):
        place = {0: 4.0, 50: left + 50 * unit, 100: width - 4.0}[value]
        drawing.text(place, 28, Fixed(value), size=9.5, fill=SOFT, anchor=anchor)
    return drawing.finish()
