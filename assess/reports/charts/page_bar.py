"""One score with its range as a bar for web pages: its colours and its width come from the style sheet of the page.

Lengths are per cent of the width, so that the dot stays round on a telephone and on a large screen. The numbers stand
beside it as text; to a screen reader the bar is silent.
"""

from markupsafe import Markup

from assess.releases.released import Released, derived

_HEIGHT = 22
_MIDDLE = _HEIGHT / 2
_BAND = 10
_DOT, _HOLLOW = 7, 4.5


def page_bar(
    score: Released[int],
    low: Released[int],
    high: Released[int],
    *,
    reference: Released[int] | None = None,
    before: Released[int] | None = None,
) -> Markup:
    """Draw axis, band and dot on 0 to 100; if asked for, a line at `reference` and a hollow dot at `before`."""
    ticks = "".join(
        f'<line class="tick" x1="{value}%" x2="{value}%" y1="0" y2="{_HEIGHT}"/>' for value in (0, 25, 50, 75, 100)
    )
    width = derived(lambda left, right: right - left, low, high)
    line, hollow = "", ""
    if reference is not None:
        line = f'<line class="mark" x1="{reference}%" x2="{reference}%" y1="0" y2="{_HEIGHT}"/>'
    if before is not None:
        hollow = f'<circle class="then" cx="{before}%" cy="{_MIDDLE:g}" r="{_HOLLOW:g}"/>'
    return Markup(  # noqa: S704 - numbers and our own words alone
        f'<svg class="scale" width="100%" height="{_HEIGHT}" aria-hidden="true" focusable="false">{ticks}'
        f'<rect class="band" x="{low}%" width="{width}%" y="{_MIDDLE - _BAND / 2:g}" height="{_BAND}" '
        f'rx="{_BAND / 2:g}"/>{line}{hollow}'
        f'<circle class="dot" cx="{score}%" cy="{_MIDDLE:g}" r="{_DOT}"/></svg>'
    )
