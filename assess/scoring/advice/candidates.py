"""What a recommendation may rest on: dimensions and outcomes outside the noise, or else one place to start.

Clear: the whole comparing interval below 50, the lowest quarter of the teams, a clear fall, or two camps (measurement,
Drivers and triggers); for an outcome, all of the interval of its favourable share below one half.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assess.scoring.advice.figures import Node, good_score, good_upper, number, part
from assess.scoring.advice.practice import AdviceDimension, Basis, Displayed

CLEAR_BELOW = 50.0
LOWEST_QUARTER = 0.674  # standard normal quantile of .75
BY_ITEM_FROM = 10


@dataclass(frozen=True)
class Candidate:
    """A dimension, or (`dimension` None) the outcome `item`, with how firmly it stands and on which figures."""

    dimension: AdviceDimension | None
    basis: Basis
    because: tuple[Displayed, ...]
    item: str | None = None


def candidates(
    node: Node, dimensions: Sequence[AdviceDimension], outcomes: Sequence[str], organisation: Node
) -> list[Candidate]:
    """List clear dimensions, lowest first, then clear outcomes; if there is none, the lowest dimension to start."""
    scored = [(score, place, d) for place, d in enumerate(dimensions) if (score := good_score(node, d)) is not None]
    clear = [
        Candidate(d, Basis.CLEAR, _because(node, d, outside))
        for _score, _place, d in sorted(scored, key=lambda c: c[:2])
        if (outside := _outside_the_noise(node, d, organisation))
    ]
    clear += [Candidate(None, Basis.CLEAR, low, code) for code in outcomes if (low := _clear_outcome(node, code))]
    if clear or not scored:
        return clear
    shrunken = [(s, place, d) for _score, place, d in scored if (s := good_score(node, d, "shrunken_100")) is not None]
    ranked = shrunken if len(shrunken) == len(dimensions) else scored
    lowest = min(ranked, key=lambda c: c[:2])[2]
    return [Candidate(lowest, Basis.STARTING_POINT, _because(node, lowest))]


def _clear_outcome(node: Node, code: str) -> tuple[Displayed, ...]:
    """Read an outcome from ten answers on: clear where even the upper limit of its favourable share is below 50."""
    n = number(node, "outcomes", code, "n")
    if n is None or n < BY_ITEM_FROM:
        return ()
    if part(node, "outcomes", code, "word") == "almost_nobody":
        return (Displayed(code, "word", "almost_nobody"),)
    share, upper = (number(node, "outcomes", code, key) for key in ("percent_favourable", "percent_high"))
    if upper is None or upper >= CLEAR_BELOW:
        return ()
    shown = () if share is None else (Displayed(code, "percent_favourable", share),)
    return (*shown, Displayed(code, "percent_high", upper))


def _outside_the_noise(node: Node, dimension: AdviceDimension, organisation: Node) -> tuple[Displayed, ...]:
    """Find the displayed figures that make a dimension clear; none where chance would explain it."""
    code, better = dimension.code, dimension.higher_is_better
    found: list[Displayed] = []
    upper = good_upper(node, dimension)
    if upper is not None and upper < CLEAR_BELOW:
        limit = "compare_high_100" if better else "compare_low_100"
        found.append(Displayed(code, limit, upper if better else 100.0 - upper))
    worse = "lower" if better else "higher"
    if part(node, "change", code, "word") == worse:
        found.append(Displayed(code, "change", worse))
    n = number(node, "dimensions", code, "n")
    if n is not None and n >= BY_ITEM_FROM and part(node, "dimensions", code, "spread_word") == "camps":
        found.append(Displayed(code, "spread_word", "camps"))
    return (*found, *_in_lowest_quarter(node, dimension, organisation))


def _in_lowest_quarter(node: Node, dimension: AdviceDimension, organisation: Node) -> tuple[Displayed, ...]:
    """EB <= mu - 0.674 tau; shrunken means are displayed only where the teams differ more than chance (the gate)."""
    shrunken = good_score(node, dimension, "shrunken_100")
    mu = good_score(organisation, dimension, "mu_100")
    tau2 = number(organisation, "dimensions", dimension.code, "tau2")
    if shrunken is None or mu is None or tau2 is None:
        return ()
    tau_100 = 100.0 * math.sqrt(tau2) / dimension.range_raw
    if shrunken > mu - LOWEST_QUARTER * tau_100:
        return ()
    displayed_mu = mu if dimension.higher_is_better else 100.0 - mu
    return (Displayed(dimension.code, "mu_100", displayed_mu), Displayed(dimension.code, "tau2", tau2))


def _because(node: Node, dimension: AdviceDimension, decisive: tuple[Displayed, ...] = ()) -> tuple[Displayed, ...]:
    """List the dimension's displayed scores, then whatever else decided."""
    figures = ("score_100", "compare_low_100", "compare_high_100", "shrunken_100")
    shown = tuple(
        Displayed(dimension.code, figure, value)
        for figure in figures
        if (value := number(node, "dimensions", dimension.code, figure)) is not None
    )
    return (*shown, *(d for d in decisive if d not in shown))
