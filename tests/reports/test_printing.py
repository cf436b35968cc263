"""D5: a figure printed without the register fails, wherever somebody tries: sentence, chart, template."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateAssertionError, nodes
from markupsafe import Markup

from assess.releases.released import Fixed, UnreleasedError
from assess.reports.charts.interval_bars import IntervalRow, interval_bars
from assess.reports.charts.svg import Drawing
from assess.reports.page import environment
from assess.reports.present.headline import headline
from assess.reports.present.saying import gettext as say
from assess.reports.present.words import signed, span
from tests.reports import shop
from tests.reports.opened import shown

ROOT = Path(__file__).parents[2]


def fill(source: str, **values: Any) -> str:
    """Fill a template as reports do."""
    return environment().from_string(source).render(**values)


@pytest.mark.parametrize("value", [62, 62.5, True, None, [62], {"score_100": 62}])
@pytest.mark.parametrize("source", ["{{ value }}", "{% set shown = value %}{{ shown }}", "{{ [value]|join }}"])
def test_a_template_prints_no_bare_number(source: str, value: object) -> None:
    with pytest.raises(UnreleasedError, match="only text and released figures are printed"):
        fill(source, value=value)


@pytest.mark.parametrize("name", ["safe", "string", "format", "round", "e", "int", "tojson"])
def test_no_filter_makes_text_of_a_number(name: str) -> None:
    with pytest.raises(TemplateAssertionError, match=f"No filter named '{name}'"):
        fill(f"{{{{ value|{name} }}}}", value=62)


def test_no_template_of_a_report_computes_or_glues() -> None:
    names = sorted(path.name for path in (ROOT / "templates" / "reports").glob("*.html"))
    assert len(names) > 5
    for name in names:
        tree = environment().parse((ROOT / "templates" / "reports" / name).read_text(encoding="utf-8"))
        assert list(tree.find_all((nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Mod))) == [], name


def test_a_template_prints_text_released_figures_and_fixed_numbers() -> None:
    page = fill(
        "{{ a }} {{ b }} {{ c }} {{ d }} {{ [a, b]|join(', ') }}", a=shown(62), b="<b>", c=Markup("<i>"), d=Fixed(5)
    )
    assert page == "62 &lt;b&gt; <i> 5 62, &lt;b&gt;"


def test_a_number_computed_in_a_template_is_not_printed() -> None:
    with pytest.raises(UnreleasedError):
        fill("{{ values|length }}", values=[1, 2, 3])
    with pytest.raises(TypeError):
        fill("{{ a + b }}", a=shown(62), b=shown(1))
    with pytest.raises(UnreleasedError):
        fill("{{ a.value }}", a=shown(62))


def test_a_sentence_takes_no_bare_number() -> None:
    assert say("%(score)s points.", score=shown(62)) == "62 points."
    for score in (62, 62.5, None):
        with pytest.raises(UnreleasedError):
            say("%(score)s points.", score=score)  # type: ignore[arg-type]


def test_a_chart_writes_no_bare_number() -> None:
    drawing = Drawing(100, 20, title="", language="en")
    drawing.text(0, 0, shown(62), size=10)
    with pytest.raises(UnreleasedError):
        drawing.text(0, 0, 62, size=10)  # type: ignore[arg-type]
    row = IntervalRow("A", (), 62, 50, 70, None, "50–70", "A: 62")  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        interval_bars([row], headings=("score", "range"), language="en")


def test_the_words_of_a_report_take_no_bare_number() -> None:
    assert (span(shown(50), shown(70)), signed(shown(-3)), signed(shown(0)), signed(shown(12))) == (
        "50–70",
        "−3",
        "0",
        "+12",
    )
    assert signed(shown(-0.5), decimals=1) == "−0.5"
    with pytest.raises(UnreleasedError):
        span(50, 70)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        signed(-3)  # type: ignore[arg-type]


def test_a_presenter_that_is_handed_a_raw_document_fails() -> None:
    raw = shop.team(shop.OPERATIONS)
    with pytest.raises(AttributeError):
        headline(raw, 5)  # type: ignore[arg-type]
