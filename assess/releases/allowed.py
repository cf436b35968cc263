"""The allow-list of single figures: which keys a score, an item, a change may have at its n, and in which form."""

from collections.abc import Iterator, Mapping

from assess.releases.forms import (
    COARSE,
    DIFFERENCE,
    FULL,
    HUNDREDTHS,
    POINTS,
    SHARE,
    Form,
    Part,
    Sizes,
    from_size,
    is_count,
    is_number,
    one_of,
    or_withheld,
    probability,
    step,
    withheld,
)
from assess.scoring.rounding import down, half_up, up

_ITEM_FLOOR = 5
_BY_FIVES = 20  # answers up to which "nearest 5 %" is one count
_TWO, _THREE = ("less_than_half", "half_or_more"), ("few", "about_half", "most")
_WORDS = {5: _TWO, 6: _TWO, 7: _TWO, 8: _THREE, 9: _THREE}
_ENDS = ("almost_nobody", "almost_everybody")
_CHANGE = {"from", "difference_100", "low_100", "high_100", "word", "visible_change_100"}
_EFFECTS = ("p", "q", "welch_p", "mann_whitney_p", "hedges_g", "cliffs_delta")


def score_faults(figure: object, sizes: Sizes, *, is_overall: bool = False, is_whole: bool = False) -> Iterator[str]:
    """Judge a dimension or the overall score of a node, of a rest, or (`is_whole`) of the organisation."""
    if withheld(figure):
        return
    n = figure.get("n") if isinstance(figure, Mapping) else None
    if not isinstance(figure, Mapping) or not is_count(n) or not sizes.minimum <= n <= sizes.n:
        yield "n"
        return
    forms = _score_forms(figure, n, sizes, is_whole=is_whole) | ({} if is_overall else _raw_forms(n))
    yield from form_faults(figure, forms)
    if not is_whole and "versus_rest" in figure and not withheld(figure["versus_rest"]):
        yield from (f"versus_rest · {fault}" for fault in _rest_faults(figure["versus_rest"], n))


def form_faults(figure: Part, forms: Mapping[str, Form]) -> Iterator[str]:
    """Name keys nobody knows, and values that have not the form of their key."""
    yield from sorted(figure.keys() - forms.keys())
    yield from (key for key, value in figure.items() if key in forms and not forms[key](value))


def _score_forms(figure: Part, n: int, sizes: Sizes, *, is_whole: bool) -> dict[str, Form]:
    everybody = n == sizes.headcount
    forms: dict[str, Form] = {
        "n": is_count,
        "score_100": POINTS,
        "low_100": lambda _low: _range_fits(figure, "", n, closed=everybody or is_whole),
        "high_100": POINTS,
    }
    if is_whole:
        return forms
    forms["compare_low_100"] = lambda _low: _range_fits(figure, "compare_", n, closed=False)
    forms["compare_high_100"] = POINTS
    if sizes.headcount is not None and n < sizes.headcount:
        lowest, highest = _logical_bounds(figure.get("score_100"), n, sizes.headcount)
        forms["logical_low_100"] = lambda value: value == lowest
        forms["logical_high_100"] = lambda value: value == highest
    if everybody:
        forms["fluctuation_100"] = step(1 if n >= FULL else COARSE)
    return forms


def _raw_forms(n: int) -> dict[str, Form]:
    """Mean, spread, agreement: numbers from ten answers; the standing among the teams in words and whole points."""
    forms = {key: from_size(FULL, HUNDREDTHS, n) for key in ("mean_raw", "sd_raw", "rwg_j", "rwg_j_skew", "ad")}
    return forms | {
        "percent_favourable": from_size(FULL, SHARE, n),
        "spread_word": from_size(FULL, one_of(("alike", "differently", "camps")), n),
        "shrunken_100": or_withheld(POINTS),
        "p_bottom": or_withheld(step(0.05, 0.0, 1.0)),
        "versus_rest": lambda value: isinstance(value, Mapping),
    }


def _rest_faults(figure: Part, n: int) -> Iterator[str]:
    forms: dict[str, Form] = {"word": one_of(("above", "around", "below"))}
    if n >= FULL:
        forms |= {"difference_100": DIFFERENCE, "p": probability, "q": probability}
    return form_faults(figure, forms)


def _range_fits(figure: Part, prefix: str, n: int, *, closed: bool) -> bool:
    """Whole points from ten answers; below, a multiple of five around the displayed score, cut to the scale.

    `closed` allows no width at all: everybody answered.
    """
    score, low, high = (figure.get(key) for key in ("score_100", f"{prefix}low_100", f"{prefix}high_100"))
    if not (is_number(score) and is_number(low) and is_number(high)):
        return False
    if closed and low == score == high:
        return True
    if n >= FULL:
        return POINTS(low) and POINTS(high) and low <= score <= high
    return any((low, high) == (max(0, score - w), min(100, score + w)) for w in range(COARSE, 101, COARSE))


def _logical_bounds(score: object, n: int, headcount: int) -> tuple[float, float]:
    """Compute what follows from the displayed score and the sizes, whatever the silent ones say."""
    shown = float(score) if isinstance(score, int | float) else 0.0
    return down(n * shown / headcount), up((n * shown + 100.0 * (headcount - n)) / headcount)


def item_faults(figure: object, sizes: Sizes) -> Iterator[str]:
    """Judge an item or outcome: a word below ten answers and at the ends, and no number beside it."""
    if withheld(figure):
        return
    n = figure.get("n") if isinstance(figure, Mapping) else None
    if not isinstance(figure, Mapping) or not is_count(n) or not max(sizes.minimum, _ITEM_FLOOR) <= n <= sizes.n:
        yield "n"
        return
    if n < FULL or "word" in figure:
        yield from form_faults(figure, {"n": is_count, "word": one_of(_WORDS.get(n, _ENDS))})
        return
    limits = step(1 if n <= _BY_FIVES else COARSE)
    yield from form_faults(
        figure,
        {
            "n": is_count,
            "mean_raw": step(0.1, -1e9, 1e9),
            "percent_favourable": or_withheld(lambda value: value in _shares_without_a_word(n)),
            "percent_neutral": SHARE,
            "percent_unfavourable": SHARE,
            "percent_low": limits,
            "percent_high": limits,
        },
    )


def _shares_without_a_word(n: int) -> set[float]:
    """List the shares that some count prints which is at neither end, where a word would stand."""
    return {half_up(100.0 * count / n, COARSE) for count in range(3, n - 2)}


def change_faults(figure: object, n: int) -> Iterator[str]:
    """Judge a change; its probabilities and effect sizes need ten answers now (and then, which is not in here)."""
    if not isinstance(figure, Mapping):
        yield "figure"
        return
    forms: dict[str, Form] = {
        "from": lambda value: isinstance(value, str),
        "difference_100": DIFFERENCE,
        "low_100": lambda _low: _change_range_fits(figure, n),
        "high_100": DIFFERENCE,
        "word": one_of(("higher", "lower", "no_clear_change")),
        "visible_change_100": or_withheld(step(1, 0.0, 1e9)),
        **{key: from_size(FULL, probability, n) for key in _EFFECTS[:4]},
        **{key: from_size(FULL, HUNDREDTHS, n) for key in _EFFECTS[4:]},
    }
    yield from form_faults(figure, forms)


def _change_range_fits(figure: Part, n: int) -> bool:
    shown, low, high = (figure.get(key) for key in ("difference_100", "low_100", "high_100"))
    if not (is_number(shown) and is_number(low) and is_number(high)):
        return False
    if n >= FULL:
        return DIFFERENCE(low) and DIFFERENCE(high) and low <= high
    return any((low, high) == (max(-100, shown - w), min(100, shown + w)) for w in range(COARSE, 201, COARSE))


def trend_faults(figure: object, n: int) -> Iterator[str]:  # noqa: ARG001 - judged like a change
    """Judge a trend: half points over five to eight quarters, and a word."""
    if not isinstance(figure, Mapping):
        yield "figure"
        return
    half = step(0.5, -1e9, 1e9)
    forms: dict[str, Form] = {
        "quarters": step(1, 5, 8),
        "slope_100": half,
        "low_100": half,
        "high_100": half,
        "word": one_of(("up", "down", "no_clear_trend")),
    }
    yield from form_faults(figure, forms)
