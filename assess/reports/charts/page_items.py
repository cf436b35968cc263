"""Items for web pages: the bars and words of the printed charts, as wide as the page and in the colours of its style.

What they say stands beside them as text; to a screen reader they are silent.
"""

from markupsafe import Markup

from assess.reports.charts.stacked_bars import Reach, ShareRow, WordRow

_HEIGHT = 12
_GAP = 1.0  # per cent between two cells


def page_shares(row: ShareRow, reach: Reach) -> Markup:
    """Draw unfavourable, neutral and favourable answers about a middle that is the same for all items of a page."""
    percent = 100 / (reach.left + reach.right)
    unit = percent * 100 / max(row.unfavourable.value + row.neutral.value + row.favourable.value, 1)
    middle = reach.left * percent
    x = middle - (row.unfavourable.value + row.neutral.value / 2) * unit
    parts = [f'<line class="tick" x1="{middle:.2f}%" x2="{middle:.2f}%" y1="0" y2="{_HEIGHT}"/>']
    for tone, share in (("bad", row.unfavourable), ("mid", row.neutral), ("good", row.favourable)):
        parts.append(f'<rect class="{tone}" x="{x:.2f}%" width="{share.value * unit:.2f}%" height="{_HEIGHT}"/>')
        x += share.value * unit
    return _drawn(parts)


def page_cells(row: WordRow) -> Markup:
    """Draw the cells of a word, the unfavourable one on the left, and fill the one that it means."""
    width = (100 - _GAP * (row.cells - 1)) / row.cells
    last = row.cells - 1
    filled = "good" if row.cell == last else "bad" if row.cell == 0 else "mid"
    return _drawn(
        [
            f'<rect class="{filled if place == row.cell else "empty"}" x="{place * (width + _GAP):.2f}%" '
            f'width="{width:.2f}%" height="{_HEIGHT}"/>'
            for place in range(row.cells)
        ]
    )


def _drawn(parts: list[str]) -> Markup:
    return Markup(  # noqa: S704 - numbers and our own words alone
        f'<svg class="parts" width="100%" height="{_HEIGHT}" aria-hidden="true" focusable="false">'
        + "".join(parts)
        + "</svg>"
    )
