"""Reading displayed figures out of a node of the Score JSON; a withheld figure reads as None."""

from collections.abc import Mapping

from assess.scoring.advice.practice import AdviceDimension

Node = Mapping[str, object]

# From ten answers the end words stand in place of a percentage, below and above any other (disclosure, What is shown).
_WORD_PERCENT = {"almost_nobody": 0.0, "almost_everybody": 100.0}


def part(node: Node, *path: str) -> object:
    """Follow keys; None where anything on the way is missing."""
    current: object = node
    for key in path:
        if not isinstance(current, Mapping) or key not in current:
            return None
        current = current[key]
    return current


def number(node: Node, *path: str) -> float | None:
    """Read one displayed number; None where it is withheld or absent."""
    value = part(node, *path)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def good_score(node: Node, dimension: AdviceDimension, figure: str = "score_100") -> float | None:
    """Read a displayed score so that more is better, whatever the dimension's direction."""
    value = number(node, "dimensions", dimension.code, figure)
    if value is None:
        return None
    return value if dimension.higher_is_better else 100.0 - value


def good_upper(node: Node, dimension: AdviceDimension) -> float | None:
    """Read the upper limit of the comparing interval so that more is better."""
    if dimension.higher_is_better:
        return number(node, "dimensions", dimension.code, "compare_high_100")
    low = number(node, "dimensions", dimension.code, "compare_low_100")
    return None if low is None else 100.0 - low


def item_percent(node: Node, code: str) -> float | None:
    """Read the favourable share of an item as displayed from ten answers; the end words count as 0 and 100."""
    percent = number(node, "items", code, "percent_favourable")
    if percent is not None:
        return percent
    word = part(node, "items", code, "word")
    return _WORD_PERCENT.get(word) if isinstance(word, str) else None
