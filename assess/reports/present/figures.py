"""Read the figures of a result document; what is withheld becomes None here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assess.scoring.rounding import down, half_up, up

Node = Mapping[str, Any]
OVERALL = "overall"  # code of the overall score among changes, trends and panels
FULL = 10  # answers from which items, shares and agreement carry numbers (disclosure.md 2)


@dataclass(frozen=True)
class Score:
    """A dimension or overall score as displayed: whole points. Limits are None where the document has none."""

    n: int
    score: int
    low: int | None
    high: int | None
    compare_low: int | None
    compare_high: int | None
    logical_low: int | None
    logical_high: int | None
    fluctuation: int | None
    percent_favourable: int | None
    spread_word: str | None
    versus_word: str | None


def withheld_reason(figure: object) -> str | None:
    """Return the reason when a figure is withheld: `too_few`, `protects_others`, `not_asked`, `not_available`."""
    if isinstance(figure, Mapping) and "suppressed" in figure:
        return str(figure["suppressed"])
    return None if figure is not None else "not_available"


def score_of(figure: object) -> Score | None:
    """Read a dimension or overall score; None when it is withheld or absent."""
    if withheld_reason(figure) is not None or not isinstance(figure, Mapping):
        return None
    score = number(figure, "score_100")
    if score is None:
        return None
    versus = figure.get("versus_rest")
    return Score(
        n=int(figure["n"]),
        score=whole(score),
        low=_down(number(figure, "low_100")),
        high=_up(number(figure, "high_100")),
        compare_low=_down(number(figure, "compare_low_100")),
        compare_high=_up(number(figure, "compare_high_100")),
        logical_low=_down(number(figure, "logical_low_100")),
        logical_high=_up(number(figure, "logical_high_100")),
        fluctuation=_up(number(figure, "fluctuation_100")),
        percent_favourable=_nearest(number(figure, "percent_favourable")),
        spread_word=word(figure, "spread_word"),
        versus_word=word(versus, "word") if isinstance(versus, Mapping) else None,
    )


def score_in(node: Node, code: str) -> Score | None:
    """Read the score of a dimension, or the `overall` one, of a team, unit or organisation."""
    return score_of(figure_in(node, code))


def figure_in(node: Node, code: str) -> object:
    """Return the entry of a dimension, or the `overall` one, as the document has it; None when absent."""
    return node.get(OVERALL) if code == OVERALL else part(node, "dimensions").get(code)


def node_named(cycle: Node, name: str) -> Node | None:
    """Find a team or unit of a cycle; None when that cycle had none of this name."""
    nodes: list[Node] = [*cycle["teams"], *cycle["units"]]
    return next((node for node in nodes if node["team"] == name), None)


def number(figure: Node, key: str) -> float | None:
    """Read one number; None when it is withheld or absent."""
    value = figure.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def word(figure: Node, key: str) -> str | None:
    """Read one word; None when it is withheld or absent."""
    value = figure.get(key)
    return value if isinstance(value, str) else None


def part(node: Node, key: str) -> Node:
    """Read a group of figures (`dimensions`, `items` …); empty when absent or withheld as a whole."""
    value = node.get(key)
    return value if isinstance(value, Mapping) and "suppressed" not in value else {}


def whole(value: float) -> int:
    """Round to whole points as displayed; displayed numbers pass unchanged (a minimum of one leaves decimals)."""
    return int(half_up(value))


def _nearest(value: float | None) -> int | None:
    return None if value is None else whole(value)


def _down(value: float | None) -> int | None:
    return None if value is None else int(down(value))


def _up(value: float | None) -> int | None:
    return None if value is None else int(up(value))
