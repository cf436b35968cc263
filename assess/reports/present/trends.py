"""The trend of a line over at least five quarters: words and numbers from the trend figures of the document."""

from collections.abc import Mapping
from dataclasses import dataclass

from assess.localisation import gettext as _
from assess.reports.present.figures import Node, number, part, withheld_reason, word
from assess.reports.present.headline import may_compare
from assess.reports.present.words import listing, signed
from assess.scoring.rounding import down, half_up, up

_HALF = 0.5
UP, DOWN, NO_CLEAR_TREND = "up", "down", "no_clear_trend"


@dataclass(frozen=True)
class Trend:
    """The slope of an unbroken line in points per quarter, to half points."""

    quarters: int
    slope: float
    low: float
    high: float
    word: str


def trend_of(team: Node, code: str) -> Trend | None:
    """Read the trend of a dimension (or `overall`); None when there is none or nothing may be compared."""
    entry = part(team, "trend").get(code)
    if not isinstance(entry, Mapping) or withheld_reason(entry) is not None or not may_compare(team):
        return None
    values = [number(entry, key) for key in ("quarters", "slope_100", "low_100", "high_100")]
    if any(value is None for value in values):
        return None
    quarters, slope, low, high = (value or 0.0 for value in values)
    said = word(entry, "word")
    return Trend(
        quarters=int(quarters),
        slope=half_up(slope, _HALF),
        low=down(low, _HALF),
        high=up(high, _HALF),
        word=said if said in {UP, DOWN} else NO_CLEAR_TREND,
    )


def trend_sentence(trend: Trend) -> str:
    """Say the trend with its limits."""
    values = {
        "quarters": trend.quarters,
        "slope": signed(trend.slope, decimals=1),
        "low": signed(trend.low, decimals=1),
        "high": signed(trend.high, decimals=1),
    }
    if trend.word == UP:
        return _("▲ Rising over %(quarters)s quarters: about %(slope)s a quarter (%(low)s to %(high)s).", **values)
    if trend.word == DOWN:
        return _("▼ Falling over %(quarters)s quarters: about %(slope)s a quarter (%(low)s to %(high)s).", **values)
    return _("No clear trend over %(quarters)s quarters: %(slope)s a quarter (%(low)s to %(high)s).", **values)


def directions(trends: Mapping[str, Trend]) -> str:
    """Name the lines that rise or fall."""
    rising = listing([name for name, trend in trends.items() if trend.word == UP])
    falling = listing([name for name, trend in trends.items() if trend.word == DOWN])
    if rising and falling:
        return _(
            "Over the quarters as a whole rising: %(rising)s; falling: %(falling)s.", rising=rising, falling=falling
        )
    if rising:
        return _("Over the quarters as a whole rising: %(names)s.", names=rising)
    if falling:
        return _("Over the quarters as a whole falling: %(names)s.", names=falling)
    return _("No clear trend over the quarters as a whole.")
