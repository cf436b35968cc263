"""From columns to the figures of one node, exactly as they may be printed (disclosure, section 2; measurement, 13.2).

With a minimum of two or more every number here is the displayed one; with a minimum of one (data that are not
confidential) numbers are complete and unrounded. A withheld figure is a mapping with its reason and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from assess.scoring.engine import CycleScores
from assess.scoring.favourable import FEWEST, favourable_interval, item_word
from assess.scoring.interval import (
    FULL,
    displayed_half,
    displayed_limits,
    half_widths,
    logical_bounds,
    team_interval,
)
from assess.scoring.items import ItemCounts, ItemFigures, item_figures
from assess.scoring.key import ScaleKey
from assess.scoring.measures import Measure
from assess.scoring.moments import FloatArray, IntArray, Moments
from assess.scoring.release import Reason
from assess.scoring.rounding import down, half_up, up

COUNTED_BY_FIVES = 20  # up to so many answers "nearest 5 %" is one count; beyond, whole-percent limits would undo it

Figures = dict[str, object]
Counts = npt.NDArray[np.integer]


def withheld(reason: Reason) -> Figures:
    """Write a withheld figure."""
    return {"suppressed": reason.value}


@dataclass(frozen=True)
class ScoreBlock:
    """Unrounded figures of one measure for several groups; arrays of shape (groups,)."""

    measure: Measure
    moments: Moments
    headcounts: IntArray
    columns: Mapping[str, FloatArray]
    favourable: Counts
    answered: Counts

    @classmethod
    def of(
        cls, measure: Measure, moments: Moments, headcounts: IntArray, favourable: Counts, answered: Counts
    ) -> "ScoreBlock":
        """Compute all intervals of these groups at once."""
        own = team_interval(moments, headcounts, measure.v0, rho=1.0)
        compare = team_interval(moments, headcounts, measure.v0, rho=0.0)
        bounds = logical_bounds(moments, headcounts)
        usual = half_widths(moments, headcounts, measure.v0, rho=measure.reliability)
        columns = {
            "mean": moments.mean,
            "variance": moments.variance,
            "low": own.low,
            "high": own.high,
            "half": own.half,
            "compare_low": compare.low,
            "compare_high": compare.high,
            "compare_half": compare.half,
            "logical_low": bounds.low,
            "logical_high": bounds.high,
            "usual": usual,
        }
        return cls(measure, moments, headcounts, columns, favourable, answered)

    def value(self, name: str, group: int) -> float:
        """One number."""
        return float(self.columns[name][group])


def show_score(block: ScoreBlock, group: int, scale: ScaleKey | None, minimum: int, *, numbers: bool = True) -> Figures:
    """Figures of one dimension (or, without a scale, of the overall score) for one published group.

    Without `numbers` those that need ten answers are withheld to protect others, however many answered.
    """
    n = int(block.moments.n[group])
    heads = int(block.headcounts[group])
    mean = block.value("mean", group)
    exact = minimum < 2
    score = mean if exact else half_up(mean)
    census = heads == n
    figures: Figures = {"n": n, "score_100": score}
    figures["low_100"], figures["high_100"] = (
        (score, score) if census and not exact else _limits(block, group, "", score, n, exact=exact)
    )
    figures["compare_low_100"], figures["compare_high_100"] = _limits(block, group, "compare_", score, n, exact=exact)
    if n < heads:
        figures["logical_low_100"], figures["logical_high_100"] = (
            (block.value("logical_low", group), block.value("logical_high", group))
            if exact
            else _displayed_bounds(score, n, heads)
        )
    if census:
        usual = block.value("usual", group)
        figures["fluctuation_100"] = usual if exact else displayed_half(usual, n)
    if scale is not None:
        figures |= _raw_figures(block, group, scale, n, exact=exact, numbers=numbers)
    return plain(figures)


def show_organisation(block: ScoreBlock, half: float, scale: ScaleKey | None, minimum: int) -> Figures:
    """Figures of one dimension (or overall) for the organisation; `half` is the half-width over its strata."""
    n = int(block.moments.n[0])
    mean = block.value("mean", 0)
    exact = minimum < 2
    score = mean if exact else half_up(mean)
    low, high = max(mean - half, 0.0), min(mean + half, 100.0)
    figures: Figures = {"n": n, "score_100": score}
    if half == 0.0:  # everybody answered
        low, high = score, score
    elif not exact:
        low, high = displayed_limits(low, high, half, score, n)
    figures["low_100"], figures["high_100"] = low, high
    if scale is not None:
        figures |= _raw_figures(block, 0, scale, n, exact=exact, numbers=block.measure.numbers.organisation)
    return plain(figures)


def show_item(figures: ItemFigures, counts: Counts, headcount: int, minimum: int, *, numbers: bool = True) -> Figures:
    """Figures of one item for one published group: words below ten answers and at the ends, numbers otherwise."""
    exact = minimum < 2
    if exact:
        return _exact_item(figures, counts, headcount)
    if figures.n < FEWEST or (figures.n >= FULL and not numbers):
        return withheld(Reason.TOO_FEW if figures.n < FEWEST else Reason.PROTECTS_OTHERS)
    word = None if figures.favourable is None else item_word(figures.favourable, figures.n)
    if word is not None:
        return {"n": figures.n, "word": word.value}
    if figures.n < FULL:
        return withheld(Reason.NOT_AVAILABLE)
    shown: Figures = {"n": figures.n, "mean_raw": half_up(figures.mean_raw, 0.1)}
    if figures.favourable is None or figures.unfavourable is None:
        return shown | {"percent_favourable": withheld(Reason.NOT_AVAILABLE)}
    low, high = favourable_interval(figures.favourable, figures.n, _known(headcount))
    neutral = figures.n - figures.favourable - figures.unfavourable
    step = 1.0 if figures.n <= COUNTED_BY_FIVES else 5.0
    shown |= {
        "percent_favourable": half_up(100 * figures.favourable / figures.n, 5),
        "percent_low": down(100 * low, step),
        "percent_high": up(100 * high, step),
        "percent_neutral": half_up(100 * neutral / figures.n, 5),
        "percent_unfavourable": half_up(100 * figures.unfavourable / figures.n, 5),
    }
    return plain(shown)


def node_reason(scores: CycleScores, node: int, published: bool) -> Reason | None:
    """Why a node is withheld as a whole: too few, or because it would give others away."""
    if published:
        return None
    enough = int(scores.respondents[node]) >= scores.minimum
    return Reason.PROTECTS_OTHERS if enough else Reason.TOO_FEW


def figure_reason(n: int, minimum: int, *, asked: bool) -> Reason:
    """Why a single figure of a published node is withheld."""
    if not asked:
        return Reason.NOT_ASKED
    if n < max(minimum, 1):
        return Reason.TOO_FEW
    return Reason.PROTECTS_OTHERS if minimum > 1 else Reason.NOT_AVAILABLE


def item_for(item: ItemCounts, counts: Counts, headcount: int, minimum: int, *, numbers: bool = True) -> Figures:
    """Compute and show one item for one group of option counts."""
    return show_item(item_figures(counts, item.item), counts, headcount, minimum, numbers=numbers)


def _displayed_bounds(score: float, n: int, heads: int) -> tuple[float, float]:
    """Logical bounds as a function of the displayed score and the sizes: the exact sum would say more."""
    return down(n * score / heads), up((n * score + 100.0 * (heads - n)) / heads)


def _limits(block: ScoreBlock, group: int, kind: str, score: float, n: int, *, exact: bool) -> tuple[float, float]:
    low, high = block.value(f"{kind}low", group), block.value(f"{kind}high", group)
    return (low, high) if exact else displayed_limits(low, high, block.value(f"{kind}half", group), score, n)


def _raw_figures(block: ScoreBlock, group: int, scale: ScaleKey, n: int, *, exact: bool, numbers: bool) -> Figures:
    """Mean and SD on the item's own scale and the favourable share: from ten answers on."""
    if not exact and (n < FULL or not numbers):
        few = withheld(Reason.TOO_FEW if n < FULL else Reason.PROTECTS_OTHERS)
        return {"mean_raw": few, "sd_raw": dict(few), "percent_favourable": dict(few)}
    width = (scale.hi - scale.lo) / 100.0
    mean = scale.lo + width * block.value("mean", group)
    deviation = width * sqrt(block.value("variance", group))
    figures: Figures = {
        "mean_raw": mean if exact else half_up(mean, 0.01),
        "sd_raw": withheld(Reason.NOT_AVAILABLE) if n < 2 else deviation if exact else half_up(deviation, 0.01),
    }
    answered = int(block.answered[group])
    if scale.has_favourable and answered:
        percent = 100.0 * int(block.favourable[group]) / answered
        figures["percent_favourable"] = percent if exact else half_up(percent, 5)
    else:
        figures["percent_favourable"] = withheld(Reason.NOT_AVAILABLE)
    return figures


def _exact_item(figures: ItemFigures, counts: Counts, headcount: int) -> Figures:
    shown: Figures = {
        "n": figures.n,
        "mean_raw": figures.mean_raw,
        "sd_raw": sqrt(figures.variance_raw) if figures.n > 1 else withheld(Reason.NOT_AVAILABLE),
        "counts": [int(count) for count in counts],
    }
    if figures.favourable is None or figures.unfavourable is None:
        return shown | {"percent_favourable": withheld(Reason.NOT_AVAILABLE)}
    low, high = favourable_interval(figures.favourable, figures.n, _known(headcount))
    neutral = figures.n - figures.favourable - figures.unfavourable
    return shown | {
        "percent_unfavourable": 100.0 * figures.unfavourable / figures.n,
        "percent_neutral": 100.0 * neutral / figures.n,
        "percent_favourable": 100.0 * figures.favourable / figures.n,
        "percent_low": 100.0 * low,
        "percent_high": 100.0 * high,
    }


def _known(headcount: int) -> int | None:
    return headcount if headcount >= 0 else None


def plain(figures: Figures) -> Figures:
    """Make every value a plain Python one; whole numbers print as whole numbers."""
    return {name: _plain(value) for name, value in figures.items()}


def _plain(value: object) -> object:
    if isinstance(value, float | np.floating):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value
