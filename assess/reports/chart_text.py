"""Text in charts, drawn a line at a time.

WeasyPrint 70 lays out and draws each letter of an SVG text by itself, and makes a drawing of its own of each text that
is not anchored at its start. A report has some three hundred short texts in its charts: drawn as lines they cost a
fraction, are kerned, and the whole file is half as large.
"""

from functools import cache
from typing import Any

from assess.reports.fonts import prepare_fonts

LINE_OF_TEXT = "assess-line"
"""The tag under which the lines of our charts are drawn; `<text>` of other pictures is left to WeasyPrint."""
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}  # which share of a line lies before its anchor


@cache
def draw_lines_of_text() -> None:
    """Teach WeasyPrint this tag, once per process."""
    prepare_fonts()
    from weasyprint import svg

    svg.TAGS[LINE_OF_TEXT] = _draw_line


def _draw_line(svg: Any, node: Any, font_size: float) -> None:  # noqa: ANN401 - WeasyPrint has no type hints
    """Draw one text at its place; the state of the drawing is saved and restored around it."""
    from math import inf

    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import TextBox
    from weasyprint.text.line_break import split_first_line

    if not (node.text or "").strip():
        return
    style = _style(svg.font_config, node.get("font-family", ""), int(node.get("font-weight", "400")), font_size)
    layout, _length, _rest, width, _height, _baseline = split_first_line(node.text, style, svg.context, inf, 0)
    x = float(node.get("x", "0")) - width * _BEFORE[node.get("text-anchor", "start")]
    layout.reactivate(style)
    svg.stream.set_color(_colour(node.get("fill", "#000000")))
    svg.stream.begin_text()
    draw_first_line(svg.stream, TextBox(layout, style), "none", "none", Matrix(d=-1, e=x, f=float(node.get("y", "0"))))
    svg.stream.end_text()


@cache
def _style(font_configuration: Any, families: str, weight: int, size: float) -> Any:  # noqa: ANN401 - as above
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.svg.text import Style

    style = Style(INITIAL_VALUES)
    style.font_config = font_configuration
    style["font_family"] = [family.strip().strip("'\"") for family in families.split(",")]
    style["font_weight"], style["font_size"] = weight, size
    return style


@cache
def _colour(text: str) -> Any:  # noqa: ANN401 - as above
    from weasyprint.svg.utils import color

    return color(text)
