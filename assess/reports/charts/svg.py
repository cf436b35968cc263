"""The drawing pen of all charts: shapes and real text in our own fonts, escaped, with fixed decimals.

Fixed decimals keep the bytes of a report the same on every machine. The first child of every drawing is its `<title>`:
that is where the PDF takes the alternative text from.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup

from assess.releases.released import Printable, printed
from assess.reports.fonts import font_family, text_width

# One accent and a diverging pair of like weight; blue-green against orange stays apart for every kind of colour vision,
# and in grey the pale middle keeps the two ends apart.
INK = "#16262b"
SOFT = "#55666c"
LINE = "#d5dfe1"
WASH = "#eaf1f2"
ACCENT = "#0f5c6e"
FAVOURABLE = "#2b7a8c"
NEUTRAL = "#dde4e5"
UNFAVOURABLE = "#cf8750"
ELLIPSIS = "…"


class Drawing:
    """One SVG in CSS pixels of the printed page."""

    def __init__(self, width: float, height: float, *, title: str, language: str) -> None:
        self._width, self._height = width, height
        self._title = title
        self._language = language
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> None:
        """Draw a filled box."""
        rounded = f' rx="{radius:.2f}"' if radius else ""
        self._parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"{rounded}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str, *, width: float = 1, dashed: bool = False
    ) -> None:
        """Draw a straight line."""
        dashes = ' stroke-dasharray="3 3"' if dashed else ""
        self._parts.append(
            f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{stroke}" '
            f'stroke-width="{width:.2f}"{dashes}/>'
        )

    def circle(self, x: float, y: float, radius: float, fill: str, *, ring: str = "#ffffff") -> None:
        """Draw a dot with a ring that lifts it off what lies behind."""
        self._parts.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{fill}" stroke="{ring}" stroke-width="1.5"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        content: Printable,
        *,
        size: float,
        fill: str = INK,
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        """Write one line, text or a released figure; `y` is the baseline."""
        weight = ("600" if self._language == "en" else "700") if bold else "400"
        self._parts.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" fill="{fill}" font-weight="{weight}" '
            f'text-anchor="{anchor}">{escape(printed(content))}</text>'
        )

    def width_of(self, content: str, size: float, *, bold: bool = False) -> float:
        """Measure one line."""
        return text_width(content, size, language=self._language, bold=bold)

    def lines_of(self, content: str, size: float, room: float, *, most: int = 2, bold: bool = False) -> list[str]:
        """Break a label into lines that fit `room`; what does not fit into `most` lines ends with an ellipsis."""
        return wrap(content, size, room, most=most, language=self._language, bold=bold)

    def finish(self) -> Markup:
        """Return the SVG, safe to place in a page."""
        return Markup(  # noqa: S704 - every text passed through escape above
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self._width:.0f}" height="{self._height:.0f}" '
            f'viewBox="0 0 {self._width:.0f} {self._height:.0f}" font-family={quoteattr(font_family(self._language))}>'
            f"<title>{escape(self._title)}</title>" + "".join(self._parts) + "</svg>"
        )


def wrap(content: str, size: float, room: float, *, most: int, language: str, bold: bool = False) -> list[str]:
    """Break at spaces, and inside Chinese (or an endless word) anywhere but before closing punctuation."""
    lines: list[str] = []
    rest = " ".join(content.split())
    while rest and len(lines) < most:
        taken = _fitting(rest, size, room, language, bold)
        if taken < len(rest) and len(lines) == most - 1:
            return [*lines, _shortened(rest, size, room, language, bold)]
        lines.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    return lines


def listed(parts: Sequence[str], language: str) -> str:
    """Join the statements of an alternative text."""
    return ("；" if language == "zh" else "; ").join(parts)


_NOT_FIRST = frozenset("，。；：！？、）》”’,.;:!?)…")


def _fitting(text: str, size: float, room: float, language: str, bold: bool) -> int:
    """Count the characters of the first line."""
    used, count = 0.0, 0
    for character in text:
        used += text_width(character, size, language=language, bold=bold)
        if used > room:
            break
        count += 1
    if count == len(text):
        return count
    cut = max(count, 1)
    while cut > 1 and not _may_break(text[cut - 1], text[cut]):
        cut -= 1
    return cut if cut > 1 else max(count, 1)


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST:
        return False
    return before == " " or after == " " or ord(before) > 0x2E7F or ord(after) > 0x2E7F


def _shortened(text: str, size: float, room: float, language: str, bold: bool) -> str:
    room_left = room - text_width(ELLIPSIS, size, language=language, bold=bold)
    count, used = 0, 0.0
    for character in text:
        used += text_width(character, size, language=language, bold=bold)
        if used > room_left:
            break
        count += 1
    return text[:count].rstrip() + (ELLIPSIS if count < len(text) else "")
